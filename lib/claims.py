"""What tokens vouch for, and its strict form inside a JWT's body.

A signature proves who wrote a body, not that this version understands it: every member is checked
again, so that a claim in hand is always well-formed (object names are built from it).
"""

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from lib.identifiers import (
    KEY_ID,
    PAGE,
    SESSION,
    TAB,
    TENANT,
    KeyId,
    PageId,
    SessionId,
    TabId,
    TenantId,
)

MAX_CLOCK_MS = 2**48  # the year 10889; datetime.fromtimestamp fails at about the same time
MAX_TEXT_CHARS = 300  # the longest member is an origin (lib/origins.py)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one token may carry: batches, and compressed bytes."""

    batches: int = 90
    bytes: int = 32 * 1024**2


@dataclass(frozen=True, slots=True)
class Claim:
    """What handshake vouched for. Only `tokens.Verifier` and `handshakes` make one."""

    tenant: TenantId
    session: SessionId
    tab: TabId
    page: PageId
    origin: str
    key: KeyId
    key_epoch: int
    tenant_epoch: int
    policy_version: int
    policy_hash: str
    sdk: str
    start_ms: int
    handshakes: int  # of this visit so far: 1 for its very first
    limits: Limits
    id: str
    expires: int


@dataclass(frozen=True, slots=True)
class Resume:
    """A visit that may go on, on another page or in another tab."""

    tenant: TenantId
    session: SessionId
    origin: str
    key: KeyId
    start_ms: int
    handshakes: int
    sampled: bool


def _form(pattern: str) -> Any:
    return Annotated[str, msgspec.Meta(pattern=rf"\A{pattern}\Z")]


_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
_Time = Annotated[int, msgspec.Meta(ge=0, le=MAX_CLOCK_MS)]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TEXT_CHARS)]


class _Visit(msgspec.Struct, frozen=True):
    ten: _form(TENANT.pattern)  # type: ignore[valid-type]
    sid: _form(SESSION.pattern)  # type: ignore[valid-type]
    org: _Text
    key: _form(KEY_ID.pattern)  # type: ignore[valid-type]
    sta: _Time
    num: _Count
    exp: _Count


class _SessionBody(_Visit, frozen=True):
    tab: _form(TAB.pattern)  # type: ignore[valid-type]
    pag: _form(PAGE.pattern)  # type: ignore[valid-type]
    kep: _Count
    tep: _Count
    pol: _Count
    pha: _Text
    sdk: _Text
    lib: _Count
    liy: _Count
    jti: _Text


class _ResumeBody(_Visit, frozen=True):
    sam: bool


def session_body(claim: Claim) -> dict[str, Any]:
    """Return the members of a session token's body that hold the claim."""
    body = _SessionBody(
        ten=claim.tenant,
        sid=claim.session,
        org=claim.origin,
        key=claim.key,
        sta=claim.start_ms,
        num=claim.handshakes,
        exp=claim.expires,
        tab=claim.tab,
        pag=claim.page,
        kep=claim.key_epoch,
        tep=claim.tenant_epoch,
        pol=claim.policy_version,
        pha=claim.policy_hash,
        sdk=claim.sdk,
        lib=claim.limits.batches,
        liy=claim.limits.bytes,
        jti=claim.id,
    )
    return msgspec.structs.asdict(body)


def resume_body(resume: Resume, expires: int) -> dict[str, Any]:
    """Return the members of a resume token's body that hold the visit."""
    body = _ResumeBody(
        ten=resume.tenant,
        sid=resume.session,
        org=resume.origin,
        key=resume.key,
        sta=resume.start_ms,
        num=resume.handshakes,
        exp=expires,
        sam=resume.sampled,
    )
    return msgspec.structs.asdict(body)


def read_session(members: dict[str, Any]) -> Claim:
    """Return the claim in a verified body.

    Raises: msgspec.ValidationError: a member is missing or not of its form.
    """
    body = msgspec.convert(members, _SessionBody)
    return Claim(
        tenant=TenantId(body.ten),
        session=SessionId(body.sid),
        tab=TabId(body.tab),
        page=PageId(body.pag),
        origin=body.org,
        key=KeyId(body.key),
        key_epoch=body.kep,
        tenant_epoch=body.tep,
        policy_version=body.pol,
        policy_hash=body.pha,
        sdk=body.sdk,
        start_ms=body.sta,
        handshakes=body.num,
        limits=Limits(body.lib, body.liy),
        id=body.jti,
        expires=body.exp,
    )


def read_resume(members: dict[str, Any]) -> tuple[Resume, int]:
    """Return the visit in a verified body, and when it ends (Unix s).

    Raises: msgspec.ValidationError: a member is missing or not of its form.
    """
    body = msgspec.convert(members, _ResumeBody)
    resume = Resume(
        tenant=TenantId(body.ten),
        session=SessionId(body.sid),
        origin=body.org,
        key=KeyId(body.key),
        start_ms=body.sta,
        handshakes=body.num,
        sampled=body.sam,
    )
    return resume, body.exp
