"""Assertions: the customer's word for one new session, from one key and origin, for 5 minutes."""

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lib.edge.assertions import (
    ASSERTION_TTL_S,
    AUDIENCE,
    LEEWAY_S,
    MAX_ASSERTION_CHARS,
    MAX_ID_CHARS,
    Assertion,
    AssertionRefused,
    verify,
)
from tests.edge_world import NOW, ORIGIN
from tests.lib.tokens_world import signed

KEY = "a" * 12
CUSTOMER = ec.generate_private_key(ec.SECP256R1())
PUBLIC = CUSTOMER.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
HEADER = {"alg": "ES256", "typ": "JWT"}
NOW_S = int(NOW)
BODY: dict[str, Any] = {
    "aud": AUDIENCE,
    "iat": NOW_S,
    "exp": NOW_S + ASSERTION_TTL_S,
    "jti": "one",
    "key": KEY,
    "origin": ORIGIN,
}


def asserted(**changes: Any) -> str:
    return signed(HEADER, {**BODY, **changes}, CUSTOMER)


def check(token: str, *, key: str = KEY, origin: str = ORIGIN, now: float = NOW) -> Assertion:
    return verify(token, PUBLIC.decode(), key=key, origin=origin, now=now)


def test_a_fresh_assertion_is_accepted_and_kept_until_it_could_not_be_used_again() -> None:
    assert check(asserted()).expires == NOW_S + ASSERTION_TTL_S + LEEWAY_S


@pytest.mark.parametrize("now", [NOW - LEEWAY_S, NOW + ASSERTION_TTL_S + LEEWAY_S - 1])
def test_clocks_may_differ_by_the_leeway(now: float) -> None:
    assert check(asserted(), now=now)


@pytest.mark.parametrize("now", [NOW - LEEWAY_S - 1, NOW + ASSERTION_TTL_S + LEEWAY_S])
def test_beyond_the_leeway_it_is_refused(now: float) -> None:
    with pytest.raises(AssertionRefused):
        check(asserted(), now=now)


def test_it_may_live_five_minutes_and_no_longer() -> None:
    assert check(asserted(exp=NOW_S + ASSERTION_TTL_S))
    with pytest.raises(AssertionRefused):
        check(asserted(exp=NOW_S + ASSERTION_TTL_S + 1))


@pytest.mark.parametrize("name", sorted(BODY))
def test_every_member_is_needed(name: str) -> None:
    body = {key: value for key, value in BODY.items() if key != name}
    with pytest.raises(AssertionRefused):
        check(signed(HEADER, body, CUSTOMER))


@pytest.mark.parametrize("name", sorted(BODY))
@pytest.mark.parametrize(
    "value",
    [None, "", [], {}, -1, 1e400, float("nan"), True, "x" * 129, 10**30],
    ids=repr,
)
def test_a_member_of_another_form_is_refused_and_never_a_crash(name: str, value: object) -> None:
    with pytest.raises(AssertionRefused):
        check(asserted(**{name: value}))


def test_an_id_has_at_most_its_length() -> None:
    assert check(asserted(jti="x" * MAX_ID_CHARS))
    with pytest.raises(AssertionRefused):
        check(asserted(jti="x" * (MAX_ID_CHARS + 1)))


def test_it_is_for_one_key_and_one_origin() -> None:
    with pytest.raises(AssertionRefused):
        check(asserted(), key="b" * 12)
    with pytest.raises(AssertionRefused):
        check(asserted(), origin="https://evil.example")


def test_two_keys_may_use_the_same_id() -> None:
    other = "b" * 12
    assert check(asserted()).document != check(asserted(key=other), key=other).document


def test_an_id_never_becomes_a_path() -> None:
    name = check(asserted(jti="../../tenants/x")).document
    assert name.startswith("assertions/")
    assert name.count("/") == 1


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        signed({**HEADER, "alg": "none"}, BODY, CUSTOMER),
        signed({**HEADER, "alg": "HS256"}, BODY, CUSTOMER),
        signed(HEADER, BODY, ec.generate_private_key(ec.SECP256R1())),
        jwt.encode(BODY, "k" * 32, algorithm="HS256"),
        jwt.encode(BODY, "", algorithm="none"),
        asserted() + "=",
        asserted().rpartition(".")[0] + ".",
        asserted() + "A" * MAX_ASSERTION_CHARS,
        signed(HEADER, [BODY], CUSTOMER),
        signed({**HEADER, "crit": ["x"]}, BODY, CUSTOMER),
    ],
)
def test_what_the_customer_did_not_sign_is_refused(token: str) -> None:
    with pytest.raises(AssertionRefused):
        check(token)


@pytest.mark.parametrize("pem", ["", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
def test_a_damaged_registered_key_refuses(pem: str) -> None:
    with pytest.raises(AssertionRefused):
        verify(asserted(), pem, key=KEY, origin=ORIGIN, now=NOW)
