"""Sums of refused handshakes per tenant, day and key: folded by a tick, read for the console.

What handshake left in `pendingRefusals` is a claim: which tenant a key belongs to is looked up.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud.firestore import Client, DocumentReference, Increment, Transaction

from lib import transactions
from lib.identifiers import KEY_ID, TenantId, matches
from lib.refusal_reasons import COLLECTION, MAX_KEYS, REASONS

MAX_FOLDED = 100  # documents a tick: as many busy instances of handshake
KEPT_DAYS = 90  # as the outcomes of batches

Counts = dict[str, dict[str, int]]  # by key id and reason


class RefusalSums:
    """Folds pending documents into `tenants/{t}/refusals/{day}`, each exactly once."""

    def __init__(self, edge_config: Client) -> None:
        """Keep the client of the `edge-config` database."""
        self._db = edge_config

    def fold(self) -> int:
        """Fold what waits and return how many documents that were.

        The sum and the end of the document are one transaction, so a tick may die anywhere.
        """
        pending = list(self._db.collection(COLLECTION).limit(MAX_FOLDED).stream())
        for row in pending:
            transactions.run(self._db, self._folding(row.reference))
        return len(pending)

    def _folding(self, pending: DocumentReference) -> Callable[[Transaction], None]:
        def body(transaction: Transaction) -> None:
            fields = pending.get(transaction=transaction).to_dict()
            if fields is None:
                return  # another tick was quicker
            counts = _plausible(fields.get("keys"))
            keys = [self._db.document(f"sdkKeys/{key}") for key in counts]
            owners = {
                row.id: (row.to_dict() or {})["tenant"]
                for row in self._db.get_all(keys, transaction=transaction)
                if row.exists
            }
            for tenant in sorted(set(owners.values())):
                mine = {key: counts[key] for key, owner in owners.items() if owner == tenant}
                self._add(transaction, tenant, str(fields["day"]), mine)
            transaction.delete(pending)

        return body

    def _add(self, transaction: Transaction, tenant: str, day: str, counts: Counts) -> None:
        begin = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)
        sums = {
            key: {reason: Increment(n) for reason, n in reasons.items()}
            for key, reasons in counts.items()
        }
        transaction.set(
            self._db.document(f"tenants/{tenant}/refusals/{day}"),
            {"keys": sums, "expire_at": begin + timedelta(days=KEPT_DAYS)},
            merge=True,
        )


class RefusalReports:
    """One tenant's refused handshakes. It cannot be built without a tenant."""

    def __init__(self, edge_config: Client, tenant: TenantId) -> None:
        """Keep the client of the `edge-config` database and the tenant."""
        self._db = edge_config
        self._path = f"tenants/{tenant}/refusals"

    def days(self, days: list[str]) -> dict[tuple[str, str], dict[str, int]]:
        """Return counts by reason for each of `days` (YYYYMMDD) and key that has any."""
        rows = self._db.get_all([self._db.document(f"{self._path}/{day}") for day in days])
        return {
            (row.id, key): dict(reasons)
            for row in rows
            for key, reasons in ((row.to_dict() or {}).get("keys") or {}).items()
        }


def _plausible(claimed: Any) -> Counts:
    """Return the counts that handshake can have meant."""
    if not isinstance(claimed, Mapping):
        return {}
    counts = {
        key: {name: n for name in REASONS if type(n := reasons.get(name)) is int and n > 0}
        for key, reasons in list(claimed.items())[:MAX_KEYS]
        if matches(KEY_ID, key) and isinstance(reasons, Mapping)
    }
    return {key: reasons for key, reasons in counts.items() if reasons}
