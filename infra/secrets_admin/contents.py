"""Every secret: what it holds, how its first version is made, which function reads it where."""

import secrets
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from infra.secrets_admin.store import Secrets
from lib.signing_keys import jwk_set

SECRET_BYTES = 32  # of entropy: as much as HMAC-SHA-256 can use, RFC 7518 section 3.2

SIGNING: Final = "session-signing-key"  # PEM, one version per key; only handshake reads it
PUBLIC: Final = "session-public-keys"  # JWK set: the signing key's own, and those being retired
CONSOLE: Final = "console-session-secret"
USERS: Final = "user-hash-key"
RECEIPTS: Final = "receipt-signing-key"  # PEM; only console_api reads it
NAMES: Final = (SIGNING, PUBLIC, CONSOLE, USERS, RECEIPTS)

# Function -> environment variable -> secret. A function reads no other.
USES: Final[Mapping[str, Mapping[str, str]]] = {
    "handshake": {"SESSION_SIGNING_KEY": SIGNING, "SESSION_PUBLIC_KEYS": PUBLIC},
    "ingest": {"SESSION_PUBLIC_KEYS": PUBLIC, "USER_HASH_KEY": USERS},
    "console_api": {"CONSOLE_SESSION_SECRET": CONSOLE, "RECEIPT_SIGNING_KEY": RECEIPTS},
    "provision_bucket": {},
}


def new_signing_key() -> str:
    """Return a fresh P-256 private key as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_key(pem: str) -> ec.EllipticCurvePublicKey:
    """Return a signing key's public half. Raises: ValueError: not an elliptic curve's key."""
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("the signing key is not an elliptic curve's private key")
    return key.public_key()


def fresh() -> dict[str, str]:
    """Return new first versions of every secret, by its name."""
    pem = new_signing_key()
    return {
        SIGNING: pem,
        PUBLIC: jwk_set([public_key(pem)]),
        CONSOLE: secrets.token_urlsafe(SECRET_BYTES),
        USERS: secrets.token_urlsafe(SECRET_BYTES),
        RECEIPTS: new_signing_key(),
    }


def seed(store: Secrets, first: Mapping[str, str]) -> None:
    """Give every secret that has no version yet its first one; the secrets themselves exist.

    Safe to repeat after a crash anywhere: the public set is made from the key that is stored.
    """
    for name in NAMES:
        if not store.versions(name):
            text = first[name]
            if name == PUBLIC:
                text = jwk_set([public_key(store.read(SIGNING, store.versions(SIGNING)[-1]))])
            store.add(name, text)


def newest(store: Secrets, function: str) -> dict[str, tuple[str, int]]:
    """Return variable -> (secret, newest enabled version) of a function.

    Raises: LookupError: a secret has no version.
    """
    pins = {}
    for variable, name in USES[function].items():
        versions = store.versions(name)
        if not versions:
            raise LookupError(f"the secret {name} has no version yet")
        pins[variable] = name, versions[-1]
    return pins
