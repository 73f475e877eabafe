"""Tombstones: visits that are over for good. Handshake and ingest refuse to go on with them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from google.cloud.firestore import Client, Transaction

from lib import transactions
from lib.identifiers import TenantId

# A visit lives 4 h and its last token 10 min 30 s; nothing can follow, so nothing need be kept.
LIVE_S = 5 * 3600
# The functions' caches live 50 s and a request 60 s at most: after that nobody writes any more.
QUIET_S = 150.0
MAX_TOMBSTONES = 2_000  # about 80 KiB of a document that every instance reads each minute


class Tombstones:
    """One tenant's tombstones, in `edge-config`."""

    def __init__(self, edge_config: Client, tenant: TenantId) -> None:
        """Keep the client of the `edge-config` database and the tenant."""
        self._db = edge_config
        self._document = edge_config.document(f"tenants/{tenant}")

    def bury(self, sessions: Iterable[str], now: float) -> None:
        """Refuse these sessions from now on; tombstones that have served their time go.

        If there would be too many, every visit that began before now is ended instead.
        """
        fresh = dict.fromkeys(sessions, int(now) + LIVE_S)

        def change(fields: dict[str, Any]) -> dict[str, Any]:
            kept = {
                name: until
                for name, until in fields.get("tombstones", {}).items()
                if until > now or name in fresh
            }
            if len(kept | fresh) > MAX_TOMBSTONES:
                return _ended(fields, round(now * 1000))
            return {"tombstones": kept | fresh}

        self._change(change, now)

    def end_before(self, moment_ms: int, now: float) -> None:
        """Refuse every visit that began before `moment_ms` (Unix ms)."""
        self._change(lambda fields: _ended(fields, moment_ms), now)

    def _change(self, change: Any, now: float) -> None:
        def body(transaction: Transaction) -> None:
            fields = self._document.get(transaction=transaction).to_dict()
            if fields is not None:
                changes = {**change(fields), "updated": datetime.fromtimestamp(now, UTC)}
                transaction.update(self._document, changes)

        transactions.run(self._db, body)


def _ended(fields: dict[str, Any], moment_ms: int) -> dict[str, Any]:
    return {"ended_before_ms": max(moment_ms, fields.get("ended_before_ms", 0))}
