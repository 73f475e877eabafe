"""Key material from settings: a P-256 private key (PEM), and public keys as a JWK set.

A key's name is its RFC 7638 thumbprint, so that handshake and ingest agree on it by themselves.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from lib.tokens import Signer

COORDINATE_BYTES = 32  # of a P-256 point; RFC 7518 section 6.2.1.2


def signer(pem: str) -> Signer:
    """Return the signer of a PEM private key.

    Raises: ValueError: not a P-256 private key.
    """
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("the signing key is not a P-256 private key")
    return Signer(thumbprint(key.public_key()), key)


def public_keys(jwks: str) -> dict[str, EllipticCurvePublicKey]:
    """Return kid -> key from a JWK set; each kid is recomputed, never believed.

    Raises: ValueError: not a set of P-256 keys.
    """
    found = {}
    for jwk in json.loads(jwks)["keys"]:
        if (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256"):
            raise ValueError("the key set holds a key that is not P-256")
        x, y = (int.from_bytes(_decode(jwk[name]), "big") for name in ("x", "y"))
        key = EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()
        found[thumbprint(key)] = key
    return found


def jwk(key: EllipticCurvePublicKey) -> dict[str, str]:
    """Return the key's required JWK members, in the order that RFC 7638 section 3 hashes."""
    numbers = key.public_numbers()
    return {
        "crv": "P-256",
        "kty": "EC",
        "x": _encode(numbers.x.to_bytes(COORDINATE_BYTES, "big")),
        "y": _encode(numbers.y.to_bytes(COORDINATE_BYTES, "big")),
    }


def jwk_set(keys: list[EllipticCurvePublicKey]) -> str:
    """Return the JWK set that `public_keys` reads."""
    return json.dumps({"keys": [{**jwk(key), "kid": thumbprint(key)} for key in keys]})


def thumbprint(key: EllipticCurvePublicKey) -> str:
    """Return the RFC 7638 SHA-256 thumbprint."""
    return _encode(sha256(json.dumps(jwk(key), separators=(",", ":")).encode()).digest())


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
