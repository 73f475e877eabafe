"""Sign-ins: the signed cookie that says who is here and for which tenant.

The cookie proves a sign-in and nothing more: membership and role are read on every request, so a
removed member is out at once.
"""

from dataclasses import dataclass
from http import HTTPStatus

import jwt

from lib.errors import Refusal
from lib.identifiers import TENANT, USER, TenantId, UserId, matches

COOKIE = "__Host-sealtape"  # the prefix makes browsers insist on Secure, Path=/ and no Domain
SESSION_TTL_S = 12 * 3600  # a working day; watching asks for more than this cookie
MIN_SECRET_BYTES = 32  # RFC 7518 section 3.2: a key of at least the hash's size
ALGORITHM = "HS256"
TYPE = "sealtape-console+jwt"
ISSUER = "sealtape-console"
AUDIENCE = "sealtape-console-api"


class NotSignedIn(Refusal):
    """No valid session: none was sent, it ended, or what it rested on is gone."""

    status, code = HTTPStatus.UNAUTHORIZED, "not_signed_in"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who signed in, and which of their tenants they look at. Only `verify` makes one."""

    user: UserId
    tenant: TenantId
    epoch: int  # the user's, raised when the password changes: older sessions die


class SignIns:
    """Issues and checks session cookies with one secret."""

    def __init__(self, secret: str) -> None:
        """Keep the secret.

        Raises: ValueError: shorter than MIN_SECRET_BYTES (PyJWT would only warn).
        """
        self._secret = secret.encode()
        if len(self._secret) < MIN_SECRET_BYTES:
            raise ValueError(f"CONSOLE_SESSION_SECRET needs at least {MIN_SECRET_BYTES} bytes")

    def issue(self, sign_in: SignIn, *, now: int) -> str:
        """Return the cookie's value for `sign_in`, valid for SESSION_TTL_S from `now` (Unix s)."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": sign_in.user,
            "tenant": sign_in.tenant,
            "epoch": sign_in.epoch,
            "iat": now,
            "exp": now + SESSION_TTL_S,
        }
        return jwt.encode(claims, self._secret, ALGORITHM, headers={"typ": TYPE})

    def verify(self, cookie: str, *, now: int) -> SignIn:
        """Return the sign-in inside `cookie` (untrusted), or refuse it.

        Raises: NotSignedIn: not ours, of another type or audience, or past its end.
        Source: RFC 8725 sections 3.1, 3.8, 3.9, 3.11 (pin algorithm, issuer, audience, type).
        """
        try:
            token = jwt.decode_complete(
                cookie,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                # `now` is the caller's, so the two checks of time are made below.
                options={
                    "require": ["exp", "iat", "sub"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidTokenError:
            raise NotSignedIn("sign in") from None
        claims = token["payload"]
        if token["header"].get("typ") != TYPE or not _current(claims, now):
            raise NotSignedIn("sign in")
        if not (matches(USER, claims["sub"]) and matches(TENANT, claims.get("tenant"))):
            raise NotSignedIn("sign in")
        return SignIn(UserId(claims["sub"]), TenantId(claims["tenant"]), int(claims["epoch"]))


def _current(claims: dict[str, object], now: int) -> bool:
    issued, expires = claims["iat"], claims["exp"]
    return isinstance(issued, int) and isinstance(expires, int) and issued - 60 <= now < expires
