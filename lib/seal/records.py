"""The seal in a tenant's document of `edge-config`: what the console shows, and since when."""

from datetime import UTC, datetime

from google.cloud.firestore import Client, FieldFilter, Transaction

from lib import transactions
from lib.identifiers import TenantId
from lib.seals import KeyState, Seal
from lib.tenants import Tenant, parse_tenant


class SealRecords:
    """Writes tenants' seals."""

    def __init__(self, edge_config: Client) -> None:
        """Keep the client of the `edge-config` database."""
        self._db = edge_config

    def publish(self, tenant: TenantId, seal: Seal, now: float) -> None:
        """Record that the bucket's default is `seal` now."""
        moment = datetime.fromtimestamp(now, UTC)
        fields: dict[str, object] = {"mode": seal.mode}
        if seal.key is not None:
            fields |= {"kms_key": seal.key, "state": seal.state, "checked": moment}
        self._db.document(f"tenants/{tenant}").update({"seal": fields, "updated": moment})

    def observe(
        self, tenant: TenantId, seal: Seal, now: float, made: datetime | None = None
    ) -> None:
        """Record the state of the key of `seal`, unless the tenant has another seal by now.

        Args: made: when the key's primary version was made, if we may see it.
        """
        document = self._db.document(f"tenants/{tenant}")

        def body(transaction: Transaction) -> None:
            fields = document.get(transaction=transaction).to_dict()
            if not fields or fields["seal"].get("kms_key") != seal.key:
                return
            state: KeyState = seal.state
            if fields["seal"].get("state") == "shredded":
                state = "shredded"  # for good: a destroyed key does not come back
            found = {
                "seal.state": state,
                "seal.reason": seal.reason,
                "seal.key_made": made,
                "seal.checked": datetime.fromtimestamp(now, UTC),
            }
            transaction.update(document, found)

        transactions.run(self._db, body)

    def unchecked_since(self, before: float, limit: int) -> list[Tenant]:
        """Return tenants with a key whose state was last looked at before `before` (Unix s)."""
        cutoff = datetime.fromtimestamp(before, UTC)
        rows = (
            self._db.collection("tenants")
            .where(filter=FieldFilter("seal.checked", "<=", cutoff))
            .order_by("seal.checked")
            .limit(limit)
            .stream()
        )
        return [parse_tenant(TenantId(row.id), row.to_dict() or {}) for row in rows]
