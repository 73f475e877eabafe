"""What a batch may look like below JSON, at its limits, and what its summary says."""

import gzip
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import privacy
from lib.errors import Refusal
from lib.privacy.enforcement import (
    MAX_ESCAPES,
    MAX_EVENTS,
    EventsMalformed,
    TooManyEvents,
)
from lib.privacy.nodes import MAX_DEPTH

NOTHING: frozenset[str] = frozenset()
RECORDINGS = sorted((Path(__file__).parents[2] / "fixtures/recordings").glob("*.ndjson.gz"))
SCROLL = b'{"type":3,"data":{"source":3,"id":1,"x":0,"y":2},"timestamp":1000}\n'


def change(**data: Any) -> bytes:
    return json.dumps({"type": 3, "data": data, "timestamp": 1000}).encode() + b"\n"


def snapshot(depth: int) -> bytes:
    opening = b'{"type":2,"tagName":"p","attributes":{},"childNodes":[' * depth
    text = b'{"type":3,"textContent":"xx","id":1}' + b'],"id":1}' * depth
    start = b'{"type":2,"data":{"node":' + opening + text
    return start + b',"initialOffset":{"left":0,"top":0}},"timestamp":1}\n'


def test_an_event_in_its_canonical_form_is_clean() -> None:
    kept = privacy.enforce(SCROLL, NOTHING)
    assert kept.clean
    assert kept.ndjson == SCROLL


@pytest.mark.parametrize(
    "disturbed",
    [
        SCROLL.replace(b'"x":0', b'"x":7,"x":0'),  # a key twice: the last one counts
        SCROLL.replace(b'"x":0', b'"x":0,"z":"CANARY"'),
        SCROLL.replace(b"}\n", b',"note":"CANARY"}\n'),
        SCROLL.replace(b'"x":0', b'"x": 0'),
        SCROLL[:-1],
        SCROLL + b"\n",
        SCROLL.replace(b"\n", b"\r\n"),
        b" " + SCROLL,
        SCROLL.replace(b'"x":0', b'"x":0,"\xff":1'),
        SCROLL.replace(b'"source":3', b'"s\\u006furce":3'),
    ],
)
def test_what_differs_from_the_canonical_form_is_never_stored_as_it_came(disturbed: bytes) -> None:
    kept = privacy.enforce(disturbed, NOTHING)
    assert not kept.clean
    assert kept.ndjson == SCROLL


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"not json",
        SCROLL + b"\x00",
        b'{"type":3,"data":{"source":5,"text":"\xff","isChecked":false,"id":1},"timestamp":1}',
        b'{"type":4,"data":{"href":"\xed\xa0\x80","width":1,"height":1},"timestamp":1}',
        b'{"type":3,"data":{"source":0,"texts":[],"removes":[],"adds":[],'
        b'"attributes":[{"id":1,"attributes":{"title":"\xff"}}]},"timestamp":1}',
    ],
)
def test_what_is_not_json_in_utf_8_is_refused(line: bytes) -> None:
    with pytest.raises(EventsMalformed):
        privacy.enforce(line, NOTHING)


@pytest.mark.parametrize("line", [b'"packed"', b"[]", b"null", b"7", b"{}", b'{"type":"3"}'])
def test_packed_and_foreign_events_are_dropped(line: bytes) -> None:
    kept = privacy.enforce(line + b"\n" + SCROLL, NOTHING)
    assert kept.ndjson == SCROLL
    assert kept.summary.dropped == 1


def test_half_a_surrogate_pair_is_no_reason_to_lose_a_batch() -> None:
    text = (
        b'{"type":3,"data":{"source":5,"text":"a\\ud83d","isChecked":false,"id":1},"timestamp":1}'
    )
    kept = privacy.enforce(text + b"\n", NOTHING)
    assert b'"text":"xxxxxxxx"' in kept.ndjson


@pytest.mark.parametrize("pairs", [(MAX_ESCAPES - 1) // 2, MAX_ESCAPES // 2])
def test_an_event_with_too_many_escapes_is_not_mended(pairs: int) -> None:
    text = b"\\\\" * pairs + b"\\ud83d"
    event = b'{"type":3,"data":{"source":5,"text":"%b","isChecked":false,"id":1},"timestamp":1}'
    if 2 * pairs + 1 <= MAX_ESCAPES:
        assert privacy.enforce(event % text + b"\n", NOTHING).summary.events == 1
    else:
        with pytest.raises(EventsMalformed):
            privacy.enforce(event % text + b"\n", NOTHING)


def test_a_bomb_of_line_ends_is_never_made_a_list() -> None:
    bomb = b"\n" * 2**20
    tracemalloc.start()
    with pytest.raises(TooManyEvents):
        privacy.enforce(bomb, NOTHING)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * len(bomb)


def test_the_number_of_events_has_a_limit() -> None:
    assert privacy.enforce(SCROLL * MAX_EVENTS, NOTHING).summary.events == MAX_EVENTS
    with pytest.raises(TooManyEvents):
        privacy.enforce(SCROLL * (MAX_EVENTS + 1), NOTHING)


def test_the_tree_has_a_limit_of_depth() -> None:
    assert privacy.enforce(snapshot(MAX_DEPTH), NOTHING).summary.events == 1
    with pytest.raises(TooManyEvents):
        privacy.enforce(snapshot(MAX_DEPTH + 1), NOTHING)


@pytest.mark.parametrize("opening", [b'{"data":', b'{"type":2,"data":{"note":[' + b"[" * 9])
def test_no_depth_is_a_crash(opening: bytes) -> None:
    with pytest.raises(Refusal):
        privacy.enforce(opening * 200_000, NOTHING)


def test_typed_input_is_one_event_for_each_field_and_second() -> None:
    typed = [(1000, 1), (1200, 1), (1999, 2), (1999, 1), (2000, 1)]
    lines = [
        json.dumps(
            {
                "type": 3,
                "data": {"source": 5, "text": "a" * at, "isChecked": False, "id": field},
                "timestamp": at,
            }
        )
        for at, field in typed
    ]
    kept = privacy.enforce("\n".join(lines).encode(), NOTHING)
    events = [json.loads(line) for line in kept.ndjson.splitlines()]
    assert [(event["timestamp"], event["data"]["id"]) for event in events] == typed[2:]


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        (None, "jane", False),
        ({}, "jane", False),
        ({"type": "text"}, "jane", True),
        ({"type": "password"}, "jane", False),
        ({"type": "Hidden"}, "jane", False),
        ({"type": "text", "autocomplete": "billing cc-number"}, "jane", False),
        ({"type": "text", "autocomplete": "ONE-TIME-CODE"}, "jane", False),
        ({"type": "text"}, "4111 1111 1111 1111", False),
        ({"type": "text"}, "4111 1111 1111 1112", True),
    ],
)
def test_an_input_is_told_only_if_its_field_may_be(field: Any, text: str, told: bool) -> None:
    sent = change(source=5, text=text, isChecked=True, id=1, field=field)
    allowed = privacy.enforce(sent, frozenset({"inputs"})).ndjson
    assert (text.encode() in allowed) is told
    assert text.encode() not in privacy.enforce(sent, NOTHING).ndjson


def mutation(**members: Any) -> bytes:
    empty: dict[str, Any] = {"texts": [], "attributes": [], "removes": [], "adds": []}
    return change(source=0, **(empty | members))


@pytest.mark.parametrize(
    "carried",
    [
        lambda claim: {"texts": [{"id": 1, "value": "jane", **claim}]},
        lambda claim: {
            "adds": [
                {
                    "parentId": 1,
                    "nextId": None,
                    "node": {"type": 3, "textContent": "jane", "id": 2},
                    **claim,
                }
            ]
        },
    ],
)
def test_a_text_is_told_only_where_the_sdk_vouches_for_its_place(
    carried: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    told = frozenset({"text"})
    assert b"jane" in privacy.enforce(mutation(**carried({"field": {}})), told).ndjson
    assert b"jane" not in privacy.enforce(mutation(**carried({})), told).ndjson
    assert b"jane" not in privacy.enforce(mutation(**carried({"field": {}})), NOTHING).ndjson


def test_a_changed_value_is_told_only_with_its_field() -> None:
    inputs = frozenset({"inputs"})
    changed = {"id": 1, "attributes": {"value": "jane"}}
    claimed = {**changed, "field": {"type": "text"}}
    assert b"jane" not in privacy.enforce(mutation(attributes=[changed]), inputs).ndjson
    assert b"jane" in privacy.enforce(mutation(attributes=[claimed]), inputs).ndjson


def test_the_summary_counts_what_is_stored() -> None:
    sent = [
        {"type": 4, "data": {"href": "/a", "width": 800, "height": 600}, "timestamp": 5},
        {"type": 3, "data": {"source": 2, "type": 2, "id": 1, "x": 1, "y": 1}, "timestamp": 9},
        {"type": 5, "data": {"tag": "sealtape.page", "payload": {"path": "/o/17"}}, "timestamp": 7},
        {
            "type": 5,
            "data": {
                "tag": "sealtape.error",
                "payload": {"name": "E", "message": "m", "file": "f", "line": 1, "column": 1},
            },
            "timestamp": 8,
        },
        {"type": 6, "data": {}, "timestamp": 8},
    ]
    summary = privacy.enforce(
        b"".join(json.dumps(event).encode() + b"\n" for event in sent), NOTHING
    ).summary
    assert (summary.events, summary.first_ms, summary.last_ms, summary.dropped) == (4, 5, 9, 1)
    assert (summary.width, summary.height, summary.clicks, summary.errors) == (800, 600, 1, 1)
    assert (summary.paths, summary.navigations) == (("/o/*",), 1)


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name.split(".")[0])
def test_a_real_recording_is_masked_to_a_form_that_verifies_as_clean(path: Path) -> None:
    raw = gzip.decompress(path.read_bytes())
    once = privacy.enforce(raw, NOTHING)
    again = privacy.enforce(once.ndjson, NOTHING)
    assert once.summary.dropped == 0
    assert once.clean is (path.name == "mouse-00.ndjson.gz")  # coordinates only
    assert again.clean
    assert again.ndjson == once.ndjson


@given(st.lists(st.binary(max_size=60), max_size=5), st.integers(0, 200), st.binary(max_size=4))
@settings(max_examples=200)
def test_bytes_of_any_kind_are_stored_clean_or_refused(
    lines: list[bytes], at: int, bytes_: bytes
) -> None:
    disturbed = SCROLL[:at] + bytes_ + SCROLL[at:]
    for sent in (b"\n".join(lines), disturbed):
        try:
            kept = privacy.enforce(sent, NOTHING)
        except Refusal:
            continue
        assert privacy.enforce(kept.ndjson, NOTHING).clean
