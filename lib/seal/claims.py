"""Claims: a key seals the bucket of one tenant, by the name that Cloud KMS gives it.

Cloud Storage's service agent holds every tenant's grant, so a key's name alone proves nothing:
without this, one tenant could have its recordings sealed by another's key.
"""

from hashlib import sha256

from google.cloud.firestore import Client, Transaction

from lib import transactions
from lib.identifiers import TenantId
from lib.seals import KeyTaken


class Claims:
    """The keys that one tenant holds, among all tenants' in the `console` database."""

    def __init__(self, console: Client, tenant: TenantId) -> None:
        """Keep the client and the tenant."""
        self._db = console
        self._tenant = tenant

    def claim(self, key: str) -> None:
        """Hold `key` (its canonical name) for this tenant; a second call changes nothing.

        Raises: KeyTaken.
        """
        document = self._db.document(_path(key))

        def body(transaction: Transaction) -> None:
            holder = document.get(transaction=transaction).to_dict()
            if holder is None:
                transaction.create(document, {"tenant": self._tenant, "key": key})
            elif holder["tenant"] != self._tenant:
                raise KeyTaken("this key seals another tenant's recordings")

        transactions.run(self._db, body)

    def release(self, key: str) -> None:
        """Let go of `key` if this tenant holds it."""
        document = self._db.document(_path(key))

        def body(transaction: Transaction) -> None:
            holder = document.get(transaction=transaction).to_dict()
            if holder is not None and holder["tenant"] == self._tenant:
                transaction.delete(document)

        transactions.run(self._db, body)


def _path(key: str) -> str:
    return f"keyClaims/{sha256(key.encode()).hexdigest()}"
