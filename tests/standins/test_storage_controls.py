"""docs/local-stack.md lists the stand-ins' controls, all of them and no others."""

import re
from pathlib import Path
from typing import Any

from infra.local.secrets import servers as secrets_servers
from infra.local.storage import servers as storage_servers
from infra.local.wire.routes import Route

DOCUMENT = Path(__file__).parents[2] / "docs" / "local-stack.md"
ROW = re.compile(r"^\| (storage|secrets) \| `(\w+) (/_standin/\w+)` \|", re.MULTILINE)


def controls(name: str, rows: list[Route[Any]]) -> set[tuple[str, ...]]:
    paths = [(row.method, row.pattern.pattern.replace("\\", "")) for row in rows]
    return {(name, method, path) for method, path in paths if path.startswith("/_standin/")}


def test_the_table_of_controls_is_the_code() -> None:
    documented = set(ROW.findall(DOCUMENT.read_text()))
    assert documented == controls("storage", storage_servers.CONTROLS) | controls(
        "secrets", secrets_servers.ROUTES
    )
