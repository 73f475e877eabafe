"""The plan of kind `erase`: tombstones first, then rounds until nothing is left, then the facts."""

from collections.abc import Callable
from http import HTTPStatus

from google.cloud.firestore import Client

from lib import operations
from lib.erasures import subjects
from lib.erasures.ledgers import Ledger
from lib.erasures.rounds import Place, Rounds
from lib.erasures.subjects import Subject
from lib.erasures.sweeps import Sweep
from lib.errors import NotFound, Refusal
from lib.exports.books import ExportBook
from lib.identifiers import OperationId, TenantId
from lib.operations import Operation
from lib.seal.tools import Tools
from lib.tenant_states import TenantStates
from lib.tenants import Tenant
from lib.ticks import Plan
from lib.vault.buckets import Buckets
from lib.vault.tombstones import Tombstones

KIND = "erase"
FIRST_STEP = "check"
ERASABLE = ("active", "suspended")


class CopiesKept(Refusal):
    """The bucket keeps what is deleted from it, so an erasure would leave copies."""

    status, code = HTTPStatus.CONFLICT, "erasure_copies_kept"


class Erase:
    """Its steps. Input: a subject's fields, by, and replay_of where a ledger is replayed."""

    steps: tuple[str, ...] = (
        FIRST_STEP,
        "bury",
        "grant",
        "erase",
        "revoke",
        "record",
        "conclude",
    )

    def __init__(
        self, tools: Tools, edge_config: Client, edge_index: Client, buckets: Buckets
    ) -> None:
        """Keep the tools and the clients of two databases."""
        self._tools = tools
        self._config = edge_config
        self._index = edge_index
        self._buckets = buckets

    def run(self, operation: Operation) -> str | None:
        """Do the operation's step. See `ticks.Plan.run`."""
        step: Callable[[Operation, Tenant], str | None] = getattr(self, f"_{operation.step}")
        return step(operation, self._tenant(operation))

    def undo(self, operation: Operation) -> None:
        """Take the resealer's access away; what is erased stays so. See `ticks.Undoable`."""
        tenant = self._tools.tenants.get(operation.tenant)
        if tenant is None or tenant.state not in ERASABLE:
            return
        self._tools.errands.end(operation, tenant.bucket)
        self._tools.errands.record(operation, "erasure_failed", {"code": operation.cursor})

    def _check(self, _operation: Operation, tenant: Tenant) -> None:
        self._check_copies(tenant)

    def _check_copies(self, tenant: Tenant) -> None:
        if self._buckets.keeps_deleted(tenant.bucket):
            raise CopiesKept("soft deletion or versions are on: switch them off first")

    def _bury(self, operation: Operation, tenant: Tenant) -> None:
        subject, now = subjects.of(operation.input), self._tools.clock()
        ExportBook(self._tools.console, tenant.id).remove_all()  # any may hold a copy
        tombstones = Tombstones(self._config, tenant.id)
        if subject.session:
            tombstones.bury([subject.session], now)
        elif subject.kind != "user":  # a user's visits are buried as they are found
            tombstones.end_before(subject.before_ms, now)
        if subject.kind == "tenant" and not operation.input.get("replay_of"):
            TenantStates(self._config).move(tenant.id, "suspended", now)

    def _grant(self, operation: Operation, tenant: Tenant) -> None:
        self._tools.errands.begin(operation, tenant.bucket)

    def _erase(self, operation: Operation, tenant: Tenant) -> str | None:
        subject, clock = subjects.of(operation.input), self._tools.clock
        tombstones = Tombstones(self._config, tenant.id)

        def bury(sessions: tuple[str, ...]) -> None:
            if subject.kind == "user" and sessions:
                tombstones.bury(sessions, clock())

        sweep = Sweep(self._tools.walks, self._index, tenant, subject)
        place = Place.at(operation.cursor)
        following = Rounds(sweep, subject, bury, clock).step(place)
        if following is not None:
            self._tools.operations.count(operation, clock(), done=following.objects)
            return following.cursor()
        self._check_copies(tenant)  # somebody may have switched them on meanwhile
        ledger = Ledger(self._tools.console, tenant.id)
        checks = {"recordings_left": 0, "index_entries_left": 0, "exports_left": 0}
        ledger.note(operation.id, {**place.facts(), **checks, "copies_kept": False})
        return None

    def _revoke(self, operation: Operation, tenant: Tenant) -> None:
        self._tools.errands.end(operation, tenant.bucket)

    def _record(self, operation: Operation, tenant: Tenant) -> None:
        facts = Ledger(self._tools.console, tenant.id).get(operation.id).facts
        detail = {"objects": int(facts["objects"]), "bytes": int(facts["bytes"])}
        self._tools.errands.record(operation, "erased", detail)

    def _conclude(self, operation: Operation, tenant: Tenant) -> None:
        Ledger(self._tools.console, tenant.id).conclude(operation.id, self._tools.clock())

    def _tenant(self, operation: Operation) -> Tenant:
        tenant = self._tools.tenants.get(operation.tenant)
        if tenant is None or tenant.state not in ERASABLE:
            raise NotFound("this tenant has no bucket any more")
        return tenant


def operation(
    name: OperationId,
    tenant: TenantId,
    subject: Subject,
    by: str,
    *,
    now: float,
    replay_of: str | None = None,
) -> Operation:
    """Return the operation that erases `subject`. Args: by: a user's id, or `operator`."""
    given = {**subject.fields(), "by": by, "replay_of": replay_of}
    return operations.pending(name, KIND, tenant, FIRST_STEP, given, now=now)


def plans(
    tools: Tools, edge_config: Client, edge_index: Client, buckets: Buckets
) -> dict[str, Plan]:
    """Return the plan by its kind."""
    return {KIND: Erase(tools, edge_config, edge_index, buckets)}
