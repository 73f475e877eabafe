"""The plan of kind `remove_export`: what was exported is removed a day later."""

from hashlib import sha256
from http import HTTPStatus

from google.api_core.exceptions import from_http_status

from lib import operations
from lib.errors import NotFound
from lib.exports.books import ExportBook
from lib.identifiers import OperationId, base32
from lib.operations import Operation
from lib.seal.tools import SEALABLE, Tools
from lib.vault.object_walks import ObjectWalks, path_of

KIND = "remove_export"
FIRST_STEP = "grant"


class RemoveExport:
    """Removes parts after a day. Input: export, folder, by."""

    steps: tuple[str, ...] = (FIRST_STEP, "remove", "revoke", "record")

    def __init__(self, tools: Tools) -> None:
        """Keep the tools."""
        self._tools = tools

    def run(self, operation: Operation) -> str | None:
        """Do the operation's step. See `ticks.Plan.run`."""
        tools = self._tools
        tenant = tools.tenants.get(operation.tenant)
        if tenant is None or tenant.state not in SEALABLE:
            raise NotFound("this tenant has no bucket any more")
        if operation.step == FIRST_STEP:
            tools.errands.begin(operation, tenant.bucket)
        elif operation.step == "remove":
            remove(tools.walks, tenant.bucket, operation.input["folder"])
            ExportBook(tools.console, tenant.id).remove(operation.input["export"])
        elif operation.step == "revoke":
            tools.errands.end(operation, tenant.bucket)
        else:
            detail = {"export": str(operation.input["export"])}
            tools.errands.record(operation, "export_removed", detail)
        return None


def remove(walks: ObjectWalks, bucket: str, folder: str) -> None:
    """Delete everything of one export."""
    fields = "items(name),nextPageToken"
    for row in walks.client.list_blobs(bucket, prefix=f"x/{folder}/", fields=fields):
        answer = walks.send("DELETE", path_of(bucket, row.name), {})
        if answer.status_code not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND):
            raise from_http_status(answer.status_code, "a deletion was refused")


def operation(export: Operation, *, due: float) -> Operation:
    """Return the operation that removes what `export` wrote, from `due` (Unix s) on."""
    digest = base32(sha256(f"{KIND}/{export.id}".encode()).digest())
    given = {"export": export.id, "folder": export.input["folder"], "by": "operator"}
    name = OperationId(f"op_{digest[:16]}")
    return operations.pending(name, KIND, export.tenant, FIRST_STEP, given, now=due)
