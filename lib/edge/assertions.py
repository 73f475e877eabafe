"""Strict mode: the customer's own server vouches for each new session, so a copied key is useless.

An assertion is an ES256 JWT of five minutes, for one key and one origin, used once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import jwt

from lib.edge.documents import DocumentExists, Documents, Write
from lib.identifiers import RandomBytes, random_base32

AUDIENCE = "sealtape-handshake"
ASSERTION_TTL_S = 300  # time for a slow page to load after its server rendered it
LEEWAY_S = 30  # between the customer's clock and ours
MAX_ASSERTION_CHARS = 2_048  # one with these claims has about 400
MAX_ID_CHARS = 128
USE_LETTERS = 26  # 130 random bits, which tell our own write from another's


class AssertionRefused(Exception):
    """Not an assertion for this key and origin, now. The reason goes to our log only."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A valid assertion: the name under which its use is recorded, and until when (Unix s)."""

    document: str
    expires: int


def verify(token: str, public_key: str, *, key: str, origin: str, now: float) -> Assertion:
    """Return the assertion in `token` (untrusted).

    Args: public_key: PEM that the customer registered. key: the SDK key's id. origin: the
    request's. now: Unix s.
    Raises: AssertionRefused.
    Source: RFC 8725 sections 3.1 and 3.9; RFC 7523 section 3 (audience, expiry, unique id).
    """
    if not token:  # told apart at once: a missing one costs what every other refusal costs
        raise AssertionRefused("missing")
    if len(token) > MAX_ASSERTION_CHARS:
        raise AssertionRefused("too long")
    try:
        body: dict[str, Any] = jwt.decode(
            token,
            public_key,
            algorithms=["ES256"],
            audience=AUDIENCE,
            options={
                "require": ["aud", "exp", "iat", "jti"],
                "verify_exp": False,
                "verify_iat": False,
            },
        )
        issued, expires, identifier = int(body["iat"]), int(body["exp"]), str(body["jti"])
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
        raise AssertionRefused("not a valid JWT of the registered key") from None
    if body.get("key") != key or body.get("origin") != origin:
        raise AssertionRefused("for another key or origin")
    if not issued - LEEWAY_S <= now < expires + LEEWAY_S or expires - issued > ASSERTION_TTL_S:
        raise AssertionRefused("outside its five minutes")
    if not 1 <= len(identifier) <= MAX_ID_CHARS:
        raise AssertionRefused("no usable id")
    name = sha256(f"{key}\n{identifier}".encode("utf-8", "surrogatepass")).hexdigest()
    return Assertion(f"assertions/{name}", expires + LEEWAY_S)


async def use(assertion: Assertion, documents: Documents, random: RandomBytes) -> None:
    """Record the assertion's use: a document that can be created once.

    Args: documents: edge-config.
    Raises: AssertionRefused: it was used before. Unavailable.
    """
    mark = random_base32(USE_LETTERS, random)
    expire_at = datetime.fromtimestamp(assertion.expires, UTC)
    fields: dict[tuple[str, ...], Any] = {("expire_at",): expire_at, ("use",): mark}
    try:
        await documents.commit([Write(assertion.document, set=fields, create=True)])
    except DocumentExists as exists:
        found = await documents.get(assertion.document) if exists.ambiguous else None
        if not found or found.get("use") != mark:
            raise AssertionRefused("used before") from None
