"""Usages: what each tenant used of its day, summed by a tick for the public functions to compare.

Ingest writes counts into `outcomes` shards, which neither public function reads; this sum goes
into the tenant's own document, which both read through their caches anyway.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from google.api_core.exceptions import NotFound
from google.cloud.firestore import Client, FieldFilter

from lib.days import day_of
from lib.identifiers import TENANT, matches

# Tenants whose counts changed this recently are summed: several ticks may fail in between.
RECENT = timedelta(minutes=5)
# What each batch counts besides its bytes: an object of 20 bytes costs a write of an object as well
# ($5 a million, the storage of 4 KiB for 5 years), so a flood of tiny ones must use up a day too.
BATCH_BYTES = 4 * 1024
MAX_ROWS = 5_000  # of one tick: a thousand busy tenants with 5 instances each


class Usages:
    """Sums the day's outcomes of tenants with activity."""

    def __init__(self, edge_index: Client, edge_config: Client, clock: Callable[[], float]) -> None:
        """Keep the clients of both databases; `clock` gives Unix s."""
        self._index = edge_index
        self._config = edge_config
        self._clock = clock

    def refresh(self) -> int:
        """Write `usage` of every tenant with recent activity; return how many were written.

        Sums are taken anew each time, so a tick that fails or runs twice changes nothing.
        """
        now = self._clock()
        tenants = self._recently_active(now)
        for tenant in tenants:
            self._write(tenant, day_of(now))
        return len(tenants)

    def _recently_active(self, now: float) -> list[str]:
        since = datetime.fromtimestamp(now, UTC) - RECENT
        rows = (
            self._index.collection_group("outcomes")
            .where(filter=FieldFilter("at", ">=", since))
            .select([])
            .limit(MAX_ROWS)
            .stream()
        )
        found = {row.reference.parent.parent.id for row in rows}
        return sorted(tenant for tenant in found if matches(TENANT, tenant))

    def _write(self, tenant: str, day: str) -> None:
        rows = (
            self._index.collection(f"tenants/{tenant}/outcomes")
            .where(filter=FieldFilter("day", "==", day))
            .select(["sessions", "bytes", "accepted", "duplicate"])
            .stream()
        )
        counts = [row.to_dict() or {} for row in rows]
        total = {
            name: sum(each.get(name, 0) for each in counts)
            for name in ("sessions", "bytes", "accepted", "duplicate")
        }
        batches = total["accepted"] + total["duplicate"]
        usage = {
            "day": day,
            "sessions": total["sessions"],
            "bytes": total["bytes"] + batches * BATCH_BYTES,
        }
        try:
            self._config.document(f"tenants/{tenant}").update({"usage": usage})
        except NotFound:
            return  # retired meanwhile
