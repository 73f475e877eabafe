"""Handshake: who may record, decided before anything is recorded or stored.

All reasons to say no to a well-formed request look alike from outside: the same answer after the
same reads, one hash and one compare. The reason is logged, and counted for the tenant's view.
"""

from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from msgspec import Raw, Struct
from msgspec.structs import replace

from lib import keys, logs, origins
from lib.claims import Claim, Limits, Resume
from lib.edge import assertions, quotas
from lib.edge.asks import Ask
from lib.edge.assertions import AssertionRefused
from lib.edge.config import EdgeConfig, decoy_tenant
from lib.edge.documents import DocumentExists, Documents
from lib.edge.quotas import QuotaExceeded
from lib.edge.refusals import Refusals
from lib.errors import Refusal, Unavailable
from lib.identifiers import (
    KeyId,
    PageId,
    RandomBytes,
    TabId,
    new_session,
    random_base32,
)
from lib.policies import Policy
from lib.tenants import KeyRecord, Tenant
from lib.tokens import TOKEN_TTL_S, Signer, TokenExpired, TokenInvalid
from lib.tokens import Verifier as TokenVerifier

INTERVAL_MS = 10_000  # between batches: the lever of cost (docs/decisions/0005-batch-interval.md)
TOKEN_ID_LETTERS = 26  # 130 random bits


class HandshakeRefused(Refusal):
    """This key may not record here now. The answer does not say why: it may be a probe."""

    status, code = HTTPStatus.FORBIDDEN, "handshake_refused"


class Admitted(Struct, frozen=True):
    """A key, its tenant and the current policy: this caller may record."""

    key: KeyRecord
    tenant: Tenant
    policy: Policy
    origin: str


class Handshakes:
    """Answers handshakes; writes used ids of strict mode and, once a minute, counts of refusals."""

    def __init__(
        self,
        config: EdgeConfig,
        documents: Documents,
        signer: Signer,
        verifier: TokenVerifier,
        ingest_url: str,
        console_url: str,
        clock: Callable[[], float],
        random: RandomBytes,
    ) -> None:
        """Keep the parts. `documents` is edge-config; `clock` gives Unix seconds."""
        self._config = config
        self._documents = documents
        self._signer = signer
        self._verifier = verifier
        self._ingest_url = ingest_url
        self._console_url = console_url
        self._clock = clock
        self._random = random
        self._refusals = Refusals(clock, random)

    async def open(self, ask: Ask, origin: str, country: str | None = None) -> dict[str, Any]:
        """Return the answer to `ask` from `origin` (the Origin header, untrusted, "" if absent).

        Args: country: the visitor's, as `countries.told` gives it; kept where the policy allows.
        Raises: KeyMalformed, HandshakeRefused, QuotaExceeded, Unavailable.
        """
        now = self._clock()
        try:
            admitted, resume = await self._admit(ask, origin, now)
        finally:
            await self._tell()
        if resume is None:
            session = new_session(self._random)
            resume = Resume(
                tenant=admitted.tenant.id,
                session=session,
                origin=origin,
                key=admitted.key.id,
                start_ms=round(now * 1000),
                handshakes=0,
                sampled=sampled(session, admitted.policy.sampling),
            )
        resume = replace(resume, handshakes=resume.handshakes + 1)
        allowed = country if country and "country" in admitted.policy.allow else None
        return self._answer(ask, admitted, resume, allowed, now)

    async def _admit(self, ask: Ask, origin: str, now: float) -> tuple[Admitted, Resume | None]:
        key = keys.parse(ask.key)
        record = await self._config.key(key.id)
        tenant = await self._config.tenant(record.tenant if record else decoy_tenant(key.id))
        same = keys.same(key.hash(), record.hash if record else None)
        reason = why_not(record, tenant, same=same, origin=origin, now=now)
        if reason or record is None or tenant is None:
            raise self._refused(key.id, tenant, reason or "unknown_key")
        resume = self._resumed(ask, record, tenant, origin, now)
        try:
            quotas.check_day(tenant, now, new_session=resume is None)
        except QuotaExceeded:
            self._refusals.count(record.id, "quota_exceeded")
            raise
        if resume is None and record.assertion_key:
            await self._check_assertion(ask, record, tenant, origin, now)
        policy = await self._config.policy(tenant.id, tenant.policy_version)
        if policy is None:
            raise self._refused(key.id, tenant, "policy_missing")
        return Admitted(record, tenant, policy, origin), resume

    def _resumed(
        self, ask: Ask, record: KeyRecord, tenant: Tenant, origin: str, now: float
    ) -> Resume | None:
        if ask.resume is None:
            return None
        try:
            resume = self._verifier.resume(ask.resume, now=now)
        except (TokenInvalid, TokenExpired):
            return None
        same = (resume.tenant, resume.key, resume.origin) == (tenant.id, record.id, origin)
        return resume if same and not tenant.buried(resume.session, resume.start_ms) else None

    async def _check_assertion(
        self, ask: Ask, record: KeyRecord, tenant: Tenant, origin: str, now: float
    ) -> None:
        try:
            assertion = assertions.verify(
                ask.assertion or "",
                record.assertion_key or "",
                key=record.id,
                origin=origin,
                now=now,
            )
            await assertions.use(assertion, self._documents, self._random)
        except AssertionRefused as refused:
            reason = "assertion_invalid" if ask.assertion else "assertion_missing"
            raise self._refused(record.id, tenant, reason, str(refused)) from None

    def _refused(
        self, key: KeyId, tenant: Tenant | None, reason: str, more: str | None = None
    ) -> HandshakeRefused:
        self._refusals.count(None if reason == "unknown_key" else key, reason)
        name = tenant.id if tenant else None
        logs.write("handshake_refused", key=key, tenant=name, reason=reason, more=more)
        return HandshakeRefused("this key may not record here")

    async def _tell(self) -> None:
        """Write the counts of refusals if they are due; they wait on if that fails."""
        counts = self._refusals.due()
        if not counts:
            return
        try:
            await self._documents.commit(counts)
        except DocumentExists:
            return  # our own first attempt, whose answer was lost: the name is random
        except Unavailable:
            self._refusals.restore(counts)
            logs.write("refusals_missed", "WARNING")

    def _answer(
        self, ask: Ask, admitted: Admitted, resume: Resume, country: str | None, now: float
    ) -> dict[str, Any]:
        now_s = int(now)
        answer: dict[str, Any] = {
            "session": resume.session,
            "resume": self._signer.resume(resume, now=now_s),
            "now": round(now * 1000),
            "record": resume.sampled,
        }
        if not resume.sampled:
            return answer
        limits = Limits()
        claim = Claim(
            tenant=admitted.tenant.id,
            session=resume.session,
            tab=TabId(ask.tab),
            page=PageId(ask.page),
            origin=admitted.origin,
            key=admitted.key.id,
            key_epoch=admitted.key.epoch,
            tenant_epoch=admitted.tenant.epoch,
            policy_version=admitted.policy.version,
            policy_hash=admitted.policy.hash,
            sdk=ask.sdk,
            start_ms=resume.start_ms,
            handshakes=resume.handshakes,
            limits=limits,
            id=random_base32(TOKEN_ID_LETTERS, self._random),
            expires=now_s + TOKEN_TTL_S,
            country=country,
        )
        return answer | {
            "token": self._signer.session(claim, now=now_s),
            "expires_in": TOKEN_TTL_S,
            "ingest": self._ingest_url,
            "url": f"{self._console_url}/sessions/{resume.session}",
            "interval_ms": INTERVAL_MS,
            "limits": {"batches": limits.batches, "bytes": limits.bytes},
            "policy": Raw(admitted.policy.text.encode()),
        }


def why_not(
    record: KeyRecord | None, tenant: Tenant | None, *, same: bool, origin: str, now: float
) -> str | None:
    """Return the reason for the log, or None if this caller may record."""
    origin_ok = origins.allowed(origin, record.origins if record else ())
    if record is None or not same:
        return "unknown_key"
    if not record.live(now):
        return "key_disabled"
    if tenant is None or not tenant.active:
        return "tenant_not_active"
    return None if origin_ok else "wrong_origin"


def sampled(session: str, rate: float) -> bool:
    """Say whether this session is recorded: decided by its id alone, so once and for all."""
    point = int.from_bytes(sha256(session.encode()).digest()[:6], "big") / 2**48
    return point < rate
