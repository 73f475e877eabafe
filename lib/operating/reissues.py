"""Reissues: what an order of a tenant shows once, made anew because nobody saw it.

Until the owner has set a password, an operator may ask for another set-up link and, since the
first SDK key may be lost in the same answer, for another key. Whatever was shown before is void.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from google.cloud.firestore import Client, Transaction
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lib import keys, transactions, users, web
from lib.audit import Audit
from lib.errors import Malformed
from lib.google_failures import as_unavailable
from lib.identifiers import RandomBytes, UserId
from lib.key_forms import Draft
from lib.operating import orders
from lib.operations import Operation, Operations
from lib.sdk_keys import SdkKeys
from lib.tenant_records import FIRST_KEY, TenantRecords
from lib.tenant_states import TenantStateWrong
from lib.tenants import Tenant
from lib.users import Users

READY = ("active", "suspended")


@dataclass(frozen=True, slots=True)
class Reissued:
    """What is shown once more. `key` is None where it stays as it is."""

    setup: str
    key: str | None


class Reissues:
    """The route of provision_bucket; IAM decides who reaches it."""

    def __init__(
        self,
        console: Client,
        edge_config: Client,
        tenants: TenantRecords,
        *,
        clock: Callable[[], float],
        random: RandomBytes,
    ) -> None:
        """Keep the clients of two databases. Args: clock: Unix seconds."""
        self._console = console
        self._config = edge_config
        self._tenants = tenants
        self._operations = Operations(console, random=random)
        self._clock = clock
        self._random = random

    def routes(self) -> list[web.Route]:
        """Return the table."""
        return [web.Route("POST", "/v1/tenants/{tenant}/reissue", self.answer)]

    async def answer(self, request: Request) -> Response:
        """Answer `POST /v1/tenants/{tenant}/reissue`."""
        body = await web.read_json(request)
        if set(body) - {"key"} or type(body.get("key", False)) is not bool:
            raise Malformed("`key`: true for a new SDK key as well, or false")
        name = request.path_params["tenant"]
        return await run_in_threadpool(self._answer, name, body.get("key", False))

    def _answer(self, name: str, with_key: bool) -> Response:
        with as_unavailable():
            tenant = self._tenants.find(name)
            if tenant.state not in READY:
                raise TenantStateWrong(f"the tenant is {tenant.state}")
            made = self.reissue(tenant, self._order(tenant), with_key=with_key)
        return web.json_response({"tenant": tenant.id, "key": made.key, "setup": made.setup})

    def reissue(self, tenant: Tenant, order: Operation, *, with_key: bool) -> Reissued:
        """Void the former link, and key, and return the new ones. A lost answer: ask again.

        Raises: TenantStateWrong: the owner has a password.
        """
        setup, now = users.new_setup_token(self._random), self._clock()
        owner = Users(self._console).find(order.input["owner_email"])
        if owner is None or owner.password is not None:
            raise _set_up()
        Audit(self._console, tenant.id, random=self._random).append(
            actor="operator",
            action="setup_reissued",
            subject=owner.id,
            now=now,
            detail={"key": with_key},
        )
        self._replace_link(order, owner.id, users.setup_id(setup))
        return Reissued(setup, self._replace_key(tenant, order) if with_key else None)

    def _replace_link(self, order: Operation, owner: UserId, setup: str) -> None:
        """Offer the new link instead of the one that the order names, unless it was just used."""
        document = self._console.document(f"operations/{order.id}")
        everybody, now = Users(self._console), datetime.fromtimestamp(self._clock(), UTC)

        def body(transaction: Transaction) -> None:
            fields = document.get(transaction=transaction).to_dict() or {}
            former = fields["input"]["setup"]
            if not everybody.replace_setup(transaction, owner, former, setup, now):
                raise _set_up()
            transaction.update(document, {"input.setup": setup})

        transactions.run(self._console, body)

    def _replace_key(self, tenant: Tenant, order: Operation) -> str:
        """Make a key for the ordered origins; every other key that an order made is disabled."""
        fresh = keys.create(self._random)
        kept = SdkKeys(self._config, tenant.id, clock=self._clock)
        for former in kept.listed():
            if former.draft.label == FIRST_KEY and former.state == "active":
                kept.disable(former.id)
        kept.add(fresh, Draft(FIRST_KEY, tuple(order.input["origins"]), None))
        return str(fresh)

    def _order(self, tenant: Tenant) -> Operation:
        """Return the operation that made the tenant."""
        for attempt in count():
            found = self._operations.get(orders.operation_id(tenant.name, attempt))
            if found.tenant == tenant.id:
                return found
        raise AssertionError("unreachable")


def _set_up() -> TenantStateWrong:
    return TenantStateWrong("the owner has set up: signed in, they make keys and invite others")
