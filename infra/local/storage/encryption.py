"""Which key seals an object, and whether Cloud KMS lets Cloud Storage use it.

Nothing is encrypted: keys are named, their state and permissions are asked of the KMS stand-in for
every read and write, and a refusal looks like Google's.

Source: https://docs.cloud.google.com/storage/docs/encryption/customer-managed-keys,
https://docs.cloud.google.com/storage/docs/encryption/enforce-encryption-types
"""

import asyncio
from typing import Literal
from urllib.parse import quote

from infra.local.identity.projects import STORAGE_AGENT
from infra.local.storage.errors import Problem, invalid, unmet
from infra.local.wire.clients import Client
from infra.local.wire.clocks import Clock, rfc3339, unix_ms
from infra.local.wire.messages import Json

# A KMS stand-in on the same machine that does not answer by then is gone, seconds.
_KMS_DEADLINE_S = 5

_CONFIGS = {
    "google": "googleManagedEncryptionEnforcementConfig",
    "customer": "customerManagedEncryptionEnforcementConfig",
    "supplied": "customerSuppliedEncryptionEnforcementConfig",
}
# Multi-regions are named differently by the two services.
_KMS_LOCATION = {"US": "us", "EU": "europe", "ASIA": "asia"}

Use = Literal["encrypt", "decrypt"]


class Keys:
    """Cloud KMS as Cloud Storage sees it. Without an address every key can be used."""

    def __init__(self, url: str | None) -> None:
        self._client = Client(url) if url else None

    async def require(self, name: str, use: Use) -> str:
        """The key version that `use` works with.

        Args: name: of a key, or of one version of it.
        Raises: Problem: 403 the agent may not use it or it does not exist; 400 it is disabled or
        destroyed; 503 Cloud KMS cannot be reached.
        """
        key, _, version = name.partition("/cryptoKeyVersions/")
        if self._client is None:
            return f"{key}/cryptoKeyVersions/{version or '1'}"
        answer = await self._ask(self._client, name, use)
        if not answer["permitted"]:
            raise Problem(
                403,
                "forbidden",
                "Permission denied on Cloud KMS key. Please ensure that your Cloud Storage "
                "service account has been authorized to use this key.",
            )
        if answer["state"] != "ENABLED":
            raise Problem(
                400,
                "cloudKmsDisabledKey",
                "Cloud KMS key is disabled, destroyed, or scheduled to be destroyed.",
            )
        return str(answer["version"])

    async def _ask(self, client: Client, name: str, use: Use) -> Json:
        target = f"/_standin/key?name={quote(name, safe='')}&use={use}&account={STORAGE_AGENT}"
        try:
            async with asyncio.timeout(_KMS_DEADLINE_S):
                return await client.get(target)
        except (OSError, TimeoutError, ValueError) as error:
            raise Problem(503, "backendError", "Cloud KMS cannot be reached.") from error


def check_location(bucket: Json, key: str) -> None:
    """A key must lie where its bucket lies. Raises: Problem: 400."""
    location = bucket["location"]
    expected = _KMS_LOCATION.get(location, location.lower())
    parts = key.split("/")
    if len(parts) < 8 or parts[::2][:4] != ["projects", "locations", "keyRings", "cryptoKeys"]:
        raise Problem(400, "cloudKmsBadKey", f"Bad Cloud KMS key: {key}")
    if parts[3] != expected:
        raise Problem(
            400,
            "cloudKmsKeyLocationNotAllowed",
            f"Cloud KMS key location not allowed: the bucket is in {location}, "
            f"the key in {parts[3]}.",
        )


def stamp(encryption: Json, before: Json, clock: Clock, delay_ms: int) -> None:
    """Give each restriction that is new its effective time, which only the service sets.

    Raises: Problem: 400, an unknown restriction mode.
    """
    for field in _CONFIGS.values():
        config = encryption.get(field)
        if config is None:
            continue
        if config.get("restrictionMode") not in ("FullyRestricted", "NotRestricted"):
            raise invalid(f"{field}.restrictionMode is FullyRestricted or NotRestricted")
        old = before.get(field, {})
        same = old.get("restrictionMode") == config["restrictionMode"]
        config["effectiveTime"] = (
            old["effectiveTime"] if same else rfc3339(clock.now_ms() + delay_ms)
        )


def require_allowed(
    bucket: Json, kind: Literal["google", "customer", "supplied"], now: int
) -> None:
    """Refuse a new object of a kind of encryption that the bucket forbids. Raises: Problem: 412."""
    config = bucket.get("encryption", {}).get(_CONFIGS[kind], {})
    if (
        config.get("restrictionMode") == "FullyRestricted"
        and unix_ms(config["effectiveTime"]) <= now
    ):
        raise unmet(f"the bucket's encryption enforcement restricts {kind} keys: {_CONFIGS[kind]}")


def key_of(bucket: Json, named: str | None) -> str | None:
    """The key for a new object: the request's, else the bucket's default, else None."""
    key: str | None = named or bucket.get("encryption", {}).get("defaultKmsKeyName")
    return key
