"""Tenants' states: provisioning, active, suspended, retiring, retired; and what leads where."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from google.cloud.firestore import Client, Transaction

from lib import transactions
from lib.errors import Refusal
from lib.identifiers import TenantId

# State -> the states that it may be reached from.
BEFORE = {
    "suspended": ("active",),
    "active": ("suspended",),
    "retiring": ("suspended",),  # never straight from active: the customer is told first
    "retired": ("retiring",),
}
CLOSING = ("suspended", "retiring")  # tokens given out before die: the epoch is raised


class TenantStateWrong(Refusal):
    """The tenant's state does not allow this."""

    status, code = HTTPStatus.CONFLICT, "tenant_state"


class TenantStates:
    """Moves tenants from state to state, in `edge-config`."""

    def __init__(self, edge_config: Client) -> None:
        """Keep the client."""
        self._db = edge_config

    def move(self, tenant: TenantId, state: str, now: float) -> None:
        """Bring the tenant into `state`; if it is there already nothing changes.

        Raises: TenantStateWrong.
        """
        document = self._db.document(f"tenants/{tenant}")

        def body(transaction: Transaction) -> None:
            fields = document.get(transaction=transaction).to_dict() or {}
            found = fields.get("state")
            if found == state:
                return
            check(found, state)
            changes: dict[str, Any] = {"state": state, "updated": datetime.fromtimestamp(now, UTC)}
            if state in CLOSING:
                changes["epoch"] = fields["epoch"] + 1
            transaction.update(document, changes)

        transactions.run(self._db, body)


def check(found: str | None, state: str) -> None:
    """Refuse a move that is not in BEFORE.

    Raises: TenantStateWrong.
    """
    if found not in BEFORE[state]:
        wanted = " or ".join(BEFORE[state])
        raise TenantStateWrong(f"only a tenant that is {wanted} becomes {state}")
