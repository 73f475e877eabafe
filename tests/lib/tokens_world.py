"""Tokens to start from: a signer, a claim and a visit that are in order."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from lib import signing_keys
from lib.claims import Claim, Limits, Resume
from lib.identifiers import KeyId, PageId, SessionId, TabId, TenantId
from lib.tokens import TOKEN_TTL_S, Verifier
from tests.edge_world import JWKS, NOW, PEM, SIGNING_KEY

NOW_S = int(NOW)
SIGNER = signing_keys.signer(PEM)
CLAIM = Claim(
    tenant=TenantId("tn_" + "a" * 16),
    session=SessionId("s_" + "b" * 26),
    tab=TabId("t_" + "c" * 16),
    page=PageId("p_" + "d" * 16),
    origin="https://shop.example",
    key=KeyId("e" * 12),
    key_epoch=1,
    tenant_epoch=2,
    policy_version=3,
    policy_hash="f" * 64,
    sdk="0.1.0",
    start_ms=NOW_S * 1000,
    handshakes=1,
    limits=Limits(),
    id="g" * 26,
    expires=NOW_S + TOKEN_TTL_S,
)
RESUME = Resume(
    tenant=CLAIM.tenant,
    session=CLAIM.session,
    origin=CLAIM.origin,
    key=CLAIM.key,
    start_ms=CLAIM.start_ms,
    handshakes=1,
    sampled=True,
)


def verifier(**changes: Any) -> Verifier:
    """Return a fresh verifier that knows the signer's key."""
    return Verifier(signing_keys.public_keys(JWKS), **changes)


def b64(data: bytes) -> str:
    """Return unpadded base64url."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """Return what unpadded base64url stands for."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def part(value: object) -> str:
    """Return JSON as one part of a compact JWS."""
    return b64(json.dumps(value, separators=(",", ":")).encode())


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Return a token's header, body and signature text."""
    head, body, signature = token.split(".")
    return json.loads(unb64(head)), json.loads(unb64(body)), signature


def signed(
    header: dict[str, Any], body: object, key: ec.EllipticCurvePrivateKey = SIGNING_KEY
) -> str:
    """Return a compact JWS over any header and body, however wrong."""
    text = f"{part(header)}.{part(body)}"
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(SHA256())))
    return f"{text}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
