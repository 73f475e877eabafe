"""Identifiers: an object's name always lies under its own session."""

import os
import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import identifiers
from lib.identifiers import MAX_SEQ, PAGE, SESSION, PageId, SessionId, batch_object, matches

PATTERNS = {
    name: getattr(identifiers, name)
    for name in ("TENANT", "SESSION", "TAB", "PAGE", "KEY_ID", "USER", "OPERATION", "BUCKET")
}
HOSTILE = [
    "../",
    "..",
    "%2f",
    "%2e%2e",
    "\x00",
    "\n",
    "/",
    "\\",
    "\u2215",
    "\uff0e",
    "\u212a",
    "\u0131",
]


@pytest.mark.parametrize(
    ("make", "pattern"),
    [
        (identifiers.new_tenant, identifiers.TENANT),
        (identifiers.new_session, identifiers.SESSION),
        (identifiers.new_user, identifiers.USER),
        (identifiers.new_operation, identifiers.OPERATION),
        (identifiers.new_bucket, identifiers.BUCKET),
    ],
)
def test_a_new_identifier_is_of_its_form(make: object, pattern: object) -> None:
    assert callable(make)
    assert matches(pattern, make(os.urandom))  # type: ignore[arg-type]


@given(st.text(max_size=40), st.sampled_from(sorted(PATTERNS)))
def test_no_pattern_admits_anything_but_base32_after_its_prefix(text: str, name: str) -> None:
    if matches(PATTERNS[name], text):
        assert set(text) <= set("abcdefghijklmnopqrstuvwxyz234567_-")


@given(st.from_regex(SESSION, fullmatch=True), st.sampled_from(HOSTILE), st.integers(0, 28))
def test_one_hostile_character_anywhere_is_refused(session: str, bad: str, place: int) -> None:
    assert not matches(SESSION, session[:place] + bad + session[place:])
    assert not matches(SESSION, session[:place] + bad + session[place + len(bad) :])


@pytest.mark.parametrize("value", [None, 1, b"s_" + b"a" * 26, ["s_" + "a" * 26]])
def test_what_is_no_text_never_matches(value: object) -> None:
    assert not matches(SESSION, value)


@given(
    st.from_regex(SESSION, fullmatch=True),
    st.from_regex(PAGE, fullmatch=True),
    st.integers(0, MAX_SEQ),
)
def test_a_batchs_object_lies_under_its_session_and_page(session: str, page: str, seq: int) -> None:
    name = batch_object(SessionId(session), PageId(page), seq)
    assert posixpath.normpath(name) == name
    assert posixpath.dirname(name) == f"s/{session}/{page}"
    assert len(posixpath.basename(name)) == len("000000.ndjson.gz")


@given(st.integers(0, MAX_SEQ), st.integers(0, MAX_SEQ))
def test_names_sort_as_their_numbers(one: int, other: int) -> None:
    session, page = SessionId("s_" + "a" * 26), PageId("p_" + "b" * 16)
    names = batch_object(session, page, one), batch_object(session, page, other)
    assert (names[0] < names[1]) == (one < other)
