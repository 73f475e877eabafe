"""What provision_bucket does with recordings on order, and the operators' routes that order it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from google.cloud.firestore import Client
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib import operations, web
from lib.erasures import plans as erasures
from lib.erasures import replays
from lib.errors import Malformed
from lib.exports import plans as exports
from lib.google_failures import as_unavailable
from lib.identifiers import RandomBytes, new_operation
from lib.operating import configurations, orders, reindexing
from lib.operations import Operations
from lib.seal.tools import Tools
from lib.tenant_records import TenantRecords
from lib.tenant_states import TenantStateWrong
from lib.tenants import Tenant
from lib.ticks import Plan
from lib.vault.buckets import Buckets


def plans(
    tools: Tools,
    edge_config: Client,
    edge_index: Client,
    buckets: Buckets,
    accounts: tuple[str, str],
) -> dict[str, Plan]:
    """Return the plans by kind. Args: accounts: addresses of ingest's and of console_api's."""
    return {
        configurations.KIND: configurations.Configure(tools, edge_index, buckets, accounts),
        **erasures.plans(tools, edge_config, edge_index, buckets),
        **exports.plans(tools),
        reindexing.KIND: reindexing.Reindex(tools, edge_index),
    }


HOLDING = ("active", "suspended")


class VaultOrders:
    """Handlers of provision_bucket; IAM decides who reaches them."""

    def __init__(
        self,
        console: Client,
        tenants: TenantRecords,
        *,
        clock: Callable[[], float],
        random: RandomBytes,
    ) -> None:
        """Keep what the handlers work with. Args: clock: Unix seconds."""
        self._console = console
        self._tenants = tenants
        self._operations = Operations(console, random=random)
        self._clock = clock
        self._random = random

    def routes(self) -> list[web.Route]:
        """Return the table."""
        return [
            web.Route("POST", "/v1/tenants/{tenant}/reindex", self.reindex),
            web.Route("POST", "/v1/tenants/{tenant}/configure", self.configure),
            web.Route("POST", "/v1/tenants/{tenant}/replay-erasures", self.replay),
        ]

    async def reindex(self, request: Request) -> Response:
        """Answer `POST /v1/tenants/{tenant}/reindex`."""
        order = reindexing.KIND, reindexing.FIRST_STEP, dict[str, Any]()
        return await run_in_threadpool(self._start, request.path_params["tenant"], *order)

    async def configure(self, request: Request) -> Response:
        """Answer `POST /v1/tenants/{tenant}/configure`."""
        body = await web.read_json(request)
        if unknown := set(body) - {"retention_days"}:
            raise Malformed("unknown members: " + ", ".join(sorted(unknown))[:200])
        days = body.get("retention_days")
        given = {"retention_days": None if days is None else orders.parse_days(days)}
        order = configurations.KIND, configurations.FIRST_STEP, given
        return await run_in_threadpool(self._start, request.path_params["tenant"], *order)

    async def replay(self, request: Request) -> Response:
        """Answer `POST /v1/tenants/{tenant}/replay-erasures`."""
        body = await web.read_json(request)
        return await run_in_threadpool(self._replay, request.path_params["tenant"], body)

    def _start(self, name: str, kind: str, step: str, given: dict[str, Any]) -> Response:
        with as_unavailable():
            tenant, now = self._tenant(name), self._clock()
            made = operations.pending(
                new_operation(self._random),
                kind,
                tenant.id,
                step,
                {**given, "by": "operator"},
                now=now,
            )
            self._operations.start(made)
        return web.json_response({"operation": made.id}, status=HTTPStatus.ACCEPTED)

    def _replay(self, name: str, body: dict[str, Any]) -> Response:
        restored_ms = body.get("restored_ms")
        if type(restored_ms) is not int or not 0 <= restored_ms < 2**53:
            raise Malformed("`restored_ms`: when the database was restored, Unix ms")
        with as_unavailable():
            tenant, now = self._tenant(name), self._clock()
            started = replays.replay(self._console, tenant.id, restored_ms, now)
        return web.json_response({"operations": started}, status=HTTPStatus.ACCEPTED)

    def _tenant(self, name: str) -> Tenant:
        """Return the tenant with this id or this name (untrusted), if it has a bucket.

        Raises: NotFound, TenantStateWrong.
        """
        found = self._tenants.find(name)
        if found.state not in HOLDING:
            raise TenantStateWrong(f"the tenant is {found.state}: it holds no recordings")
        return found
