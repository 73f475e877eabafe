"""The storage stand-in asks the KMS stand-in, and closes when that is away."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.local_services import process

RING = "projects/customer/locations/us/keyRings/r"
KEY = f"{RING}/cryptoKeys/k"
ROLE = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
AGENT = "service-123456789012@gs-project-accounts.iam.gserviceaccount.com"


@pytest.fixture
def kms_port() -> int:
    """A port that is free now and stays the same over restarts of the KMS stand-in."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def url(kms_port: int) -> Iterator[str]:
    with process("infra.local.storage", "--kms-url", f"http://127.0.0.1:{kms_port}") as ready:
        url = f"http://127.0.0.1:{ready['port']}"
        requests.post(f"{url}/storage/v1/b", json={"name": "st-keys"}, timeout=5)
        yield url


def make_key(kms_port: int) -> None:
    base = f"http://127.0.0.1:{kms_port}/v1"
    binding = {"role": ROLE, "members": [f"serviceAccount:{AGENT}"]}
    for target, body in (
        (f"{RING.rpartition('/')[0]}?keyRingId=r", {}),
        (f"{RING}/cryptoKeys?cryptoKeyId=k", {"purpose": "ENCRYPT_DECRYPT"}),
        (f"{KEY}:setIamPolicy", {"policy": {"bindings": [binding]}}),
    ):
        assert requests.post(f"{base}/{target}", json=body, timeout=5).status_code == 200


def insert(url: str) -> requests.Response:
    query = {"uploadType": "media", "name": "one", "kmsKeyName": KEY}
    path = f"{url}/upload/storage/v1/b/st-keys/o"
    return requests.post(path, params=query, data=b"x", timeout=10)


def test_an_unreachable_kms_is_503_and_stores_nothing(url: str) -> None:
    assert insert(url).status_code == 503
    found = requests.get(f"{url}/storage/v1/b/st-keys/o/one", timeout=5)
    assert found.status_code == 404


def test_a_restart_of_kms_is_survived(url: str, kms_port: int, tmp_path: Path) -> None:
    flags = ("--port", str(kms_port), "--data", str(tmp_path / "kms.json"))
    with process("infra.local.secrets", *flags):
        make_key(kms_port)
        assert insert(url).status_code == 200
    assert insert(url).status_code == 503
    with process("infra.local.secrets", *flags):
        assert insert(url).status_code == 200


def test_a_key_that_does_not_exist_is_forbidden(url: str, kms_port: int) -> None:
    with process("infra.local.secrets", "--port", str(kms_port)):
        answer = insert(url)
    assert answer.status_code == 403
    assert "Cloud KMS" in answer.json()["error"]["message"]
