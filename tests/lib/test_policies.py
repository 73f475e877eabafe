"""Policies: strict documents, one text, one hash, and bounds that only narrow."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.policies import CAPABILITIES, MAX_SELECTORS, PolicyMalformed, default, parse_document

ALLOWED = st.sets(st.sampled_from(CAPABILITIES))


def test_a_new_tenant_allows_nothing() -> None:
    policy = default()
    assert policy.allow == frozenset()
    assert policy.document["honour"] == {"gpc": True, "dnt": False}


def test_the_hash_is_that_of_the_canonical_text_whatever_the_order() -> None:
    one = parse_document({"version": 2, "allow": ["inputs", "text"], "sampling": 0.5})
    other = parse_document('{"sampling": 0.5, "allow": ["text", "inputs", "text"], "version": 2}')
    assert one.text == other.text
    assert one.hash == sha256(one.text.encode()).hexdigest()
    assert one.text == json.dumps(one.document, sort_keys=True, separators=(",", ":"))
    assert parse_document(one.text) == one


@given(ALLOWED, ALLOWED)
def test_a_bound_allows_what_both_versions_allow(old: set[str], new: set[str]) -> None:
    one = parse_document({"version": 1, "allow": sorted(old)})
    other = parse_document({"version": 2, "allow": sorted(new)})
    assert one.bound(other) == other.bound(one) == old & new


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"version": "1"},
        {"unknown": 1},
        {"allow": ["everything"]},
        {"allow": "text"},
        {"sampling": 1.1},
        {"sampling": -0.1},
        {"paths": [{"prefix": "cart", "forbid": []}]},
        {"paths": [{"prefix": "/cart", "forbid": ["all"]}]},
        {"selectors": {"mask": [""]}},
        {"selectors": {"block": ["a\nb"]}},
        {"selectors": {"allow": ["a"] * (MAX_SELECTORS + 1)}},
        {"honour": {"gpc": 1}},
    ],
)
def test_a_document_of_another_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(PolicyMalformed):
        parse_document({"version": 1, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"sampling": 0},
        {"sampling": 1},
        {"selectors": {"mask": ["a"] * MAX_SELECTORS}},
        {"paths": [{"prefix": "/", "forbid": ["text"]}]},
    ],
)
def test_a_document_at_its_limits_is_taken(change: dict[str, Any]) -> None:
    assert parse_document({"version": 1, **change}).version == 1


@pytest.mark.parametrize("source", [b"", b"{", b"[]", b'{"version":1}\xff', b"[" * 9_999])
def test_what_is_not_a_document_is_refused(source: bytes) -> None:
    with pytest.raises(PolicyMalformed):
        parse_document(source)
