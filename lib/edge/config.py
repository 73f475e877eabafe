"""What the public functions know of tenants, keys and policies: cached reads of `edge-config`.

An entry lives CACHE_S, found or not, so a revocation or a tightened policy binds within a minute.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Generic, TypeVar

from lib.edge.documents import Documents
from lib.identifiers import KeyId, TenantId, base32
from lib.policies import Policy, parse_document
from lib.tenants import KeyRecord, Tenant, parse_key, parse_tenant

CACHE_S = 50.0  # under the promised 60 s by the longest time that one request may take to answer
CACHED_ENTRIES = 20_000  # of each kind, about 1 KiB each

V = TypeVar("V")


class Cache(Generic[V]):
    """Values by name, each kept CACHE_S; concurrent readers of one name share one look-up."""

    def __init__(
        self,
        read: Callable[[str], Awaitable[V | None]],
        clock: Callable[[], float],
        room: int = CACHED_ENTRIES,
    ) -> None:
        """Keep `read`, the look-up behind the cache, and `clock` (monotonic or Unix s)."""
        self._read = read
        self._clock = clock
        self._room = room
        self._kept: OrderedDict[str, tuple[float, V | None]] = OrderedDict()
        self._reading: dict[str, asyncio.Future[V | None]] = {}

    async def get(self, name: str) -> V | None:
        """Return the value, or None if there is none; a failed look-up raises and is not kept."""
        kept = self._kept.get(name)
        if kept and self._clock() < kept[0]:
            return kept[1]
        reading = self._reading.get(name)
        if reading is None:
            reading = asyncio.ensure_future(self._fill(name))
            self._reading[name] = reading
            reading.add_done_callback(lambda done: self._settled(name, done))
        return await asyncio.shield(reading)

    def _settled(self, name: str, reading: "asyncio.Future[V | None]") -> None:
        del self._reading[name]
        if not reading.cancelled():
            reading.exception()  # looked at: asyncio would log one whose readers all left

    async def _fill(self, name: str) -> V | None:
        until = self._clock() + CACHE_S  # counted from before the read: never older than this
        value = await self._read(name)
        self._kept[name] = (until, value)
        self._kept.move_to_end(name)
        while len(self._kept) > self._room:
            self._kept.popitem(last=False)
        return value


class EdgeConfig:
    """Reads `edge-config` through its caches."""

    def __init__(self, documents: Documents, clock: Callable[[], float]) -> None:
        """Keep the database; `clock` gives seconds."""
        self._documents = documents
        self._tenants = Cache(self._read_tenant, clock)
        self._keys = Cache(self._read_key, clock)
        self._policies = Cache(self._read_policy, clock)

    async def tenant(self, tenant: TenantId) -> Tenant | None:
        """Return the tenant, or None. Raises: Unavailable."""
        return await self._tenants.get(tenant)

    async def key(self, key: KeyId) -> KeyRecord | None:
        """Return the key's record, or None. Raises: Unavailable."""
        return await self._keys.get(key)

    async def policy(self, tenant: TenantId, version: int) -> Policy | None:
        """Return one version of the tenant's policy, or None. Raises: Unavailable."""
        return await self._policies.get(f"{tenant}-{version}")

    async def _read_tenant(self, name: str) -> Tenant | None:
        fields = await self._documents.get(f"tenants/{name}")
        return parse_tenant(TenantId(name), fields) if fields else None

    async def _read_key(self, name: str) -> KeyRecord | None:
        fields = await self._documents.get(f"sdkKeys/{name}")
        return parse_key(KeyId(name), fields) if fields else None

    async def _read_policy(self, name: str) -> Policy | None:
        fields = await self._documents.get(f"policies/{name}")
        return parse_document(fields["document"]) if fields else None


def decoy_tenant(key: KeyId) -> TenantId:
    """Return a tenant id that does not exist, so that an unknown key costs the same reads."""
    return TenantId("tn_" + base32(sha256(key.encode()).digest())[:16])
