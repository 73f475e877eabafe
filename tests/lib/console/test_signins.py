"""A sign-in cookie is ours, of its own kind, and ends."""

import base64
import json
from typing import Any

import jwt
import pytest

from lib.console.signins import (
    ALGORITHM,
    AUDIENCE,
    ISSUER,
    MIN_SECRET_BYTES,
    SESSION_TTL_S,
    TYPE,
    NotSignedIn,
    SignIn,
    SignIns,
)
from lib.identifiers import TenantId, UserId

NOW = 1_795_439_274
SECRET = "s" * MIN_SECRET_BYTES
WHO = SignIn(UserId("u_aaaaaaaaaaaaaaaa"), TenantId("tn_bbbbbbbbbbbbbbbb"), 3)


def forged(
    secret: str = SECRET, algorithm: str = ALGORITHM, typ: str = TYPE, **changes: Any
) -> str:
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": WHO.user,
        "tenant": WHO.tenant,
        "epoch": WHO.epoch,
        "iat": NOW,
        "exp": NOW + 60,
        **changes,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, secret, algorithm, headers={"typ": typ})


def test_what_was_issued_is_verified() -> None:
    sign_ins = SignIns(SECRET)
    assert sign_ins.verify(sign_ins.issue(WHO, now=NOW), now=NOW) == WHO
    assert sign_ins.verify(forged(), now=NOW) == WHO


@pytest.mark.parametrize("age_s", [0, 1, SESSION_TTL_S - 1])
def test_a_session_lasts_its_time(age_s: int) -> None:
    sign_ins = SignIns(SECRET)
    assert sign_ins.verify(sign_ins.issue(WHO, now=NOW), now=NOW + age_s) == WHO


@pytest.mark.parametrize("age_s", [SESSION_TTL_S, SESSION_TTL_S + 1, -61])
def test_a_session_ends_the_second_its_time_is_over(age_s: int) -> None:
    sign_ins = SignIns(SECRET)
    cookie = sign_ins.issue(WHO, now=NOW)
    with pytest.raises(NotSignedIn):
        sign_ins.verify(cookie, now=NOW + age_s)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "sealtape"},
        {"aud": "ingest"},
        {"aud": None},
        {"iss": None},
        {"sub": None},
        {"sub": "u_../../etc"},
        {"tenant": None},
        {"tenant": "tn_bbbbbbbbbbbbbbbb/x"},
        {"exp": None},
        {"iat": None},
        {"exp": "tomorrow"},
        {"exp": NOW},
        {"iat": NOW + 3600},
        {"typ": "JWT"},
        {"typ": "sealtape-session+jwt"},
        {"secret": "t" * MIN_SECRET_BYTES},
        {"algorithm": "HS512"},
    ],
    ids=str,
)
def test_a_forged_or_foreign_token_is_no_session(changes: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        SignIns(SECRET).verify(forged(**changes), now=NOW)


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256"])
def test_a_token_without_a_signature_is_no_session(algorithm: str) -> None:
    header = json.dumps({"alg": algorithm, "typ": TYPE}).encode()
    body = forged().split(".")[1]
    token = base64.urlsafe_b64encode(header).rstrip(b"=").decode() + "." + body + "."
    with pytest.raises(NotSignedIn):
        SignIns(SECRET).verify(token, now=NOW)


@pytest.mark.parametrize("cookie", ["", ".", "..", "a.b.c", "\x00", "é" * 10, "x" * 100_000])
def test_rubbish_is_no_session(cookie: str) -> None:
    with pytest.raises(NotSignedIn):
        SignIns(SECRET).verify(cookie, now=NOW)


def test_every_flipped_character_is_noticed() -> None:
    sign_ins = SignIns(SECRET)
    cookie = sign_ins.issue(WHO, now=NOW)
    for index in range(0, len(cookie) - 1, 3):  # the last character has bits that say nothing
        other = "A" if cookie[index] != "A" else "B"
        with pytest.raises(NotSignedIn):
            sign_ins.verify(cookie[:index] + other + cookie[index + 1 :], now=NOW)


def test_a_short_secret_does_not_start() -> None:
    SignIns("s" * MIN_SECRET_BYTES)
    with pytest.raises(ValueError, match="at least 32 bytes"):
        SignIns("s" * (MIN_SECRET_BYTES - 1))
