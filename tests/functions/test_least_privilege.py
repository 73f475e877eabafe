"""What each function's identity may not do, asked of the services themselves."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from google.api_core.exceptions import Forbidden, GoogleAPICallError
from google.cloud.storage import Bucket

from infra.local.identity.tokens import issue
from lib.seals import Wish
from lib.tenants import Tenant
from tests import seal_world
from tests.local_services import PROJECT, Firestore, account, process
from tests.seal_world import BYTES, SealWorld, Vault

RULES = Path(__file__).parents[2] / "infra" / "local" / "firestore_iam.json"
Attempt = Callable[[Bucket], object]

ATTEMPTS: dict[str, Attempt] = {
    "read": lambda bucket: bucket.blob("s/a/000000").download_as_bytes(),
    "look": lambda bucket: bucket.blob("s/a/000000").reload(),
    "list": lambda bucket: list(bucket.list_blobs()),
    "overwrite": lambda bucket: bucket.blob("s/a/000000").upload_from_string(b"other"),
    "delete": lambda bucket: bucket.blob("s/a/000000").delete(),
    "create": lambda bucket: bucket.blob("s/new").upload_from_string(b"x", if_generation_match=0),
    "configure": lambda bucket: bucket.reload(),
    "grant": lambda bucket: bucket.get_iam_policy(requested_policy_version=3),
}
ALLOWED = {
    "ingest": {"create"},
    "console-api": {"read", "look", "list", "configure", "grant"},  # its settings are seen only
    "provision-bucket": {"configure", "grant"},
    "handshake": set(),
    "resealer": set(),  # outside an operation
}


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


@pytest.fixture
def tenant(world: SealWorld) -> Tenant:
    made = world.tenant()
    world.store(made, 1)
    return made


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("name", ALLOWED)
def test_an_identity_does_only_what_it_may(
    world: SealWorld, tenant: Tenant, name: str, attempt: str
) -> None:
    bucket = world.bucket(tenant, name)
    if attempt in ALLOWED[name]:
        ATTEMPTS[attempt](bucket)
        return
    with pytest.raises(Forbidden):
        ATTEMPTS[attempt](bucket)
    assert world.bucket(tenant).blob("s/a/000000").download_as_bytes() == BYTES
    assert [blob.name for blob in world.bucket(tenant).list_blobs()] == ["s/a/000000"]


def test_the_resealer_works_in_one_bucket_and_only_while_its_operation_runs(
    world: SealWorld, tenant: Tenant
) -> None:
    other = world.tenant("other")
    world.store(other, 1)
    operation = world.change(tenant, Wish("customer_managed"))
    world.upto(operation, "reseal")
    assert world.grants(tenant) == ["roles/storage.objectUser"]
    assert world.bucket(tenant, "resealer").blob("s/a/000000").download_as_bytes() == BYTES
    with pytest.raises(Forbidden):
        world.bucket(other, "resealer").blob("s/a/000000").download_as_bytes()
    world.settle(operation)
    with pytest.raises(Forbidden):
        world.bucket(tenant, "resealer").blob("s/a/000000").download_as_bytes()


def test_the_grant_of_an_operation_that_died_ends_by_itself(
    world: SealWorld, tenant: Tenant, vault: Vault
) -> None:
    operation = world.change(tenant, Wish("customer_managed"))
    world.upto(operation, "reseal")
    vault.advance(6 * 24 * 3600)
    assert list(world.bucket(tenant, "resealer").list_blobs())
    vault.advance(2 * 24 * 3600)
    with pytest.raises(Forbidden):
        list(world.bucket(tenant, "resealer").list_blobs())


@pytest.mark.parametrize("name", ["ingest", "handshake", "console-api", "resealer"])
def test_no_other_identity_acts_as_the_resealer(vault: Vault, name: str) -> None:
    path = f"/v1/projects/-/serviceAccounts/{account('resealer')}:generateAccessToken"
    answer = httpx.post(
        vault.metadata.iam_url("provision-bucket") + path,
        json={"scope": ["https://www.googleapis.com/auth/cloud-platform"]},
        headers={"Authorization": f"Bearer {issue(account(name))}"},
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["ingest", "handshake", "console-api", "resealer"])
def test_no_other_identity_sees_keys(vault: Vault, world: SealWorld, name: str) -> None:
    key = world.customer_key()
    with pytest.raises(GoogleAPICallError) as refused:
        vault.keys(account(name)).get_crypto_key(name=key)
    assert refused.value.code == 403


@pytest.fixture(scope="module")
def rest() -> Iterator[httpx.Client]:
    """Firestore over REST, with the rules of infra."""
    with (
        process("infra.local.firestore", "--iam", str(RULES)) as ports,
        httpx.Client(base_url=f"http://127.0.0.1:{ports['rest']}/v1/") as client,
    ):
        yield client


@pytest.mark.parametrize("path", ["users/u", "tenants/t/audit/a", "operations/o", "keyClaims/k"])
@pytest.mark.parametrize("name", ["ingest", "handshake"])
def test_the_public_functions_cannot_read_or_write_the_console_database(
    rest: httpx.Client, name: str, path: str
) -> None:
    root = f"projects/{PROJECT}/databases/console/documents"
    headers = {"Authorization": f"Bearer {issue(account(name))}"}
    document = {"name": f"{root}/{path}", "fields": {}}
    bodies = {
        "batchGet": {"documents": [document["name"]]},
        "commit": {"writes": [{"update": document, "currentDocument": {"exists": False}}]},
    }
    for method, body in bodies.items():
        answer = rest.post(f"{root}:{method}", content=json.dumps(body), headers=headers)
        assert answer.status_code == 403, method
