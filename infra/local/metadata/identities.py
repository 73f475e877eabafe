"""OpenID Connect tokens, signed by a key that lives as long as the process.

The issuer is Google's, so that code which verifies them runs unchanged; only the address of the
certificates differs.
"""

import hashlib
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from infra.local.identity.tokens import TOKEN_TTL_S
from infra.local.wire.messages import Json

ISSUER = "https://accounts.google.com"

# Google signs identity tokens with RS256 and 2048 bits.
_KEY_BITS = 2048
_KEY_ID = "local"


class Signer:
    """Makes identity tokens, and publishes the key that verifies them."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)

    def sign(self, account: str, audience: str, *, full: bool) -> str:
        """A token that says `account` calls `audience`. Args: full: name the email address."""
        now = int(time.time())
        claims: Json = {
            "iss": ISSUER,
            "aud": audience,
            "azp": subject(account),
            "sub": subject(account),
            "iat": now,
            "exp": now + TOKEN_TTL_S,
        }
        if full:
            claims |= {"email": account, "email_verified": True}
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": _KEY_ID})

    def jwks(self) -> Json:
        """The public key as a JWK set (RFC 7517)."""
        public = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": _KEY_ID, "alg": "RS256", "use": "sig"}]}


def subject(account: str) -> str:
    """A stable number for an account, as Google's unique ids are."""
    return str(int.from_bytes(hashlib.sha256(account.encode()).digest()[:8], "big"))
