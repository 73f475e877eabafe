"""The ledger: every erasure that was ordered, what was found, and its receipt.

It outlives what it tells about, so that a database restored from a backup is erased again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from google.cloud.firestore import Client, FieldFilter, Query, Transaction

from lib import operations, transactions
from lib.erasures import subjects
from lib.erasures.subjects import Subject
from lib.errors import NotFound
from lib.identifiers import OPERATION, OperationId, SessionId, TenantId, matches
from lib.operations import Operation

MAX_SHOWN = 100  # in one answer; older ones are found by their ids


@dataclass(frozen=True, slots=True)
class Entry:
    """One erasure. `facts` are what the operation found; complete once `done_ms` is set."""

    id: OperationId
    subject: Subject
    by: str
    ordered: datetime
    facts: Mapping[str, Any]
    done_ms: int | None
    receipt: str | None
    replay_of: str | None


class Ledger:
    """One tenant's erasures, in the `console` database."""

    def __init__(self, console: Client, tenant: TenantId) -> None:
        """Keep the client of the `console` database and the tenant."""
        self._db = console
        self._path = f"tenants/{tenant}/erasures"

    def begin(self, operation: Operation) -> bool:
        """Store `operation` and its entry together; say False if it is there already."""
        entry, work = self._at(operation.id), self._db.document(f"operations/{operation.id}")

        def body(transaction: Transaction) -> bool:
            if entry.get(transaction=transaction).exists:
                return False
            transaction.create(work, operations.new_fields(operation))
            transaction.create(
                entry,
                {
                    **subjects.of(operation.input).fields(),
                    "by": operation.input["by"],
                    "replay_of": operation.input.get("replay_of"),
                    "ordered": operation.created,
                    "facts": {},
                    "done_ms": None,
                    "receipt": None,
                },
            )
            return True

        return transactions.run(self._db, body)

    def get(self, operation: str) -> Entry:
        """Return the erasure with this id (untrusted).

        Raises: NotFound.
        """
        if not matches(OPERATION, operation):
            raise NotFound("no such erasure")
        fields = self._at(operation).get().to_dict()
        if fields is None:
            raise NotFound("no such erasure")
        return _parse(operation, fields)

    def newest(self, limit: int = MAX_SHOWN) -> list[Entry]:
        """Return the newest erasures."""
        rows = self._db.collection(self._path).order_by("ordered", direction=Query.DESCENDING)
        return [_parse(row.id, row.to_dict() or {}) for row in rows.limit(limit).stream()]

    def names(self, session: SessionId) -> bool:
        """Say whether an erasure of exactly this visit was ordered."""
        rows = self._db.collection(self._path).where(filter=FieldFilter("session", "==", session))
        return any(True for _ in rows.select([]).limit(1).stream())

    def originals(self) -> list[Entry]:
        """Return every erasure that is not itself a replay, oldest first."""
        rows = self._db.collection(self._path).order_by("ordered").stream()
        found = (_parse(row.id, row.to_dict() or {}) for row in rows)
        return [entry for entry in found if entry.replay_of is None]

    def note(self, operation: OperationId, facts: Mapping[str, Any]) -> None:
        """Keep what was found."""
        self._at(operation).update({"facts": dict(facts)})

    def conclude(self, operation: OperationId, now: float) -> None:
        """Say that nothing is left; a second call keeps the first one's time."""
        document = self._at(operation)

        def body(transaction: Transaction) -> None:
            fields = document.get(transaction=transaction).to_dict() or {}
            if fields.get("done_ms") is None:
                transaction.update(document, {"done_ms": round(now * 1000)})

        transactions.run(self._db, body)

    def keep_receipt(self, operation: OperationId, receipt: str) -> str:
        """Keep the receipt unless there is one; return the one that is kept."""
        document = self._at(operation)

        def body(transaction: Transaction) -> str:
            known: str | None = (document.get(transaction=transaction).to_dict() or {})["receipt"]
            if known is None:
                transaction.update(document, {"receipt": receipt})
            return known or receipt

        return transactions.run(self._db, body)

    def _at(self, operation: str) -> Any:
        return self._db.document(f"{self._path}/{operation}")


def _parse(operation: str, fields: Mapping[str, Any]) -> Entry:
    return Entry(
        id=OperationId(operation),
        subject=subjects.of(fields),
        by=fields["by"],
        ordered=fields.get("ordered", datetime.fromtimestamp(0, UTC)),
        facts=fields["facts"],
        done_ms=fields["done_ms"],
        receipt=fields["receipt"],
        replay_of=fields.get("replay_of"),
    )
