"""console_api and provision_bucket as processes, over stand-ins that enforce each one's account."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from infra.local.identity.projects import PROJECT_NUMBER
from tests.function_processes import run_function
from tests.functions.console_visitors import HANDSHAKE, Installation, private_pem
from tests.local_services import PROJECT, Firestore, account
from tests.seal_world import Vault

SECRET = "a-secret-of-at-least-32-bytes-for-tests"


@contextmanager
def installed(
    firestore: Firestore, vault: Vault, static: Path, origin: str, port: int | None = None
) -> Iterator[Installation]:
    """Run both functions.

    Args: static: the console's files. origin: where members believe the console to be. port: where
    console_api listens, if that has to be in `origin`.
    """
    storage, metadata = vault.storage, vault.metadata
    shared = {
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "PROJECT_NUMBER": PROJECT_NUMBER,
        "INGEST_ACCOUNT": account("ingest"),
        "CONSOLE_API_ACCOUNT": account("console-api"),
        "RESEALER_ACCOUNT": account("resealer"),
        **firestore.environment,
        **storage.environment,
    }
    provisioning = {
        **shared,
        **metadata.environment("provision-bucket"),
        "PROVISION_BUCKET_ACCOUNT": account("provision-bucket"),
        "IAM_URL": vault.metadata.iam_url("provision-bucket"),
        "KMS_URL": vault.keys_url,
    }
    console = {
        **shared,
        **metadata.environment("console-api"),
        "CONSOLE_ORIGIN": origin,
        "HANDSHAKE_URL": HANDSHAKE,
        "CONSOLE_SESSION_SECRET": SECRET,
        "RECEIPT_SIGNING_KEY": private_pem(),
        "STATIC_DIR": str(static),
    }
    with (
        run_function("provision_bucket", provisioning) as operators,
        run_function("console_api", console, port) as members,
        httpx.Client(base_url=operators, timeout=60) as operator,
        httpx.Client(base_url=members, timeout=30) as member,
    ):
        yield Installation(operator, member, firestore, storage)
