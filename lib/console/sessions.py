"""The console's shelves: the tenant's sessions, one of them, and its events."""

import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from itertools import chain

from google.cloud.firestore import Client
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from lib import sessions, web
from lib.audit import Audit
from lib.console import event_pages
from lib.console.downscoped import Readers
from lib.console.visits import WATCHERS, Visit, Visits
from lib.erasures.ledgers import Ledger
from lib.errors import Malformed, NotFound, Refusal
from lib.identifiers import SESSION, RandomBytes, SessionId, matches
from lib.recordings import Page, Recordings, RecordingUnreadable, SessionExpired
from lib.seals import Seal
from lib.sessions import Sessions

LIMIT = re.compile(r"[0-9]{1,3}", re.ASCII)  # int() refuses thousands of digits by a crash
# Why a key refuses, by the reason that `seal.watches` keeps.
REASONS: Mapping[str | None, str] = {
    "disabled": "your key is disabled",
    "destroy_scheduled": "your key is scheduled for destruction",
    "permission_removed": "Cloud Storage may no longer use your key",
    "no_primary_version": "your key has no version that can be used",
}


class SessionErased(Refusal):
    """This visit was erased on order; a receipt says so."""

    status, code = HTTPStatus.GONE, "session_erased"


class RecordingShredded(Refusal):
    """The key was destroyed: nobody can read what was sealed by it, now or later."""

    status, code = HTTPStatus.GONE, "recording_shredded"


class Shelves:
    """Handlers that read sessions. Each builds its readers for the visit's tenant alone."""

    def __init__(
        self,
        console: Client,
        index: Client,
        readers: Readers,
        visits: Visits,
        *,
        clock: Callable[[], float],
        random: RandomBytes,
    ) -> None:
        """Keep what the handlers work with. `clock` gives Unix seconds."""
        self._console = console
        self._index = index
        self._readers = readers
        self._visits = visits
        self._clock = clock
        self._random = random

    def listed(self, request: Request) -> Response:
        """Answer `GET /v1/sessions`."""
        visit = self._watcher(request)
        limit = request.query_params.get("limit", str(sessions.DEFAULT_LIMIT))
        if not LIMIT.fullmatch(limit) or not 1 <= int(limit) <= sessions.MAX_LIMIT:
            raise Malformed(f"`limit`: 1 to {sessions.MAX_LIMIT}")
        rows, following = self._sessions(visit).listed(
            int(limit), request.query_params.get("cursor")
        )
        return web.json_response({"sessions": rows, "next": following})

    def one(self, request: Request) -> Response:
        """Answer `GET /v1/sessions/{session}`: mends the index from the bucket on the way."""
        visit = self._watcher(request)
        session = _session(request)
        pages = self._pages(visit, session)
        fields = self._sessions(visit).mend(session, pages)
        return web.json_response(sessions.detail(session, fields, pages))

    def events(self, request: Request) -> Response:
        """Answer `GET /v1/sessions/{session}/events`. No audit entry, no bytes."""
        visit = self._watcher(request)
        session = _session(request)
        ordered = event_pages.in_order(self._pages(visit, session))
        batches, following = event_pages.cut(ordered, request.query_params.get("cursor"))
        Audit(self._console, visit.tenant.id, random=self._random).append(
            actor=visit.user.id,
            action="session_watched",
            subject=session,
            now=self._clock(),
            detail={"page": batches[0].page, "seq": batches[0].seq, "batches": len(batches)},
        )
        try:
            members = self._recordings(visit).members(batches)
        except RecordingUnreadable:
            raise _unreadable(visit.tenant.seal) from None
        body: Iterator[bytes] = chain((event_pages.manifest(batches, following),), members)
        return StreamingResponse(body, media_type="application/octet-stream")

    def _watcher(self, request: Request) -> Visit:
        """Return the visit of `request`.

        Raises: NotSignedIn, RoleInsufficient. RecordingShredded: before the index is mended from
        objects that nobody can read any more.
        """
        visit = self._visits.of(request)
        visit.require(WATCHERS)
        if visit.tenant.seal.state == "shredded":
            raise RecordingShredded("your key was destroyed: recordings cannot be read any more")
        return visit

    def _pages(self, visit: Visit, session: SessionId) -> list[Page]:
        """Return what is stored of `session`.

        Raises: NotFound, SessionExpired, SessionErased, RecordingUnreadable.
        """
        try:
            return self._recordings(visit).pages(session)
        except SessionExpired:
            raise
        except NotFound:
            ledger = Ledger(self._console, visit.tenant.id)
            if session in visit.tenant.tombstones or ledger.names(session):
                raise SessionErased("this visit was erased; nothing of it is left") from None
            raise
        except RecordingUnreadable:
            raise _unreadable(visit.tenant.seal) from None

    def _sessions(self, visit: Visit) -> Sessions:
        return Sessions(self._index, visit.tenant, clock=self._clock)

    def _recordings(self, visit: Visit) -> Recordings:
        bucket = self._readers.bucket(visit.tenant.bucket)
        return Recordings(bucket, visit.tenant, clock=self._clock)


def _unreadable(seal: Seal) -> RecordingUnreadable:
    """Return the refusal, with the reason if the key's is known; it may be minutes old."""
    why = REASONS.get(seal.reason, "the vault or its key refused") if seal.key else None
    return RecordingUnreadable(f"{why or 'the vault refused'}; the recording is kept")


def _session(request: Request) -> SessionId:
    """Return the session in the path (untrusted).

    Raises: NotFound: not the form of one, so there is none.
    """
    session = request.path_params["session"]
    if not matches(SESSION, session):
        raise NotFound("no such session")
    return SessionId(session)
