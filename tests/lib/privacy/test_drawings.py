"""Drawings of canvases: what ingest keeps of them, to the letter, and under which policy."""

import base64
import json
from typing import Any

import pytest

from lib import privacy
from lib.privacy.pictures import MAX_PICTURE_CHARS, is_drawing

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff\xe0"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
CLAIM = {"type": "canvas"}
CANVAS = frozenset({"canvas"})
Event = dict[str, Any]


def address(kind: str, image: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(image).decode()}"


DRAWING = address("png", PNG)


def stored(data: Event, allow: frozenset[str], kind: int = 3) -> tuple[Event, int]:
    """Return what is stored of an event's data, and how many events were masked further."""
    line = json.dumps({"type": kind, "data": data, "timestamp": 1}, separators=(",", ":"))
    kept = privacy.enforce(line.encode() + b"\n", allow)
    return json.loads(kept.ndjson)["data"], kept.summary.masked


def change(attributes: Event, field: Event | None = CLAIM) -> Event:
    changed: Event = {"id": 5, "attributes": attributes}
    if field is not None:
        changed["field"] = field
    return {"source": 0, "texts": [], "attributes": [changed], "removes": [], "adds": []}


def picture(tag: str, **attributes: str) -> Event:
    node = {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": [], "id": 1}
    return {"node": node, "initialOffset": {"left": 0, "top": 0}}


@pytest.mark.parametrize(("kind", "image"), [("png", PNG), ("jpeg", JPEG), ("webp", WEBP)])
def test_the_three_formats_of_a_canvas_are_drawings(kind: str, image: bytes) -> None:
    assert is_drawing(address(kind, image))
    assert is_drawing(address(kind, image + b"more"))


@pytest.mark.parametrize(
    "other",
    [
        None,
        7,
        "",
        "https://shop.example/a.png",
        address("png", JPEG),
        address("jpeg", PNG),
        address("webp", b"RIFF\x24\x00\x00\x00WAVEfmt "),
        address("webp", WEBP[:11]),
        address("png", PNG[:7]),
        address("gif", b"GIF89a"),
        address("svg+xml", b"<svg onload='alert(1)'/>"),
        address("png", b"<html><script>alert(1)</script>"),
        "data:text/html;base64,PHNjcmlwdD4=",
        "javascript:alert(1)",
        DRAWING.replace("base64,", "base64, "),
        DRAWING.rstrip("="),
        DRAWING + "=",
        DRAWING + "AAAA",
        DRAWING + ")",
        DRAWING + "\n",
        DRAWING.replace("data:", "DATA:"),
        DRAWING.replace("png;", "png;charset=utf-8;"),
    ],
)
def test_anything_else_is_no_drawing(other: object) -> None:
    assert not is_drawing(other)
    assert stored(change({"rr_dataURL": other}), CANVAS)[0]["attributes"][0]["attributes"] == {}


def test_a_drawing_has_a_longest_form() -> None:
    head = "data:image/jpeg;base64,/9j/"
    room = (MAX_PICTURE_CHARS - len(head)) // 4 * 4
    longest = head + "A" * room
    assert is_drawing(longest)
    assert MAX_PICTURE_CHARS - 4 < len(longest) <= MAX_PICTURE_CHARS
    assert not is_drawing(longest + "AAAA")


def test_a_claimed_drawing_is_kept_to_the_letter() -> None:
    sent = change({"rr_dataURL": DRAWING})
    assert stored(sent, CANVAS) == (sent, 0)
    assert stored(sent, CANVAS | {"text", "inputs", "images"}) == (sent, 0)


def test_a_change_that_tells_a_drawing_tells_nothing_else() -> None:
    sent = change({"rr_dataURL": DRAWING, "title": "Jane", "value": "Jane", "src": DRAWING})
    kept, masked = stored(sent, CANVAS | {"text", "inputs", "images"})
    assert (kept, masked) == (change({"rr_dataURL": DRAWING}), 1)


@pytest.mark.parametrize("field", [None, {}, {"type": "text"}, {"autocomplete": "canvas"}])
def test_a_drawing_without_the_claim_is_dropped_and_counted(field: Event | None) -> None:
    kept, masked = stored(change({"rr_dataURL": DRAWING}, field), CANVAS)
    assert (kept["attributes"][0]["attributes"], masked) == ({}, 1)


@pytest.mark.parametrize("allow", [(), ("images",), ("images", "text", "inputs")])
def test_no_other_capability_brings_drawings(allow: tuple[str, ...]) -> None:
    kept, masked = stored(change({"rr_dataURL": DRAWING}), frozenset(allow))
    assert (kept["attributes"][0]["attributes"], masked) == ({}, 1)
    canvas, _ = stored(picture("canvas", rr_dataURL=DRAWING), frozenset(allow), 2)
    assert canvas["node"]["attributes"] == {}


def test_drawings_bring_no_image() -> None:
    image, _ = stored(picture("img", rr_dataURL=DRAWING, src=DRAWING), CANVAS, 2)
    assert image["node"]["attributes"] == {"src": None}


@pytest.mark.parametrize("tag", ["div", "video", "object", "input", "svg", "x-canvas"])
def test_only_a_canvas_has_a_drawing(tag: str) -> None:
    everything = CANVAS | {"images", "text", "inputs"}
    kept, _ = stored(picture(tag, rr_dataURL=DRAWING), everything, 2)
    assert "data:" not in json.dumps(kept) or kept["node"]["tagName"] == "img"
    assert "rr_dataURL" not in json.dumps(kept)


def test_a_canvas_of_a_picture_keeps_its_drawing() -> None:
    sent = picture("canvas", width="30", rr_dataURL=DRAWING)
    assert stored(sent, CANVAS, 2) == (sent, 0)
    forged, masked = stored(picture("canvas", rr_dataURL=DRAWING + "!"), CANVAS, 2)
    assert (forged["node"]["attributes"], masked) == ({}, 1)


def test_a_blocked_canvas_has_none() -> None:
    kept, _ = stored(picture("canvas", rr_width="30px", rr_dataURL=DRAWING), CANVAS, 2)
    assert kept["node"]["attributes"] == {"rr_width": "30px"}
