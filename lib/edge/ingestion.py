"""Ingest: one batch from a stranger's request to an object in the tenant's bucket.

Nothing is inflated before the token was verified, nothing stored before it was masked, nothing
acknowledged before it was stored.
"""

import hmac
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from msgspec import Struct

from lib import logs, privacy
from lib.claims import Claim
from lib.edge import batches, object_facts, quotas
from lib.edge.batches import Header
from lib.edge.config import EdgeConfig
from lib.edge.documents import Documents, Write
from lib.edge.notes import Notes, Seen
from lib.edge.objects import Objects
from lib.edge.outcomes import LATEST_S, Outcomes
from lib.edge.quotas import Meter
from lib.errors import Refusal, Unavailable
from lib.identifiers import TenantId, batch_object
from lib.privacy.summaries import Summary
from lib.tenants import Tenant
from lib.tokens import Verifier

USER_HASH_LETTERS = 16  # 64 bits: no two of a tenant's users meet by chance


class TokenRevoked(Refusal):
    """The key, the tenant or the session is no longer allowed: handshake again, once."""

    status, code = HTTPStatus.UNAUTHORIZED, "token_revoked"


class PageMismatch(Refusal):
    """The header's page is not the one that the token was given for."""

    status, code = HTTPStatus.UNAUTHORIZED, "page_mismatch"


class OriginMismatch(Refusal):
    """A page of another origin sent it: a token that was carried off opens nothing there."""

    status, code = HTTPStatus.UNAUTHORIZED, "origin_mismatch"


class SessionErased(Refusal):
    """This visit was erased; nothing of it is stored again."""

    status, code = HTTPStatus.GONE, "session_erased"


class Bound(Struct, frozen=True):
    """Whose the batch is, and what of it may be stored."""

    tenant: Tenant
    allow: frozenset[str]
    current_version: int
    listed: bool  # the key's allowlist names the origin itself, not by a wildcard
    country: str | None  # the visitor's, if it may be kept


class Ingestion:
    """Accepts batches."""

    def __init__(
        self,
        config: EdgeConfig,
        verifier: Verifier,
        objects: Objects,
        index: Documents,
        notes: Notes,
        outcomes: Outcomes,
        user_key: bytes,
        clock: Callable[[], float],
    ) -> None:
        """Keep the parts. `index` is edge-index; `clock` gives Unix seconds."""
        self._config = config
        self._verifier = verifier
        self._objects = objects
        self._index = index
        self._notes = notes
        self._outcomes = outcomes
        self._meter = Meter()
        self._user_key = user_key
        self._clock = clock

    async def accept(self, body: bytes, user_agent: str, origin: str = "") -> dict[str, Any]:
        """Store the batch in `body` and return the answer's body.

        Args: body: the request's, untrusted, at most batches.MAX_BODY_BYTES.
        user_agent: untrusted. origin: the Origin header, untrusted; "" if absent: browsers always
        send it, and what is no browser could forge it as well.
        Raises: every Refusal of batches, tokens, privacy and objects; nothing is stored then.
        """
        header, packed = batches.split(body)
        claim = self._verifier.session(header.token, now=self._clock())
        try:
            if origin and origin != claim.origin:
                raise OriginMismatch("this token is for another origin")
            return await self._store(header, packed, claim, user_agent)
        except Refusal as refusal:
            self._outcomes.refused(claim, refusal.code)
            await self._tell(claim.tenant, self._outcomes.due(claim.tenant, LATEST_S))
            raise

    async def _store(
        self, header: Header, packed: bytes, claim: Claim, user_agent: str
    ) -> dict[str, Any]:
        """Store the batch of a sender who is known, and return the answer's body."""
        bound = await self._bind(header, claim)
        self._meter.charge(claim, bound.tenant, header, len(packed), self._clock())
        stored, summary = _seal(packed, bound.allow)
        user = self._user(bound.tenant, header.user)
        created = await self._objects.create(
            bound.tenant.bucket,
            batch_object(claim.session, claim.page, header.seq),
            stored,
            self._metadata(header, claim, bound, user, user_agent, summary),
            claim.start_ms,
        )
        seen = Seen(
            claim=claim,
            seq=header.seq,
            size=len(stored),
            total=header.total,
            offset=header.offset,
            dropped=header.dropped,
            final=header.final,
            user=user,
            user_agent=user_agent,
            summary=summary,
            repeated=not created,
            country=bound.country,
        )
        await self._note(bound.tenant, seen)
        return {"duplicate": not created, "policy_version": bound.current_version}

    async def _bind(self, header: Header, claim: Claim) -> Bound:
        if header.page != claim.page:
            raise PageMismatch("this token is for another page")
        tenant = await self._config.tenant(claim.tenant)
        key = await self._config.key(claim.key)
        if tenant is None or not tenant.active or tenant.epoch != claim.tenant_epoch:
            raise self._revoked(claim, "tenant_not_active")
        if key is None or not key.live(self._clock()) or key.epoch != claim.key_epoch:
            raise self._revoked(claim, "key_disabled")
        if tenant.buried(claim.session, claim.start_ms):
            raise SessionErased("this session was erased")
        policy = await self._config.policy(tenant.id, claim.policy_version)
        current = await self._config.policy(tenant.id, tenant.policy_version)
        if policy is None or current is None or policy.hash != claim.policy_hash:
            raise self._revoked(claim, "policy_missing")
        quotas.check_day(tenant, self._clock(), new_session=False)
        listed = claim.origin in key.origins
        allow = policy.bound(current)
        country = claim.country if "country" in allow else None
        return Bound(tenant, allow, current.version, listed, country)

    def _revoked(self, claim: Claim, reason: str) -> TokenRevoked:
        logs.write("token_revoked", tenant=claim.tenant, key=claim.key, reason=reason)
        return TokenRevoked("this token was revoked: handshake again")

    def _metadata(
        self,
        header: Header,
        claim: Claim,
        bound: Bound,
        user: str | None,
        user_agent: str,
        summary: Summary,
    ) -> dict[str, str]:
        """Return the object's custom metadata (docs/protocol.md)."""
        now_ms = round(self._clock() * 1000)
        said = object_facts.of(header, claim, summary, user, bound.country, now_ms)
        if header.seq:
            return said
        return said | object_facts.of_the_request(claim, user_agent, listed=bound.listed)

    def _user(self, tenant: Tenant, user: str | None) -> str | None:
        if user is None:
            return None
        digest = hmac.new(self._user_key, f"{tenant.id}\n{user}".encode(), sha256)
        return digest.hexdigest()[:USER_HASH_LETTERS]

    async def _note(self, tenant: Tenant, seen: Seen) -> None:
        """Note a stored batch; only a session's unlisted beginning is worth a second upload."""
        self._outcomes.add(seen)
        notes = self._notes.due(tenant, seen)
        if not notes:
            await self._tell(tenant.id, self._outcomes.due(tenant.id, LATEST_S))
            return
        counts = self._outcomes.due(tenant.id)
        try:
            await self._index.commit(notes + counts)
        except Unavailable:
            self._outcomes.restore(counts)
            if seen.seq == 0:
                raise
            self._notes.postpone(seen)
            logs.write("note_missed", "WARNING", tenant=tenant.id, session=seen.claim.session)

    async def _tell(self, tenant: TenantId, counts: list[Write]) -> None:
        """Write outcomes that no note took along; they wait on if that fails."""
        if not counts:
            return
        try:
            await self._index.commit(counts)
        except Unavailable:
            self._outcomes.restore(counts)
            logs.write("outcomes_missed", "WARNING", tenant=tenant)


def _seal(packed: bytes, allow: frozenset[str]) -> tuple[bytes, Summary]:
    """Return what is stored of a batch, and its summary.

    Nothing inflated outlives this call, and no other batch is inflated meanwhile: an instance
    holds one batch's events at a time, whatever its concurrency.
    Raises: BatchMalformed, BatchTooLarge, and what privacy.enforce raises.
    """
    kept = privacy.enforce(batches.inflate(packed), allow)
    stored = batches.reheaded(packed) if kept.clean else batches.pack(kept.ndjson)
    return stored, kept.summary
