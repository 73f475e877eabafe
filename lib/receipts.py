"""Receipts: statements that we sign, for whoever has to show what was done; checked offline.

`python -m lib.receipts FILE KEYS` checks one. FILE holds the receipt, or the answer that it came
in; KEYS is what `GET /v1/receipts/keys` answered.
Source: RFC 7515 (JWS, compact), RFC 7517 (JWK set), RFC 8725 section 3.11 (explicit types).
"""

import argparse
import json
import sys
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Literal

import jwt

from lib import signing_keys
from lib.errors import Refusal
from lib.tokens import PublicKeys

ISSUER: Final = "sealtape"
ALGORITHM: Final = "ES256"
Kind = Literal["erasure", "posture"]


class ReceiptInvalid(Refusal):
    """Not a receipt that one of these keys signed."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "receipt_invalid"


class Receipts:
    """Signs receipts, and tells by which keys they are checked."""

    def __init__(self, pem: str, retired: str = "") -> None:
        """Keep the keys.

        Args: pem: P-256 private key. retired: JWK set of the keys that signed before it.
        Raises: ValueError: not such keys.
        """
        self._signer = signing_keys.signer(pem)
        former = signing_keys.public_keys(retired).values() if retired else ()
        self._keys = signing_keys.jwk_set([self._signer.key.public_key(), *former])

    def sign(self, kind: Kind, body: Mapping[str, Any], *, now: float) -> str:
        """Return `body` as a signed receipt. Args: now: Unix seconds."""
        claims = {"iss": ISSUER, "iat": int(now), **body}
        headers = {"typ": _type(kind), "kid": self._signer.kid}
        return jwt.encode(claims, self._signer.key, ALGORITHM, headers)

    def keys(self) -> dict[str, Any]:
        """Return the public keys as a JWK set, retired ones included: receipts last."""
        found: dict[str, Any] = json.loads(self._keys)
        return found


def verify(receipt: str, kind: Kind, keys: PublicKeys) -> dict[str, Any]:
    """Return what a receipt (untrusted) says.

    Raises: ReceiptInvalid.
    """
    try:
        header = jwt.get_unverified_header(receipt)
        if header.get("typ") != _type(kind):
            raise ReceiptInvalid("this is another kind of document")
        key = keys.get(header.get("kid", ""))
        if key is None:
            raise ReceiptInvalid("none of these keys signed it")
        found: dict[str, Any] = jwt.decode(
            receipt, key, [ALGORITHM], issuer=ISSUER, options={"verify_iat": False}
        )
    except (jwt.PyJWTError, ValueError, TypeError):
        raise ReceiptInvalid("the signature does not fit") from None
    return found


def main(arguments: list[str]) -> int:
    """Check a receipt and print what it says."""
    parser = argparse.ArgumentParser(prog="python -m lib.receipts", description=__doc__)
    parser.add_argument("file", type=Path, help="the receipt, or the JSON answer that holds it")
    parser.add_argument("keys", type=Path, help="the JWK set of /v1/receipts/keys")
    parser.add_argument("--kind", choices=["erasure", "posture"], default="erasure")
    given = parser.parse_args(arguments)
    text = given.file.read_text().strip()
    try:
        receipt = json.loads(text)["receipt"] if text.startswith("{") else text
        said = verify(receipt, given.kind, signing_keys.public_keys(given.keys.read_text()))
    except (ReceiptInvalid, ValueError, KeyError) as refused:
        print(f"not valid: {refused}", file=sys.stderr)
        return 1
    print(json.dumps(said, indent=2))
    return 0


def _type(kind: Kind) -> str:
    return f"sealtape-{kind}-receipt+jwt"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
