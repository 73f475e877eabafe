"""console_api and provision_bucket as processes, over stand-ins that enforce each one's account."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functions.console_visitors import CSP, ORIGIN, Installation
from tests.functions.installations import installed
from tests.local_services import Firestore
from tests.seal_world import Vault


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A console as its build leaves it."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>Sealtape</title>")
    (folder / "assets" / "app-1a2b3c4d.js").write_text("export {}")
    (folder / "csp.txt").write_text(CSP + "\n")
    (folder / "sealtape.js").write_text("var Sealtape;")
    return folder


@pytest.fixture(scope="session")
def installation(firestore: Firestore, vault: Vault, static: Path) -> Iterator[Installation]:
    """Both functions, running."""
    with installed(firestore, vault, static, ORIGIN) as running:
        yield running
