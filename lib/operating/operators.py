"""The operators' routes: order a tenant, watch its operation, advance what is due."""

from collections.abc import Callable
from http import HTTPStatus
from itertools import count

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib import keys, users, web
from lib.google_failures import as_unavailable
from lib.identifiers import RandomBytes
from lib.operating import orders
from lib.operations import Operation, Operations
from lib.tenant_records import NameTaken, TenantRecords
from lib.ticks import Plan, Ticker
from lib.users import Users

MAX_ORDER_BYTES = 32 * 1024  # 50 origins of 300 characters, and the rest


class Operators:
    """Handlers of provision_bucket; IAM decides who reaches them."""

    def __init__(
        self,
        operations: Operations,
        tenants: TenantRecords,
        everybody: Users,
        ticker: Ticker,
        plans: dict[str, Plan],
        *,
        clock: Callable[[], float],
        random: RandomBytes,
    ) -> None:
        """Keep what the handlers work with. Args: clock: Unix seconds."""
        self._operations = operations
        self._tenants = tenants
        self._everybody = everybody
        self._ticker = ticker
        self._plans = plans
        self._clock = clock
        self._random = random

    def routes(self) -> list[web.Route]:
        """Return the table."""
        return [
            web.Route("POST", "/v1/tenants", self.create_tenant),
            web.Route("GET", "/v1/tenants", self.list_tenants),
            web.Route("GET", "/v1/operations/{operation}", self.get_operation),
            web.Route("POST", "/v1/tick", self.tick),
        ]

    async def create_tenant(self, request: Request) -> Response:
        """Answer `POST /v1/tenants`: 202 with the secrets shown once, or 200 without them."""
        order = orders.parse_order(await web.read_json(request, MAX_ORDER_BYTES))
        return await run_in_threadpool(self._order, order)

    def _order(self, order: orders.Order) -> Response:
        key = keys.create(self._random)
        setup = users.new_setup_token(self._random)
        drawn = orders.draw(key, setup, self._random)
        with as_unavailable():
            operation, new = self._ensure(order, drawn)
            owner = self._everybody.find(order.owner_email)
        if not new:
            return _ordered(operation, key=None, setup=None, status=HTTPStatus.OK)
        # An owner who has a password already signs in with it: there is nothing to set up.
        shown = None if owner is not None and owner.password is not None else setup
        return _ordered(operation, key=str(key), setup=shown, status=HTTPStatus.ACCEPTED)

    def _ensure(self, order: orders.Order, drawn: orders.Draw) -> tuple[Operation, bool]:
        """Return the operation that makes this tenant, and whether it is new.

        Raises: NameTaken: the name was ordered with other words.
        """
        for attempt in count():
            made = orders.operation(order, drawn, now=self._clock(), attempt=attempt)
            if self._operations.start(made):
                return made, True
            known = self._operations.get(made.id)
            if known.state == "failed":  # it was taken back: the name is free again
                continue
            if different := orders.differences(order, known):
                raise NameTaken("this name was ordered with another " + ", ".join(different))
            return known, False
        raise AssertionError("unreachable")

    def list_tenants(self, _request: Request) -> Response:
        """Answer `GET /v1/tenants`."""
        with as_unavailable():
            rows = self._tenants.listed()
        return web.json_response(
            {
                "tenants": [
                    {
                        "id": tenant.id,
                        "name": tenant.name,
                        "state": tenant.state,
                        "location": tenant.location,
                        "bucket": tenant.bucket,
                        "created": created.isoformat(),
                    }
                    for tenant, created in rows
                ]
            }
        )

    def get_operation(self, request: Request) -> Response:
        """Answer `GET /v1/operations/{operation}`."""
        with as_unavailable():
            operation = self._operations.get(request.path_params["operation"])
        return web.json_response(
            {
                "id": operation.id,
                "kind": operation.kind,
                "state": operation.state,
                "step": operation.step,
                "steps": list(self._plans[operation.kind].steps),
                "error": operation.error,
                "done": operation.done,
                "total": operation.total,
            }
        )

    def tick(self, _request: Request) -> Response:
        """Answer `POST /v1/tick`."""
        with as_unavailable():
            outcome = self._ticker.tick()
        return web.json_response({"advanced": outcome.advanced, "pending": outcome.pending})


def _ordered(
    operation: Operation, *, key: str | None, setup: str | None, status: HTTPStatus
) -> Response:
    body = {"operation": operation.id, "tenant": operation.tenant, "key": key, "setup": setup}
    return web.json_response(body, status=status)
