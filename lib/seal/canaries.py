"""Canaries: one object written and read under a key, before anything depends on that key."""

from google.api_core.exceptions import BadRequest, Forbidden, NotFound, PreconditionFailed

from lib.identifiers import OperationId
from lib.seals import KeyRefused, SealUnavailable, names_the_key
from lib.vault.object_walks import ObjectWalks

BYTES = b"canary"


class Canaries:
    """Writes and removes canaries, by the account `resealer`."""

    def __init__(self, walks: ObjectWalks) -> None:
        """Keep the client of `walks`."""
        self._storage = walks.client

    def sing(self, bucket: str, operation: OperationId, key: str) -> None:
        """Write an object under `key`, read it, and see that this very key sealed it.

        Raises: SealUnavailable: Cloud KMS refuses. KeyRefused: another key sealed it.
        """
        blob = self._storage.bucket(bucket).blob(_name(operation), kms_key_name=key)
        try:
            blob.upload_from_string(BYTES)
            blob.reload()
            read = blob.download_as_bytes()
        except (BadRequest, Forbidden, PreconditionFailed) as error:
            if not names_the_key(str(error).encode()):
                raise
            raise SealUnavailable("Cloud Storage may not use this key yet") from None
        if read != BYTES or not (blob.kms_key_name or "").startswith(f"{key}/cryptoKeyVersions/"):
            raise KeyRefused("the object that was written is not sealed by this key")
        self.remove(bucket, operation)

    def remove(self, bucket: str, operation: OperationId) -> None:
        """Delete the canary if there is one."""
        try:
            self._storage.bucket(bucket).blob(_name(operation)).delete()
        except (Forbidden, NotFound):
            return  # without access there was never one


def _name(operation: OperationId) -> str:
    return f"canary/{operation}"
