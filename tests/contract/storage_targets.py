"""What the Cloud Storage contract runs against: the stand-ins always, a real project if named.

For a real project set `SEALTAPE_CLOUD_PROJECT` and have application default credentials that may
administer Storage and KMS there. `SEALTAPE_CLOUD_CREATOR` names a service account without project
roles that those credentials may impersonate.
"""

import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import google.auth
import google.auth.transport.requests
import pytest
from google.api_core.exceptions import Conflict, GoogleAPICallError
from google.auth import impersonated_credentials
from google.auth.credentials import Credentials
from google.cloud import kms, storage
from google.cloud.kms_v1.services.key_management_service.transports import (
    KeyManagementServiceRestTransport,
)

from infra.local.identity.tokens import issue
from tests.contract.firestore_targets import skipped
from tests.local_services import process

LOCATION = "europe-west1"
STS = "https://sts.googleapis.com/v1/token"

# Google's permissions and key states take effect within minutes, seconds; the stand-ins' at once.
CLOUD_PATIENCE_S = 180

NO_CLOUD = "Google's own Cloud Storage: SEALTAPE_CLOUD_PROJECT is not set"

_STANDIN_PROJECT = "sealtape-local"
_ADMIN = f"contract-admin@{_STANDIN_PROJECT}.iam.gserviceaccount.com"
_CREATOR = f"contract-creator@{_STANDIN_PROJECT}.iam.gserviceaccount.com"
_GRANTS = {_ADMIN: ["roles/storage.admin", "roles/cloudkms.admin"]}
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"

T = TypeVar("T")


class Local(Credentials):
    """Credentials of a local account, as the metadata stand-in would hand them out."""

    def __init__(self, account: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._account = account

    def refresh(self, _request: object) -> None:
        """Take a token."""
        self.token = issue(self._account)


@dataclass
class Target:
    """One service under test. Args: creator: an account without project roles, or None."""

    project: str
    storage_url: str
    sts_url: str
    admin: Credentials
    creator: Credentials | None
    creator_email: str
    key_client: Callable[[], Any]
    patience_s: float
    buckets: list[storage.Bucket] = field(default_factory=list)

    def client(self, credentials: Credentials | None = None) -> storage.Client:
        """Google's client, by default with every right."""
        options = {"api_endpoint": self.storage_url}
        return storage.Client(
            self.project, credentials=credentials or self.admin, client_options=options
        )

    def token(self) -> str:
        """A bearer token of the administrator, for raw HTTP."""
        if not self.admin.valid:
            self.admin.refresh(google.auth.transport.requests.Request())
        return str(self.admin.token)

    def outsider(self) -> Credentials:
        """Credentials of the account without project roles."""
        if self.creator is None:
            pytest.skip("SEALTAPE_CLOUD_CREATOR is not set: least privilege was not checked")
        return self.creator

    def bucket(self, **fields: Any) -> storage.Bucket:
        """A new bucket as Sealtape makes them; `fields` of its resource override. Emptied later."""
        bucket: storage.Bucket = self.client().bucket(f"st-{secrets.token_hex(13)}")
        bucket.iam_configuration.uniform_bucket_level_access_enabled = True
        bucket.iam_configuration.public_access_prevention = "enforced"
        bucket.soft_delete_policy.retention_duration_seconds = 0
        for name, value in fields.items():
            bucket._patch_property(name, value)
        self.eventually(lambda: bucket.create(location=LOCATION))
        self.buckets.append(bucket)
        return bucket

    def key(self, location: str = LOCATION) -> kms.CryptoKey:
        """A new key that Cloud Storage may use."""
        client = self.key_client()
        ring = client.key_ring_path(self.project, location, "sealtape-contract")
        parent = ring.rpartition("/keyRings/")[0]
        with suppress(Conflict):
            client.create_key_ring(parent=parent, key_ring_id="sealtape-contract", key_ring={})
        key: kms.CryptoKey = client.create_crypto_key(
            parent=ring,
            crypto_key_id=f"contract-{secrets.token_hex(8)}",
            crypto_key={"purpose": "ENCRYPT_DECRYPT"},
        )
        agent = self.client().get_service_account_email()
        self.grant_key(key.name, agent)
        return key

    def grant_key(self, name: str, *accounts: str) -> None:
        """Let exactly `accounts` use the key."""
        role = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
        members = [f"serviceAccount:{account}" for account in accounts]
        policy = {"bindings": [{"role": role, "members": members}] if members else []}
        self.key_client().set_iam_policy(request={"resource": name, "policy": policy})

    def set_state(self, version: str, state: str) -> None:
        """Enable or disable a key version."""
        change = {"name": version, "state": state}
        self.key_client().update_crypto_key_version(
            crypto_key_version=change, update_mask={"paths": ["state"]}
        )

    def eventually(self, attempt: Callable[[], T]) -> T:
        """`attempt`, again until it does not raise or patience ends."""
        until = time.monotonic() + self.patience_s
        while True:
            try:
                return attempt()
            except (AssertionError, GoogleAPICallError):
                if time.monotonic() >= until:
                    raise
                time.sleep(2)

    def clean(self) -> None:
        """Delete what was made; keys cannot be deleted, so their versions are scheduled to be."""
        for bucket in self.buckets:
            bucket.delete(force=True)


@contextmanager
def standin(folder: Path) -> Iterator[Target]:
    """The stand-ins as processes of their own."""
    iam = folder / "iam.json"
    iam.write_text(json.dumps(_GRANTS))
    flags = ("--iam", str(iam))
    with process("infra.local.secrets", *flags) as keys:
        address = f"127.0.0.1:{keys['port']}"
        more = (*flags, "--kms-url", f"http://{address}")
        accounts = ("--account", _ADMIN)
        with (
            process("infra.local.storage", *more) as ready,
            process("infra.local.metadata", *accounts) as metadata,
        ):
            admin = Local(_ADMIN)
            transport = KeyManagementServiceRestTransport(
                host=address, url_scheme="http", credentials=admin
            )
            yield Target(
                _STANDIN_PROJECT,
                f"http://127.0.0.1:{ready['port']}",
                f"http://127.0.0.1:{metadata['ports'][_ADMIN]}/v1/token",
                admin,
                Local(_CREATOR),
                _CREATOR,
                lambda: kms.KeyManagementServiceClient(transport=transport),
                patience_s=0,
            )


@contextmanager
def cloud() -> Iterator[Target]:
    """A real project, or a skip that says what was not checked."""
    project = os.environ.get("SEALTAPE_CLOUD_PROJECT")
    if not project:
        pytest.skip(NO_CLOUD)
    admin, _ = google.auth.default(scopes=[_SCOPE])
    email = os.environ.get("SEALTAPE_CLOUD_CREATOR", "")
    creator = None
    if email:
        creator = impersonated_credentials.Credentials(admin, email, [_SCOPE])
    url = "https://storage.googleapis.com"
    yield Target(
        project,
        url,
        STS,
        admin,
        creator,
        email,
        lambda: kms.KeyManagementServiceClient(credentials=admin),
        patience_s=CLOUD_PATIENCE_S,
    )


@pytest.fixture(scope="session", params=["standin", pytest.param("cloud", marks=pytest.mark.cloud)])
def gcs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Target]:
    """Cloud Storage: the stand-ins, and a real project when SEALTAPE_CLOUD_PROJECT names one."""
    if request.param == "cloud" and "SEALTAPE_CLOUD_PROJECT" not in os.environ:
        skipped[NO_CLOUD] = sum("cloud" in item.name for item in request.session.items)
    context = cloud() if request.param == "cloud" else standin(tmp_path_factory.mktemp("gcs"))
    with context as target:
        yield target
        target.clean()
