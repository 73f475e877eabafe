"""The later life of a tenant: suspended, resumed, retired. Each is an operation's plan."""

from collections.abc import Callable
from http import HTTPStatus

from google.api_core.exceptions import from_http_status
from google.cloud.firestore import Client

from lib.identifiers import TenantId
from lib.operating.paces import Pace
from lib.operations import Operation
from lib.seal.claims import Claims
from lib.seal.shredding import KIND as SHRED
from lib.seal.shredding import Shred
from lib.seal.tools import Tools
from lib.tenant_states import TenantStates
from lib.ticks import Later, Plan
from lib.vault.buckets import BucketForeign, Buckets
from lib.vault.index_entries import IndexEntries
from lib.vault.object_walks import Stored, path_of
from lib.vault.tombstones import QUIET_S

SUSPEND, RESUME, RETIRE = "suspend_tenant", "resume_tenant", "retire_tenant"
FIRST_STEPS = {SUSPEND: "move", RESUME: "move", RETIRE: "close"}
REASON = {SUSPEND: "tenant_suspended", RESUME: "tenant_resumed"}


class Move:
    """The plan of `suspend_tenant` and `resume_tenant`."""

    steps: tuple[str, ...] = ("move", "record")

    def __init__(self, tools: Tools, states: TenantStates, state: str) -> None:
        """Keep what the steps work with. Args: state: where tenants are moved to."""
        self._tools = tools
        self._states = states
        self._state = state

    def run(self, operation: Operation) -> str | None:
        """Do the operation's step. See `ticks.Plan.run`."""
        if operation.step == "move":
            self._states.move(operation.tenant, self._state, self._tools.clock())
        else:
            self._tools.errands.record(operation, REASON[operation.kind], {})
        return None


class Retire:
    """The plan of `retire_tenant`: nothing of the recordings is left, then the bucket goes."""

    steps: tuple[str, ...] = (
        "close",
        "quiet",
        "grant",
        "empty",
        "delete_bucket",
        "erase_index",
        "release_keys",
        "record",
        "retire",
    )

    def __init__(
        self,
        tools: Tools,
        states: TenantStates,
        edge_index: Client,
        buckets: Buckets,
        pace: Pace,
    ) -> None:
        """Keep what the steps work with. Args: pace: of creating and deleting buckets."""
        self._tools = tools
        self._states = states
        self._index = edge_index
        self._buckets = buckets
        self._pace = pace

    def run(self, operation: Operation) -> str | None:
        """Do the operation's step. See `ticks.Plan.run`."""
        step: Callable[[Operation], str | None] = getattr(self, f"_{operation.step}")
        return step(operation)

    def undo(self, operation: Operation) -> None:
        """Take the resealer's access away; the tenant stays closed. See `ticks.Undoable`."""
        bucket = self._bucket(operation)
        if self._owned(operation, bucket):
            self._tools.errands.end(operation, bucket)

    def _owned(self, operation: Operation, bucket: str) -> bool:
        try:
            return self._buckets.owned(bucket, operation.tenant)
        except BucketForeign:
            return False  # not ours to touch

    def _close(self, operation: Operation) -> None:
        self._states.move(operation.tenant, "retiring", self._tools.clock())

    def _quiet(self, operation: Operation) -> None:
        now = self._tools.clock()
        until = float(operation.cursor) if operation.cursor else now + QUIET_S
        if until > now:
            raise Later(until, str(until))

    def _grant(self, operation: Operation) -> None:
        bucket = self._bucket(operation)
        if self._buckets.owned(bucket, operation.tenant):
            self._tools.errands.begin(operation, bucket)

    def _empty(self, operation: Operation) -> str | None:
        bucket = self._bucket(operation)
        if not self._buckets.owned(bucket, operation.tenant):
            return None
        walks = self._tools.walks
        found = walks.page(bucket, "")
        walks.each(found, lambda each: self._delete(bucket, each))
        done = int(operation.cursor or 0) + len(found)
        self._tools.operations.count(operation, self._tools.clock(), done=done)
        return str(done) if found else None

    def _delete(self, bucket: str, stored: Stored) -> None:
        answer = self._tools.walks.send("DELETE", path_of(bucket, stored.name), {})
        if answer.status_code not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND):
            # Else the same page would be listed and refused again, without a pause.
            raise from_http_status(answer.status_code, "a deletion was refused")

    def _delete_bucket(self, operation: Operation) -> None:
        turn = float(operation.cursor) if operation.cursor else self._pace.take(self._tools.clock())
        if turn > self._tools.clock():
            raise Later(turn, str(turn))
        bucket = self._bucket(operation)
        if self._buckets.owned(bucket, operation.tenant):
            self._buckets.delete(bucket)

    def _erase_index(self, operation: Operation) -> str | None:
        more = IndexEntries(self._index, operation.tenant).erase_some()
        return "more" if more else None

    def _release_keys(self, operation: Operation) -> None:
        tenant, keys = self._tools.tenants.get(operation.tenant), self._tools.keys
        if tenant is None or tenant.seal.key is None:
            return
        if tenant.seal.key == keys.own_name(tenant.id, tenant.location):
            keys.schedule_destruction(tenant.seal.key)
        Claims(self._tools.console, tenant.id).release(tenant.seal.key)

    def _record(self, operation: Operation) -> None:
        self._tools.errands.record(operation, "tenant_retired", {})

    def _retire(self, operation: Operation) -> None:
        self._states.move(operation.tenant, "retired", self._tools.clock())

    def _bucket(self, operation: Operation) -> str:
        tenant = self._tools.tenants.get(TenantId(operation.tenant))
        return tenant.bucket if tenant else ""


def plans(
    tools: Tools, edge_config: Client, edge_index: Client, buckets: Buckets, pace: Pace
) -> dict[str, Plan]:
    """Return the plans of a tenant's later life, by kind."""
    states = TenantStates(edge_config)
    return {
        SUSPEND: Move(tools, states, "suspended"),
        RESUME: Move(tools, states, "active"),
        RETIRE: Retire(tools, states, edge_index, buckets, pace),
        SHRED: Shred(tools, edge_index),
    }
