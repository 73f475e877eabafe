"""Passwords are long rather than odd, and hashing them never takes an instance down."""

import threading

import pytest

from lib.console import passwords
from lib.console.passwords import (
    DUMMY_HASH,
    MAX_CHARACTERS,
    MIN_CHARACTERS,
    HashingBusy,
    Passwords,
    PasswordWeak,
    check_strength,
)

EMAIL = "margarethe@shop.example"
GOOD = "abcdefghijklmno pqrstuvwxyz"


@pytest.mark.parametrize("length", [MIN_CHARACTERS, MIN_CHARACTERS + 1, MAX_CHARACTERS])
def test_a_password_of_enough_characters_is_taken(length: int) -> None:
    check_strength((GOOD * 10)[:length], email=EMAIL)


@pytest.mark.parametrize("length", [0, 1, MIN_CHARACTERS - 1, MAX_CHARACTERS + 1])
def test_a_password_outside_the_bounds_is_refused(length: int) -> None:
    with pytest.raises(PasswordWeak):
        check_strength((GOOD * 11)[:length], email=EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "correct horse battery staple",
        "Correct-Horse-Battery-Staple",
        "qwertyuiopasdfghjkl",
        "margarethemargarethe",
        "margarethe 1 margarethe",
        "sealtape-sealtape",
    ],
)
def test_a_password_that_is_guessed_early_is_refused(password: str) -> None:
    with pytest.raises(PasswordWeak):
        check_strength(password, email=EMAIL)


def test_a_refusal_does_not_quote_the_password() -> None:
    with pytest.raises(PasswordWeak) as refused:
        check_strength("margarethemargarethe", email=EMAIL)
    assert "margarethe" not in refused.value.detail


def test_no_character_class_is_asked_for() -> None:
    check_strength("kettle orbit velvet moss", email=EMAIL)


def test_a_hash_is_argon2id_with_the_stated_parameters_and_its_own_salt() -> None:
    hashing = Passwords()
    first, second = hashing.hash(GOOD), hashing.hash(GOOD)
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert not hashing.outdated(first)
    assert hashing.outdated(first.replace("t=2", "t=1"))


def test_only_the_right_password_is_right() -> None:
    hashing = Passwords()
    stored = hashing.hash(GOOD)
    assert hashing.verify(GOOD, stored)
    assert not hashing.verify(GOOD + " ", stored)
    assert not hashing.verify("", stored)


def test_a_password_typed_on_another_keyboard_is_the_same() -> None:
    hashing = Passwords()
    stored = hashing.hash("caf\u00e9 terrasse soleil")
    assert hashing.verify("cafe\u0301 terrasse soleil", stored)


def test_an_unknown_account_is_checked_against_a_hash_of_the_same_cost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hashing = Passwords()
    checked: list[str] = []
    verify = hashing._hasher.verify

    class Watched:
        def verify(self, stored: str, password: str) -> bool:
            checked.append(stored)
            return verify(stored, password)

    monkeypatch.setattr(hashing, "_hasher", Watched())
    assert not hashing.verify(GOOD, None)
    assert checked == [DUMMY_HASH]
    assert not Passwords().outdated(DUMMY_HASH)


def test_nobody_signs_in_to_an_unknown_account_even_by_guessing_that_hash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hashing = Passwords()
    monkeypatch.setattr(passwords, "DUMMY_HASH", hashing.hash(GOOD))
    assert not hashing.verify(GOOD, None)


def test_no_more_hashes_run_at_once_than_memory_is_set_aside_for() -> None:
    hashing = Passwords(at_once=1, wait_s=0.05)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with hashing._slot():
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(10)
    try:
        with pytest.raises(HashingBusy) as busy:
            hashing.verify(GOOD, None)
        assert busy.value.retry
    finally:
        leave.set()
        holder.join(10)
    assert not hashing.verify(GOOD, None)


def test_a_password_of_a_megabyte_costs_no_more_than_a_long_one() -> None:
    assert len(passwords.normalise("\u0958" * 1_000_000)) <= MAX_CHARACTERS * 4 * 3
