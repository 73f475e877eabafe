"""Tenants as the public functions see them: state, bucket, limits, key and policy documents."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from lib.identifiers import KeyId, SessionId, TenantId
from lib.seals import GOOGLE_MANAGED, Seal, parse_seal

SESSIONS_PER_DAY = 100_000  # default quota; an operator raises it per tenant
BYTES_PER_DAY = 50 * 1024**3  # default quota: about a dollar of storage a month for each day
SESSION_BYTES = 256 * 1024**2  # default: a 4 h session of a heavy page measured 40 MiB
SESSION_BATCHES = 4_320  # default: 4 h of batches at one every 10 s, three tabs


class Quotas(Struct, frozen=True):
    """What one tenant may use. Days are UTC; bytes are compressed, as stored."""

    sessions_per_day: int = SESSIONS_PER_DAY
    bytes_per_day: int = BYTES_PER_DAY
    session_bytes: int = SESSION_BYTES
    session_batches: int = SESSION_BATCHES


class Usage(Struct, frozen=True):
    """What one tenant used of a day, as `usages` last summed it; a minute or two behind."""

    day: str = ""  # UTC, YYYYMMDD
    sessions: int = 0
    bytes: int = 0


class Tenant(Struct, frozen=True):
    """One customer. Frozen: a change is a new document, read within the cache's life."""

    id: TenantId
    name: str
    state: str
    bucket: str
    location: str
    policy_version: int
    retention_days: int
    epoch: int
    quotas: Quotas = Quotas()
    tombstones: Mapping[SessionId, int] = field(default_factory=dict)
    usage: Usage = Usage()
    seal: Seal = GOOGLE_MANAGED
    ended_before_ms: int = 0  # visits that began before this are over

    @property
    def active(self) -> bool:
        """Say whether this tenant may record."""
        return self.state == "active"

    def buried(self, session: SessionId, start_ms: int) -> bool:
        """Say whether this visit (its start in Unix ms) was erased and may not go on."""
        return session in self.tombstones or start_ms < self.ended_before_ms


class KeyRecord(Struct, frozen=True):
    """A stored SDK key: whose it is, and where it may be used."""

    id: KeyId
    tenant: TenantId
    hash: bytes
    origins: tuple[str, ...]
    epoch: int
    state: str
    expires_at: datetime | None = None
    assertion_key: str | None = None

    def live(self, now_s: float) -> bool:
        """Say whether the key works at `now_s` (Unix seconds)."""
        expired = self.expires_at is not None and self.expires_at.timestamp() <= now_s
        return self.state == "active" and not expired


def parse_tenant(tenant: TenantId, fields: Mapping[str, Any]) -> Tenant:
    """Return the tenant in a `tenants/{tenant}` document's fields (docs/data-model.md)."""
    return Tenant(
        id=tenant,
        name=fields["name"],
        state=fields["state"],
        bucket=fields.get("bucket", ""),
        location=fields["location"],
        policy_version=fields.get("policy_version", 0),
        retention_days=fields["retention_days"],
        epoch=fields["epoch"],
        quotas=Quotas(**fields.get("quotas", {})),
        tombstones=fields.get("tombstones", {}),
        usage=Usage(**fields.get("usage", {})),
        seal=parse_seal(fields.get("seal")),
        ended_before_ms=fields.get("ended_before_ms", 0),
    )


def parse_key(key: KeyId, fields: Mapping[str, Any]) -> KeyRecord:
    """Return the key in an `sdkKeys/{keyId}` document's fields (docs/data-model.md)."""
    return KeyRecord(
        id=key,
        tenant=TenantId(fields["tenant"]),
        hash=fields["hash"],
        origins=tuple(fields["origins"]),
        epoch=fields["epoch"],
        state=fields["state"],
        expires_at=fields.get("expires_at"),
        assertion_key=fields.get("assertion_key"),
    )
