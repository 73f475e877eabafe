"""Visits: the requests that the browsers of made-up visitors send."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec.structs import replace

from bench import sites
from bench.load import post
from bench.sites import ORIGIN, POLICY
from infra.local.keyrings import Keyring
from lib import keys, signing_keys
from lib.claims import Claim, Limits, Resume
from lib.edge import assertions
from lib.identifiers import PageId, TabId, new_session, random_base32
from lib.tokens import TOKEN_TTL_S

SDK = "0.1.0"
HANDSHAKE, INGEST = "/v1/handshake", "/v1/ingest"
# Notes about a session are limited by real time, of which a benchmark has too little: the twelve
# batches of a recorded visit are sent as two sessions, which costs us every note and a token more.
BATCHES_A_SESSION = 6
FOREIGN_ORIGIN = "https://other.example"


@dataclass(frozen=True, slots=True)
class Page:
    """One page's session token and what it stands for."""

    claim: Claim
    token: str

    def batch(self, seq: int, packed: bytes, *, final: bool = False) -> bytes:
        """Return the body of one batch of this page. Args: packed: one gzip member."""
        header = {
            "v": 1,
            "token": self.token,
            "page": self.claim.page,
            "seq": seq,
            "sent": self.claim.start_ms,
            "offset": 0,
            "dropped": 0,
            "final": final,
            "total": (seq + 1) * len(packed),
            "previous": None,
            "user": None,
        }
        return msgspec.json.encode(header) + b"\n" + packed


class Visits:
    """Makes requests; session tokens are signed as handshake signs them."""

    def __init__(self, keyring: Keyring) -> None:
        """Make the sites that are visited."""
        self._signer = signing_keys.signer(keyring.session_signing_key)
        self._customer = ec.generate_private_key(ec.SECP256R1())
        pem = self._customer.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        self.site = sites.create()
        self._strict = sites.create(assertion_key=pem.decode())
        self._disabled = sites.create(key_state="disabled")
        self._suspended = sites.create(tenant_state="suspended")

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        """Return what Firestore holds of all sites."""
        every = (self.site, self._strict, self._disabled, self._suspended)
        return {path: fields for site in every for path, fields in site.documents.items()}

    def fresh(self) -> bytes:
        """Return a handshake that opens a session."""
        return _handshake(self.site.key)

    def resumed(self) -> bytes:
        """Return a handshake that goes on with a session."""
        now = time.time()
        visit = Resume(
            tenant=self.site.tenant,
            session=new_session(os.urandom),
            origin=ORIGIN,
            key=self.site.key.id,
            start_ms=round(now * 1000),
            handshakes=1,
            sampled=True,
        )
        return _handshake(self.site.key, resume=self._signer.resume(visit, now=int(now)))

    def strict(self) -> Iterator[bytes]:
        """Yield handshakes in strict mode, each with an assertion of its own."""
        while True:
            now = int(time.time())
            body = {
                "aud": assertions.AUDIENCE,
                "iat": now,
                "exp": now + assertions.ASSERTION_TTL_S,
                "jti": random_base32(26, os.urandom),
                "key": self._strict.key.id,
                "origin": ORIGIN,
            }
            assertion = jwt.encode(body, self._customer, algorithm="ES256")
            yield _handshake(self._strict.key, assertion=assertion)

    def refused(self) -> dict[str, bytes]:
        """Return a handshake for each reason to refuse one."""
        return {
            "unknown key": _handshake(keys.create(os.urandom)),
            "disabled key": _handshake(self._disabled.key),
            "wrong origin": _handshake(self.site.key, origin=FOREIGN_ORIGIN),
            "suspended tenant": _handshake(self._suspended.key),
            "missing assertion": _handshake(self._strict.key),
        }

    def batches(self, packed: list[bytes]) -> Iterator[bytes]:
        """Yield ingest requests that send `packed` (gzip members) in order, over and over."""
        members = cycle(packed)
        while True:
            page = self.page(time.time())
            for seq in range(BATCHES_A_SESSION):
                final = seq == BATCHES_A_SESSION - 1
                yield post(INGEST, page.batch(seq, next(members), final=final), ORIGIN)

    def next_page(self, page: Page, now: float) -> Page:
        """Return another page of the same session."""
        claim = replace(
            page.claim,
            page=PageId("p_" + random_base32(16, os.urandom)),
            handshakes=page.claim.handshakes + 1,
            id=random_base32(26, os.urandom),
            expires=int(now) + TOKEN_TTL_S,
        )
        return Page(claim, self._signer.session(claim, now=int(now)))

    def page(self, now: float) -> Page:
        """Return the first page of a new session. Args: now: Unix seconds."""
        claim = Claim(
            tenant=self.site.tenant,
            session=new_session(os.urandom),
            tab=TabId("t_" + random_base32(16, os.urandom)),
            page=PageId("p_" + random_base32(16, os.urandom)),
            origin=ORIGIN,
            key=self.site.key.id,
            key_epoch=1,
            tenant_epoch=1,
            policy_version=POLICY.version,
            policy_hash=POLICY.hash,
            sdk=SDK,
            start_ms=round(now * 1000),
            handshakes=1,
            limits=Limits(),
            id=random_base32(26, os.urandom),
            expires=int(now) + TOKEN_TTL_S,
        )
        return Page(claim, self._signer.session(claim, now=int(now)))


def _handshake(
    key: keys.SdkKey,
    *,
    origin: str = ORIGIN,
    resume: str | None = None,
    assertion: str | None = None,
) -> bytes:
    body = {
        "v": 1,
        "key": str(key),
        "sdk": SDK,
        "tab": "t_" + "a" * 16,
        "page": "p_" + "a" * 16,
        "resume": resume,
        "assertion": assertion,
    }
    return post(HANDSHAKE, msgspec.json.encode(body), origin)
