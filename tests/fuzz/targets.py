"""What is fuzzed: every parser that a stranger reaches, alone and through the door."""

import gzip
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from lib import origins, privacy, tokens
from lib.edge import asks, batches
from lib.errors import Refusal
from tests.edge_world import NOW, ORIGIN, PAGE, TAB, header, lines, meta
from tests.fuzz.doors import KEY, Doors

DOORS = Doors()
GRANT = DOORS.grant()
FORBIDDEN = frozenset({0, 500})

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["p_" + "a" * 16, "s_" + "a" * 26, "\ud800", "\x00", "../", "a" * 3_000])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=20,
)
CHANGES: list[tuple[int, dict[str, Any]]] = [
    (0, {"texts": [], "attributes": [], "removes": [], "adds": []}),
    (1, {"positions": [{"x": 1, "y": 1, "id": 1, "timeOffset": 0}]}),
    (2, {"type": 2, "x": 1, "y": 1}),
    (3, {"x": 0, "y": 9}),
    (4, {"width": 1, "height": 1}),
    (5, {"text": "typed", "isChecked": False}),
    (7, {"type": 0}),
    (8, {"adds": [{"rule": "a{b:url(c)}", "index": 0}]}),
    (9, {"type": 0, "commands": []}),
    (13, {"set": {"property": "a", "value": "b"}, "index": [0]}),
    (14, {"ranges": []}),
    (15, {"styles": [{"styleId": 1, "rules": []}]}),
]
SHAPES = st.sampled_from(
    [
        {"type": 0, "data": {}, "timestamp": 1},
        meta(),
        {"type": 2, "data": {"node": {"type": 0, "childNodes": [], "id": 1}}, "timestamp": 1},
        {
            "type": 2,
            "data": {
                "node": {
                    **{"type": 2, "tagName": "input", "id": 2, "childNodes": []},
                    "attributes": {"value": "x", "style": "color:red", "srcset": "a 1x"},
                },
                "initialOffset": {"left": 0, "top": 0},
            },
            "timestamp": 1,
        },
        *(
            {"type": 3, "data": {"source": source, "id": 1, **more}, "timestamp": 1}
            for source, more in CHANGES
        ),
        *(
            {"type": 5, "data": {"tag": tag, "payload": payload}, "timestamp": 1}
            for tag, payload in [
                ("sealtape.page", {"path": "/a"}),
                ("sealtape.error", {"name": "E", "message": "m", "file": "f", "line": 1}),
                ("sealtape.network", {"method": "GET", "path": "/", "status": 200}),
            ]
        ),
    ]
)


@st.composite
def damaged(draw: st.DrawFn, shape: Any) -> Any:
    """A JSON value with some members replaced, dropped or added, at any depth."""
    if draw(st.integers(0, 6)) == 0:
        return draw(JSON)
    if isinstance(shape, dict):
        found = {key: draw(damaged(value)) for key, value in shape.items()}
        if found and draw(st.integers(0, 9)) == 0:
            del found[draw(st.sampled_from(sorted(found)))]
        if draw(st.integers(0, 9)) == 0:
            found[draw(st.text(max_size=9))] = draw(JSON)
        return found
    if isinstance(shape, list):
        return [draw(damaged(value)) for value in shape]
    return shape


@st.composite
def garbled(draw: st.DrawFn, source: st.SearchStrategy[bytes]) -> bytes:
    """Bytes with a few of them changed, cut, repeated or put in."""
    data = bytearray(draw(source))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(data)))
        kind = draw(st.integers(0, 3))
        if kind == 0 and place < len(data):
            data[place] ^= 1 << draw(st.integers(0, 7))
        elif kind == 1:
            del data[place : place + draw(st.integers(1, 20))]
        elif kind == 2:
            data[place:place] = data[place : place + draw(st.integers(1, 40))]
        else:
            data[place:place] = draw(st.binary(max_size=12))
    return bytes(data)


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()


EVENTS = garbled(st.lists(SHAPES.flatmap(damaged), max_size=6).map(lambda e: lines(*e)))
HEADERS = garbled(st.just(header(GRANT)).flatmap(damaged).map(_text)) | st.binary(max_size=99)
ASK = {"v": 1, "key": str(KEY), "sdk": "0.1.0", "tab": TAB, "page": PAGE}
ASKS = garbled(
    st.just({**ASK, "resume": GRANT["resume"], "assertion": None}).flatmap(damaged).map(_text)
) | st.binary(max_size=99)
TOKENS = garbled(st.sampled_from([GRANT["token"], GRANT["resume"]]).map(str.encode)).map(
    lambda data: data.decode("latin-1")
) | st.text(max_size=99)
PACKED = garbled(st.binary(max_size=200).map(gzip.compress)) | st.binary(max_size=99)


def parse_header(body: bytes) -> None:
    """The first line of a batch."""
    batches.split(body + b"\nrest")


def parse_token(token: str) -> None:
    """Both kinds of token."""
    for check in (DOORS.tokens.session, DOORS.tokens.resume):
        try:
            check(token, now=NOW)
        except (tokens.TokenInvalid, tokens.TokenExpired):
            continue


def parse_handshake(body: bytes) -> None:
    """A handshake's body."""
    asks.parse(body)


def parse_origin(origin: str) -> None:
    """An Origin header."""
    origins.allowed(origin, (ORIGIN, "https://*.shop.example"))


def inflate(packed: bytes) -> None:
    """A gzip member."""
    assert len(batches.inflate(packed)) <= batches.MAX_INFLATED_BYTES


def mask_events(text: bytes) -> None:
    """A batch's events; what was masked is its own mask."""
    kept = privacy.enforce(text, frozenset())
    assert privacy.enforce(kept.ndjson, frozenset()).clean


def post_handshake(body: bytes) -> None:
    """A handshake through the door."""
    assert DOORS.post(DOORS.handshake, "/v1/handshake", body) not in FORBIDDEN


def post_header(head: bytes) -> None:
    """A batch with any header through the door."""
    body = head + b"\n" + gzip.compress(lines(meta()))
    assert DOORS.post(DOORS.ingest, "/v1/ingest", body) not in FORBIDDEN


def post_events(text: bytes) -> None:
    """A batch with any events through the door."""
    grant = DOORS.grant()
    body = _text(header(grant)) + b"\n" + gzip.compress(text)
    assert DOORS.post(DOORS.ingest, "/v1/ingest", body) not in FORBIDDEN


def post_packed(packed: bytes) -> None:
    """A batch with any bytes for its events through the door."""
    body = _text(header(DOORS.grant())) + b"\n" + packed
    assert DOORS.post(DOORS.ingest, "/v1/ingest", body) not in FORBIDDEN


Target = Callable[[Any], None]
TARGETS: dict[str, tuple[Target, st.SearchStrategy[Any]]] = {
    "header": (parse_header, HEADERS),
    "token": (parse_token, TOKENS),
    "handshake": (parse_handshake, ASKS),
    "origin": (parse_origin, st.text(max_size=60)),
    "gzip": (inflate, PACKED),
    "events": (mask_events, EVENTS),
    "handshake door": (post_handshake, ASKS),
    "header door": (post_header, HEADERS),
    "events door": (post_events, EVENTS),
    "gzip door": (post_packed, PACKED),
}


def survive(target: Target, value: Any) -> None:
    """Run a target; a refusal is an answer, and anything else raised is a finding."""
    try:
        target(value)
    except Refusal:
        return
