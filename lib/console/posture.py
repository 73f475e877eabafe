"""The console's posture: every promise checked live, and the same as a signed report."""

import json
from typing import Any

from google.cloud.firestore import Client
from starlette.requests import Request
from starlette.responses import Response

from lib import signing_keys, web
from lib.console.changes import Desk
from lib.console.downscoped import Readers
from lib.console.guards import reading
from lib.console.visits import Visit
from lib.members import Role
from lib.posture.readings import Surveyor
from lib.posture.surveys import Expected, survey, told
from lib.receipts import Receipts

READERS: tuple[Role, ...] = ("owner", "admin", "auditor")


class PostureBoard:
    """Handlers of console_api. They read and sign; they change nothing but the audit log."""

    def __init__(
        self,
        console: Client,
        edge_config: Client,
        readers: Readers,
        desk: Desk,
        receipts: Receipts,
        expected: Expected,
    ) -> None:
        """Keep the clients of two databases, what reads buckets, what records and what signs."""
        self._console = console
        self._config = edge_config
        self._readers = readers
        self._desk = desk
        self._receipts = receipts
        self._expected = expected
        self._receipt_keys = signing_keys.public_keys(json.dumps(receipts.keys()))

    def shown(self, request: Request) -> Response:
        """Answer `GET /v1/posture`."""
        return web.json_response(self._survey(self._desk.visit(request, READERS)))

    def report(self, request: Request) -> Response:
        """Answer `GET /v1/posture/report`: who took evidence along is on record first."""
        visit = self._desk.visit(request, READERS)
        body = self._survey(visit)
        receipt = self._desk.record(
            visit,
            "posture_reported",
            visit.tenant.id,
            lambda: self._receipts.sign("posture", body, now=self._desk.clock()),
            {"standing": body["standing"], "failed": body["counts"]["fail"]},
        )
        answer = web.json_response({**body, "receipt": receipt})
        answer.headers["Content-Disposition"] = 'attachment; filename="posture.json"'
        return answer

    def _survey(self, visit: Visit) -> dict[str, Any]:
        surveyor = Surveyor(
            self._console,
            self._config,
            self._readers.settings(visit.tenant.bucket),
            visit.tenant,
            clock=self._desk.clock,
        )
        found = surveyor.read()
        return told(found, survey(found, self._expected, self._receipt_keys))


def routes(
    console: Client,
    edge_config: Client,
    readers: Readers,
    desk: Desk,
    receipts: Receipts,
    expected: Expected,
) -> list[web.Route]:
    """Return the table."""
    board = PostureBoard(console, edge_config, readers, desk, receipts, expected)
    return [
        web.Route("GET", "/v1/posture", reading(board.shown)),
        web.Route("GET", "/v1/posture/report", reading(board.report)),
    ]
