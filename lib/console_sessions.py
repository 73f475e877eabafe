"""The console's shelves: the tenant's sessions, one of them, and its events."""

import re
from collections.abc import Callable, Iterator
from itertools import chain

from google.cloud.firestore import Client
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from lib import event_pages, sessions, web
from lib.audit import Audit
from lib.downscoped import Readers
from lib.errors import Malformed, NotFound
from lib.identifiers import SESSION, RandomBytes, SessionId, matches
from lib.recordings import Recordings
from lib.sessions import Sessions
from lib.visits import WATCHERS, Visit, Visits

LIMIT = re.compile(r"[0-9]{1,3}", re.ASCII)  # int() refuses thousands of digits by a crash


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
        visit = self._visits.of(request)
        visit.require(WATCHERS)
        limit = request.query_params.get("limit", str(sessions.DEFAULT_LIMIT))
        if not LIMIT.fullmatch(limit) or not 1 <= int(limit) <= sessions.MAX_LIMIT:
            raise Malformed(f"`limit`: 1 to {sessions.MAX_LIMIT}")
        rows, following = self._sessions(visit).listed(
            int(limit), request.query_params.get("cursor")
        )
        return web.json_response({"sessions": rows, "next": following})

    def one(self, request: Request) -> Response:
        """Answer `GET /v1/sessions/{session}`: mends the index from the bucket on the way."""
        visit = self._visits.of(request)
        visit.require(WATCHERS)
        session = _session(request)
        pages = self._recordings(visit).pages(session)
        fields = self._sessions(visit).mend(session, pages)
        return web.json_response(sessions.detail(session, fields, pages))

    def events(self, request: Request) -> Response:
        """Answer `GET /v1/sessions/{session}/events`. No audit entry, no bytes."""
        visit = self._visits.of(request)
        visit.require(WATCHERS)
        session = _session(request)
        recordings = self._recordings(visit)
        ordered = event_pages.in_order(recordings.pages(session))
        batches, following = event_pages.cut(ordered, request.query_params.get("cursor"))
        Audit(self._console, visit.tenant.id, random=self._random).append(
            actor=visit.user.id,
            action="session_watched",
            subject=session,
            now=self._clock(),
            detail={"page": batches[0].page, "seq": batches[0].seq, "batches": len(batches)},
        )
        body: Iterator[bytes] = chain(
            (event_pages.manifest(batches, following),), recordings.members(batches)
        )
        return StreamingResponse(body, media_type="application/octet-stream")

    def _sessions(self, visit: Visit) -> Sessions:
        return Sessions(self._index, visit.tenant, clock=self._clock)

    def _recordings(self, visit: Visit) -> Recordings:
        bucket = self._readers.bucket(visit.tenant.bucket)
        return Recordings(bucket, visit.tenant, clock=self._clock)


def _session(request: Request) -> SessionId:
    """Return the session in the path (untrusted).

    Raises: NotFound: not the form of one, so there is none.
    """
    session = request.path_params["session"]
    if not matches(SESSION, session):
        raise NotFound("no such session")
    return SessionId(session)
