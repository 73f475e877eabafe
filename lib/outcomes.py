"""Outcomes: what became of batches, per tenant, day and key, for the tenant's own view.

Counts gather in the instance's memory and are written along with a session's note, at most one
document a minute for each tenant, so that a flood costs no more writes than a trickle. An
instance that dies takes at most its last minutes of counts with it; no recording is lost.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from lib.documents import Write
from lib.identifiers import KeyId, RandomBytes, TenantId
from lib.notes import Seen

FLUSH_S = 60.0
SHARDS = 8  # a document takes about one write a second; instances spread over shards
KEPT_DAYS = 90
REMEMBERED = 1_024  # tenant, key and day with unwritten counts


@dataclass(slots=True)
class _Counts:
    """Unwritten counts of one tenant, key and day."""

    tenant: TenantId
    key: KeyId
    day: str
    since: float
    counts: dict[str, int] = field(default_factory=dict)


class Outcomes:
    """Gathers counts and hands out the writes that are due."""

    def __init__(self, clock: Callable[[], float], random: RandomBytes) -> None:
        """Choose this instance's shard; `clock` gives Unix seconds."""
        self._clock = clock
        self._shard = random(1)[0] % SHARDS
        self._gathered: OrderedDict[str, _Counts] = OrderedDict()

    def add(self, seen: Seen) -> None:
        """Count one stored or repeated batch."""
        claim = seen.claim
        if seen.repeated:
            self.count(claim.tenant, claim.key, duplicate=1)
            return
        self.count(
            claim.tenant,
            claim.key,
            accepted=1,
            bytes=seen.size,
            masked=seen.summary.masked,
            sessions=int(seen.seq == 0 and claim.handshakes == 1),
        )

    def count(self, tenant: TenantId, key: KeyId, **counts: int) -> None:
        """Add `counts` (name -> how many) to today's."""
        now = self._clock()
        day = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d")
        name = f"tenants/{tenant}/outcomes/{day}-{key}-{self._shard}"
        gathered = self._gathered.get(name)
        if gathered is None:
            gathered = self._gathered[name] = _Counts(tenant, key, day, now)
            while len(self._gathered) > REMEMBERED:
                self._gathered.popitem(last=False)
        for kind, n in counts.items():
            if n:
                gathered.counts[kind] = gathered.counts.get(kind, 0) + n

    def due(self, tenant: TenantId) -> list[Write]:
        """Return the tenant's writes whose minute is over, and forget their counts."""
        now = self._clock()
        names = [
            name
            for name, gathered in self._gathered.items()
            if gathered.tenant == tenant and now - gathered.since >= FLUSH_S
        ]
        return [self._write(name, self._gathered.pop(name)) for name in names]

    def restore(self, writes: list[Write]) -> None:
        """Take back what could not be written."""
        for write in writes:
            tenant = TenantId(write.path.split("/")[1])
            key = KeyId(write.set[("key",)])
            self.count(tenant, key, **{path[0]: n for path, n in write.add.items()})

    def _write(self, name: str, gathered: _Counts) -> Write:
        day = datetime.strptime(gathered.day, "%Y%m%d").replace(tzinfo=UTC)
        return Write(
            name,
            set={
                ("day",): gathered.day,
                ("key",): gathered.key,
                ("expire_at",): day + timedelta(days=KEPT_DAYS),
            },
            add={(kind,): n for kind, n in gathered.counts.items()},
        )
