"""People, their addresses, and the one-time links by which they set a password."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from lib.errors import Malformed
from lib.identifiers import UserId
from lib.users import (
    SETUP_TTL,
    SetupExpired,
    Users,
    email_key,
    new_setup_token,
    parse_email,
    setup_id,
)
from tests.local_services import Firestore

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
NOW_S = NOW.timestamp()
ANN, BEN = UserId("u_aaaaaaaaaaaaaaaa"), UserId("u_bbbbbbbbbbbbbbbb")
EMAIL = "Ann@Shop.example"


@pytest.fixture
def everybody(firestore: Firestore, project: str) -> Users:
    return Users(firestore.client("console", project))


@pytest.mark.parametrize("text", ["a@b.example", "first.last+tag@sub.shop.example", "ü@bücher.de"])
def test_an_address_is_an_address(text: str) -> None:
    assert parse_email(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "@b.example",
        "a@b@c.example",
        "a b@c.example",
        "a@b.example\n",
        None,
        7,
        "a@" + "b" * 250 + ".de",
    ],
)
def test_anything_else_is_not(text: object) -> None:
    with pytest.raises(Malformed):
        parse_email(text)


def test_an_address_belongs_to_one_user_in_any_case(everybody: Users) -> None:
    assert everybody.ensure(EMAIL, ANN, created=NOW) == ANN
    assert everybody.ensure(EMAIL.lower(), BEN, created=NOW) == ANN
    found = everybody.find("ANN@SHOP.EXAMPLE")
    assert found is not None
    assert (found.id, found.password) == (ANN, None)
    assert everybody.get(BEN) is None
    assert everybody.find("nobody@shop.example") is None


def invite(everybody: Users, user: UserId = ANN) -> str:
    token = new_setup_token(os.urandom)
    everybody.ensure(EMAIL, user, created=NOW)
    everybody.offer_setup(user, setup_id(token), created=NOW)
    return token


def link(everybody: Users, token: str) -> bool:
    """Say whether a link is stored."""
    return bool(everybody._db.document(f"setups/{setup_id(token)}").get().exists)


def test_a_link_works_once(everybody: Users) -> None:
    token = invite(everybody)
    assert everybody.peek_setup(token, now=NOW).id == ANN
    used = everybody.use_setup(token, "hash", now=NOW)
    assert (used.password, used.epoch) == ("hash", 2)
    assert not link(everybody, token)
    with pytest.raises(SetupExpired):
        everybody.peek_setup(token, now=NOW)
    with pytest.raises(SetupExpired):
        everybody.use_setup(token, "other", now=NOW)
    found = everybody.get(ANN)
    assert found is not None
    assert found.password == "hash"


def test_of_two_requests_with_one_link_one_wins(everybody: Users) -> None:
    token = invite(everybody)

    def use(number: int) -> bool:
        try:
            everybody.use_setup(token, f"hash {number}", now=NOW)
        except SetupExpired:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(use, range(4))) == 1


def test_a_link_lives_until_its_last_second(everybody: Users) -> None:
    token = invite(everybody)
    everybody.peek_setup(token, now=NOW + SETUP_TTL - timedelta(seconds=1))
    with pytest.raises(SetupExpired):
        everybody.peek_setup(token, now=NOW + SETUP_TTL)


@pytest.mark.parametrize("token", [None, 1, "", "setup_", "setup_" + "a" * 32, "../users/x", "é"])
def test_a_link_that_nobody_sent_is_refused(everybody: Users, token: object) -> None:
    with pytest.raises(SetupExpired):
        everybody.peek_setup(token, now=NOW)


def test_somebody_with_a_password_gets_no_link_that_resets_it(everybody: Users) -> None:
    everybody.use_setup(invite(everybody), "hash", now=NOW)
    token = invite(everybody)
    assert not link(everybody, token)
    with pytest.raises(SetupExpired):
        everybody.peek_setup(token, now=NOW)


def test_two_links_do_not_set_two_passwords(everybody: Users) -> None:
    first, second = invite(everybody), invite(everybody)
    everybody.use_setup(first, "hash", now=NOW)
    with pytest.raises(SetupExpired):
        everybody.use_setup(second, "other", now=NOW)


def test_an_address_is_not_in_a_document_name() -> None:
    assert email_key(EMAIL) == email_key(EMAIL.upper())
    assert "ann" not in email_key(EMAIL)
