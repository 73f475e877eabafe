"""What tokens vouch for, and its strict form inside a JWT's body.

A signature proves who wrote a body, not that this version understands it: every member is checked
again, so that a claim in hand is always well-formed (object names are built from it).
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Struct

from lib.countries import FORM as COUNTRY
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

ISSUER: Literal["sealtape"] = "sealtape"
SESSION_AUDIENCE: Literal["sealtape-ingest"] = "sealtape-ingest"
RESUME_AUDIENCE: Literal["sealtape-handshake"] = "sealtape-handshake"
MAX_CLOCK_MS = 2**48  # the year 10889; datetime.fromtimestamp fails at about the same time
MAX_TEXT_CHARS = 300  # the longest member is an origin (lib/origins.py)


class Limits(Struct, frozen=True):
    """What one token may carry: batches, and compressed bytes."""

    batches: int = 90
    bytes: int = 32 * 1024**2


class Claim(Struct, frozen=True):
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
    country: str | None = None  # two letters, where the policy allows it and it is known


class Resume(Struct, frozen=True):
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


class _Visit(msgspec.Struct, frozen=True, kw_only=True):
    iss: Literal["sealtape"]
    iat: _Count
    ten: _form(TENANT.pattern)  # type: ignore[valid-type]
    sid: _form(SESSION.pattern)  # type: ignore[valid-type]
    org: _Text
    key: _form(KEY_ID.pattern)  # type: ignore[valid-type]
    sta: _Time
    num: _Count
    exp: _Count


class _SessionBody(_Visit, frozen=True, kw_only=True, omit_defaults=True):
    aud: Literal["sealtape-ingest"]
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
    cou: _form(COUNTRY.pattern) | None = None  # type: ignore[valid-type]


class _ResumeBody(_Visit, frozen=True, kw_only=True):
    aud: Literal["sealtape-handshake"]
    sam: bool


_encode = msgspec.json.Encoder().encode
_decode_session = msgspec.json.Decoder(_SessionBody).decode
_decode_resume = msgspec.json.Decoder(_ResumeBody).decode


def session_body(claim: Claim, issued: int) -> bytes:
    """Return the JSON of a session token's body. Args: issued: Unix s."""
    body = _SessionBody(
        iss=ISSUER,
        iat=issued,
        aud=SESSION_AUDIENCE,
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
        cou=claim.country,
    )
    return _encode(body)


def resume_body(resume: Resume, issued: int, expires: int) -> bytes:
    """Return the JSON of a resume token's body. Args: issued, expires: Unix s."""
    body = _ResumeBody(
        iss=ISSUER,
        iat=issued,
        aud=RESUME_AUDIENCE,
        ten=resume.tenant,
        sid=resume.session,
        org=resume.origin,
        key=resume.key,
        sta=resume.start_ms,
        num=resume.handshakes,
        exp=expires,
        sam=resume.sampled,
    )
    return _encode(body)


def read_session(data: bytes) -> Claim:
    """Return the claim in a body whose signature was verified.

    Raises: msgspec.MsgspecError, UnicodeDecodeError, RecursionError: not JSON, a member is
    missing or not of its form, or issuer or audience is another.
    """
    body = _decode_session(data)
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
        country=body.cou,
    )


def read_resume(data: bytes) -> tuple[Resume, int]:
    """Return the visit in a body whose signature was verified, and when it ends (Unix s).

    Raises: as `read_session`.
    """
    body = _decode_resume(data)
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
