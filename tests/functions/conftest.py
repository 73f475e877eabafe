"""console_api and provision_bucket as processes, over stand-ins that enforce each one's account."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.local.identity.projects import PROJECT_NUMBER
from tests.function_processes import run_function
from tests.functions.console_visitors import CSP, HANDSHAKE, ORIGIN, Installation, private_pem
from tests.local_services import PROJECT, Firestore, account
from tests.seal_world import Vault

SECRET = "a-secret-of-at-least-32-bytes-for-tests"


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
    storage, metadata = vault.storage, vault.metadata
    shared = {"GOOGLE_CLOUD_PROJECT": PROJECT, **firestore.environment, **storage.environment}
    provisioning = {
        **shared,
        **metadata.environment("provision-bucket"),
        "PROJECT_NUMBER": PROJECT_NUMBER,
        "INGEST_ACCOUNT": account("ingest"),
        "CONSOLE_API_ACCOUNT": account("console-api"),
        "PROVISION_BUCKET_ACCOUNT": account("provision-bucket"),
        "RESEALER_ACCOUNT": account("resealer"),
        "IAM_URL": vault.metadata.iam_url("provision-bucket"),
        "KMS_URL": vault.keys_url,
    }
    console = {
        **shared,
        **metadata.environment("console-api"),
        "CONSOLE_ORIGIN": ORIGIN,
        "HANDSHAKE_URL": HANDSHAKE,
        "PROJECT_NUMBER": PROJECT_NUMBER,
        "INGEST_ACCOUNT": account("ingest"),
        "CONSOLE_API_ACCOUNT": account("console-api"),
        "RESEALER_ACCOUNT": account("resealer"),
        "CONSOLE_SESSION_SECRET": SECRET,
        "RECEIPT_SIGNING_KEY": private_pem(),
        "STATIC_DIR": str(static),
    }
    with (
        run_function("provision_bucket", provisioning) as operators,
        run_function("console_api", console) as members,
        httpx.Client(base_url=operators, timeout=60) as operator,
        httpx.Client(base_url=members, timeout=30) as member,
    ):
        yield Installation(operator, member, firestore, storage)
