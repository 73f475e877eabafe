"""Shredding: a key was destroyed, so nobody can read the recordings; now nobody can list them.

The console says "shredded" only after the index entries are gone.
"""

from hashlib import sha256

from google.cloud.firestore import Client

from lib import operations
from lib.identifiers import OperationId, TenantId, base32
from lib.operations import Operation
from lib.seal.tools import Tools
from lib.seals import Seal
from lib.vault.index_entries import IndexEntries

KIND = "shred"
FIRST_STEP = "erase_index"


class Shred:
    """The plan of kind `shred`. Input: kms_key, the destroyed key's name."""

    steps: tuple[str, ...] = (FIRST_STEP, "record", "publish")

    def __init__(self, tools: Tools, edge_index: Client) -> None:
        """Keep the tools and the client of the `edge-index` database."""
        self._tools = tools
        self._index = edge_index

    def run(self, operation: Operation) -> str | None:
        """Do the operation's step. See `ticks.Plan.run`."""
        if operation.step == FIRST_STEP:
            more = IndexEntries(self._index, operation.tenant).erase_some()
            return "more" if more else None
        if operation.step == "record":
            self._tools.errands.record(operation, "recordings_shredded", {})
        else:
            seal = Seal("customer_managed", operation.input["kms_key"], "shredded", "destroyed")
            self._tools.records.observe(operation.tenant, seal, self._tools.clock())
        return None


def operation(tenant: TenantId, key: str, now: float) -> Operation:
    """Return the operation that follows the destruction of `key`: always the same one."""
    digest = base32(sha256(f"{KIND}/{tenant}/{key}".encode()).digest())
    given = {"kms_key": key}
    name = OperationId(f"op_{digest[:16]}")
    return operations.pending(name, KIND, tenant, FIRST_STEP, given, now=now)
