"""Replays: after a database was restored from a backup, what was erased is erased again.

A backup of `edge-index` brings entries back, and one of `edge-config` loses tombstones. The ledger
says what there was; every replay is an erasure of its own, with a receipt of its own.
"""

from hashlib import sha256

from google.cloud.firestore import Client

from lib.erasures import plans
from lib.erasures.ledgers import Ledger
from lib.identifiers import OperationId, TenantId, base32


def replay(console: Client, tenant: TenantId, restored_ms: int, now: float) -> list[OperationId]:
    """Order again every erasure of the tenant's ledger; return the operations.

    Args: restored_ms: when the restore was made: the same moment orders nothing twice.
    """
    ledger = Ledger(console, tenant)
    names = []
    for entry in ledger.originals():
        text = f"replay/{entry.id}/{restored_ms}"
        name = OperationId("op_" + base32(sha256(text.encode()).digest())[:16])
        made = plans.operation(name, tenant, entry.subject, "operator", now=now, replay_of=entry.id)
        ledger.begin(made)
        names.append(name)
    return names
