"""Session and resume tokens: ES256 JWTs that only handshake can sign.

The two kinds differ in type and audience, so neither is ever accepted in the other's place.
Source: RFC 7519; RFC 8725 sections 3.1 (pin the algorithm), 3.8 (issuer), 3.9 (audience),
3.10 (ignore keys that a token brings), 3.11 (explicit types).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any, TypeVar

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)

from lib.claims import Claim, Resume, read_resume, read_session, resume_body, session_body
from lib.errors import Refusal

ISSUER = "sealtape"
TOKEN_TTL_S = 600  # a stolen token is worth ten minutes of one page
RESUME_TTL_S = 1_800  # an idle visit ends after 30 minutes
SESSION_MAX_S = 14_400  # a visit ends after 4 hours
LEEWAY_S = 30  # clocks of Cloud Run instances differ by far less; covers the request's time
MAX_TOKEN_CHARS = 2_048  # ours have about 700; anything longer is not parsed
CACHED_TOKENS = 4_096  # about 4 MiB; a token is seen about 60 times

SESSION_TYPE, SESSION_AUDIENCE = "sealtape-session+jwt", "sealtape-ingest"
RESUME_TYPE, RESUME_AUDIENCE = "sealtape-resume+jwt", "sealtape-handshake"
# Strict base64url, three parts, and exactly the length of an ES256 signature (64 bytes).
COMPACT = re.compile(r"[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{85}[AQgw]", re.ASCII)

PublicKeys = Mapping[str, EllipticCurvePublicKey]
T = TypeVar("T")


class TokenInvalid(Refusal):
    """Not a token of ours: shape, signature, type, audience or content is wrong."""

    status, code = HTTPStatus.UNAUTHORIZED, "token_invalid"


class TokenExpired(Refusal):
    """A token of ours whose time is over: handshake again."""

    status, code = HTTPStatus.UNAUTHORIZED, "token_expired"


@dataclass(frozen=True, slots=True)
class Signer:
    """The private key and its name."""

    kid: str
    key: EllipticCurvePrivateKey

    def session(self, claim: Claim, *, now: int) -> str:
        """Return the session token of `claim`; it expires at `claim.expires` (Unix s)."""
        body = {"aud": SESSION_AUDIENCE, **session_body(claim)}
        return self._sign(body, SESSION_TYPE, now)

    def resume(self, resume: Resume, *, now: int) -> str:
        """Return the resume token: 30 minutes, and never past 4 hours from the start."""
        expires = min(now + RESUME_TTL_S, resume.start_ms // 1000 + SESSION_MAX_S)
        body = {"aud": RESUME_AUDIENCE, **resume_body(resume, expires)}
        return self._sign(body, RESUME_TYPE, now)

    def _sign(self, body: dict[str, Any], kind: str, now: int) -> str:
        return jwt.encode(
            {"iss": ISSUER, "iat": now, **body},
            self.key,
            algorithm="ES256",
            headers={"typ": kind, "kid": self.kid},
        )


class Verifier:
    """Verifies tokens, and remembers those that it verified by their hash (bounded)."""

    def __init__(self, keys: PublicKeys, *, remember: int = CACHED_TOKENS) -> None:
        """Keep `keys` (kid -> P-256 public key) and room for `remember` claims."""
        self._keys = keys
        self._seen: dict[bytes, Claim] = {}
        self._room = remember

    def session(self, token: str, *, now: float) -> Claim:
        """Return the claim inside `token`, or refuse it.

        Args: token: compact JWS, untrusted. now: Unix time, seconds.
        Raises: TokenInvalid: not ours, wrong type or audience.
        TokenExpired: `now` >= `exp` + LEEWAY_S.
        Source: RFC 7519 section 4.1; RFC 8725 sections 3.1, 3.2, 3.11.
        """
        digest = sha256(token.encode("utf-8", "surrogatepass")).digest()
        claim = self._seen.get(digest)
        if claim is None:
            claim = self._verified(token, SESSION_TYPE, SESSION_AUDIENCE, read_session)
            if len(self._seen) >= self._room:
                del self._seen[next(iter(self._seen))]
            self._seen[digest] = claim
        if now >= claim.expires + LEEWAY_S:
            raise TokenExpired("the session token has expired: handshake again")
        return claim

    def resume(self, token: str, *, now: float) -> Resume:
        """Return the visit inside a resume token, or refuse it.

        Raises: TokenInvalid, TokenExpired, as in `session`, without leeway: it is no loss.
        """
        resume, expires = self._verified(token, RESUME_TYPE, RESUME_AUDIENCE, read_resume)
        if now >= expires:
            raise TokenExpired("the visit is over")
        return resume

    def _verified(
        self, token: str, kind: str, audience: str, read: Callable[[dict[str, Any]], T]
    ) -> T:
        if len(token) > MAX_TOKEN_CHARS or not COMPACT.fullmatch(token):
            raise TokenInvalid("not a token of this service")
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(header.get("kid", ""))
            if set(header) != {"alg", "kid", "typ"} or header["typ"] != kind or key is None:
                raise TokenInvalid("not a token of this service")
            body = jwt.decode(
                token,
                key,
                algorithms=["ES256"],
                audience=audience,
                issuer=ISSUER,
                # Expiry is checked by the callers against their own clock.
                options={
                    "require": ["iss", "aud", "exp", "iat"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
            return read(body)
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise TokenInvalid("not a token of this service") from None
