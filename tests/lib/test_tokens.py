"""Tokens: only handshake can make one, for one purpose, for ten minutes."""

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from lib import signing_keys
from lib.claims import RESUME_AUDIENCE, SESSION_AUDIENCE, Claim
from lib.tokens import (
    COMPACT,
    LEEWAY_S,
    MAX_TOKEN_CHARS,
    RESUME_TTL_S,
    RESUME_TYPE,
    SESSION_MAX_S,
    SESSION_TYPE,
    TOKEN_TTL_S,
    Signer,
    TokenExpired,
    TokenInvalid,
    Verifier,
)
from tests.edge_world import NOW, SIGNING_KEY
from tests.lib.tokens_world import CLAIM, NOW_S, RESUME, SIGNER, parts, signed, verifier

SESSION_TOKEN = SIGNER.session(CLAIM, now=NOW_S)
RESUME_TOKEN = SIGNER.resume(RESUME, now=NOW_S)
BODY = parts(SESSION_TOKEN)[1]


def issued(body: object, kind: str = SESSION_TYPE) -> str:
    """Sign any body with the true key: what a wrong or older handshake might issue."""
    return signed({"alg": "ES256", "typ": kind, "kid": SIGNER.kid}, body)


def test_a_session_token_carries_the_whole_claim() -> None:
    assert verifier().session(SESSION_TOKEN, now=NOW) == CLAIM


def test_a_resume_token_carries_the_whole_visit() -> None:
    assert verifier().resume(RESUME_TOKEN, now=NOW) == RESUME


def test_every_member_of_a_claim_is_bound_by_the_signature() -> None:
    for member in fields(Claim):
        value = getattr(CLAIM, member.name)
        if isinstance(value, int):
            changed: Any = value + 1
        elif value is None:
            changed = "DE"
        elif isinstance(value, str):
            changed = value[:-1] + ("2" if value[-1] != "2" else "3")
        else:
            changed = replace(value, batches=value.batches + 1)
        other = SIGNER.session(replace(CLAIM, **{member.name: changed}), now=NOW_S)
        spliced = ".".join((*other.split(".")[:2], SESSION_TOKEN.split(".")[2]))
        with pytest.raises(TokenInvalid):
            verifier().session(spliced, now=NOW)


@pytest.mark.parametrize("now", [NOW, NOW + TOKEN_TTL_S + LEEWAY_S - 1])
def test_a_token_lives_through_its_leeway(now: float) -> None:
    assert verifier().session(SESSION_TOKEN, now=now) == CLAIM


def test_a_token_dies_the_second_its_leeway_ends_even_if_it_is_remembered() -> None:
    checker = verifier()
    checker.session(SESSION_TOKEN, now=NOW)
    with pytest.raises(TokenExpired):
        checker.session(SESSION_TOKEN, now=NOW + TOKEN_TTL_S + LEEWAY_S)


def test_a_visit_resumes_for_thirty_minutes() -> None:
    assert verifier().resume(RESUME_TOKEN, now=NOW + RESUME_TTL_S - 1)
    with pytest.raises(TokenExpired):
        verifier().resume(RESUME_TOKEN, now=NOW + RESUME_TTL_S)


def test_a_visit_never_resumes_past_four_hours() -> None:
    end = NOW_S + SESSION_MAX_S
    token = SIGNER.resume(RESUME, now=end - 60)
    assert verifier().resume(token, now=end - 1)
    with pytest.raises(TokenExpired):
        verifier().resume(token, now=end)


def test_neither_kind_is_accepted_in_the_others_place() -> None:
    with pytest.raises(TokenInvalid):
        verifier().session(RESUME_TOKEN, now=NOW)
    with pytest.raises(TokenInvalid):
        verifier().resume(SESSION_TOKEN, now=NOW)


@pytest.mark.parametrize(
    ("kind", "audience"),
    [(RESUME_TYPE, SESSION_AUDIENCE), (SESSION_TYPE, RESUME_AUDIENCE), ("JWT", SESSION_AUDIENCE)],
)
def test_type_and_audience_are_each_enough_to_refuse(kind: str, audience: str) -> None:
    with pytest.raises(TokenInvalid):
        verifier().session(issued({**BODY, "aud": audience}, kind), now=NOW)


COUNTS = {"iat", "kep", "tep", "pol", "sta", "num", "lib", "liy", "exp"}
TEXTS = {"pha", "org", "sdk", "jti"}
FOREIGN: list[object] = [None, "", 0, -1, 1.5, True, [], {}, "../x", "a\x00b", 2**60, "x" * 301]


@pytest.mark.parametrize("name", sorted(BODY))
@pytest.mark.parametrize("value", FOREIGN, ids=repr)
def test_a_member_of_another_form_is_refused_though_it_is_signed(name: str, value: object) -> None:
    free = (name in COUNTS and value == 0 and type(value) is int) or (
        name in TEXTS and value in ("../x", "a\x00b")
    )
    token = issued({**BODY, name: value})
    if free:
        now = 0 if name == "exp" else NOW
        assert verifier().session(token, now=now).tenant == CLAIM.tenant
    else:
        with pytest.raises(TokenInvalid):
            verifier().session(token, now=NOW)


@pytest.mark.parametrize("name", sorted(BODY))
def test_a_body_without_one_member_is_refused(name: str) -> None:
    body = {key: value for key, value in BODY.items() if key != name}
    with pytest.raises(TokenInvalid):
        verifier().session(issued(body), now=NOW)


def test_a_token_tells_a_country_only_where_one_is_known() -> None:
    assert "cou" not in BODY
    token = SIGNER.session(replace(CLAIM, country="DE"), now=NOW_S)
    assert verifier().session(token, now=NOW).country == "DE"


@pytest.mark.parametrize(
    "value", [*FOREIGN[1:], "de", "DEU", "D", "D1", "DE\n", "\u00c4T"], ids=repr
)
def test_a_country_of_another_form_is_refused_though_it_is_signed(value: object) -> None:
    with pytest.raises(TokenInvalid):
        verifier().session(issued({**BODY, "cou": value}), now=NOW)


@pytest.mark.parametrize("body", [[], [BODY], "text", None, 1, True])
def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    with pytest.raises(TokenInvalid):
        verifier().session(issued(body), now=NOW)


def test_an_identifier_with_a_newline_after_it_is_refused() -> None:
    with pytest.raises(TokenInvalid):
        verifier().session(issued({**BODY, "sid": BODY["sid"] + "\n"}), now=NOW)


def test_a_cached_token_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    checker = verifier()
    checker.session(SESSION_TOKEN, now=NOW)
    monkeypatch.setattr(jwt, "decode", lambda *_, **__: pytest.fail("verified again"))
    assert checker.session(SESSION_TOKEN, now=NOW) == CLAIM


def test_the_memory_of_tokens_is_bounded_and_forgets_the_oldest() -> None:
    checker = verifier(remember=2)
    tokens = [SIGNER.session(replace(CLAIM, id=str(n)), now=NOW_S) for n in range(3)]
    for token in tokens:
        checker.session(token, now=NOW)
    assert len(checker._seen) == 2
    assert checker.session(tokens[0], now=NOW).id == "0"


def test_what_was_refused_is_not_remembered() -> None:
    checker = verifier()
    for _ in range(3):
        with pytest.raises(TokenInvalid):
            checker.session(RESUME_TOKEN, now=NOW)
    assert not checker._seen


def test_a_key_in_rotation_verifies_beside_the_new_one() -> None:
    new = ec.generate_private_key(ec.SECP256R1())
    both = signing_keys.jwk_set([SIGNING_KEY.public_key(), new.public_key()])
    checker = Verifier(signing_keys.public_keys(both))
    successor = Signer(signing_keys.thumbprint(new.public_key()), new)
    assert checker.session(SESSION_TOKEN, now=NOW) == CLAIM
    assert checker.session(successor.session(CLAIM, now=NOW_S), now=NOW) == CLAIM


def test_our_tokens_are_far_below_the_longest() -> None:
    assert COMPACT.fullmatch(SESSION_TOKEN)
    assert len(SESSION_TOKEN) < MAX_TOKEN_CHARS * 0.6


@given(st.text(max_size=200) | st.from_regex(COMPACT, fullmatch=True))
def test_no_text_is_a_token_or_a_crash(text: str) -> None:
    with pytest.raises(TokenInvalid):
        verifier().session(text, now=NOW)
    with pytest.raises(TokenInvalid):
        verifier().resume(text, now=NOW)


def test_a_claim_is_remembered_for_its_own_signature_alone() -> None:
    checker = verifier()
    checker.session(SESSION_TOKEN, now=NOW)
    signed_part, _, signature = SESSION_TOKEN.rpartition(".")
    for forged in (RESUME_TOKEN.rpartition(".")[2], "A" * 86, signature[:-1] + "_"):
        with pytest.raises(TokenInvalid):
            checker.session(f"{signed_part}.{forged}", now=NOW)


def test_a_signature_has_one_spelling() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    rest, last = SESSION_TOKEN[:-1], SESSION_TOKEN[-1]
    for twin in letters[letters.index(last) + 1 : letters.index(last) + 16]:  # the same 64 bytes
        with pytest.raises(TokenInvalid):
            verifier().session(rest + twin, now=NOW)


def padded(chars: int) -> str:
    """Return a good token of at least that many characters, the shortest that there is."""
    return next(
        token for size in range(chars) if len(token := issued({**BODY, "pad": "x" * size})) >= chars
    )


def test_a_token_longer_than_ours_ever_are_is_not_parsed() -> None:
    longest = padded(MAX_TOKEN_CHARS - 2)
    assert len(longest) <= MAX_TOKEN_CHARS
    assert verifier().session(longest, now=NOW) == CLAIM
    with pytest.raises(TokenInvalid):
        verifier().session(padded(MAX_TOKEN_CHARS + 1), now=NOW)
