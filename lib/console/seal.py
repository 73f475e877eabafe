"""The console's routes of the seal: what it is, another one, calling that off, resealing."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from google.cloud.firestore import Client
from starlette.requests import Request
from starlette.responses import Response

from lib import operations, web
from lib.console.changes import Desk
from lib.console.guards import changing, reading
from lib.console.visits import Visit
from lib.errors import Malformed
from lib.identifiers import new_operation
from lib.members import Role
from lib.operations import OPEN, Operation
from lib.seal import plans, proofs, rotations
from lib.seal.changes import SealChanges
from lib.seals import parse_wish

READERS: tuple[Role, ...] = ("owner", "admin", "auditor")
OWNER: tuple[Role, ...] = ("owner",)
STEPS = {plans.KIND: plans.ChangeSeal.steps, rotations.KIND: rotations.Reseal.steps}


class SealDesk:
    """Handlers of console_api. They only order: provision_bucket's tick does the work."""

    def __init__(self, console: Client, desk: Desk) -> None:
        """Keep the client of the `console` database and what checks and records."""
        self._console = console
        self._desk = desk

    def shown(self, request: Request) -> Response:
        """Answer `GET /v1/seal`."""
        return self._answer(self._desk.visit(request, READERS), HTTPStatus.OK)

    def change(self, request: Request, body: dict[str, Any]) -> Response:
        """Answer `PUT /v1/seal`: 202, and the operation in the answer."""
        visit = self._desk.visit(request, OWNER)
        wish = parse_wish(body, location=visit.tenant.location)
        given = {
            "mode": wish.mode,
            "kms_key": wish.key,
            "nonce": proofs.new_nonce(self._desk.random),
            "by": visit.user.id,
        }
        return self._begin(visit, plans.KIND, plans.FIRST_STEP, given)

    def reseal(self, request: Request, _body: dict[str, Any]) -> Response:
        """Answer `POST /v1/seal/reseal`: after a rotation of the key."""
        visit = self._desk.visit(request, OWNER)
        if visit.tenant.seal.key is None:
            raise Malformed("there is no key of yours to reseal by")
        return self._begin(visit, rotations.KIND, rotations.FIRST_STEP, {"by": visit.user.id})

    def abort(self, request: Request, _body: dict[str, Any]) -> Response:
        """Answer `POST /v1/seal/abort`."""
        visit = self._desk.visit(request, OWNER)
        changes = SealChanges(self._console, visit.tenant.id)
        self._desk.record(
            visit, "seal_abort_ordered", visit.tenant.id, lambda: changes.abort(self._desk.clock())
        )
        return self._answer(visit, HTTPStatus.ACCEPTED)

    def _begin(self, visit: Visit, kind: str, step: str, given: dict[str, Any]) -> Response:
        name, now = new_operation(self._desk.random), self._desk.clock()
        made = operations.pending(name, kind, visit.tenant.id, step, given, now=now)
        changes = SealChanges(self._console, visit.tenant.id)
        detail = {"mode": given["mode"]} if "mode" in given else None
        self._desk.record(visit, f"{kind}_ordered", name, lambda: changes.begin(made), detail)
        return self._answer(visit, HTTPStatus.ACCEPTED)

    def _answer(self, visit: Visit, status: HTTPStatus) -> Response:
        seal = visit.tenant.seal
        newest = SealChanges(self._console, visit.tenant.id).newest()
        body = {
            "mode": seal.mode,
            "kms_key": seal.key,
            "location": visit.tenant.location,
            "state": seal.state,
            "reason": seal.reason,
            "operation": _shown(*newest) if newest else None,
        }
        return web.json_response(body, status=status)


def routes(console: Client, desk: Desk, origin: str) -> list[web.Route]:
    """Return the table; changes come from `origin` alone."""
    seals = SealDesk(console, desk)
    return [
        web.Route("GET", "/v1/seal", reading(seals.shown)),
        web.Route("PUT", "/v1/seal", changing(seals.change, origin)),
        web.Route("POST", "/v1/seal/abort", changing(seals.abort, origin)),
        web.Route("POST", "/v1/seal/reseal", changing(seals.reseal, origin)),
    ]


def _shown(operation: Operation, noted: Any) -> dict[str, Any]:
    """Return a change as the console shows it; `proof` says what its owner has to do."""
    going = operation.state in OPEN
    proving = (
        going and not noted["aborted"] and operation.input.get("kms_key") and "key" not in noted
    )
    return {
        "id": operation.id,
        "kind": operation.kind,
        "state": operation.state,
        "step": operation.step,
        "steps": list(STEPS[operation.kind]),
        "error": operation.error,
        "done": operation.done,
        "total": operation.total,
        "mode": operation.input.get("mode"),
        "abortable": going and not noted["decided"] and not noted["aborted"],
        "aborted": noted["aborted"],
        "proof": _proof(operation, noted) if proving else None,
    }


def _proof(operation: Operation, noted: Any) -> dict[str, Any]:
    expires = datetime.fromtimestamp(proofs.expires(operation), UTC)
    return {
        "key": operation.input["kms_key"],
        "label": proofs.LABEL,
        "value": operation.input["nonce"],
        "expires": expires.isoformat(),
        "agent": noted.get("agent"),  # who must be allowed to use the key; known after a tick
        "viewer": noted.get("viewer"),  # who must be allowed to see it
    }
