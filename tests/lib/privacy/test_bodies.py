"""Bodies of requests: taken apart strictly, masked, written anew; absent where not allowed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import privacy
from lib.privacy.bodies import MAX_BODY_CHARS, MAX_DEPTH, Kind, mask_body
from lib.privacy.bounds import MAX_BATCH_BODY_CHARS
from lib.privacy.rules import NEVER_NAMES

CANARY = "Zq9CANARYk7"
BOTH = frozenset(["network", "bodies"])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
SECRETS = st.builds(
    lambda before, name, after: before + name + after,
    st.sampled_from(["", "my_", "user.", "x-", "data["]),
    st.sampled_from(NEVER_NAMES).flatmap(lambda n: st.sampled_from([n, n.upper(), n.title()])),
    st.sampled_from(["", "_id", "]", "-2", "s"]),
)


def exchange(**members: Any) -> bytes:
    """Return a line of NDJSON that tells of a request."""
    payload = {"method": "GET", "path": "/a", "status": 200, "duration_ms": 1, "bytes": 2}
    data = {"tag": "sealtape.network", "payload": payload | members}
    event = {"type": 5, "data": data, "timestamp": 1}
    return json.dumps(event, separators=(",", ":")).encode() + b"\n"


def body(text: str | None = '{"a":1}', kind: str = "json", size: int = 7) -> dict[str, Any]:
    """Return a body as an event has it."""
    return {"kind": kind, "size": size} | ({} if text is None else {"text": text})


def kept(line: bytes, allow: frozenset[str] = BOTH) -> tuple[dict[str, Any] | None, int]:
    """Return the payload that is kept, and how many events the server had to mask."""
    made = privacy.enforce(line, allow)
    payload = json.loads(made.ndjson)["data"]["payload"] if made.ndjson else None
    return payload, made.summary.masked


@given(VALUES, SECRETS, VALUES, st.data())
def test_nothing_below_a_secret_s_name_is_kept_at_any_depth(
    around: Any, name: str, beside: Any, data: st.DataObject
) -> None:
    below = data.draw(st.sampled_from([CANARY, [CANARY], {"a": {"b": [1, CANARY]}}, {CANARY: 1}]))
    nested: Any = {name: below, "beside": beside}
    for key in data.draw(st.lists(TEXT, max_size=6)):
        nested = data.draw(st.sampled_from([[nested], {key: nested}, [around, nested]]))
    line = exchange(request=body(json.dumps(nested)), response=body(json.dumps([nested])))
    assert CANARY not in json.dumps(kept(line)[0])


@given(VALUES)
def test_a_mask_is_its_own_mask(value: Any) -> None:
    masked = mask_body("json", json.dumps(value))
    if masked is not None:
        assert mask_body("json", masked) == masked


@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_a_form_s_mask_is_its_own_mask_and_a_form(pairs: list[tuple[str, str]]) -> None:
    masked = mask_body("form", json.dumps(pairs))
    assert masked is not None
    assert [len(pair) for pair in json.loads(masked)] == [2] * len(pairs)
    assert mask_body("form", masked) == masked


@given(st.sampled_from(["json", "form", "other"]), st.text(max_size=60))
def test_no_text_is_a_crash(kind: Kind, text: str) -> None:
    masked = mask_body(kind, text)
    assert masked is None or mask_body(kind, masked) == masked


@pytest.mark.parametrize("lacking", ["network", "bodies"])
def test_no_body_is_kept_where_the_policy_lacks_one_of_both(lacking: str) -> None:
    line = exchange(request=body(f'{{"a":"{CANARY}"}}'), response=body(f'["{CANARY}"]'))
    payload, masked = kept(line, BOTH - {lacking})
    if lacking == "network":
        assert payload is None
    else:
        assert payload is not None
        assert not {"request", "response"} & payload.keys()
        assert masked == 1


def test_a_clean_body_is_kept_as_it_came() -> None:
    made = privacy.enforce(exchange(request=body(), response=body('["a"]')), BOTH)
    assert (made.clean, made.summary.masked) == (True, 0)
    assert privacy.enforce(exchange(), BOTH).clean


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        '{"a":{"b":1,"b":1}}',
        "{",
        "",
        "NaN",
        "[Infinity]",
        "[-Infinity]",
        '"\t"',
        "[" * 2_000 + "]" * 2_000,
        "1" * 4_096 + "0",
        '{"a":1}{"b":2}',
    ],
    ids=lambda text: text[:12],
)
def test_what_cannot_be_taken_apart_is_not_kept_and_counts_as_masked(text: str) -> None:
    payload, masked = kept(exchange(request=body(text)))
    assert payload is not None
    assert payload["request"] == {"kind": "json", "size": 7}
    assert masked == 1


@pytest.mark.parametrize(
    "text", ['{"a":"b"}', '[["a"]]', '[["a",1]]', '["ab"]', "[1]", '[["a","b","c"]]']
)
def test_a_form_of_another_shape_is_not_kept(text: str) -> None:
    assert mask_body("form", text) is None


@pytest.mark.parametrize(("depth", "fits"), [(MAX_DEPTH, True), (MAX_DEPTH + 1, False)])
def test_a_body_is_so_deep_and_no_deeper(depth: int, fits: bool) -> None:
    for opened, closed in (("[", "]"), ('{"a":', "}")):
        text = opened * depth + "1" + closed * depth
        assert (mask_body("json", text) is not None) == fits


def test_a_deep_secret_is_masked_where_it_begins() -> None:
    text = '{"token":' + "[" * 90 + "1" + "]" * 90 + "}"
    assert mask_body("json", text) == '{"token":"xxxxxxxx"}'


@pytest.mark.parametrize(
    ("letters", "fits"), [(MAX_BODY_CHARS - 2, True), (MAX_BODY_CHARS - 1, False)]
)
def test_a_body_is_so_long_and_no_longer(letters: int, fits: bool) -> None:
    text = json.dumps((" a" * letters)[:letters])
    assert (mask_body("json", text) is not None) == fits


@pytest.mark.parametrize(
    "odd", [{"kind": "xml", "size": 1}, {"kind": "json", "size": -1}, {"kind": "json"}, [], "x", 1]
)
def test_a_request_with_a_body_of_another_form_is_not_for_the_record(odd: object) -> None:
    assert kept(exchange(request=odd))[0] is None


def test_half_a_pair_of_surrogates_is_mended() -> None:
    assert mask_body("json", '["a\\ud800b"]') == '["a\ufffdb"]'


@pytest.mark.parametrize("more", [0, 1])
def test_a_batch_has_room_for_so_many_bodies(more: int) -> None:
    text = json.dumps("a " * ((MAX_BODY_CHARS - 2) // 2))
    lines = exchange(response=body(text)) * (MAX_BATCH_BODY_CHARS // len(text) + more)
    kept_texts = privacy.enforce(lines, BOTH).ndjson.count(b'"text"')
    assert kept_texts == MAX_BATCH_BODY_CHARS // len(text)
    assert privacy.enforce(lines[: lines.index(b"\n") + 1], BOTH).clean  # and the next has its own
