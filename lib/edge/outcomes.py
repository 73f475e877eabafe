"""Outcomes: what became of batches, per tenant, day and key, for the tenant's own view.

Counts gather in the instance's memory and are written along with a session's note, at most one
document a minute for each tenant, so that a flood costs no more writes than a trickle. An
instance that dies takes at most its last minutes of counts with it; no recording is lost.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct, field

from lib.claims import Claim
from lib.days import day_of
from lib.edge.documents import Write
from lib.edge.notes import Seen
from lib.identifiers import KeyId, RandomBytes, TenantId

FLUSH_S = 60.0  # counts this old go along with a session's note
LATEST_S = 120.0  # and alone from this age, so that refusals without any note are seen as well
SHARDS = 8  # a document takes about one write a second; instances spread over shards
KEPT_DAYS = 90
REMEMBERED = 1_024  # tenant, key and day with unwritten counts


class _Counts(Struct):
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

    def refused(self, claim: Claim, code: str) -> None:
        """Count one refusal of an authenticated batch; codes are few, so memory is bounded."""
        self.count(claim.tenant, claim.key, **{f"refused_{code}": 1})

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
        self._gather(tenant, key, day_of(self._clock()), counts)

    def due(self, tenant: TenantId, age_s: float = FLUSH_S) -> list[Write]:
        """Return the tenant's writes that have waited for `age_s`, and forget their counts."""
        now = self._clock()
        names = [
            name
            for name, gathered in self._gathered.items()
            if gathered.tenant == tenant and now - gathered.since >= age_s
        ]
        return [self._write(name, self._gathered.pop(name), now) for name in names]

    def restore(self, writes: list[Write]) -> None:
        """Take back what could not be written; it waits for another FLUSH_S."""
        for write in writes:
            tenant = TenantId(write.path.split("/")[1])
            key, day = KeyId(write.set[("key",)]), write.set[("day",)]
            self._gather(tenant, key, day, {path[0]: n for path, n in write.add.items()})

    def _gather(self, tenant: TenantId, key: KeyId, day: str, counts: Mapping[str, int]) -> None:
        name = f"tenants/{tenant}/outcomes/{day}-{key}-{self._shard}"
        gathered = self._gathered.get(name)
        if gathered is None:
            gathered = self._gathered[name] = _Counts(tenant, key, day, self._clock())
            while len(self._gathered) > REMEMBERED:
                self._gathered.popitem(last=False)
        for kind, n in counts.items():
            if n:
                gathered.counts[kind] = gathered.counts.get(kind, 0) + n

    def _write(self, name: str, gathered: _Counts, now: float) -> Write:
        day = datetime.strptime(gathered.day, "%Y%m%d").replace(tzinfo=UTC)
        return Write(
            name,
            set={
                ("day",): gathered.day,
                ("key",): gathered.key,
                ("at",): datetime.fromtimestamp(now, UTC),
                ("expire_at",): day + timedelta(days=KEPT_DAYS),
            },
            add={(kind,): n for kind, n in gathered.counts.items()},
        )
