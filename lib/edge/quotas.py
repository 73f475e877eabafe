"""Quotas: what a tenant may use in a day, a session in its life, and a token in its ten minutes.

Days are compared with a sum that a tick writes; sessions and tokens are counted in this instance's
memory. How far each may be overshot: docs/decisions/0007-quotas-and-their-overshoot.md.
"""

from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from lib.claims import Claim
from lib.days import day_of
from lib.errors import Refusal
from lib.identifiers import SessionId
from lib.tenants import Tenant
from lib.tokens import SESSION_MAX_S

if TYPE_CHECKING:  # handshake checks quotas too, and has no use for what inflates batches
    from lib.edge.batches import Header

REMEMBERED = 8_192  # tokens, and sessions, of this instance: about 200 bytes each

K = TypeVar("K")


class QuotaExceeded(Refusal):
    """The tenant's day or the session's life is used up; the same bytes may come later."""

    status, code, retry = HTTPStatus.TOO_MANY_REQUESTS, "quota_exceeded", True


class TokenSpent(Refusal):
    """The token carried all that it may: handshake again, for the same page."""

    status, code = HTTPStatus.UNAUTHORIZED, "token_spent"


def check_day(tenant: Tenant, now: float, *, new_session: bool) -> None:
    """Refuse what would come after the tenant's day is used up.

    Args: now: Unix s. new_session: sessions count only against new ones.
    Raises: QuotaExceeded: until midnight, UTC.
    """
    usage, quotas = tenant.usage, tenant.quotas
    if usage.day != day_of(now):
        return
    if usage.bytes >= quotas.bytes_per_day:
        raise QuotaExceeded("the day's bytes are used up", retry_after_s=_rest_of_day(now))
    if new_session and usage.sessions >= quotas.sessions_per_day:
        raise QuotaExceeded("the day's sessions are used up", retry_after_s=_rest_of_day(now))


def _rest_of_day(now: float) -> int:
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, round((today + timedelta(days=1)).timestamp() - now))


class _Spent(Struct):
    """What one token or session carried here so far."""

    batches: int = 0
    bytes: int = 0


class _Ledger(Generic[K]):
    """Spent amounts by name; the ones longest untouched are forgotten."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._spent: OrderedDict[K, _Spent] = OrderedDict()

    def of(self, name: K) -> _Spent:
        spent = self._spent.setdefault(name, _Spent())
        self._spent.move_to_end(name)
        while len(self._spent) > self._room:
            self._spent.popitem(last=False)
        return spent


class Meter:
    """Counts this instance's batches by token and by session, and refuses above their limits."""

    def __init__(self, remember: int = REMEMBERED) -> None:
        """Keep room for `remember` tokens and as many sessions."""
        self._tokens: _Ledger[str] = _Ledger(remember)
        self._sessions: _Ledger[SessionId] = _Ledger(remember)

    def charge(self, claim: Claim, tenant: Tenant, header: "Header", size: int, now: float) -> None:
        """Count one attempt to store, before it is made, so that attempts at once all count.

        The page's own sequence number and total, which the sender claims, may only refuse sooner.
        Args: size: compressed bytes. now: Unix s.
        Raises: TokenSpent, QuotaExceeded: until the session's end.
        """
        token, session = self._tokens.of(claim.id), self._sessions.of(claim.session)
        limits, quotas = claim.limits, tenant.quotas
        if token.batches >= limits.batches or token.bytes + size > limits.bytes:
            raise TokenSpent("this token carried all that it may: handshake again")
        batches = max(session.batches, header.seq)
        carried = max(session.bytes + size, header.total)
        if batches >= quotas.session_batches or carried > quotas.session_bytes:
            rest = claim.start_ms / 1000 + SESSION_MAX_S - now
            raise QuotaExceeded("the session's quota is used up", retry_after_s=max(1, round(rest)))
        for spent in (token, session):
            spent.batches += 1
            spent.bytes += size
