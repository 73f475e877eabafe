"""Operations: long work as a document with a step, a cursor and a lease.

No function works after its response, so whoever holds the lease does some of the work inside a
request and leaves the rest to the next. A holder that died is replaced when its lease ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from google.api_core.exceptions import AlreadyExists
from google.cloud.firestore import Client, FieldFilter, Transaction

from lib import transactions
from lib.errors import NotFound
from lib.identifiers import OPERATION, OperationId, RandomBytes, TenantId, matches, random_base32

LEASE_S = 90  # longer than a tick's 50 s and its last call's deadline, so two never work at once
CANDIDATES = 8  # due operations looked at per claim: another tick may hold the first ones
OPEN = ("pending", "running")
MAX_COUNTED = 1_000  # pending operations that an answer counts


class LeaseLost(Exception):
    """Another tick took this operation over; whatever we did, it will find done."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as it was claimed. `owner` is the lease that writes must still hold."""

    id: OperationId
    kind: str
    tenant: TenantId
    step: str
    cursor: str
    state: str
    attempts: int
    error: str | None
    created: datetime
    input: Mapping[str, Any]
    owner: str
    done: int = 0
    total: int | None = None  # of whatever the kind counts; None until it is known


class Operations:
    """Every operation, in the `console` database."""

    def __init__(self, console: Client, *, random: RandomBytes) -> None:
        """Keep the client of the `console` database."""
        self._db = console
        self._random = random

    def start(self, operation: Operation) -> bool:
        """Store a new operation; say False if one with this id exists, which stays as it is."""
        try:
            self._at(operation.id).create(new_fields(operation))
        except AlreadyExists:
            return False
        return True

    def get(self, operation: str) -> Operation:
        """Return the operation with this id (untrusted).

        Raises: NotFound.
        """
        if not matches(OPERATION, operation):
            raise NotFound("no such operation")
        fields = self._at(OperationId(operation)).get().to_dict()
        if fields is None:
            raise NotFound("no such operation")
        return parse(OperationId(operation), fields)

    def get_many(self, operations: Sequence[OperationId]) -> dict[OperationId, Operation]:
        """Return those of `operations` that exist, in one request."""
        references = [self._at(each) for each in operations]
        found = self._db.get_all(references) if references else ()
        return {
            OperationId(row.id): parse(OperationId(row.id), row.to_dict() or {})
            for row in found
            if row.exists
        }

    def claim(self, now: float) -> Operation | None:
        """Lease the operation that has been due for longest, or return None."""
        for row in self._due(now, CANDIDATES):
            claimed = self._take(OperationId(row.id), now)
            if claimed is not None:
                return claimed
        return None

    def next_due(self) -> float | None:
        """Return when (Unix s) the next operation can be claimed, or None if none is open."""
        # The filter leaves out closed operations, whose `lease_until` is null.
        open_ones = self._db.collection("operations").where(
            filter=FieldFilter("lease_until", ">", _time(0))
        )
        rows = open_ones.order_by("lease_until").limit(1).stream()
        return next((row.get("lease_until").timestamp() for row in rows), None)

    def pending(self) -> int:
        """Return how many operations are open, up to MAX_COUNTED."""
        rows = (
            self._db.collection("operations")
            .where(filter=FieldFilter("state", "in", list(OPEN)))
            .select(["state"])
            .limit(MAX_COUNTED)
        )
        return sum(1 for _ in rows.stream())

    def advance(self, operation: Operation, step: str, cursor: str, now: float) -> Operation:
        """Record that the work stands at `step` and `cursor`, and renew the lease.

        Raises: LeaseLost.
        """
        self._write(operation, {"step": step, "cursor": cursor, "attempts": 0, "error": None}, now)
        return replace(operation, step=step, cursor=cursor, attempts=0)

    def count(
        self, operation: Operation, now: float, *, done: int, total: int | None = None
    ) -> None:
        """Record how much of the work is done, for whoever watches, and renew the lease.

        Args: total: how much there is; None leaves it as it was.
        Raises: LeaseLost.
        """
        self._write(operation, {"done": done, **({} if total is None else {"total": total})}, now)

    def postpone(
        self, operation: Operation, until: float, now: float, *, error: str | None
    ) -> None:
        """Give the lease back; nobody claims the operation before `until` (Unix s).

        Raises: LeaseLost.
        """
        changes = {"lease_until": _time(until), "lease_owner": None, "error": error}
        self._write(operation, {**changes, "attempts": operation.attempts}, now)

    def finish(self, operation: Operation, now: float) -> None:
        """Record that the work is done.

        Raises: LeaseLost.
        """
        self._close(operation, "done", None, now)

    def fail(self, operation: Operation, error: str, now: float) -> None:
        """Record that the work cannot be done; `error` is a refusal's code.

        Raises: LeaseLost.
        """
        self._close(operation, "failed", error, now)

    def _close(self, operation: Operation, state: str, error: str | None, now: float) -> None:
        # Without `lease_until` the document leaves the index that `claim` reads.
        closed = {"state": state, "error": error, "lease_until": None, "lease_owner": None}
        self._write(operation, closed, now)

    def _write(self, operation: Operation, changes: Mapping[str, Any], now: float) -> None:
        document = self._at(operation.id)

        def body(transaction: Transaction) -> None:
            current = document.get(transaction=transaction).to_dict()
            if current is None or current["lease_owner"] != operation.owner:
                raise LeaseLost(operation.id)
            lease = {"lease_until": _time(now + LEASE_S), "updated": _time(now)}
            transaction.update(document, {**lease, **changes})

        transactions.run(self._db, body)

    def _take(self, operation: OperationId, now: float) -> Operation | None:
        document = self._at(operation)
        owner = random_base32(16, self._random)

        def body(transaction: Transaction) -> Operation | None:
            fields = document.get(transaction=transaction).to_dict()
            if fields is None or fields["lease_until"] is None:
                return None
            if fields["lease_until"] > _time(now):
                return None
            changes = {
                "state": "running",
                "lease_owner": owner,
                "lease_until": _time(now + LEASE_S),
                "attempts": fields["attempts"] + 1,
                "updated": _time(now),
            }
            transaction.update(document, changes)
            return parse(operation, {**fields, **changes})

        return transactions.run(self._db, body)

    def _due(self, now: float, limit: int) -> list[Any]:
        query = self._db.collection("operations").where(
            filter=FieldFilter("lease_until", "<=", _time(now))
        )
        return list(query.order_by("lease_until").limit(limit).stream())

    def _at(self, operation: OperationId) -> Any:
        return self._db.document(f"operations/{operation}")


def new_fields(operation: Operation) -> dict[str, Any]:
    """Return the document of an operation that nobody has claimed yet."""
    return {
        "kind": operation.kind,
        "tenant": operation.tenant,
        "step": operation.step,
        "cursor": "",
        "state": "pending",
        "lease_until": operation.created,
        "lease_owner": None,
        "attempts": 0,
        "error": None,
        "done": 0,
        "total": None,
        "created": operation.created,
        "updated": operation.created,
        "input": dict(operation.input),
    }


def pending(
    operation: OperationId,
    kind: str,
    tenant: TenantId,
    step: str,
    given: Mapping[str, Any],
    *,
    now: float,
) -> Operation:
    """Return an operation that has not begun. Args: step: the first. given: its input."""
    return Operation(
        id=operation,
        kind=kind,
        tenant=tenant,
        step=step,
        cursor="",
        state="pending",
        attempts=0,
        error=None,
        created=_time(now),
        input=given,
        owner="",
    )


def _time(unix_s: float) -> datetime:
    return datetime.fromtimestamp(unix_s, UTC)


def parse(operation: OperationId, fields: Mapping[str, Any]) -> Operation:
    """Return the operation in an `operations/{operation}` document's fields."""
    return Operation(
        id=operation,
        kind=fields["kind"],
        tenant=TenantId(fields["tenant"]),
        step=fields["step"],
        cursor=fields["cursor"],
        state=fields["state"],
        attempts=fields["attempts"],
        error=fields["error"],
        created=fields["created"],
        input=fields["input"],
        owner=fields["lease_owner"] or "",
        done=fields.get("done", 0),
        total=fields.get("total"),
    )
