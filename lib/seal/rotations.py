"""The plan of kind `reseal`: after a key's rotation, old objects under its newest version."""

from lib.operations import Operation
from lib.seal.changes import SealChanges
from lib.seal.tools import SEALABLE, Tools

KIND = "reseal"
FIRST_STEP = "grant"


class Reseal:
    """Its steps. Input: by."""

    steps: tuple[str, ...] = (FIRST_STEP, "count", "reseal", "revoke", "record")

    def __init__(self, tools: Tools) -> None:
        """Keep the tools."""
        self._tools = tools

    def run(self, operation: Operation) -> str | None:
        """Do the operation's step. See `ticks.Plan.run`."""
        tools, tenant = self._tools, self._tools.tenant(operation)
        if operation.step in ("count", "reseal"):
            SealChanges(tools.console, tenant.id).check(operation.id)
        if operation.step == "count":
            return tools.passes.count(operation, tenant.bucket)
        if operation.step == "reseal":
            target = tools.target(tenant.seal.key)
            return tools.passes.reseal(operation, tenant.bucket, target)
        if operation.step == "grant":
            tools.errands.begin(operation, tenant.bucket)
        elif operation.step == "revoke":
            tools.errands.end(operation, tenant.bucket)
        else:
            tools.errands.record(operation, "resealed", {})
        return None

    def undo(self, operation: Operation) -> None:
        """Take the resealer's access away; what is resealed stays so. See `ticks.Undoable`."""
        tenant = self._tools.tenants.get(operation.tenant)
        if tenant is None or tenant.state not in SEALABLE:
            return
        self._tools.errands.end(operation, tenant.bucket)
        self._tools.errands.record(operation, "reseal_failed", {"code": operation.cursor})
