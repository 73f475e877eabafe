"""The Secret Manager stand-in, driven by Google's own client over REST."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import google_crc32c
import pytest
import requests
from google.api_core.exceptions import BadRequest, Conflict, Forbidden, NotFound
from google.cloud import secretmanager
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceRestTransport,
)

from tests.local_services import account, credentials, process

PARENT = "projects/sealtape-local"
GRANTS = {account("console-api"): ["roles/secretmanager.admin"]}


def client(port: int, who: Any) -> Any:
    transport = SecretManagerServiceRestTransport(
        host=f"127.0.0.1:{port}", url_scheme="http", credentials=who
    )
    return secretmanager.SecretManagerServiceClient(transport=transport)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    iam = tmp_path_factory.mktemp("iam") / "iam.json"
    iam.write_text(json.dumps(GRANTS))
    with process("infra.local.secrets", "--iam", str(iam)) as ready:
        yield ready["port"]


@pytest.fixture(scope="module")
def admin(port: int) -> Any:
    return client(port, credentials("console-api"))


@pytest.fixture
def secret(admin: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a secret of this test's own."""
    made = admin.create_secret(
        parent=PARENT, secret_id=request.node.name[:60], secret={"replication": {"automatic": {}}}
    )
    yield made.name
    admin.delete_secret(name=made.name)


def add(admin: Any, secret: str, data: bytes) -> str:
    payload = {"data": data, "data_crc32c": google_crc32c.value(data)}
    return str(admin.add_secret_version(parent=secret, payload=payload).name)


def test_versions_are_numbered_and_latest_is_the_newest(admin: Any, secret: str) -> None:
    first, second = add(admin, secret, b"one"), add(admin, secret, b"two")
    assert (first, second) == (f"{secret}/versions/1", f"{secret}/versions/2")
    assert admin.access_secret_version(name=first).payload.data == b"one"
    latest = admin.access_secret_version(name=f"{secret}/versions/latest")
    assert (latest.name, latest.payload.data) == (second, b"two")
    assert latest.payload.data_crc32c == google_crc32c.value(b"two")


def test_a_wrong_crc32c_is_refused(admin: Any, secret: str) -> None:
    with pytest.raises(BadRequest):
        admin.add_secret_version(parent=secret, payload={"data": b"one", "data_crc32c": 1})


def test_a_payload_has_at_most_64_kib(admin: Any, secret: str) -> None:
    add(admin, secret, b"x" * 65_536)
    with pytest.raises(BadRequest):
        add(admin, secret, b"x" * 65_537)


def test_a_disabled_version_is_closed_until_it_is_enabled(admin: Any, secret: str) -> None:
    version = add(admin, secret, b"one")
    admin.disable_secret_version(name=version)
    with pytest.raises(BadRequest, match="DISABLED"):
        admin.access_secret_version(name=version)
    admin.enable_secret_version(name=version)
    assert admin.access_secret_version(name=version).payload.data == b"one"


def test_a_destroyed_version_never_comes_back(admin: Any, secret: str) -> None:
    version = add(admin, secret, b"one")
    admin.destroy_secret_version(name=version)
    with pytest.raises(BadRequest, match="DESTROYED"):
        admin.enable_secret_version(name=version)
    (found,) = admin.list_secret_versions(parent=secret)
    assert found.state == secretmanager.SecretVersion.State.DESTROYED


def test_a_name_is_taken_once_and_an_unknown_one_not_found(admin: Any, secret: str) -> None:
    with pytest.raises(Conflict):
        admin.create_secret(
            parent=PARENT,
            secret_id=secret.rpartition("/")[2],
            secret={"replication": {"automatic": {}}},
        )
    with pytest.raises(NotFound):
        admin.access_secret_version(name=f"{PARENT}/secrets/none/versions/1")


def test_a_secret_opens_only_to_accounts_that_its_policy_names(
    port: int, admin: Any, secret: str
) -> None:
    version = add(admin, secret, b"one")
    handshake = client(port, credentials("handshake"))
    with pytest.raises(Forbidden):
        handshake.access_secret_version(name=version)
    member = f"serviceAccount:{account('handshake')}"
    policy = {"bindings": [{"role": "roles/secretmanager.secretAccessor", "members": [member]}]}
    admin.set_iam_policy(request={"resource": secret, "policy": policy})
    assert handshake.access_secret_version(name=version).payload.data == b"one"
    with pytest.raises(Forbidden):
        add(handshake, secret, b"two")


def test_without_a_token_nothing_opens(port: int) -> None:
    where = f"http://127.0.0.1:{port}/v1/{PARENT}/secrets"
    answer = requests.get(where, timeout=5)
    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"


def test_secrets_survive_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "secrets.json"
    with process("infra.local.secrets", "--data", str(data)) as ready:
        first = client(ready["port"], credentials("console-api"))
        made = first.create_secret(
            parent=PARENT, secret_id="kept", secret={"replication": {"automatic": {}}}
        )
        version = add(first, made.name, b"one")
    with process("infra.local.secrets", "--data", str(data)) as ready:
        second = client(ready["port"], credentials("console-api"))
        assert second.access_secret_version(name=version).payload.data == b"one"
