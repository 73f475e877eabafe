"""Likeness: how a page looks, how its replay looks, and how far the two are apart."""

import base64
import re
import statistics
from dataclasses import dataclass, field

from playwright.sync_api import Page

from lib.privacy.aliases import alias

CHANNEL_TOLERANCE = 16  # of 255: glyphs are smoothed a little differently from run to run
MARK = "seal-mark"
# What is never drawn, and what the policy replaces by an empty box of the same size.
PASSED_OVER = (
    "head, head *, script, style, noscript, template, source, track, param, area, map *, image, "
    # What rrweb cannot record: documents of foreign origin, a form whose fields hide its members,
    # text along a path that is not there.
    ".beyond, .beyond *"
)
BLOCKED = (
    "img, picture, picture *, video, video *, audio, audio *, canvas, canvas *, object, object *, "
    "embed, input[type=image], [data-seal=block], [data-seal=block] *, .rr-block, .once-blocked *"
)
_EACH = """
const each = (root, act) => {
  for (const element of root.querySelectorAll("*")) {
    act(element);
    if (element.shadowRoot) each(element.shadowRoot, act);
    let inner = null;
    try { inner = element.contentDocument; } catch { /* another origin */ }
    if (inner?.body && element.matches("iframe:not(.beyond)")) each(inner, act);
  }
};
const size = element => { const box = element.getBoundingClientRect();
  return [box.width, box.height]; };
"""
_MEASURE = (
    """([mark, passed]) => {"""
    + _EACH
    + """
  const found = [];
  each(document, element => {
    if (element.matches(passed)) return;
    const [width, height] = size(element);
    if (width && height) found.push([element, width, height]);
  });
  const boxes = {};
  found.forEach(([element, width, height], at) => {
    boxes[`${mark}-${at}`] = [width, height, element.localName];
    element.classList.add(`${mark}-${at}`);
  });
  return { boxes, height: document.documentElement.scrollHeight };
}"""
)
_REPLAYED = (
    """() => {"""
    + _EACH
    + """
  const shown = document.querySelector("iframe").contentDocument;
  const boxes = {};
  each(shown, element => {
    for (const name of element.classList ?? []) boxes[name] = [...size(element), element.localName];
  });
  return { boxes, height: shown.documentElement.scrollHeight };
}"""
)
_DIFFER = """async ([first, second, tolerance]) => {
  const pixels = async data => {
    const image = new Image(); image.src = "data:image/png;base64," + data; await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height).data;
  };
  const [a, b] = [await pixels(first), await pixels(second)];
  let apart = 0;
  for (let at = 0; at < a.length; at += 4)
    apart += [0, 1, 2].some(channel => Math.abs(a[at + channel] - b[at + channel]) > tolerance);
  return apart / (a.length / 4);
}"""
_STILL = """async () => { document.activeElement?.blur(); scrollTo(0, 0);
  const drawn = image => image.complete || image.decode().catch(() => 0);
  await Promise.all([...document.images].map(drawn));
}"""

Box = tuple[float, float, str]


@dataclass
class Look:
    """How a page looks: its picture, its elements' boxes by name, its height."""

    picture: bytes
    boxes: dict[str, Box]
    height: float


@dataclass
class Likeness:
    """How far a replay is from its page."""

    page: str
    pixels: float  # share that differs
    width_px: float  # median difference of the elements' widths
    height_px: float
    height: float  # difference of the whole page's height, as a share
    elements: int
    gone: list[str]  # elements that the replay does not have, or does not draw
    warnings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return one line of a table."""
        return (
            f"{self.page:14} {self.pixels:8.2%} {self.width_px:6.1f} {self.height_px:6.1f} "
            f"{self.height:7.1%} {self.elements:5} {len(self.gone):4} {len(self.warnings):4}"
        )


def _picture(page: Page) -> bytes:
    return page.screenshot(animations="disabled", caret="hide")


def look_at(page: Page) -> Look:
    """Take a picture of the page, measure its elements, and mark each by a class of its own."""
    page.evaluate(_STILL)
    picture = _picture(page)
    found = page.evaluate(_MEASURE, [MARK, f"{PASSED_OVER}, {BLOCKED}"])
    return Look(picture, found["boxes"], found["height"])


def look_at_replay(player: Page) -> Look:
    """Take a picture of what the player shows, and measure it."""
    found = player.evaluate(_REPLAYED)
    return Look(_picture(player), found["boxes"], found["height"])


def compare(name: str, page: Look, replay: Look, player: Page, warnings: list[str]) -> Likeness:
    """Return how far the replay is from the page. Classes are recorded as aliases."""
    widths, heights, gone = [0.0], [0.0], []
    for mark, (width, height, tag) in page.boxes.items():
        shown = replay.boxes.get(alias(mark))
        if shown is None or not (shown[0] or shown[1]):
            gone.append(f"{tag} {width:.0f}x{height:.0f} {re.sub(r'.*-', '#', mark)}")
            continue
        widths.append(abs(shown[0] - width))
        heights.append(abs(shown[1] - height))
    pictures = [base64.b64encode(each.picture).decode() for each in (page, replay)]
    return Likeness(
        name,
        player.evaluate(_DIFFER, [*pictures, CHANNEL_TOLERANCE]),
        statistics.median(widths),
        statistics.median(heights),
        abs(replay.height - page.height) / page.height,
        len(page.boxes),
        gone,
        warnings,
    )
