"""The operators' routes of a tenant's later life: suspend, resume, retire."""

from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from itertools import count
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib import operations, tenant_states, web
from lib.errors import Malformed
from lib.google_failures import as_unavailable
from lib.identifiers import OperationId, base32
from lib.operating import lifecycles
from lib.operations import Operation, Operations
from lib.tenant_records import TenantRecords
from lib.tenants import Tenant

TARGETS = {
    lifecycles.SUSPEND: "suspended",
    lifecycles.RESUME: "active",
    lifecycles.RETIRE: "retiring",
}


class LifecycleRoutes:
    """Handlers of provision_bucket; IAM decides who reaches them."""

    def __init__(
        self,
        started: Operations,
        tenants: TenantRecords,
        *,
        clock: Callable[[], float],
    ) -> None:
        """Keep what the handlers work with. Args: clock: Unix seconds."""
        self._operations = started
        self._tenants = tenants
        self._clock = clock

    def routes(self) -> list[web.Route]:
        """Return the table."""
        return [
            web.Route("POST", "/v1/tenants/{tenant}/suspend", self.suspend),
            web.Route("POST", "/v1/tenants/{tenant}/resume", self.resume),
            web.Route("POST", "/v1/tenants/{tenant}/retire", self.retire),
        ]

    async def suspend(self, request: Request) -> Response:
        """Answer `POST /v1/tenants/{tenant}/suspend`."""
        return await self._start(request, lifecycles.SUSPEND)

    async def resume(self, request: Request) -> Response:
        """Answer `POST /v1/tenants/{tenant}/resume`."""
        return await self._start(request, lifecycles.RESUME)

    async def retire(self, request: Request) -> Response:
        """Answer `POST /v1/tenants/{tenant}/retire`; the body repeats the name, on purpose."""
        return await self._start(request, lifecycles.RETIRE)

    async def _start(self, request: Request, kind: str) -> Response:
        body = await web.read_json(request)
        return await run_in_threadpool(self._begin, request.path_params["tenant"], kind, body)

    def _begin(self, name: str, kind: str, body: dict[str, Any]) -> Response:
        with as_unavailable():
            tenant = self._tenants.find(name)
            if kind == lifecycles.RETIRE and body.get("name") != tenant.name:
                raise Malformed("`name`: the tenant's, to show that this one is meant")
            if tenant.state != TARGETS[kind]:
                tenant_states.check(tenant.state, TARGETS[kind])
            operation, new = self._ensure(tenant, kind)
        status = HTTPStatus.ACCEPTED if new else HTTPStatus.OK
        body = {"operation": operation.id, "tenant": tenant.id}
        return web.json_response(body, status=status)

    def _ensure(self, tenant: Tenant, kind: str) -> tuple[Operation, bool]:
        """Return the operation that does this, and whether it is new; failed ones are left."""
        step, now = lifecycles.FIRST_STEPS[kind], self._clock()
        # The first step of closing raises the epoch; asked for again, it is the same operation.
        begun = tenant.state == TARGETS[kind] and TARGETS[kind] in tenant_states.CLOSING
        epoch = tenant.epoch - begun
        for attempt in count():
            text = f"{kind}/{tenant.id}/{epoch}/{attempt}"
            name = OperationId("op_" + base32(sha256(text.encode()).digest())[:16])
            made = operations.pending(name, kind, tenant.id, step, {"by": "operator"}, now=now)
            if self._operations.start(made):
                return made, True
            known = self._operations.get(name)
            if known.state != "failed":
                return known, False
        raise AssertionError("unreachable")
