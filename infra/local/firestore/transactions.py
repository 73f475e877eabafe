"""Optimistic transactions: a commit is refused if anything that was read has changed since.

Production locks what a transaction reads; either way the loser of a race is told ABORTED and must
start again, and this is what clients have to handle.
Source: https://cloud.google.com/firestore/docs/transaction-data-contention
"""

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from infra.local.firestore.errors import Code, Refused, invalid, not_offered
from infra.local.firestore.queries import Query
from infra.local.firestore.store import Record, Store

LIFETIME_S = 270  # https://cloud.google.com/firestore/quotas#writes_and_transactions
ID_BYTES = 16

Versions = list[tuple[str, int]]


@dataclass(slots=True)
class Transaction:
    """What one transaction has seen."""

    database: str
    expires: float
    documents: dict[str, int | None] = field(default_factory=dict)
    queries: list[tuple[Query, Versions]] = field(default_factory=list)

    def saw(self, name: str, record: Record | None) -> None:
        """Note a document that was read, or its absence."""
        self.documents.setdefault(name, None if record is None else record.version)

    def saw_query(self, query: Query, records: Iterable[Record]) -> None:
        """Note a query's whole answer, so that a document that joins it counts as a change."""
        self.queries.append((query, _versions(records)))

    def require_unchanged(self, store: Store) -> None:
        """Refuse if any read would now answer otherwise.

        Raises: Refused: ABORTED.
        """
        for name, version in self.documents.items():
            record = store.get(name)
            if (None if record is None else record.version) != version:
                raise _contention()
        if any(_versions(query.run(store)) != seen for query, seen in self.queries):
            raise _contention()


class Transactions:
    """The open transactions."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._open: dict[bytes, Transaction] = {}

    def begin(self, database: str, options: Any) -> bytes:
        """Open a transaction and return its id.

        Args: options: a TransactionOptions message.
        """
        if options.HasField("read_only"):
            raise not_offered("read-only transactions")
        now = self._clock()
        self._open = {key: each for key, each in self._open.items() if each.expires > now}
        key = os.urandom(ID_BYTES)
        self._open[key] = Transaction(database, now + LIFETIME_S)
        return key

    def get(self, key: bytes, database: str) -> Transaction:
        """Return an open transaction.

        Raises: Refused: INVALID_ARGUMENT if it has ended, or is another database's.
        """
        found = self._open.get(key)
        if found is None or found.database != database or found.expires <= self._clock():
            raise invalid("The referenced transaction has expired or is no longer valid.")
        return found

    def end(self, key: bytes, database: str) -> Transaction:
        """Close a transaction and return what it saw."""
        found = self.get(key, database)
        del self._open[key]
        return found


def _versions(records: Iterable[Record]) -> Versions:
    return [(each.document.name, each.version) for each in records]


def _contention() -> Refused:
    return Refused(Code.ABORTED, "Too much contention on these documents. Please try again.")
