"""The console's routes of erasure: order one, look at those there were, get a receipt."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from google.cloud.firestore import Client
from starlette.requests import Request
from starlette.responses import Response

from lib import operations, web
from lib.console.changes import EDITORS, Desk
from lib.console.guards import changing, reading
from lib.console.people import People, Shown
from lib.console.visits import Visit
from lib.erasures import plans
from lib.erasures.ledgers import Entry, Ledger
from lib.erasures.subjects import parse_subject, wishes
from lib.identifiers import OperationId, TenantId, new_operation
from lib.members import Role
from lib.operations import Operation, Operations
from lib.receipts import Receipts
from lib.vault.tombstones import Tombstones

READERS: tuple[Role, ...] = ("owner", "admin", "auditor")
OWNER: tuple[Role, ...] = ("owner",)


class ErasureDesk:
    """Handlers of console_api. They only order: provision_bucket's tick does the work."""

    def __init__(
        self, console: Client, edge_config: Client, desk: Desk, receipts: Receipts
    ) -> None:
        """Keep the clients of two databases, what checks and records, and what signs."""
        self._console = console
        self._config = edge_config
        self._desk = desk
        self._receipts = receipts
        self._people = People(console)

    def order(self, request: Request, body: dict[str, Any]) -> Response:
        """Answer `POST /v1/erasures`."""
        everything = wishes(body) == "tenant"
        visit = self._desk.visit(request, OWNER if everything else EDITORS)
        now = self._desk.clock()
        subject = parse_subject(body, now=now, tenant_name=visit.tenant.name)
        name = new_operation(self._desk.random)
        made = plans.operation(name, visit.tenant.id, subject, visit.user.id, now=now)
        ledger = self._ledger(visit)
        detail = {"kind": subject.kind}
        self._desk.record(visit, "erasure_ordered", name, lambda: ledger.begin(made), detail)
        if subject.session:  # nobody watches it from now on, even before the next tick
            Tombstones(self._config, visit.tenant.id).bury([subject.session], now)
        row = self._rows([ledger.get(name)], {name: made})[0]
        return web.json_response(row, status=HTTPStatus.ACCEPTED)

    def listed(self, request: Request) -> Response:
        """Answer `GET /v1/erasures`: the newest first."""
        visit = self._desk.visit(request, READERS)
        entries = self._ledger(visit).newest()
        found = self._operations([entry.id for entry in entries])
        return web.json_response({"erasures": self._rows(entries, found)})

    def one(self, request: Request) -> Response:
        """Answer `GET /v1/erasures/{operation}`, with its receipt once nothing is left."""
        visit = self._desk.visit(request, READERS)
        entry = self._ledger(visit).get(request.path_params["operation"])
        row = self._rows([entry], self._operations([entry.id]))[0]
        return web.json_response({**row, "receipt": self._receipt(visit, entry)})

    def keys(self, _request: Request) -> Response:
        """Answer `GET /v1/receipts/keys`: to anybody, as a receipt may be shown to anybody."""
        return web.json_response(self._receipts.keys())

    def _receipt(self, visit: Visit, entry: Entry) -> str | None:
        """Return the receipt, signed when it is first asked for: only this function can."""
        if entry.receipt is not None or entry.done_ms is None:
            return entry.receipt
        signed = self._receipts.sign(
            "erasure", receipt_body(entry, visit.tenant.id), now=self._desk.clock()
        )
        return self._ledger(visit).keep_receipt(entry.id, signed)

    def _rows(
        self, entries: list[Entry], found: Mapping[OperationId, Operation]
    ) -> list[dict[str, Any]]:
        people = self._people.shown(entry.by for entry in entries)
        return [_row(entry, found.get(entry.id), people[entry.by]) for entry in entries]

    def _ledger(self, visit: Visit) -> Ledger:
        return Ledger(self._console, visit.tenant.id)

    def _operations(self, names: list[OperationId]) -> dict[OperationId, Operation]:
        return Operations(self._console, random=self._desk.random).get_many(names)


def receipt_body(entry: Entry, tenant: TenantId) -> dict[str, Any]:
    """Return what the receipt of a finished erasure says."""
    return {
        "erasure": entry.id,
        "tenant": tenant,
        "what": entry.subject.shown(),
        "ordered_ms": round(entry.ordered.timestamp() * 1000),
        "done_ms": entry.done_ms,
        **({"replay_of": entry.replay_of} if entry.replay_of else {}),
        **entry.facts,
    }


def routes(
    console: Client, edge_config: Client, desk: Desk, receipts: Receipts, origin: str
) -> list[web.Route]:
    """Return the table; orders come from `origin` alone."""
    erasures = ErasureDesk(console, edge_config, desk, receipts)
    return [
        web.Route("POST", "/v1/erasures", changing(erasures.order, origin)),
        web.Route("GET", "/v1/erasures", reading(erasures.listed)),
        web.Route("GET", "/v1/erasures/{operation}", reading(erasures.one)),
        web.Route("GET", "/v1/receipts/keys", erasures.keys),
    ]


def _row(entry: Entry, found: Operation | None, by: Shown) -> dict[str, Any]:
    """Return an erasure as the console shows it. Args: found: None once it was cleared away."""
    state = found.state if found else "done"
    return {
        "id": entry.id,
        "what": entry.subject.shown(),
        "by": by,
        "ordered_ms": round(entry.ordered.timestamp() * 1000),
        "done_ms": entry.done_ms,
        "state": "running" if state in operations.OPEN else state,
        "error": found.error if found else None,
        "erased": dict(entry.facts) if entry.done_ms else {"objects": found.done if found else 0},
        "replay_of": entry.replay_of,
    }
