"""The player shows the web fonts that a recording holds, and asks nobody for any."""

from __future__ import annotations

import base64
from typing import Any

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
    snapshot,
    words,
)
from tests.tiny_fonts import ICON, truetype

browser = console_desk.browser
console = console_desk.console

ADDRESS = "data:font/ttf;base64," + base64.b64encode(truetype()).decode()
SHEET = f"i::before{{font:40px Icons;content:'{chr(ICON)}'}}i{{display:inline-block}}"
# The icon is as wide as its em, and no common font has it; a frame without scripts says no more.
WIDTH = "each => each.getBoundingClientRect().width"


def font(at: int, **changes: Any) -> Event:
    """Return what the SDK notes of a font."""
    payload = {"family": "Icons", "style": "", "weight": "", "range": "", "src": ADDRESS}
    data = {"tag": "sealtape.font", "payload": payload | changes}
    return {"type": 5, "timestamp": at, "data": data}


def play(console: Desk, events: list[Event], at_s: float) -> None:
    """Open a session of one load."""
    page = Page("p_ffffffffffffffff", "t_ffffffffffffffff")
    page.add([*events, click(START_MS + 9_000, 4)], seq=0, final=True)
    console.office.visits[SHOP] = page.batches
    console.play_session(SHOP, f"?t={at_s}")
    expect(console.picture.get_by_text("Still here")).to_be_visible()


def picture(at: int = START_MS) -> list[Event]:
    """Return a page with an icon."""
    return snapshot(
        at,
        "/",
        element("style", 6, words(7, SHEET)),
        element("i", 8),
        element("p", 9, words(10, "Still here")),
    )


def assert_shown(console: Desk, *, shown: bool) -> None:
    """The page's fonts hold the icon's, loaded, or none."""
    script = """shown => { const { fonts } = document.querySelector("iframe").contentDocument;
      return shown ? [...fonts].some(each => each.status === "loaded") : fonts.size === 0; }"""
    console.page.wait_for_function(script, arg=shown)


def test_a_noted_font_shows_from_the_first_picture_on(console: Desk) -> None:
    play(console, [*picture(), font(START_MS + 5_000)], 1)
    assert_shown(console, shown=True)
    assert console.picture.locator("i").evaluate(WIDTH) == 40
    assert console.complaints == []


def test_a_font_noted_before_any_picture_shows_in_each(console: Desk) -> None:
    play(console, [font(START_MS), *picture(), *picture(START_MS + 4_000)], 5)
    assert_shown(console, shown=True)
    assert console.picture.locator("i").evaluate(WIDTH) == 40


def test_seeking_back_and_forth_keeps_the_font(console: Desk) -> None:
    play(console, [*picture(), font(START_MS + 2_000)], 7)
    for _ in range(2):
        console.page.keyboard.press("ArrowLeft")
    console.page.keyboard.press("ArrowRight")
    assert_shown(console, shown=True)
    assert console.picture.locator("i").evaluate(WIDTH) == 40


def test_what_is_no_font_becomes_no_rule(console: Desk) -> None:
    asked: list[str] = []
    console.page.on("request", lambda request: asked.append(request.url))
    evil = 'x");}body{background:url("/v1/me'
    odd = [
        font(START_MS + 100, src=evil),
        font(START_MS + 100, src="/v1/me"),
        font(START_MS + 100, src=ADDRESS + evil),
        font(START_MS + 100, src={"a": 1}),
        *[
            font(START_MS + 100, **{name: text})
            for name in ("family", "style", "weight", "range")
            for text in ("x;src:url(/v1/me)", "x}*{color:red", '"', "'", "\\", "@import '/v1/me'")
        ],
        font(START_MS + 100, family=""),
        {"type": 5, "timestamp": START_MS + 100, "data": {"tag": "sealtape.font", "payload": None}},
    ]
    play(console, [*picture(), *odd], 3)
    assert_shown(console, shown=False)
    # The console asks who is signed in, once for each page.
    assert len([each for each in asked if each.endswith("/v1/me")]) <= 1
