"""The plan of kind `configure_tenant`: a bucket brought back to what it must be, or to a retention.

It undoes whatever somebody changed about settings, access and seal, which is what a red row of the
posture asks an operator for. Nothing of it touches a recording.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud.firestore import Client
from msgspec.structs import replace

from lib.identifiers import OPERATION, OperationId, matches
from lib.operations import OPEN, Operation
from lib.seal.changes import SealChanges
from lib.seal.tools import Tools
from lib.tenants import Tenant
from lib.ticks import Later
from lib.vault import bucket_grants
from lib.vault.buckets import Buckets, BucketSpec
from lib.vault.tombstones import QUIET_S

KIND = "configure_tenant"
FIRST_STEP = "record"
ENTRIES = 400  # of the index per step, one commit

Binding = Mapping[str, Any]


class Configure:
    """Its steps. Input: retention_days (None: as it is), by."""

    # The bucket comes before the tenant's record: a longer retention is kept before it is told.
    steps: tuple[str, ...] = (FIRST_STEP, "bucket", "seal", "retain", "quiet", "index")

    def __init__(
        self, tools: Tools, edge_index: Client, buckets: Buckets, accounts: tuple[str, str]
    ) -> None:
        """Keep the tools. Args: accounts: addresses of who adds recordings, and who reads them."""
        self._tools = tools
        self._index_db = edge_index
        self._buckets = buckets
        self._accounts = accounts

    def run(self, operation: Operation) -> str | None:
        """Do the operation's step. See `ticks.Plan.run`."""
        step: Callable[[Operation, Tenant], str | None] = getattr(self, f"_{operation.step}")
        tenant = self._tools.tenant(operation)
        days = operation.input["retention_days"]
        return step(operation, _keeping(tenant, days) if days else tenant)

    def _record(self, operation: Operation, tenant: Tenant) -> None:
        detail = {"retention_days": tenant.retention_days}
        self._tools.errands.record(operation, "tenant_configured", detail)

    def _bucket(self, _operation: Operation, tenant: Tenant) -> None:
        bindings = self._buckets.bindings(tenant.bucket)
        spec = BucketSpec(
            tenant.bucket, tenant.id, tenant.location, tenant.retention_days, *self._accounts
        )
        self._buckets.configure(spec, self._at_work(tenant, bindings))

    def _seal(self, _operation: Operation, tenant: Tenant) -> None:
        newest = SealChanges(self._tools.console, tenant.id).newest()
        if newest is not None and newest[0].state in OPEN:
            return  # the seal is being changed: what it will be is that operation's to say
        seals, key = self._tools.buckets, tenant.seal.key
        if key is None:
            seals.forbid_googles_keys(tenant.bucket, forbidden=False)
        seals.set_default_key(tenant.bucket, key)
        if key is not None:
            seals.forbid_googles_keys(tenant.bucket, forbidden=True)

    def _retain(self, operation: Operation, tenant: Tenant) -> None:
        moment = datetime.fromtimestamp(self._tools.clock(), UTC)
        if operation.input["retention_days"]:
            self._tools.tenants.retain(tenant.id, tenant.retention_days, updated=moment)

    def _quiet(self, operation: Operation, _tenant: Tenant) -> None:
        """Wait until no instance notes an entry with the former retention."""
        now = self._tools.clock()
        until = float(operation.cursor) if operation.cursor else now + QUIET_S
        if operation.input["retention_days"] and until > now:
            raise Later(until, str(until))

    def _index(self, operation: Operation, tenant: Tenant) -> str | None:
        """Give some entries the time at which they expire now."""
        if not operation.input["retention_days"]:
            return None
        entries = self._index_db.collection(f"tenants/{tenant.id}/sessions")
        query = entries.order_by("__name__").select(["start", "expire_at"]).limit(ENTRIES)
        if operation.cursor:
            query = query.start_after({"__name__": entries.document(operation.cursor)})
        rows, batch = list(query.stream()), self._index_db.batch()
        for row in rows:
            expires = row.get("start") + timedelta(days=tenant.retention_days)
            if row.get("expire_at") != expires:
                batch.update(row.reference, {"expire_at": expires})
        batch.commit()
        return str(rows[-1].id) if rows else None

    def _at_work(self, tenant: Tenant, bindings: Sequence[Binding]) -> list[Binding]:
        """Return the grants of this tenant's operations that run now."""
        grants = {_title(each): each for each in bindings if each["role"] == bucket_grants.ROLE}
        names = [OperationId(title) for title in grants if matches(OPERATION, title)]
        found = self._tools.operations.get_many(names).values()
        return [
            grants[each.id] for each in found if each.tenant == tenant.id and each.state in OPEN
        ]


def _title(binding: Binding) -> str:
    return str((binding.get("condition") or {}).get("title", ""))


def _keeping(tenant: Tenant, days: int) -> Tenant:
    return replace(tenant, retention_days=days)
