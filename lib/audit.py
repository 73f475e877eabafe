"""The audit log of one tenant: append only, numbered without gaps, by opaque ids."""

from collections.abc import Mapping
from datetime import UTC, datetime

from google.cloud.firestore import Client, Transaction

from lib import transactions
from lib.identifiers import RandomBytes, TenantId, random_base32

Detail = Mapping[str, str | int | bool | None]


class Audit:
    """One tenant's audit log. It has no method that changes or removes an entry."""

    def __init__(self, console: Client, tenant: TenantId, *, random: RandomBytes) -> None:
        """Keep the client of the `console` database and the tenant."""
        self._db = console
        self._tenant = tenant
        self._random = random

    def append(
        self,
        *,
        actor: str,
        action: str,
        subject: str,
        now: float,
        detail: Detail | None = None,
        once: str | None = None,
    ) -> int:
        """Write one entry and return its number; the caller acts only after this returns.

        Args: actor: user id, or `operator`. action: fixed snake_case name. subject: opaque id.
        now: Unix seconds. detail: ids and counts. once: an id for an entry that is repeated by
        a resumed operation: the second append with it writes nothing.
        """
        log = self._db.document(f"tenants/{self._tenant}")
        name = once or random_base32(26, self._random)
        entry = log.collection("audit").document(name)

        def body(transaction: Transaction) -> int:
            written = entry.get(transaction=transaction).to_dict() if once else None
            if written:
                return int(written["seq"])
            head = log.get(transaction=transaction).to_dict() or {}
            seq = int(head.get("audit_seq", 0)) + 1
            transaction.set(log, {"audit_seq": seq}, merge=True)
            transaction.create(
                entry,
                {
                    "seq": seq,
                    "at": datetime.fromtimestamp(now, UTC),
                    "actor": actor,
                    "action": action,
                    "subject": subject,
                    "detail": dict(detail or {}),
                },
            )
            return seq

        return transactions.run(self._db, body)
