"""A secret anywhere in an event never passes the default policy."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import privacy
from tests.lib.privacy.recordings import SECRET, disguises, events, places, plant, rename, secretive

NOTHING: frozenset[str] = frozenset()
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.just(SECRET),
    lambda below: st.lists(below) | st.dictionaries(st.just(SECRET) | st.text(), below),
)


def stored(*sent: Any) -> bytes:
    lines = [json.dumps(event).encode() + b"\n" for event in sent]
    return privacy.enforce(b"".join(lines), NOTHING).ndjson


@pytest.mark.parametrize("event", list(events()), ids=lambda e: f"{e['type']}-{e['data']}"[:40])
def test_a_secret_in_any_place_of_an_event_is_not_stored(event: dict[str, Any]) -> None:
    for path in places(event):
        before: Any = event
        for key in path:
            before = before[key]
        shown = before if isinstance(before, str) else ""
        for value in disguises(SECRET, shown):
            assert SECRET.encode() not in stored(plant(event, path, value)), (path, value)
        assert SECRET.encode() not in stored(rename(event, path, SECRET)), path


@given(secretive(), secretive())
@settings(max_examples=120)
def test_a_batch_of_secrets_is_not_stored(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert SECRET.encode() not in stored(one, other)


@given(_JSON, _JSON, st.integers(-1, 17))
@settings(max_examples=120)
def test_json_that_only_resembles_an_event_is_not_stored(one: Any, other: Any, kind: int) -> None:
    sent = [
        {"type": kind, "data": one, "timestamp": 1, "extra": other},
        {"type": 3, "data": {"source": kind, "id": 1, "text": one, "rule": other}, "timestamp": 1},
        one,
    ]
    assert SECRET.encode() not in stored(*sent)


@given(st.lists(secretive(), max_size=4))
@settings(max_examples=100)
def test_what_is_stored_is_its_own_mask(sent: list[dict[str, Any]]) -> None:
    once = stored(*sent)
    again = privacy.enforce(once, NOTHING)
    assert again.clean
    assert again.ndjson == once
    assert again.summary.masked == again.summary.dropped == 0
