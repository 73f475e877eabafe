"""SDK keys: their form, and that a comparison tells nothing."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import keys

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def test_a_key_survives_its_own_text() -> None:
    key = keys.create(os.urandom)
    assert keys.parse(str(key)) == key


def test_the_text_is_as_documented() -> None:
    key = keys.create(lambda n: bytes(n))
    assert str(key).startswith("stk_" + "a" * 12 + "_" + "a" * 32 + "_")
    assert len(str(key)) == 4 + 12 + 1 + 32 + 1 + 7


@given(place=st.integers(0, 56), letter=st.sampled_from(ALPHABET))
def test_one_mistyped_letter_is_always_noticed(place: int, letter: str) -> None:
    text = str(keys.create(lambda n: bytes(range(n))))
    typo = text[:place] + letter + text[place + 1 :]
    if typo == text:
        assert str(keys.parse(typo)) == text
    else:
        with pytest.raises(keys.KeyMalformed):
            keys.parse(typo)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: text.upper(),
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: text[:-1],
        lambda text: text + "a",
        lambda text: text.replace("stk_", "sk_", 1),
        lambda text: text.replace("a", "\u0430", 1),
        lambda text: text.replace("_", "-", 1),
        lambda text: text * 2,
        lambda text: text + "\x00",
    ],
)
def test_anything_but_the_form_is_malformed(change: object) -> None:
    assert callable(change)
    with pytest.raises(keys.KeyMalformed):
        keys.parse(change(str(keys.create(lambda n: bytes(n)))))


@given(st.text(max_size=100))
def test_no_text_raises_anything_else(text: str) -> None:
    with pytest.raises(keys.KeyMalformed):
        keys.parse(text)


def test_what_is_stored_does_not_hold_the_key() -> None:
    key = keys.create(os.urandom)
    assert len(key.hash()) == 32
    assert key.random.encode() not in key.hash()


def test_only_the_right_hash_is_the_same() -> None:
    key, other = keys.create(os.urandom), keys.create(os.urandom)
    assert keys.same(key.hash(), key.hash())
    assert not keys.same(other.hash(), key.hash())


def test_an_unknown_key_is_never_the_same_even_as_the_hash_it_is_compared_with() -> None:
    assert not keys.same(keys.NO_KEY_HASH, None)
