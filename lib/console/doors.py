"""The console's doors: sign in, set a password, switch tenant, sign out, who am I."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from google.cloud.firestore import Client
from starlette.requests import Request
from starlette.responses import Response

from lib import members, users, web
from lib.console import passwords
from lib.console.passwords import Passwords
from lib.console.signins import COOKIE, SESSION_TTL_S, SignIn, SignIns
from lib.console.throttles import Throttles
from lib.console.visits import READABLE, Visit, Visits
from lib.errors import Malformed, NotFound, Refusal
from lib.identifiers import TENANT, TenantId, matches
from lib.tenant_records import TenantRecords
from lib.users import User, Users


class SignInFailed(Refusal):
    """The address or the password is wrong; which of them is not said."""

    status, code = HTTPStatus.UNAUTHORIZED, "sign_in_failed"


@dataclass(frozen=True, slots=True)
class Embed:
    """What a page that is to be recorded names: the SDK's file and the handshake, as URLs."""

    script: str
    endpoint: str


class Doors:
    """Handlers that begin and end a session."""

    def __init__(
        self,
        console: Client,
        records: TenantRecords,
        visits: Visits,
        sign_ins: SignIns,
        hashing: Passwords,
        embed: Embed,
        *,
        clock: Callable[[], float],
    ) -> None:
        """Keep what the handlers work with. `clock` gives Unix seconds."""
        self._embed = embed
        self._console = console
        self._records = records
        self._visits = visits
        self._sign_ins = sign_ins
        self._hashing = hashing
        self._users = Users(console)
        self._throttles = Throttles(console)
        self._clock = clock

    def sign_in(self, _request: Request, body: dict[str, Any]) -> Response:
        """Answer `POST /v1/sign-in`. An unknown address costs what a known one costs."""
        email, password = _text(body, "email"), _text(body, "password")
        key = users.email_key(email)
        self._throttles.admit(key, now=self._clock())
        user = self._users.find(email)
        right = self._hashing.verify(password, user.password if user else None)
        if user is None or not right:
            raise SignInFailed("the address or the password is wrong")
        self._throttles.clear(key)
        if user.password and self._hashing.outdated(user.password):
            self._users.store_hash(user.id, self._hashing.hash(password))
        return self._let_in(user)

    def set_up(self, _request: Request, body: dict[str, Any]) -> Response:
        """Answer `POST /v1/setup`: an invited person's first password."""
        token, password = body.get("token"), _text(body, "password")
        now = datetime.fromtimestamp(self._clock(), UTC)
        invited = self._users.peek_setup(token, now=now)
        passwords.check_strength(password, email=invited.email)
        user = self._users.use_setup(str(token), self._hashing.hash(password), now=now)
        return self._let_in(user)

    def sign_out(self, _request: Request, _body: dict[str, Any]) -> Response:
        """Answer `POST /v1/sign-out`."""
        response = Response(status_code=HTTPStatus.NO_CONTENT)
        _set_cookie(response, "", max_age=0)
        return response

    def switch(self, request: Request, body: dict[str, Any]) -> Response:
        """Answer `POST /v1/tenant`: look at another of one's own tenants."""
        wanted = body.get("tenant")
        if not matches(TENANT, wanted):
            raise NotFound("no such tenant")
        visit = self._visits.of(request)
        return self._enter(self._visits.enter(visit.user, TenantId(str(wanted))))

    def me(self, request: Request) -> Response:
        """Answer `GET /v1/me`."""
        return web.json_response(self._about(self._visits.of(request)))

    def _let_in(self, user: User) -> Response:
        """Begin a session with the first tenant that is open to `user`."""
        for membership in members.memberships(self._console, user.id):
            try:
                return self._enter(self._visits.enter(user, membership.tenant))
            except NotFound:
                continue  # being provisioned, retired, or left since
        raise SignInFailed("this account has no tenant that is open at the moment")

    def _enter(self, visit: Visit) -> Response:
        response = web.json_response(self._about(visit))
        sign_in = SignIn(visit.user.id, visit.tenant.id, visit.user.epoch)
        cookie = self._sign_ins.issue(sign_in, now=int(self._clock()))
        _set_cookie(response, cookie, max_age=SESSION_TTL_S)
        return response

    def _about(self, visit: Visit) -> dict[str, Any]:
        theirs = members.memberships(self._console, visit.user.id)
        known = self._records.get_many([membership.tenant for membership in theirs])
        rows = [
            {"id": one.tenant, "name": known[one.tenant].name, "role": one.role}
            for one in theirs
            if one.tenant in known and known[one.tenant].state in READABLE
        ]
        here = {"id": visit.tenant.id, "name": visit.tenant.name, "role": visit.role}
        user = {"id": visit.user.id, "email": visit.user.email}
        return {"user": user, "tenant": here, "tenants": rows, "embed": asdict(self._embed)}


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Malformed(f"`{name}` is missing")
    return value


def _set_cookie(response: Response, value: str, *, max_age: int) -> None:
    response.set_cookie(
        COOKIE, value, max_age=max_age, path="/", secure=True, httponly=True, samesite="strict"
    )
