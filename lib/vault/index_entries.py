"""The index entries of one tenant, to be erased with what they point at."""

from google.cloud.firestore import Client

from lib.identifiers import TenantId

BATCH = 400  # deletes per commit, under Firestore's 500
COLLECTIONS = ("sessions", "outcomes")


class IndexEntries:
    """One tenant's part of `edge-index`."""

    def __init__(self, edge_index: Client, tenant: TenantId) -> None:
        """Keep the client of the `edge-index` database and the tenant."""
        self._db = edge_index
        self._tenant = tenant

    def erase_some(self) -> bool:
        """Delete up to BATCH entries; say whether there may be more."""
        for name in COLLECTIONS:
            rows = self._db.collection(f"tenants/{self._tenant}/{name}").select([]).limit(BATCH)
            batch = self._db.batch()
            found = 0
            for row in rows.stream():
                batch.delete(row.reference)
                found += 1
            if found:
                batch.commit()
                return True
        return False
