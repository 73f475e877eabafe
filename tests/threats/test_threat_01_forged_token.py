"""Threat 1: a forged token. Every classic attack on JWS, against both verifiers and the app."""

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lib import signing_keys
from lib.tokens import MAX_TOKEN_CHARS, SESSION_TYPE, TokenInvalid
from tests.edge_world import NOW, SIGNING_KEY
from tests.lib.tokens_world import (
    CLAIM,
    NOW_S,
    RESUME,
    SIGNER,
    b64,
    part,
    parts,
    signed,
    unb64,
    verifier,
)

TRUE = SIGNER.session(CLAIM, now=NOW_S)
HEAD, BODY, SIGNATURE = TRUE.split(".")
HEADER, CLAIMS, _ = parts(TRUE)
ATTACKER = ec.generate_private_key(ec.SECP256R1())
PUBLIC_PEM = SIGNING_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
GROUP_ORDER = int("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16)


def attackers(**header: Any) -> str:
    """Sign the true claims with the attacker's own key under any header."""
    return signed({**HEADER, **header}, CLAIMS, ATTACKER)


def ours(**header: Any) -> str:
    """Sign the true claims with the true key under a header that we never issue."""
    return signed({**HEADER, **header}, CLAIMS)


def without(name: str) -> dict[str, Any]:
    return {member: value for member, value in HEADER.items() if member != name}


def hmac_with(secret: bytes, algorithm: str = "HS256") -> str:
    signing_input = f"{part({**HEADER, 'alg': algorithm})}.{BODY}"
    return f"{signing_input}.{b64(hmac.digest(secret, signing_input.encode(), sha256))}"


def jwk_of(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    return signing_keys.jwk(key.public_key())


def malleable_twin() -> str:
    """The same signature as (r, n - s): valid ECDSA, another text."""
    raw = unb64(SIGNATURE)
    s = GROUP_ORDER - int.from_bytes(raw[32:], "big")
    return f"{HEAD}.{BODY}.{b64(raw[:32] + s.to_bytes(32, 'big'))}"


ATTACKS: dict[str, str] = {
    "no algorithm, no signature": f"{part({**HEADER, 'alg': 'none'})}.{BODY}.",
    "no algorithm, in capitals": f"{part({**HEADER, 'alg': 'NONE'})}.{BODY}.",
    "no algorithm, with a signature": f"{part({**HEADER, 'alg': 'none'})}.{BODY}.{SIGNATURE}",
    "algorithm missing": signed(without("alg"), CLAIMS),
    "algorithm null": ours(alg=None),
    "algorithm a list": ours(alg=["ES256"]),
    "lower-case algorithm": ours(alg="es256"),
    "HS256 with the public key as PEM": hmac_with(PUBLIC_PEM),
    "HS256 with the public key as JWK": hmac_with(json.dumps(jwk_of(SIGNING_KEY)).encode()),
    "HS256 with nothing": hmac_with(b""),
    "HS256 with the key's name": hmac_with(SIGNER.kid.encode()),
    "ES384 named over an ES256 signature": ours(alg="ES384"),
    "ES256K": ours(alg="ES256K"),
    "RS256": jwt.encode(
        CLAIMS,
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
        algorithm="RS256",
        headers={"typ": SESSION_TYPE, "kid": SIGNER.kid},
    ),
    "an attacker's key under our kid": attackers(),
    "a foreign kid": attackers(kid=signing_keys.thumbprint(ATTACKER.public_key())),
    "a kid that is a path": attackers(kid="../../../../dev/null"),
    "a kid that is a query": attackers(kid="' UNION SELECT 'key"),
    "a kid that is null": ours(kid=None),
    "a kid that is a number": ours(kid=1),
    "a kid that is a list": ours(kid=[SIGNER.kid]),
    "a kid that is empty": ours(kid=""),
    "a kid with a NUL": ours(kid=SIGNER.kid + "\x00"),
    "kid missing": signed(without("kid"), CLAIMS),
    "jku": attackers(jku="https://evil.example/keys"),
    "jku under our own signature": ours(jku="https://evil.example/keys"),
    "jwk": attackers(jwk=jwk_of(ATTACKER)),
    "jwk under our own signature": ours(jwk=jwk_of(SIGNING_KEY)),
    "x5u": attackers(x5u="https://evil.example/chain"),
    "x5c": attackers(x5c=["MIIB"]),
    "crit": ours(crit=["exp"], exp=1),
    "crit, unknown": ours(crit=["x"]),
    "crit, empty": ours(crit=[]),
    "b64 false": ours(b64=False, crit=["b64"]),
    "zip": ours(zip="DEF"),
    "content type of a nested token": ours(cty="JWT"),
    "another type": ours(typ="JWT"),
    "type null": ours(typ=None),
    "type of the other kind": ours(typ="sealtape-resume+jwt"),
    "type missing": signed(without("typ"), CLAIMS),
    "empty signature": f"{HEAD}.{BODY}.",
    "signature of zeros": f"{HEAD}.{BODY}.{b64(bytes(64))}",
    "signature of the group's order": f"{HEAD}.{BODY}." + b64(GROUP_ORDER.to_bytes(32, "big") * 2),
    "signature r, s = 1": f"{HEAD}.{BODY}.{b64((bytes(31) + bytes([1])) * 2)}",
    "signature in DER": f"{HEAD}.{BODY}."
    + b64(SIGNING_KEY.sign(f"{HEAD}.{BODY}".encode(), ec.ECDSA(SHA256()))),
    "signature cut": f"{HEAD}.{BODY}.{SIGNATURE[:-1]}",
    "signature twice": f"{HEAD}.{BODY}.{SIGNATURE}{SIGNATURE}",
    "two parts": f"{HEAD}.{BODY}",
    "four parts": f"{TRUE}.{SIGNATURE}",
    "parts repeated": f"{HEAD}.{HEAD}.{BODY}.{SIGNATURE}",
    "encrypted form, five parts": f"{TRUE}.{BODY}.{SIGNATURE}",
    "padded header": f"{HEAD}=.{BODY}.{SIGNATURE}",
    "padded body": f"{HEAD}.{BODY}==.{SIGNATURE}",
    "padded signature": f"{TRUE}==",
    "leading dot": f".{TRUE}",
    "trailing dot": f"{TRUE}.",
    "white space before": f" {TRUE}",
    "newline after": f"{TRUE}\n",
    "newline inside": f"{HEAD}.\n{BODY}.{SIGNATURE}",
    "NUL after": f"{TRUE}\x00",
    "standard base64 instead of base64url": TRUE.replace("-", "+").replace("_", "/") + "+",
    "body swapped for the header": f"{BODY}.{HEAD}.{SIGNATURE}",
    "JSON serialization": json.dumps({"protected": HEAD, "payload": BODY, "signature": SIGNATURE}),
    "header that is a list": f"{part([HEADER])}.{BODY}.{SIGNATURE}",
    "header that is no JSON": f"{b64(b'not json, but long')}.{BODY}.{SIGNATURE}",
    "header nested deep": f"{b64(b'[' * 700)}.{BODY}.{SIGNATURE}",
    "header in UTF-16": f"{b64(json.dumps(HEADER).encode('utf-16'))}.{BODY}.{SIGNATURE}",
    "huge header": ours(kid=SIGNER.kid, x="x" * 100_000),
    "one character too long": TRUE + "A" * (MAX_TOKEN_CHARS + 1 - len(TRUE)),
    "body changed": f"{HEAD}.{part({**CLAIMS, 'ten': 'tn_' + 'z' * 16})}.{SIGNATURE}",
    "expiry changed": f"{HEAD}.{part({**CLAIMS, 'exp': CLAIMS['exp'] + 1})}.{SIGNATURE}",
    "header re-encoded with spaces": (
        f"{urlsafe_b64encode(json.dumps(HEADER, indent=1).encode()).decode().rstrip('=')}"
        f".{BODY}.{SIGNATURE}"
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_no_forged_token_is_accepted(name: str) -> None:
    with pytest.raises(TokenInvalid):
        verifier().session(ATTACKS[name], now=NOW)
    with pytest.raises(TokenInvalid):
        verifier().resume(ATTACKS[name], now=NOW)


def test_the_true_token_that_they_start_from_is_accepted() -> None:
    assert verifier().session(TRUE, now=NOW) == CLAIM
    assert verifier().session(ours(), now=NOW) == CLAIM


def test_the_last_character_of_a_signature_has_one_spelling() -> None:
    """64 bytes leave 4 unused bits in the 86th character; only zeros there are taken."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    accepted = []
    for letter in alphabet:
        try:
            verifier().session(TRUE[:-1] + letter, now=NOW)
        except TokenInvalid:
            continue
        accepted.append(letter)
    assert accepted == [TRUE[-1]]


def test_a_signatures_arithmetic_twin_gains_nothing() -> None:
    """ECDSA is malleable; nothing of ours counts or blocks by a token's text."""
    assert verifier().session(malleable_twin(), now=NOW) == CLAIM


def test_every_single_flipped_character_kills_a_token() -> None:
    checker = verifier()
    for place, letter in enumerate(TRUE):
        other = "A" if letter != "A" else "B"
        with pytest.raises(TokenInvalid):
            checker.session(TRUE[:place] + other + TRUE[place + 1 :], now=NOW)


def test_parts_of_two_true_tokens_do_not_mix() -> None:
    other = SIGNER.resume(RESUME, now=NOW_S).split(".")
    true = TRUE.split(".")
    for mask in range(1, 7):
        mixed = ".".join(other[n] if mask >> n & 1 else true[n] for n in range(3))
        with pytest.raises(TokenInvalid):
            verifier().session(mixed, now=NOW)
        with pytest.raises(TokenInvalid):
            verifier().resume(mixed, now=NOW)
