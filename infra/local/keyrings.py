"""The secrets of a local stack, made once and kept in its folder."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from lib.signing_keys import jwk_set

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keyring:
    """What Secret Manager hands to the functions in the cloud, as environment variables."""

    session_signing_key: str
    session_public_keys: str
    console_session_secret: str
    user_hash_key: str


def load(file: Path) -> Keyring:
    """Return the stack's secrets, making them on the first call; only the owner may read them."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(_make())))
    return Keyring(**json.loads(file.read_text()))


def _make() -> Keyring:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Keyring(
        session_signing_key=pem,
        session_public_keys=jwk_set([key.public_key()]),
        console_session_secret=secrets.token_urlsafe(SECRET_BYTES),
        user_hash_key=secrets.token_urlsafe(SECRET_BYTES),
    )
