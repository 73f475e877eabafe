"""The Cloud KMS stand-in, driven by Google's own client over REST."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, Conflict, Forbidden, NotFound
from google.cloud import kms
from google.cloud.kms_v1.services.key_management_service.transports import (
    KeyManagementServiceRestTransport,
)
from google.oauth2.credentials import Credentials

from infra.local.identity.tokens import issue
from tests.local_services import account, control, credentials, process

HOME = "projects/sealtape-local/locations/europe-west1"
AWAY = "projects/customer/locations/europe-west1"
CUSTOMER = "keys@customer.iam.gserviceaccount.com"
GRANTS = {
    account("provision-bucket"): ["roles/cloudkms.admin"],
    CUSTOMER: {"customer": ["roles/cloudkms.admin"]},
}
DAY_MS = 24 * 3600 * 1000
State = kms.CryptoKeyVersion.CryptoKeyVersionState


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    iam = tmp_path_factory.mktemp("iam") / "iam.json"
    iam.write_text(json.dumps(GRANTS))
    with process("infra.local.secrets", "--iam", str(iam)) as ready:
        yield f"http://127.0.0.1:{ready['port']}"


def client(url: str, who: Any) -> Any:
    transport = KeyManagementServiceRestTransport(
        host=url.removeprefix("http://"), url_scheme="http", credentials=who
    )
    return kms.KeyManagementServiceClient(transport=transport)


@pytest.fixture(scope="module")
def admin(url: str) -> Any:
    made = client(url, credentials("provision-bucket"))
    made.create_key_ring(parent=HOME, key_ring_id="tenants", key_ring={})
    return made


@pytest.fixture
def key(admin: Any, request: pytest.FixtureRequest) -> Any:
    """A key of this test's own."""
    return admin.create_crypto_key(
        parent=f"{HOME}/keyRings/tenants",
        crypto_key_id=request.node.name[:63],
        crypto_key={"purpose": "ENCRYPT_DECRYPT", "labels": {"tenant": "t1"}},
    )


def test_a_new_key_has_an_enabled_primary_version(admin: Any, key: Any) -> None:
    found = admin.get_crypto_key(name=key.name)
    assert found.primary.name == f"{key.name}/cryptoKeyVersions/1"
    assert found.primary.state == State.ENABLED
    assert dict(found.labels) == {"tenant": "t1"}
    assert found.purpose == kms.CryptoKey.CryptoKeyPurpose.ENCRYPT_DECRYPT


def test_labels_are_replaced_as_a_whole(admin: Any, key: Any) -> None:
    change = {"name": key.name, "labels": {"proof": "nonce"}}
    admin.update_crypto_key(crypto_key=change, update_mask={"paths": ["labels"]})
    assert dict(admin.get_crypto_key(name=key.name).labels) == {"proof": "nonce"}


def test_names_are_taken_once_and_unknown_ones_not_found(admin: Any, key: Any) -> None:
    with pytest.raises(Conflict):
        admin.create_crypto_key(
            parent=f"{HOME}/keyRings/tenants",
            crypto_key_id=key.name.rpartition("/")[2],
            crypto_key={"purpose": "ENCRYPT_DECRYPT"},
        )
    with pytest.raises(NotFound):
        admin.get_crypto_key(name=f"{HOME}/keyRings/tenants/cryptoKeys/none")


def test_rotation_adds_a_version_and_then_makes_it_primary(admin: Any, key: Any) -> None:
    added = admin.create_crypto_key_version(parent=key.name, crypto_key_version={})
    assert admin.get_crypto_key(name=key.name).primary.name.endswith("/1")
    admin.update_crypto_key_primary_version(name=key.name, crypto_key_version_id="2")
    assert admin.get_crypto_key(name=key.name).primary.name == added.name
    assert len(list(admin.list_crypto_key_versions(parent=key.name))) == 2


def test_destruction_waits_thirty_days_and_can_be_undone_until_then(
    url: str, admin: Any, key: Any
) -> None:
    version = key.primary.name
    assert admin.destroy_crypto_key_version(name=version).state == State.DESTROY_SCHEDULED
    control(url, "clock", {"advance_ms": 30 * DAY_MS - 60_000})
    assert admin.restore_crypto_key_version(name=version).state == State.DISABLED
    admin.destroy_crypto_key_version(name=version)
    control(url, "clock", {"advance_ms": 30 * DAY_MS + 1000})
    assert admin.get_crypto_key_version(name=version).state == State.DESTROYED
    with pytest.raises(BadRequest):
        admin.restore_crypto_key_version(name=version)


def test_a_version_goes_only_from_state_to_state_that_google_allows(admin: Any, key: Any) -> None:
    version = key.primary.name
    with pytest.raises(BadRequest):
        admin.restore_crypto_key_version(name=version)
    mask = {"paths": ["state"]}
    with pytest.raises(BadRequest):
        admin.update_crypto_key_version(
            crypto_key_version={"name": version, "state": State.DESTROYED}, update_mask=mask
        )
    admin.destroy_crypto_key_version(name=version)
    with pytest.raises(BadRequest):
        admin.update_crypto_key_version(
            crypto_key_version={"name": version, "state": State.ENABLED}, update_mask=mask
        )


def test_our_account_has_no_rights_in_a_customers_project_until_it_is_given_them(
    url: str, admin: Any
) -> None:
    customer = client(url, Credentials(token=issue(CUSTOMER)))
    customer.create_key_ring(parent=AWAY, key_ring_id="theirs", key_ring={})
    key = customer.create_crypto_key(
        parent=f"{AWAY}/keyRings/theirs",
        crypto_key_id="theirs",
        crypto_key={"purpose": "ENCRYPT_DECRYPT"},
    )
    with pytest.raises(Forbidden):
        admin.get_crypto_key(name=key.name)
    member = f"serviceAccount:{account('provision-bucket')}"
    policy = {"bindings": [{"role": "roles/cloudkms.viewer", "members": [member]}]}
    customer.set_iam_policy(request={"resource": key.name, "policy": policy})
    assert admin.get_crypto_key(name=key.name).name == key.name
    with pytest.raises(Forbidden):
        admin.destroy_crypto_key_version(name=key.primary.name)


def test_a_policy_that_was_read_before_another_change_is_refused(admin: Any, key: Any) -> None:
    stale = admin.get_iam_policy(request={"resource": key.name})
    role = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
    policy = {"bindings": [{"role": role, "members": [f"serviceAccount:{CUSTOMER}"]}]}
    admin.set_iam_policy(request={"resource": key.name, "policy": policy})
    with pytest.raises(Conflict):
        admin.set_iam_policy(request={"resource": key.name, "policy": stale})
