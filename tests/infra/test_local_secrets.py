"""The local stack reads its secrets as Cloud Run does: by pinned version, by account."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.api_core.exceptions import Forbidden
from google.cloud.secretmanager_v1 import Secret

from infra.local import pins
from infra.local.stack import LOCAL
from infra.secrets_admin import contents
from lib import signing_keys
from tests.local_services import process


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A Secret Manager with the local stack's own grants."""
    with process("infra.local.secrets", "--iam", str(LOCAL / "storage_iam.json")) as ready:
        yield f"http://127.0.0.1:{ready['port']}"


@pytest.fixture(scope="module")
def first(url: str) -> dict[str, str]:
    """What the secrets were seeded with."""
    fresh = contents.fresh()
    pins.seed(pins.opened(url, pins.OPERATOR), fresh)
    return fresh


@pytest.mark.parametrize("function", contents.USES)
def test_a_function_gets_the_pinned_versions_of_its_own_secrets(
    url: str, first: dict[str, str], function: str
) -> None:
    chosen = contents.newest(pins.opened(url, pins.OPERATOR), function)
    assert all(version == 1 for _, version in chosen.values())
    expected = {variable: first[name] for variable, name in contents.USES[function].items()}
    assert pins.environment(url, function, chosen) == expected


@pytest.mark.parametrize("function", ["ingest", "console_api", "provision_bucket"])
def test_only_handshakes_account_can_read_the_private_key(
    url: str, first: dict[str, str], function: str
) -> None:
    with pytest.raises(Forbidden):
        pins.environment(url, function, {"SESSION_SIGNING_KEY": (contents.SIGNING, 1)})


def test_seeding_again_adds_no_version(url: str, first: dict[str, str]) -> None:
    store = pins.opened(url, pins.OPERATOR)
    pins.seed(store, contents.fresh())
    assert [store.versions(name) for name in contents.NAMES] == [[1]] * len(contents.NAMES)


def test_a_seeding_cut_short_publishes_the_key_that_signs() -> None:
    with process("infra.local.secrets") as ready:
        store = pins.opened(f"http://127.0.0.1:{ready['port']}", pins.OPERATOR)
        stored, unused = contents.fresh(), contents.fresh()
        secret = Secret(replication={"automatic": {}})
        for name in contents.NAMES:
            store.client.create_secret(parent=store.parent, secret_id=name, secret=secret)
        store.add(contents.SIGNING, stored[contents.SIGNING])
        contents.seed(store, unused)
        published = signing_keys.public_keys(store.read(contents.PUBLIC, 1))
        assert list(published) == [signing_keys.signer(stored[contents.SIGNING]).kid]


def test_pins_are_kept_by_function(tmp_path: Path) -> None:
    file = pins.PinFile(tmp_path / "data" / "pins.json")
    file.write("ingest", {"SESSION_PUBLIC_KEYS": (contents.PUBLIC, 2)}, 100)
    file.write("handshake", {"SESSION_PUBLIC_KEYS": (contents.PUBLIC, 3)}, 200)
    read = pins.PinFile(tmp_path / "data" / "pins.json")
    assert read.pins("ingest") == {"SESSION_PUBLIC_KEYS": (contents.PUBLIC, 2)}
    assert read.pins("handshake") == {"SESSION_PUBLIC_KEYS": (contents.PUBLIC, 3)}
    assert (read.made("ingest"), read.made("handshake")) == (100, 200)
    assert read.pins("console_api") == {}
