"""A canary trusts what Cloud Storage says of the object, not what was asked for."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from lib.identifiers import OperationId
from lib.seal.canaries import BYTES, Canaries
from lib.seals import KeyRefused
from lib.vault.object_walks import ObjectWalks

KEY = "projects/customer-keys/locations/europe-west1/keyRings/r/cryptoKeys/seal"
OPERATION = OperationId("op_" + "a" * 16)


class Blob:
    """An object that says of itself what a test wants."""

    def __init__(self, sealed_by: str | None, read: bytes) -> None:
        self.kms_key_name, self._read = sealed_by, read

    def upload_from_string(self, data: bytes) -> None:
        assert data == BYTES

    def reload(self) -> None:
        return

    def download_as_bytes(self) -> bytes:
        return self._read

    def delete(self) -> None:
        return


def canaries(blob: Blob) -> Canaries:
    """Return canaries in a bucket whose only object is `blob`."""
    bucket = SimpleNamespace(blob=lambda *_, **__: blob)
    client = SimpleNamespace(bucket=lambda _: bucket)
    return Canaries(cast(ObjectWalks, cast(Any, SimpleNamespace(client=client))))


@pytest.mark.parametrize(
    "sealed_by", [None, f"{KEY}-other/cryptoKeyVersions/1", KEY.replace("r/", "q/")]
)
def test_an_object_that_another_key_sealed_ends_the_change(sealed_by: str | None) -> None:
    with pytest.raises(KeyRefused):
        canaries(Blob(sealed_by, BYTES)).sing("b", OPERATION, KEY)


def test_bytes_that_come_back_changed_end_the_change() -> None:
    with pytest.raises(KeyRefused):
        canaries(Blob(f"{KEY}/cryptoKeyVersions/1", b"other")).sing("b", OPERATION, KEY)


def test_any_version_of_this_very_key_will_do() -> None:
    canaries(Blob(f"{KEY}/cryptoKeyVersions/7", BYTES)).sing("b", OPERATION, KEY)
