"""The console's routes of exports: order one, watch it, download its parts in ranges."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from google.api_core.exceptions import BadRequest, Forbidden, PreconditionFailed
from google.api_core.exceptions import NotFound as Gone
from google.cloud.firestore import Client
from starlette.requests import Request
from starlette.responses import Response

from lib import operations, web
from lib.console.changes import EDITORS, Desk
from lib.console.downscoped import Readers
from lib.console.guards import changing, reading
from lib.console.people import People, Shown
from lib.console.visits import Visit
from lib.errors import Malformed, NotFound, Refusal
from lib.exports import plans
from lib.exports.books import Export, ExportBook, Part
from lib.identifiers import SESSION, OperationId, matches, new_operation
from lib.operations import Operation, Operations
from lib.recordings import RecordingUnreadable

MAX_RANGE_BYTES = 8 * 1024**2  # of one answer, as a page of events; Cloud Run streams 10 MB
RANGE = re.compile(r"bytes=([0-9]{1,12})-([0-9]{1,12})?", re.ASCII)
NUMBER = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


class RangeRefused(Refusal):
    """The part does not have these bytes, or they are too many for one answer."""

    status, code = HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "range_refused"


class ExportDesk:
    """Handlers of console_api. provision_bucket's tick writes the parts."""

    def __init__(self, console: Client, readers: Readers, desk: Desk) -> None:
        """Keep the client of the `console` database, what reads, and what checks and records."""
        self._console = console
        self._readers = readers
        self._desk = desk
        self._people = People(console)

    def order(self, request: Request, body: dict[str, Any]) -> Response:
        """Answer `POST /v1/exports`: of one session, or of everything."""
        visit = self._desk.visit(request, EDITORS)
        session = _session(body)
        name, now = new_operation(self._desk.random), self._desk.clock()
        made = plans.operation(
            name, visit.tenant.id, session, visit.user.id, now=now, random=self._desk.random
        )
        book = ExportBook(self._console, visit.tenant.id)
        detail = {"session": session}
        self._desk.record(visit, "export_ordered", name, lambda: book.begin(made), detail)
        row = self._rows([book.get(name)], {name: made})[0]
        return web.json_response(row, status=HTTPStatus.ACCEPTED)

    def listed(self, request: Request) -> Response:
        """Answer `GET /v1/exports`: the newest first."""
        visit = self._desk.visit(request, EDITORS)
        exports = ExportBook(self._console, visit.tenant.id).newest()
        ran = self._operations([each.id for each in exports])
        return web.json_response({"exports": self._rows(exports, ran)})

    def one(self, request: Request) -> Response:
        """Answer `GET /v1/exports/{operation}`."""
        visit = self._desk.visit(request, EDITORS)
        export = self._export(visit, request)
        return web.json_response(self._rows([export], self._operations([export.id]))[0])

    def part(self, request: Request) -> Response:
        """Answer `GET /v1/exports/{operation}/parts/{n}`. No audit entry, no bytes."""
        visit = self._desk.visit(request, EDITORS)
        export = self._export(visit, request)
        part = self._part(export, request.path_params["n"])
        asked = request.headers.get("range")
        first, last = span(asked, part.bytes)
        detail = {"part": part.number, "first": first, "last": last}

        def read() -> Response:
            data = self._bytes(visit, export.part_object(part.number), first, last)
            return _answer(export, part, data, None if asked is None else (first, last))

        return self._desk.record(visit, "export_read", export.id, read, detail)

    def _bytes(self, visit: Visit, name: str, first: int, last: int) -> bytes:
        blob = self._readers.exports(visit.tenant.bucket).blob(name)
        try:
            data: bytes = blob.download_as_bytes(raw_download=True, start=first, end=last)
        except Gone:
            raise NotFound("this export was erased") from None
        except (Forbidden, BadRequest, PreconditionFailed):
            raise RecordingUnreadable("the vault's key is not available") from None
        return data

    def _rows(
        self, exports: list[Export], ran: Mapping[OperationId, Operation]
    ) -> list[dict[str, Any]]:
        people, now = self._people.shown(each.by for each in exports), self._desk.clock()
        return [_shown(each, ran.get(each.id), people[each.by], now) for each in exports]

    def _operations(self, names: list[OperationId]) -> dict[OperationId, Operation]:
        return Operations(self._console, random=self._desk.random).get_many(names)

    def _export(self, visit: Visit, request: Request) -> Export:
        return ExportBook(self._console, visit.tenant.id).get(request.path_params["operation"])

    def _part(self, export: Export, number: str) -> Part:
        """Return a part that may be downloaded.

        Raises: NotFound: there is none, or the export is not complete, expired or removed.
        """
        ready = export.expires_ms is not None and not export.removed
        if not ready or (export.expires_ms or 0) <= self._desk.clock() * 1000:
            raise NotFound("this export is not there")
        if not NUMBER.fullmatch(number):
            raise NotFound("no such part")
        found = next((each for each in export.parts if each.number == int(number)), None)
        if found is None:
            raise NotFound("no such part")
        return found


def routes(console: Client, readers: Readers, desk: Desk, origin: str) -> list[web.Route]:
    """Return the table; orders come from `origin` alone."""
    exports = ExportDesk(console, readers, desk)
    return [
        web.Route("POST", "/v1/exports", changing(exports.order, origin)),
        web.Route("GET", "/v1/exports", reading(exports.listed)),
        web.Route("GET", "/v1/exports/{operation}", reading(exports.one)),
        web.Route("GET", "/v1/exports/{operation}/parts/{n}", reading(exports.part)),
    ]


def span(asked: str | None, size: int) -> tuple[int, int]:
    """Return the first and the last byte to answer, at most MAX_RANGE_BYTES.

    Args: asked: the Range header (untrusted), one range; None for the whole part.
    Raises: RangeRefused.
    Source: RFC 9110 section 14.2: a server may answer less than was asked for.
    """
    if asked is None:
        if size > MAX_RANGE_BYTES:
            raise RangeRefused(f"ask for ranges of at most {MAX_RANGE_BYTES} bytes")
        return 0, size - 1
    found = RANGE.fullmatch(asked)
    first = int(found[1]) if found else size
    last = min(int(found[2]) if found and found[2] else size - 1, size - 1)
    if first >= size or last < first:
        raise RangeRefused(f"the part has {size} bytes: ask for `bytes=FIRST-LAST` within it")
    return first, min(last, first + MAX_RANGE_BYTES - 1)


def _answer(export: Export, part: Part, data: bytes, ranged: tuple[int, int] | None) -> Response:
    """Return bytes of a part. Args: ranged: the first and last of a range that was asked for."""
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{export.id}-{part.number:05d}.tar"',
    }
    if ranged is None:
        return Response(data, HTTPStatus.OK, headers, "application/x-tar")
    headers["Content-Range"] = f"bytes {ranged[0]}-{ranged[1]}/{part.bytes}"
    return Response(data, HTTPStatus.PARTIAL_CONTENT, headers, "application/x-tar")


def _session(body: dict[str, Any]) -> str | None:
    """Return the session that is asked for, None for everything (untrusted).

    Raises: Malformed.
    """
    kind = body.get("kind")
    if kind == "tenant" and set(body) == {"kind"}:
        return None
    if kind == "session" and set(body) == {"kind", "session"} and matches(SESSION, body["session"]):
        return str(body["session"])
    raise Malformed("`kind`: tenant; or session, with the id of one in `session`")


def _shown(export: Export, found: Operation | None, by: Shown, now: float) -> dict[str, Any]:
    """Return an export as the console shows it."""
    state = found.state if found else "failed"
    gone = export.removed or (export.expires_ms is not None and export.expires_ms <= now * 1000)
    complete = export.expires_ms is not None
    running = "running" if state in operations.OPEN else state
    return {
        "id": export.id,
        "kind": "session" if export.session else "tenant",
        "session": export.session,
        "by": by,
        "ordered_ms": round(export.ordered.timestamp() * 1000),
        "state": "removed" if gone else "ready" if complete else running,
        "error": found.error if found else None,
        "objects": found.done if found else 0,
        "expires_ms": export.expires_ms,
        "manifest": export.manifest() if complete and not gone else None,
    }
