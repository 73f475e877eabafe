"""Visits: who asks, for which tenant, in which role. Read anew on every request."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from google.cloud.firestore import Client
from starlette.requests import Request

from lib.console.signins import COOKIE, NotSignedIn, SignIns
from lib.errors import NotFound, Refusal
from lib.identifiers import TenantId
from lib.members import Members, Role
from lib.tenant_records import TenantRecords
from lib.tenants import Tenant
from lib.users import User, Users

READABLE = ("active", "suspended")  # states of a tenant whose console opens
WATCHERS: tuple[Role, ...] = ("owner", "admin", "viewer")  # an auditor reads logs, not recordings


class RoleInsufficient(Refusal):
    """The member's role does not allow this."""

    status, code = HTTPStatus.FORBIDDEN, "role_insufficient"


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in member and the one tenant that this request is about. Only `Visits` makes one."""

    user: User
    tenant: Tenant
    role: Role

    def require(self, roles: tuple[Role, ...]) -> None:
        """Refuse a role that is not among `roles`.

        Raises: RoleInsufficient.
        """
        if self.role not in roles:
            raise RoleInsufficient("your role does not include this: ask an owner")


class Visits:
    """Turns a request's cookie into a visit."""

    def __init__(
        self,
        console: Client,
        records: TenantRecords,
        sign_ins: SignIns,
        *,
        clock: Callable[[], float],
    ) -> None:
        """Keep the client of the `console` database and what checks a cookie."""
        self._console = console
        self._records = records
        self._sign_ins = sign_ins
        self._clock = clock

    def of(self, request: Request) -> Visit:
        """Return the visit that `request` belongs to.

        Raises: NotSignedIn: no valid cookie, a changed password, a member removed since, or a
        tenant that is gone.
        """
        sign_in = self._sign_ins.verify(request.cookies.get(COOKIE, ""), now=int(self._clock()))
        user = Users(self._console).get(sign_in.user)
        if user is None or user.epoch != sign_in.epoch:
            raise NotSignedIn("sign in")
        try:
            return self.enter(user, sign_in.tenant)
        except NotFound:
            raise NotSignedIn("sign in") from None

    def enter(self, user: User, tenant: TenantId) -> Visit:
        """Return the visit of `user` to `tenant`.

        Raises: NotFound: no such tenant, not open, or not theirs: never told apart.
        """
        role = Members(self._console, tenant).role(user.id)
        found = self._records.get(tenant)
        if role is None or found is None or found.state not in READABLE:
            raise NotFound("no such tenant")
        return Visit(user, found, role)
