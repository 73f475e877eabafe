"""One tenant's outcomes, read: what became of batches per day and key, summed over shards."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from google.cloud.firestore import Client
from google.cloud.firestore_v1.base_query import FieldFilter

from lib.identifiers import TenantId

MAX_DAYS = 31  # a month at a glance
DEFAULT_DAYS = 7
MAX_DOCUMENTS = 10_000  # 31 days of 20 keys in 8 shards are 4,960
COUNTS = ("accepted", "bytes", "duplicate", "masked", "sessions")
REFUSED = "refused_"


@dataclass(slots=True)
class Sum:
    """What became of one key's batches on one UTC day."""

    day: str  # YYYYMMDD
    key: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    refused: dict[str, int] = field(default_factory=dict)

    def add(self, fields: dict[str, object]) -> None:
        """Add the counts of one shard's document."""
        for name, value in fields.items():
            if not isinstance(value, int):
                continue
            if name in self.counts:
                self.counts[name] += value
            elif name.startswith(REFUSED):
                code = name.removeprefix(REFUSED)
                self.refused[code] = self.refused.get(code, 0) + value


class OutcomeReports:
    """One tenant's outcomes. It cannot be built without a tenant, so it cannot cross one."""

    def __init__(self, index: Client, tenant: TenantId, *, clock: Callable[[], float]) -> None:
        """Keep the client of the `edge-index` database. `clock` gives Unix seconds."""
        self._db = index
        self._tenant = tenant
        self._clock = clock

    def days(self, count: int) -> list[str]:
        """Return the last `count` UTC days as YYYYMMDD, the oldest first."""
        today = datetime.fromtimestamp(self._clock(), UTC)
        return [(today - timedelta(days=n)).strftime("%Y%m%d") for n in reversed(range(count))]

    def sums(self, count: int) -> list[Sum]:
        """Return a sum for each day and key that had any outcome, by day and key."""
        days = self.days(count)
        rows = (
            self._db.collection(f"tenants/{self._tenant}/outcomes")
            .where(filter=FieldFilter("day", ">=", days[0]))
            .where(filter=FieldFilter("day", "<=", days[-1]))
            .order_by("day", direction="DESCENDING")
            .limit(MAX_DOCUMENTS)
            .stream()
        )
        found: dict[tuple[str, str], Sum] = {}
        for row in rows:
            fields = row.to_dict() or {}
            name = (fields["day"], fields["key"])
            found.setdefault(name, Sum(*name)).add(fields)
        return [found[name] for name in sorted(found)]
