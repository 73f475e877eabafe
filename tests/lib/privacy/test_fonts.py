"""Web fonts: what ingest keeps of them, to the letter, and under which policy."""

import base64
import json
from typing import Any

import pytest

from lib import privacy
from lib.privacy.fonts import MAX_FONT_CHARS, MAX_RANGE_CHARS, is_font
from tests.tiny_fonts import truetype

FONTS = frozenset({"fonts"})
FILES = {
    "ttf": truetype(),
    "otf": b"OTTO\x00\x0a",
    "woff": b"wOFF\x00\x01\x00\x00",
    "woff2": b"wOF2\x00\x01\x00\x00",
}


def address(kind: str, file: bytes) -> str:
    return f"data:font/{kind};base64,{base64.b64encode(file).decode()}"


WOFF2 = address("woff2", FILES["woff2"])


def stored(allow: frozenset[str] = FONTS, **changes: str) -> dict[str, Any] | None:
    """Return what is stored of a noted font."""
    font = {"family": "Icons", "style": "normal", "weight": "400", "range": "", "src": WOFF2}
    data = {"tag": "sealtape.font", "payload": font | changes}
    line = json.dumps({"type": 5, "data": data, "timestamp": 1}).encode() + b"\n"
    kept = privacy.enforce(line, allow)
    assert kept.summary.dropped == (0 if kept.ndjson else 1)
    return json.loads(kept.ndjson)["data"]["payload"] if kept.ndjson else None


@pytest.mark.parametrize("kind", FILES)
def test_four_kinds_of_files_are_fonts(kind: str) -> None:
    assert is_font(address(kind, FILES[kind]))
    font = stored(src=address(kind, FILES[kind]))
    assert font is not None
    assert font["src"] == address(kind, FILES[kind])


@pytest.mark.parametrize(
    "other",
    [
        "",
        "https://fonts.example/a.woff2",
        "javascript:alert(1)",
        address("woff2", FILES["woff"]),
        address("woff", FILES["woff2"]),
        address("ttf", b"true\x00\x0a"),
        address("otf", b"\x00\x01\x00\x00"),
        address("collection", b"ttcf"),
        address("woff2", b"wOF"),
        address("woff2", b"<svg onload=alert(1)>"),
        address("svg", b"<svg/>"),
        "data:text/html;base64,d09GMgAB",
        "data:image/png;base64,iVBORw0KGgo=",
        WOFF2 + '");}*{background:url(https://evil.example',
        WOFF2 + "=",
        WOFF2[:-1],
        WOFF2 + "\n",
        WOFF2.replace("base64,", "base64, "),
        WOFF2.replace("font/", "FONT/"),
    ],
)
def test_anything_else_is_no_font(other: str) -> None:
    assert not is_font(other)
    assert stored(src=other) is None


def test_a_font_has_a_longest_form() -> None:
    head = "data:font/woff2;base64,d09GMgAB"
    room = (MAX_FONT_CHARS - len(head)) // 4 * 4
    longest = head + "A" * room
    assert MAX_FONT_CHARS - 4 < len(longest) <= MAX_FONT_CHARS
    assert is_font(longest)
    assert not is_font(longest + "AAAA")


@pytest.mark.parametrize("allow", [(), ("text", "images", "canvas", "inputs", "console")])
def test_no_other_capability_brings_fonts(allow: tuple[str, ...]) -> None:
    assert stored(frozenset(allow)) is None


def test_a_name_is_told_where_text_is_and_an_alias_where_not() -> None:
    hidden, told = stored(family='"Jane Icons"'), stored(FONTS | {"text"}, family='"Jane Icons"')
    assert hidden is not None
    assert told is not None
    assert "Jane" not in hidden["family"]
    assert told["family"] == '"Jane Icons"'


def test_descriptors_hold_no_more_than_a_style_sheet_may() -> None:
    evil = 'Jane";}*{background:url(https://evil.example)}'
    font = stored(family=evil, style=evil, weight=evil, range=evil)
    assert font is not None
    told = font["family"] + font["style"] + font["weight"]
    assert not any(each in told for each in ("Jane", "evil", "url", "{", "}", ";"))
    assert font["range"] == ""


@pytest.mark.parametrize("points", ["U+26", "u+0-7f", "U+4??", "U+E000-F8FF, U+1F600,U+A"])
def test_ranges_are_kept(points: str) -> None:
    font = stored(range=points)
    assert font is not None
    assert font["range"] == points


def test_a_range_has_a_longest_form() -> None:
    points = ("U+E900, " * (MAX_RANGE_CHARS // 8))[:-2]
    longest = points.rjust(MAX_RANGE_CHARS, "U").replace("UU", "U+1,U", 1)
    for text in (points, longest, points + ", U+1", points + ", U+12", "U+1234567", "U+", "26"):
        font = stored(range=text)
        assert font is not None
        sound = len(text) <= MAX_RANGE_CHARS and text.startswith("U+E900")
        assert font["range"] == (text if sound else "")
