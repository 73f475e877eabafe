"""The plans of kinds `export` and `remove_export`: parts are written, and a day later removed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from google.api_core.exceptions import from_http_status
from google.cloud.storage import Blob

from lib import operations
from lib.errors import Refusal
from lib.exports import archives, removals
from lib.exports.archives import Copied
from lib.exports.books import ExportBook, Part
from lib.identifiers import OperationId, RandomBytes, TenantId, random_base32
from lib.operations import Operation
from lib.seal.tools import SEALABLE, Tools
from lib.seals import SealUnavailable, names_the_key
from lib.tenants import Tenant
from lib.ticks import Plan
from lib.vault.buckets import EXPORT_DAYS
from lib.vault.object_walks import PAGE, ObjectWalks, Stored, path_of
from lib.vault.resealing import DESTROYED

KIND = "export"
FIRST_STEP = "grant"
FOLDER_LETTERS = 26  # 130 random bits
# A worker holds a part three times over; the design allows 256 MiB, an instance 512.
MAX_PART_BYTES = 32 * 1024**2
KEPT_S = EXPORT_DAYS * 86_400
FIELDS = "items(name,size,generation,metadata,customTime,kmsKeyName),nextPageToken"


class ExportErased(Refusal):
    """An erasure removed parts while they were being written: order the export again."""

    status, code = HTTPStatus.GONE, "export_erased"


class Export:
    """Writes parts. Input: session (or None for everything), folder, by."""

    steps: tuple[str, ...] = (FIRST_STEP, "write", "complete", "revoke", "record", "plan_removal")

    def __init__(self, tools: Tools) -> None:
        """Keep the tools."""
        self._tools = tools

    def run(self, operation: Operation) -> str | None:
        """Do the operation's step. See `ticks.Plan.run`."""
        step: Callable[[Operation, Tenant], str | None] = getattr(self, f"_{operation.step}")
        return step(operation, self._tools.tenant(operation))

    def undo(self, operation: Operation) -> None:
        """Remove what was written, and the access. See `ticks.Undoable`."""
        tenant = self._tools.tenants.get(operation.tenant)
        if tenant is None or tenant.state not in SEALABLE:
            return
        self._tools.errands.begin(operation, tenant.bucket)
        removals.remove(self._tools.walks, tenant.bucket, operation.input["folder"])
        self._tools.errands.end(operation, tenant.bucket)
        self._tools.errands.record(operation, "export_failed", {"code": operation.cursor})

    def _grant(self, operation: Operation, tenant: Tenant) -> None:
        self._tools.errands.begin(operation, tenant.bucket)

    def _write(self, operation: Operation, tenant: Tenant) -> str | None:
        """Write one part: the objects after the last one's name."""
        after, _, number = operation.cursor.partition(" ")
        rows, done = self._page(tenant.bucket, operation.input["session"], after), operation.done
        if not rows:
            return None
        export = ExportBook(self._tools.console, tenant.id).get(operation.id)
        part = int(number or 1)
        copied = self._copy(tenant, rows)
        if copied:
            data = archives.pack(copied)
            blob = self._tools.walks.client.bucket(tenant.bucket).blob(export.part_object(part))
            blob.upload_from_string(data, content_type="application/x-tar")
            made = Part(part, len(data), sha256(data).hexdigest(), len(copied))
            ExportBook(self._tools.console, tenant.id).add(operation.id, made)
        objects = sum(each.objects for each in export.parts if each.number < part) + len(copied)
        self._tools.operations.count(operation, self._tools.clock(), done=max(objects, done))
        return f"{rows[-1].name} {part + bool(copied)}"

    def _complete(self, operation: Operation, tenant: Tenant) -> None:
        book = ExportBook(self._tools.console, tenant.id)
        export = book.get(operation.id)
        prefix = f"x/{export.folder}/"
        rows = self._tools.walks.client.list_blobs(tenant.bucket, prefix=prefix)
        there = {row.name: int(row.size) for row in rows}
        if export.removed or there != {
            export.part_object(each.number): each.bytes for each in export.parts
        }:
            raise ExportErased("an erasure removed parts of this export: order it again")
        expires = operation.created.timestamp() + KEPT_S
        book.complete(operation.id, round(expires * 1000))

    def _revoke(self, operation: Operation, tenant: Tenant) -> None:
        self._tools.errands.end(operation, tenant.bucket)

    def _record(self, operation: Operation, _tenant: Tenant) -> None:
        self._tools.errands.record(operation, "exported", {"objects": operation.done})

    def _plan_removal(self, operation: Operation, _tenant: Tenant) -> None:
        due = operation.created.timestamp() + KEPT_S
        self._tools.operations.start(removals.operation(operation, due=due))

    def _page(self, bucket: str, session: str | None, after: str) -> list[Blob]:
        rows = self._tools.walks.client.list_blobs(
            bucket,
            prefix=f"s/{session}/" if session else "s/",
            start_offset=f"{after}\0" if after else None,
            max_results=PAGE,
            fields=FIELDS,
        )
        found: list[Blob] = []
        size = 0
        for row in rows:
            size += int(row.size)
            if found and size > MAX_PART_BYTES:
                break
            found.append(row)
        return found

    def _copy(self, tenant: Tenant, rows: list[Blob]) -> list[Copied]:
        """Return what may be taken along: nothing that is past its retention, as when reading."""
        walks, state = self._tools.walks, self._tools.keys.version_state
        now = datetime.fromtimestamp(self._tools.clock(), UTC)
        oldest = now - timedelta(days=tenant.retention_days)
        due = [row for row in rows if row.custom_time is not None and row.custom_time > oldest]
        stored = [Stored(row.name, int(row.generation), row.kms_key_name) for row in due]
        data = walks.each(stored, lambda each: read(walks, tenant.bucket, each, state))
        return [
            Copied(row.name, bytes_, row.custom_time, row.metadata or {})
            for row, bytes_ in zip(due, data, strict=True)
            if bytes_ is not None
        ]


def read(
    walks: ObjectWalks, bucket: str, stored: Stored, state: Callable[[str], str | None]
) -> bytes | None:
    """Return an object's bytes; None if it was erased since it was listed, or shredded.

    Args: state: of a key version, None if it cannot be seen.
    Raises: SealUnavailable: its key refuses, but may come back.
    """
    answer = walks.send("GET", path_of(bucket, stored.name), {"alt": "media"})
    if answer.status_code == HTTPStatus.OK:
        return answer.content
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return None
    if names_the_key(answer.content):
        if stored.key and state(stored.key) == DESTROYED:
            return None
        raise SealUnavailable("a key refuses: enable it, or restore its permission")
    raise from_http_status(answer.status_code, "a recording was refused")


def operation(
    name: OperationId,
    tenant: TenantId,
    session: str | None,
    by: str,
    *,
    now: float,
    random: RandomBytes,
) -> Operation:
    """Return the operation that exports a session, or everything. Args: by: a user's id."""
    folder = random_base32(FOLDER_LETTERS, random)
    given: dict[str, Any] = {"session": session, "folder": folder, "by": by}
    return operations.pending(name, KIND, tenant, FIRST_STEP, given, now=now)


def plans(tools: Tools) -> dict[str, Plan]:
    """Return both plans by kind."""
    return {KIND: Export(tools), removals.KIND: removals.RemoveExport(tools)}
