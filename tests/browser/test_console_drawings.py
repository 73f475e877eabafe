"""The player shows what was drawn on canvases: at its time, in the canvas's own box."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import console_desk
from tests.browser.console_desk import Desk
from tests.browser.console_offices import SHOP
from tests.browser.console_recordings import (
    START_MS,
    Event,
    Page,
    click,
    element,
    incremental,
    snapshot,
    words,
)

browser = console_desk.browser
console = console_desk.console

CANVAS = 8
MANY_CHILDREN = 150_000  # a batch has room for more; Chromium passes some 120,000 arguments
# Draws 40 by 20 pixels of one colour; answers them as a data: address.
DRAW = """colour => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 20 });
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 40, 20);
  return canvas.toDataURL();
}"""
# The replay's images are decoded off its main thread: waits for each as an image of our own.
DECODED = """() => Promise.all([...document.querySelector("iframe").contentDocument
  .querySelectorAll("canvas")].map(each => { const image = new Image();
    image.src = each.style.content.slice(5, -2); return image.decode().catch(() => 0); })
  .concat(new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))))
  .then(() => null)"""
MIDDLE = """async data => {
  const image = new Image(); image.src = "data:image/png;base64," + data; await image.decode();
  const canvas = Object.assign(document.createElement("canvas"),
    { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const middle = context.getImageData(image.width / 2, image.height / 2, 1, 1).data;
  const known = { "255,0,0": "red", "0,255,0": "lime", "0,0,255": "blue" };
  return known[middle.slice(0, 3).join()] ?? "none";
}"""


def change(at: int, number: int = CANVAS, **attributes: Any) -> Event:
    """Return a change of a node's attributes."""
    changed = [{"id": number, "attributes": attributes}]
    return incremental(at, 0, texts=[], attributes=changed, removes=[], adds=[])


def visit(console: Desk, tree: list[Event], *later: Event) -> None:
    """Open a session of one load whose body is `tree`."""
    page = Page("p_ffffffffffffffff", "t_ffffffffffffffff")
    end = click(START_MS + 9_000, 4)
    page.add([*snapshot(START_MS, "/", *tree), *later, end], seq=0, final=True)
    console.office.visits[SHOP] = page.batches


def shown(console: Desk, at_s: float) -> tuple[str, float, float]:
    """The canvas's colour and box at a time."""
    console.play_session(SHOP, f"?t={at_s}")
    found = console.picture.locator("canvas")
    expect(found).to_be_visible()
    console.page.evaluate(DECODED)
    picture = base64.b64encode(found.screenshot()).decode()
    width, height = found.evaluate("each => [each.offsetWidth, each.offsetHeight]")
    return console.page.evaluate(MIDDLE, picture), width, height


@pytest.fixture
def drawn(console: Desk) -> dict[str, str]:
    """Drawings by their colour."""
    return {colour: console.page.evaluate(DRAW, colour) for colour in ("red", "lime", "blue")}


def test_drawings_change_in_time_and_back(console: Desk, drawn: dict[str, str]) -> None:
    visit(
        console,
        [element("canvas", CANVAS, width="40", height="20", rr_dataURL=drawn["red"])],
        change(START_MS + 3_000, rr_dataURL=drawn["lime"]),
        change(START_MS + 6_000, rr_dataURL=drawn["blue"]),
    )
    times = {1: "red", 4: "lime", 7: "blue"}
    assert {at: shown(console, at) for at in times} == {
        at: (colour, 40, 20) for at, colour in times.items()
    }
    assert shown(console, 2) == ("red", 40, 20)


def test_a_canvas_keeps_the_box_that_its_style_sheets_give_it(
    console: Desk, drawn: dict[str, str]
) -> None:
    sheet = element("style", 7, words(9, "canvas{width:50%;display:block}p>canvas{float:right}"))
    box = element("p", 6, element("canvas", CANVAS, width="40", height="20"), style="width:300px")
    visit(console, [sheet, box], change(START_MS + 3_000, rr_dataURL=drawn["lime"]))
    assert shown(console, 1)[1:] == (150, 75)
    assert shown(console, 4) == ("lime", 150, 75)


@pytest.mark.parametrize(
    "style", ["border: 3px solid", {"border": "3px solid"}, "content: none; background: '", None]
)
def test_a_drawing_outlives_what_the_page_does_to_its_style(
    console: Desk, drawn: dict[str, str], style: object
) -> None:
    canvas = element("canvas", CANVAS, width="40", height="20", rr_dataURL=drawn["red"])
    visit(
        console,
        [canvas],
        change(START_MS + 3_000, style=style),
        change(START_MS + 4_000, rr_dataURL=drawn["blue"]),
        change(START_MS + 6_000, style=style),
    )
    assert shown(console, 3.5)[0] == "red"
    assert shown(console, 7)[0] == "blue"


def test_another_size_wipes_a_canvas_and_the_same_does_not(
    console: Desk, drawn: dict[str, str]
) -> None:
    canvas = element("canvas", CANVAS, width="40", height="20", rr_dataURL=drawn["red"])
    visit(
        console,
        [canvas],
        change(START_MS + 2_000, width="40"),
        change(START_MS + 4_000, width="80"),
        change(START_MS + 6_000, width=None),
    )
    assert shown(console, 3) == ("red", 40, 20)
    assert shown(console, 5) == ("none", 80, 20)
    assert shown(console, 7) == ("none", 300, 20)


def test_a_canvas_that_moves_takes_its_drawing_along(console: Desk, drawn: dict[str, str]) -> None:
    canvas = element("canvas", CANVAS, width="40", height="20")
    moved = incremental(
        START_MS + 3_000,
        0,
        texts=[],
        attributes=[],
        removes=[{"parentId": 4, "id": CANVAS}],
        adds=[{"parentId": 6, "nextId": None, "node": canvas}],
    )
    visit(
        console,
        [canvas, element("p", 6, style="padding:50px")],
        change(START_MS + 1_000, rr_dataURL=drawn["red"]),
        moved,
    )
    assert shown(console, 4) == ("red", 40, 20)


def test_what_is_no_drawing_and_what_is_no_canvas_show_nothing(
    console: Desk, drawn: dict[str, str]
) -> None:
    asked: list[str] = []
    console.page.on("request", lambda request: asked.append(request.url))
    evil = 'data:image/png;base64,AAAA");background:url("/v1/me'
    visit(
        console,
        [element("canvas", CANVAS, rr_dataURL=evil), element("p", 6, words(9, "Still here"))],
        change(START_MS + 1_000, rr_dataURL="/v1/me"),
        change(START_MS + 1_000, rr_dataURL="data:image/svg+xml,<svg/>"),
        change(START_MS + 1_000, rr_dataURL={"a": 1}),
        change(START_MS + 2_000, 6, rr_dataURL=drawn["red"]),
    )
    assert shown(console, 4) == ("none", 300, 150)
    words_style = console.picture.locator("p").evaluate("each => each.outerHTML")
    assert "data:" not in words_style
    assert not [each for each in asked if each.endswith("/v1/me/") or "AAAA" in each]


def test_a_hostile_element_with_more_children_than_a_call_has_room_for_is_played(
    console: Desk, drawn: dict[str, str]
) -> None:
    crowd = element("p", 6)
    crowd["childNodes"] = [{"type": 5, "textContent": "", "id": 9}] * MANY_CHILDREN
    visit(console, [element("canvas", CANVAS, rr_dataURL=drawn["red"]), crowd])
    assert shown(console, 4)[0] == "red"
