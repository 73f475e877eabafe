"""The plan of kind `change_seal`: from one seal to another, resumable after every call.

Until `switch` changes the bucket's default key, giving up leaves everything as it was. After it,
going back is a change of its own.
"""

from collections.abc import Callable

from lib.identifiers import TenantId
from lib.operations import Operation
from lib.seal.changes import SealChanges
from lib.seal.claims import Claims
from lib.seal.tools import SEALABLE, Tools
from lib.seals import Seal
from lib.tenants import Tenant
from lib.ticks import Later

KIND = "change_seal"
FIRST_STEP = "prove"
UNDECIDED = ("prove", "claim", "grant", "canary")  # while these run the owner may call it off


class ChangeSeal:
    """Steps to another seal. Input: mode, kms_key (or None), nonce, by."""

    steps: tuple[str, ...] = (
        FIRST_STEP,
        "claim",
        "grant",
        "canary",
        "decide",
        "allow",
        "switch",
        "enforce",
        "publish",
        "count",
        "reseal",
        "revoke",
        "release",
        "record",
    )

    def __init__(self, tools: Tools) -> None:
        """Keep the tools."""
        self._tools = tools

    def run(self, operation: Operation) -> str | None:
        """Do the operation's step. See `ticks.Plan.run`."""
        if operation.step in UNDECIDED:
            self._changes(operation).check(operation.id)
        step: Callable[[Operation, Tenant], str | None] = getattr(self, f"_{operation.step}")
        return step(operation, self._tools.tenant(operation))

    def undo(self, operation: Operation) -> None:
        """Clear up: if the default key did not change, all is as it was. See `ticks.Undoable`."""
        tools, tenant = self._tools, self._tools.tenants.get(operation.tenant)
        if tenant is None or tenant.state not in SEALABLE:
            return  # its bucket goes away, and with it every grant
        noted = self._changes(operation).noted(operation.id)
        key, previous = noted.get("key"), noted.get("previous", tenant.seal.key)
        switched = "key" in noted and key != previous
        if switched and tools.buckets.default_key(tenant.bucket) == key:
            tools.records.publish(tenant.id, Seal(operation.input["mode"], key), tools.clock())
            tools.buckets.forbid_googles_keys(tenant.bucket, forbidden=key is not None)
        else:
            tools.buckets.forbid_googles_keys(tenant.bucket, forbidden=previous is not None)
            if key is not None and key != previous:
                Claims(tools.console, tenant.id).release(key)
        tools.canaries.remove(tenant.bucket, operation.id)
        tools.errands.end(operation, tenant.bucket)
        tools.errands.record(operation, "seal_change_failed", {"code": operation.cursor})

    def _prove(self, operation: Operation, tenant: Tenant) -> None:
        tools, changes = self._tools, self._changes(operation)
        key: str | None = None
        if operation.input["mode"] == "customer_managed":
            if operation.input["kms_key"] in (None, tools.keys.own_name(*_place(tenant))):
                key = tools.keys.ensure_own(*_place(tenant))
            else:
                changes.note(operation.id, tools.proofs.asked())
                key = tools.proofs.canonical(operation, tenant.location, tools.clock())
        changes.note(operation.id, {"key": key, "previous": tenant.seal.key})

    def _claim(self, operation: Operation, tenant: Tenant) -> None:
        if key := self._key(operation):
            Claims(self._tools.console, tenant.id).claim(key)

    def _grant(self, operation: Operation, tenant: Tenant) -> None:
        self._tools.errands.begin(operation, tenant.bucket)

    def _canary(self, operation: Operation, tenant: Tenant) -> None:
        if key := self._key(operation):
            self._tools.canaries.sing(tenant.bucket, operation.id, key)

    def _decide(self, operation: Operation, _tenant: Tenant) -> None:
        self._changes(operation).decide(operation.id)

    def _allow(self, operation: Operation, tenant: Tenant) -> None:
        if self._key(operation) is None:
            self._restrict(tenant, forbidden=False)

    def _switch(self, operation: Operation, tenant: Tenant) -> None:
        self._tools.buckets.set_default_key(tenant.bucket, self._key(operation))

    def _enforce(self, operation: Operation, tenant: Tenant) -> None:
        if self._key(operation) is not None:
            self._restrict(tenant, forbidden=True)

    def _publish(self, operation: Operation, tenant: Tenant) -> None:
        seal = Seal(operation.input["mode"], self._key(operation))
        self._tools.records.publish(tenant.id, seal, self._tools.clock())

    def _count(self, operation: Operation, tenant: Tenant) -> str | None:
        return self._tools.passes.count(operation, tenant.bucket)

    def _reseal(self, operation: Operation, tenant: Tenant) -> str | None:
        target = self._tools.target(self._key(operation))
        return self._tools.passes.reseal(operation, tenant.bucket, target)

    def _revoke(self, operation: Operation, tenant: Tenant) -> None:
        self._tools.errands.end(operation, tenant.bucket)

    def _release(self, operation: Operation, tenant: Tenant) -> None:
        """Nothing is sealed by the former key any more; whoever owns it may use it elsewhere."""
        previous = self._changes(operation).noted(operation.id).get("previous")
        if previous and previous != self._key(operation):
            Claims(self._tools.console, tenant.id).release(previous)

    def _record(self, operation: Operation, _tenant: Tenant) -> None:
        mode = operation.input["mode"]
        self._tools.errands.record(operation, "seal_changed", {"mode": mode})

    def _restrict(self, tenant: Tenant, *, forbidden: bool) -> None:
        """Forbid or allow Google's keys, and wait until that takes effect."""
        effective = self._tools.buckets.forbid_googles_keys(tenant.bucket, forbidden=forbidden)
        if effective > self._tools.clock():
            raise Later(effective, "")

    def _key(self, operation: Operation) -> str | None:
        key: str | None = self._changes(operation).noted(operation.id)["key"]
        return key

    def _changes(self, operation: Operation) -> SealChanges:
        return SealChanges(self._tools.console, operation.tenant)


def _place(tenant: Tenant) -> tuple[TenantId, str]:
    return tenant.id, tenant.location
