"""A tenant's seal change: one at a time, and its owner may call it off until it is decided."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from google.cloud.firestore import Client, Transaction

from lib import operations, transactions
from lib.errors import NotFound, Refusal
from lib.identifiers import OperationId, TenantId
from lib.operations import OPEN, Operation


class SealBusy(Refusal):
    """Another change of this tenant's seal is under way."""

    status, code = HTTPStatus.CONFLICT, "seal_busy"


class SealAborted(Refusal):
    """The owner called the change off; the seal is what it was."""

    status, code = HTTPStatus.CONFLICT, "seal_aborted"


class SealDecided(Refusal):
    """The bucket's default key has changed, or is about to: going back is a change of its own."""

    status, code = HTTPStatus.CONFLICT, "seal_decided"


class SealChanges:
    """One tenant's seal changes, of which `sealChanges/{tenant}` names the newest."""

    def __init__(self, console: Client, tenant: TenantId) -> None:
        """Keep the client of the `console` database and the tenant."""
        self._db = console
        self._newest = console.document(f"sealChanges/{tenant}")

    def newest(self) -> tuple[Operation, Mapping[str, Any]] | None:
        """Return the newest change with what was noted about it, or None."""
        noted = self._newest.get().to_dict()
        if noted is None:
            return None
        fields = self._at(noted["operation"]).get().to_dict()
        if fields is None:
            return None
        return operations.parse(OperationId(noted["operation"]), fields), noted

    def begin(self, operation: Operation) -> None:
        """Store `operation`, unless another change is under way.

        Raises: SealBusy.
        """

        def body(transaction: Transaction) -> None:
            noted = self._newest.get(transaction=transaction).to_dict()
            known = noted and self._at(noted["operation"]).get(transaction=transaction).to_dict()
            if known and known["state"] in OPEN:
                raise SealBusy("another change of the seal is under way")
            transaction.create(self._at(operation.id), operations.new_fields(operation))
            fresh = {"operation": operation.id, "decided": False, "aborted": False}
            transaction.set(self._newest, fresh)

        transactions.run(self._db, body)

    def abort(self, now: float) -> None:
        """Call the open change off; its operation clears up at its next turn, which is now.

        Raises: NotFound: none is under way. SealDecided.
        """

        def body(transaction: Transaction) -> None:
            noted = self._newest.get(transaction=transaction).to_dict()
            known = noted and self._at(noted["operation"]).get(transaction=transaction).to_dict()
            if not noted or not known or known["state"] not in OPEN:
                raise NotFound("no change of the seal is under way")
            if noted["decided"]:
                raise SealDecided("the seal has changed: going back is another change")
            transaction.update(self._newest, {"aborted": True})
            if known["lease_owner"] is None:  # it waits, perhaps for hours: wake it
                due = {"lease_until": datetime.fromtimestamp(now, UTC)}
                transaction.update(self._at(noted["operation"]), due)

        transactions.run(self._db, body)

    def decide(self, operation: OperationId) -> None:
        """Pass the point after which the change cannot be called off.

        Raises: SealAborted.
        """

        def body(transaction: Transaction) -> None:
            noted = self._newest.get(transaction=transaction).to_dict() or {}
            if noted.get("operation") != operation or noted["aborted"]:
                raise SealAborted("the change was called off")
            transaction.update(self._newest, {"decided": True})

        transactions.run(self._db, body)

    def check(self, operation: OperationId) -> None:
        """Refuse to go on with a change that was called off.

        Raises: SealAborted.
        """
        if self.noted(operation).get("aborted", True):
            raise SealAborted("the change was called off")

    def noted(self, operation: OperationId) -> Mapping[str, Any]:
        """Return what was noted about this change; nothing if it is not the newest."""
        noted = self._newest.get().to_dict() or {}
        return noted if noted.get("operation") == operation else {}

    def note(self, operation: OperationId, facts: Mapping[str, Any]) -> None:
        """Keep facts about the change for whoever watches it."""
        if self.noted(operation):
            self._newest.update(dict(facts))

    def _at(self, operation: str) -> Any:
        return self._db.document(f"operations/{operation}")
