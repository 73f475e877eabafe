"""Whatever bytes arrive as events: under the default policy no secret in them is ever stored."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import privacy
from lib.edge import batches
from lib.errors import Refusal
from tests.lib.privacy.recordings import SECRET, events, secretive
from tests.privacy.disguises import spelled_out
from tests.privacy.spellings import WAYS, damaged, spelled, values

NOTHING: frozenset[str] = frozenset()
EXAMPLES = 150
NEEDLE = SECRET.lower()
HALVES = (NEEDLE[: len(NEEDLE) // 2 + 1], NEEDLE[len(NEEDLE) // 2 - 1 :])
_event = st.sampled_from(list(events()))


def stored(ndjson: bytes) -> bytes:
    """Return what would be stored: nothing at all if it is refused."""
    try:
        return privacy.enforce(ndjson, NOTHING).ndjson
    except Refusal:
        return b""


def assert_silent(kept: bytes) -> None:
    """No half of the secret stands in `kept`, in any disguise."""
    said = spelled_out([kept])
    assert not [half for half in HALVES if half in said], kept


@given(st.data(), secretive())
@settings(max_examples=EXAMPLES)
def test_no_spelling_of_an_event_carries_a_secret_through(
    data: st.DataObject, event: dict[str, Any]
) -> None:
    assert_silent(stored(data.draw(spelled(event)) + b"\n"))


@given(st.data(), values(SECRET), _event)
@settings(max_examples=EXAMPLES)
def test_nor_does_anything_in_the_place_of_a_member(
    data: st.DataObject, odd: Any, event: dict[str, Any]
) -> None:
    name = data.draw(st.sampled_from(sorted(event["data"]) or ["data"]))
    inner = {**event, "data": {**event["data"], name: odd}}
    outer = {**event, data.draw(st.sampled_from(sorted(event))): odd}
    for each in (inner, outer, odd):
        assert_silent(stored(data.draw(spelled(each)) + b"\n"))


@given(st.data(), secretive(), st.integers(0, WAYS - 1))
@settings(max_examples=EXAMPLES)
def test_nor_do_bytes_that_two_decoders_could_read_differently(
    data: st.DataObject, event: dict[str, Any], way: int
) -> None:
    line = data.draw(spelled(event))
    assert_silent(stored(damaged(line, way, SECRET.encode()) + b"\n" + line))


@given(st.binary(max_size=60), secretive(), st.integers(0, 400))
@settings(max_examples=EXAMPLES)
def test_nor_do_bytes_of_any_kind_inside_an_event(
    noise: bytes, event: dict[str, Any], at: int
) -> None:
    line = json.dumps(event).encode()
    assert_silent(stored(line[:at] + noise + line[at:]))


@given(secretive())
@settings(max_examples=EXAMPLES)
def test_what_is_kept_as_it_came_holds_no_secret_either(event: dict[str, Any]) -> None:
    kept = stored(json.dumps(event, separators=(",", ":")).encode() + b"\n")
    again = privacy.enforce(kept, NOTHING)
    assert again.clean
    assert_silent(again.ndjson)


def test_a_search_for_the_secret_would_find_it() -> None:
    for spelling in (SECRET, SECRET.lower(), "Zq9%43ANARYk7", "\\5aq9CANARYk7", "WnE5Q0FOQVJZazc="):
        with pytest.raises(AssertionError):
            assert_silent(json.dumps({"data": [spelling]}).encode())


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(b"\x1f\x8b\x08\x08" + b"\0" * 6 + SECRET.encode() + b"\0", id="file name"),
        pytest.param(b"\x1f\x8b\x08\x10" + b"\0" * 6 + SECRET.encode() + b"\0", id="comment"),
        pytest.param(b"\x1f\x8b\x08\x04" + b"\0" * 6 + b"\x0b\0" + SECRET.encode(), id="extra"),
        pytest.param(b"", id="second member"),
        pytest.param(None, id="trailing bytes"),
    ],
)
def test_nothing_hides_around_the_deflated_bytes(packed: bytes | None) -> None:
    sound = gzip.compress(b"{}\n", mtime=0)
    around = {
        None: sound + SECRET.encode(),
        b"": sound + gzip.compress(SECRET.encode()),
    }.get(packed) or (packed or b"") + sound[10:]
    with pytest.raises(Refusal):
        batches.inflate(around)
