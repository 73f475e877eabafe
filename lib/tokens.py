"""Session and resume tokens: ES256 JWTs that only handshake can sign.

The two kinds differ in type and audience, so neither is ever accepted in the other's place.
PyJWT signs and verifies; bodies are the typed structs of lib/claims.py, which is stricter and 30
microseconds cheaper than PyJWT's own dicts (docs/performance.md).
Source: RFC 7519; RFC 8725 sections 3.1 (pin the algorithm), 3.8 (issuer), 3.9 (audience),
3.10 (ignore keys that a token brings), 3.11 (explicit types).
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Literal, TypeVar

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from msgspec import Struct

from lib.claims import Claim, Resume, read_resume, read_session, resume_body, session_body
from lib.errors import Refusal

TOKEN_TTL_S = 600  # a stolen token is worth ten minutes of one page
RESUME_TTL_S = 1_800  # an idle visit ends after 30 minutes
SESSION_MAX_S = 14_400  # a visit ends after 4 hours
LEEWAY_S = 30  # clocks of Cloud Run instances differ by far less; covers the request's time
MAX_TOKEN_CHARS = 2_048  # ours have about 700; anything longer is not parsed
CACHED_TOKENS = 4_096  # about 4 MiB; a token is seen about 60 times

ALGORITHM: Literal["ES256"] = "ES256"
SESSION_TYPE, RESUME_TYPE = "sealtape-session+jwt", "sealtape-resume+jwt"
# Strict base64url, three parts, and exactly the length of an ES256 signature (64 bytes).
COMPACT = re.compile(r"[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{85}[AQgw]", re.ASCII)

PublicKeys = Mapping[str, EllipticCurvePublicKey]
T = TypeVar("T")


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alg: Literal["ES256"]
    kid: str
    typ: str


_read_head = msgspec.json.Decoder(_Head).decode
_jws = jwt.PyJWS(algorithms=[ALGORITHM])


class TokenInvalid(Refusal):
    """Not a token of ours: shape, signature, type, audience or content is wrong."""

    status, code = HTTPStatus.UNAUTHORIZED, "token_invalid"


class TokenExpired(Refusal):
    """A token of ours whose time is over: handshake again."""

    status, code = HTTPStatus.UNAUTHORIZED, "token_expired"


class Signer(Struct, frozen=True):
    """The private key and its name."""

    kid: str
    key: EllipticCurvePrivateKey

    def session(self, claim: Claim, *, now: int) -> str:
        """Return the session token of `claim`; it expires at `claim.expires` (Unix s)."""
        return self._sign(session_body(claim, now), SESSION_TYPE)

    def resume(self, resume: Resume, *, now: int) -> str:
        """Return the resume token: 30 minutes, and never past 4 hours from the start."""
        expires = min(now + RESUME_TTL_S, resume.start_ms // 1000 + SESSION_MAX_S)
        return self._sign(resume_body(resume, now, expires), RESUME_TYPE)

    def _sign(self, body: bytes, kind: str) -> str:
        return _jws.encode(body, self.key, ALGORITHM, {"typ": kind, "kid": self.kid})


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
            claim = self._verified(token, SESSION_TYPE, read_session)
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
        resume, expires = self._verified(token, RESUME_TYPE, read_resume)
        if now >= expires:
            raise TokenExpired("the visit is over")
        return resume

    def _verified(self, token: str, kind: str, read: Callable[[bytes], T]) -> T:
        if len(token) > MAX_TOKEN_CHARS or not COMPACT.fullmatch(token):
            raise TokenInvalid("not a token of this service")
        try:
            head = _read_head(urlsafe_b64decode(token.partition(".")[0] + "=="))
            key = self._keys.get(head.kid)
            if head.typ != kind or key is None:
                raise TokenInvalid("not a token of this service")
            return read(_jws.decode(token, key, [ALGORITHM]))
        except (jwt.PyJWTError, msgspec.MsgspecError, ValueError, TypeError, RecursionError):
            raise TokenInvalid("not a token of this service") from None
