"""Drawings of canvases leave the page where the policy allows them, and not otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.faulty_server import FaultyServer
from tests.browser.test_sdk_privacy import assert_clean, record, rule, settle

pytestmark = pytest.mark.browser

# Draws one colour on a canvas; twice the number of what a look reads, once a canvas changes.
FILL = """([id, colour]) => {
  const canvas = document.getElementById(id), context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, canvas.width, canvas.height);
}"""
# Tells the middle's colour of each of some images.
COLOURS = """addresses => Promise.all(addresses.map(async address => {
  const image = new Image(); image.src = address; await image.decode();
  const canvas = Object.assign(document.createElement("canvas"),
    { width: image.width, height: image.height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const [red, green, blue] = context.getImageData(image.width / 2, image.height / 2, 1, 1).data;
  return [red > 128, green > 128, blue > 128, image.width, image.height];
}))"""
RED, GREEN, BLUE = [True, False, False], [False, True, False], [False, False, True]
# Counts how often canvases were read, under whatever policy.
COUNT = """<script>let reads = 0;
for (const name of ["toBlob", "toDataURL"]) {
  const own = HTMLCanvasElement.prototype[name];
  HTMLCanvasElement.prototype[name] = function (...rest) { reads++; return own.apply(this, rest); };
}</script>"""

# Notes of which canvases a copy was made.
COPIES = """<script>const copied = new Set(), draw = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (image, ...rest) {
  copied.add(image.id); return draw.call(this, image, ...rest); };</script>"""


def canvas(name: str, colour: str, marks: str = "", width: int = 60) -> str:
    """Return a canvas that is drawn as the page opens."""
    fill = f"({FILL})([{name!r}, {colour!r}])"
    return f"<canvas id={name} width={width} height=40 {marks}></canvas><script>{fill}</script>"


def drawings(faulty: FaultyServer) -> list[str]:
    """What was stored of canvases, in order."""
    return [
        changed["attributes"]["rr_dataURL"]
        for event in faulty.events(3)
        for changed in event["data"].get("attributes", [])
        if "rr_dataURL" in changed["attributes"]
    ]


def colours(tab: Page, faulty: FaultyServer) -> list[list[Any]]:
    """The stored drawings' colours, and sizes in pixels."""
    found: list[list[Any]] = tab.evaluate(COLOURS, drawings(faulty))
    return found


def seen(tab: Page, faulty: FaultyServer, count: int) -> list[list[Any]]:
    """The first colours, once `count` drawings were stored."""
    faulty.wait(lambda: len(drawings(faulty)) >= count)
    return [each[:3] for each in colours(tab, faulty)]


def test_a_drawing_is_told_when_it_changes_and_not_else(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(faulty, context, COUNT + canvas("one", "red"), ["canvas"])
    assert seen(tab, faulty, 1) == [RED]
    tab.wait_for_function("reads >= 5")
    tab.evaluate(FILL, ["one", "blue"])
    assert seen(tab, faulty, 2) == [RED, BLUE]
    assert_clean(faulty)


def test_a_canvas_that_comes_later_in_a_shadow_tree_is_told(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(faulty, context, "<p id=host></p>", ["canvas"])
    tab.evaluate(
        """() => { const made = document.createElement("canvas"); made.width = 70;
        host.attachShadow({mode: "open"}).append(made); const context = made.getContext("2d");
        context.fillStyle = "lime"; context.fillRect(0, 0, 99, 999); }"""
    )
    faulty.wait(lambda: drawings(faulty))
    assert colours(tab, faulty) == [[*GREEN, 70, 150]]
    assert_clean(faulty)


@pytest.mark.parametrize("allow", [[], ["text", "inputs", "images", "url_path", "errors"]])
def test_without_the_capability_no_canvas_is_even_read(
    faulty: FaultyServer, context: BrowserContext, allow: list[str]
) -> None:
    tab = record(faulty, context, COUNT + canvas("one", "red"), allow)
    sent = settle(faulty, tab)
    assert "rr_dataURL" not in sent
    assert "data:image" not in sent
    assert tab.evaluate("reads") == 0
    assert_clean(faulty)


HIDDEN = {
    "masked": "<div data-seal=mask>{}</div>",
    "blocked": "<div data-seal=block>{}</div>",
    "masked-itself": "{}",
    "in-a-frame": "<div data-seal=mask><iframe srcdoc='{}'></iframe></div>",
    "in-a-shadow": "<div data-seal=block id=host><template>{}</template></div><script>"
    "host.attachShadow({{mode: 'open'}}).append(host.firstChild.content)</script>",
}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_canvas_in_a_masked_or_blocked_part_is_not_even_read(
    faulty: FaultyServer, context: BrowserContext, how: str
) -> None:
    marks = "data-seal=mask" if how == "masked-itself" else ""
    secret = canvas("secret", "red", marks)
    if how == "in-a-frame":
        secret = secret.replace("'", '"')
    body = COPIES + HIDDEN[how].format(secret) + canvas("open", "blue")
    tab = record(faulty, context, body, ["canvas", "text", "images"])
    assert seen(tab, faulty, 1) == [BLUE]
    tab.evaluate(FILL, ["open", "lime"])
    assert seen(tab, faulty, 2) == [BLUE, GREEN]
    assert set(tab.evaluate("[...copied]")) == {"open", ""}
    assert_clean(faulty)


def test_a_part_that_is_blocked_later_tells_nothing_more(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    body = f"<div id=part>{canvas('one', 'red')}</div>{canvas('two', 'red', width=80)}"
    tab = record(faulty, context, body, ["canvas"])
    faulty.wait(lambda: len(drawings(faulty)) == 2)
    tab.evaluate("part.dataset.seal = 'block'")
    for name in ("one", "two"):
        tab.evaluate(FILL, [name, "blue"])
    faulty.wait(lambda: len(drawings(faulty)) == 3)
    tab.evaluate(FILL, ["two", "lime"])
    faulty.wait(lambda: len(drawings(faulty)) == 4)
    assert [each[:4] for each in colours(tab, faulty)[2:]] == [[*BLUE, 80], [*GREEN, 80]]


def test_below_a_path_without_the_capability_nothing_is_told(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    rules = [rule("/account", "canvas")]
    tab = record(faulty, context, canvas("one", "red"), ["canvas"], paths=rules)
    assert seen(tab, faulty, 1) == [RED]
    tab.evaluate("history.pushState({}, '', '/account')")
    tab.evaluate(FILL, ["one", "blue"])
    faulty.wait(lambda: len(faulty.events(2)) == 2)
    tab.evaluate("history.pushState({}, '', '/home')")
    tab.evaluate("document.body.append(Object.assign(one.cloneNode(), { id: 'copy' }))")
    for name in ("one", "copy"):
        tab.evaluate(FILL, [name, "lime"])
    # The canvas that stood at the narrower path tells nothing any more; its copy does.
    assert seen(tab, faulty, 2) == [RED, GREEN]
    assert_clean(faulty)


ODD = {
    "tainted": """const image = new Image(); image.onload = () =>
        { odd.getContext("2d").drawImage(image, 0, 0); odd.title = "done"; };
        image.src = location.origin.replace("127.0.0.1", "localhost") + "/dot.svg";""",
    "offscreen": "odd.transferControlToOffscreen(); odd.title = 'done'",
    "empty": "odd.width = 0; odd.title = 'done'",
    "blank": "odd.title = 'done'",
    "far": "odd.style = 'position:absolute;top:5000px'; odd.getContext('2d').fillRect(0, 0, 9, 9);"
    "odd.title = 'done'",
    "huge": "odd.width = odd.height = 2049; odd.getContext('2d').fillRect(0, 0, 9, 9);"
    "odd.title = 'done'",
    "noisy": """odd.width = odd.height = 1500; const context = odd.getContext("2d");
        const data = context.createImageData(1500, 1500), whole = new Uint32Array(data.data.buffer);
        for (let at = 0; at < whole.length; at++) whole[at] = Math.random() * 2 ** 32;
        context.putImageData(data, 0, 0); odd.title = "done";""",
}


@pytest.mark.parametrize("how", ODD)
def test_what_cannot_be_read_is_passed_over_and_the_page_hears_nothing(
    faulty: FaultyServer, context: BrowserContext, how: str
) -> None:
    faulty.pages["/dot.svg"] = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9'/></svg>",
        {"Content-Type": "image/svg+xml"},
    )
    body = f"<canvas id=odd></canvas><script>{ODD[how]}</script>"
    tab = record(faulty, context, canvas("sound", "red") + body, ["canvas"])
    said: list[str] = []
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.wait_for_function("odd.title === 'done'")
    tab.evaluate(FILL, ["sound", "blue"])
    faulty.wait(lambda: len(drawings(faulty)) >= 2)
    tab.evaluate(FILL, ["sound", "lime"])
    faulty.wait(lambda: len(drawings(faulty)) >= 3)
    assert {tuple(each[3:]) for each in colours(tab, faulty)} == {(60, 40)}
    assert said == []


GL = """<canvas id=gl width=60 height=40></canvas><script>
const gl = document.getElementById("gl").getContext("webgl");
let still = false;
const paint = () => { gl.clearColor(1, 0, 0, 1); gl.clear(gl.COLOR_BUFFER_BIT);
  if (!still) requestAnimationFrame(paint); };
if (gl) paint();
</script>"""


def test_webgl_is_told_while_it_moves_and_not_wiped_when_it_rests(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(faulty, context, COUNT + GL + canvas("other", "blue", width=80), ["canvas"])
    if not tab.evaluate("!!gl"):
        pytest.skip("this browser has no WebGL")
    faulty.wait(lambda: len(drawings(faulty)) >= 2)
    tab.evaluate("still = true; reads = 0")
    tab.wait_for_function("reads >= 4")
    tab.evaluate(FILL, ["other", "lime"])
    faulty.wait(lambda: len(drawings(faulty)) >= 3)
    found = [each[:4] for each in colours(tab, faulty)]
    assert sorted(found) == sorted([[*RED, 60], [*BLUE, 80], [*GREEN, 80]])


def test_a_wiped_drawing_is_told_as_empty(faulty: FaultyServer, context: BrowserContext) -> None:
    tab = record(faulty, context, canvas("one", "red"), ["canvas"])
    assert seen(tab, faulty, 1) == [RED]
    tab.evaluate("one.width = 60")
    faulty.wait(lambda: len(drawings(faulty)) == 2)
    assert colours(tab, faulty)[1] == [False, False, False, 60, 40]


def test_a_new_picture_of_the_page_brings_its_drawings_anew(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(faulty, context, canvas("one", "red"), ["canvas"])
    assert seen(tab, faulty, 1) == [RED]
    tab.evaluate("Sealtape.pause(); Sealtape.resume()")
    assert seen(tab, faulty, 2) == [RED, RED]
    assert "rr_dataURL" not in json.dumps(faulty.events(2))
