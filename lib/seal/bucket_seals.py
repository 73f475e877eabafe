"""The seal of one bucket as Cloud Storage holds it: default key, and what new objects may have.

Source: https://docs.cloud.google.com/storage/docs/encryption/enforce-encryption-types
"""

from google.api_core.exceptions import BadRequest, Forbidden
from google.cloud.storage import Bucket, Client
from google.cloud.storage.bucket import EncryptionEnforcementConfig

from lib.seals import SealUnavailable, names_the_key

FORBIDDEN, ALLOWED = "FullyRestricted", "NotRestricted"


class BucketSeals:
    """Reads and changes seals; works by the account of provision_bucket."""

    def __init__(self, storage: Client) -> None:
        """Keep the client."""
        self._storage = storage

    def default_key(self, name: str) -> str | None:
        """Return the key that new objects get, or None for Google's."""
        key: str | None = self._storage.get_bucket(name).default_kms_key_name
        return key

    def set_default_key(self, name: str, key: str | None) -> None:
        """Make `key` the default of new objects; None means Google's.

        Raises: SealUnavailable: Cloud KMS does not let Cloud Storage use it.
        """
        bucket = self._storage.get_bucket(name)
        if bucket.default_kms_key_name == key:
            return
        bucket.default_kms_key_name = key
        try:
            bucket.patch(if_metageneration_match=bucket.metageneration)
        except (BadRequest, Forbidden) as error:
            if not names_the_key(str(error).encode()):
                raise
            raise SealUnavailable("Cloud Storage may not use this key") from None

    def forbid_googles_keys(self, name: str, *, forbidden: bool) -> float:
        """Forbid or allow new objects under Google's keys.

        Returns: when that takes effect, Unix s; 0.0 if it never was otherwise.
        """
        bucket = self._storage.get_bucket(name)
        wanted = FORBIDDEN if forbidden else ALLOWED
        if _mode(bucket) != wanted:
            config = EncryptionEnforcementConfig(wanted)
            bucket.encryption.google_managed_encryption_enforcement_config = config
            bucket.patch(if_metageneration_match=bucket.metageneration)
        found = bucket.encryption.google_managed_encryption_enforcement_config
        if found is None or found.effective_time is None:
            return 0.0
        return float(found.effective_time.timestamp())


def _mode(bucket: Bucket) -> str:
    config = bucket.encryption.google_managed_encryption_enforcement_config
    return ALLOWED if config is None else str(config.restriction_mode)
