"""Web fonts leave the page where the policy allows them, and not otherwise."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.faulty_server import FaultyServer
from tests.browser.test_sdk_privacy import assert_clean, record, rule, settle
from tests.privacy.sites import serving
from tests.tiny_fonts import ICON, truetype

pytestmark = pytest.mark.browser

FONT = truetype()
ADDRESS = "data:font/ttf;base64," + base64.b64encode(FONT).decode()
SHOWN = f"<i style='font-family:Icons'>&#{ICON};</i>"


@contextmanager
def foreign(*, permits: bool) -> Iterator[tuple[str, list[str]]]:
    """Serve a font, and a sheet that names it; yields their origin and what was asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

        def do_GET(self) -> None:
            """Answer the sheet or a font."""
            asked.append(self.path)
            sheet = b"@font-face{font-family:Icons;src:url(fonts/icons.ttf)}"
            body, kind = (sheet, "text/css") if self.path == "/a.css" else (FONT, "font/ttf")
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Cache-Control", "max-age=600")
            if permits or kind == "font/ttf":
                self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler) as url:
        yield url.replace("127.0.0.1", "localhost"), asked


def face(src: str, more: str = "") -> str:
    return f"<style>@font-face{{font-family:Icons;src:{src};{more}}}</style>{SHOWN}"


def fonts(faulty: FaultyServer) -> list[dict[str, Any]]:
    """The stored fonts."""
    return faulty.custom("sealtape.font")


def test_a_loaded_font_is_told_with_its_rule(faulty: FaultyServer, context: BrowserContext) -> None:
    with foreign(permits=True) as (url, asked):
        src = f"url({url}/none.woff2) format('unknown'), url({url}/b.ttf?v=1) format('truetype')"
        body = face(src, "font-weight:400 700;unicode-range:U+E000-F8FF")
        record(faulty, context, body, ["fonts", "text"])
        faulty.wait(lambda: fonts(faulty))
    assert fonts(faulty) == [
        {
            "family": "Icons",
            "style": "",
            "weight": "400 700",
            "range": "U+E000-F8FF",
            "src": ADDRESS,
        }
    ]
    assert asked == ["/b.ttf?v=1"]
    assert_clean(faulty)


def test_a_font_of_a_foreign_sheet_is_told_where_that_origin_permits_it(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    with foreign(permits=True) as (url, _):
        record(faulty, context, f"<link rel=stylesheet href={url}/a.css>{SHOWN}", ["fonts"])
        faulty.wait(lambda: fonts(faulty))
    assert [each["src"] for each in fonts(faulty)] == [ADDRESS]
    assert "Icons" not in json.dumps(fonts(faulty))
    assert_clean(faulty)


def test_a_font_of_a_sheet_that_nobody_may_read_is_not(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    with foreign(permits=False) as (url, _):
        body = f"<link rel=stylesheet href={url}/a.css>{SHOWN}"
        tab = record(faulty, context, body, ["fonts"])
        said: list[str] = []
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.evaluate("document.fonts.load('9px Icons')")
        settle(faulty, tab)
    assert fonts(faulty) == []
    assert all("mark" in each for each in said)


@pytest.mark.parametrize("how", ["late", "imported", "adopted", "in a block"])
def test_fonts_are_found_wherever_a_rule_stands(
    faulty: FaultyServer, context: BrowserContext, how: str
) -> None:
    css = f"@font-face{{font-family:Icons;src:url({ADDRESS})}}"
    faulty.pages["/a.css"] = (css, {"Content-Type": "text/css"})
    body = {
        "late": SHOWN,
        "imported": f"<style>@import url(/a.css);</style>{SHOWN}",
        "adopted": f"""<script>const sheet = new CSSStyleSheet(); sheet.replaceSync(`{css}`);
            document.adoptedStyleSheets = [sheet];</script>{SHOWN}""",
        "in a block": f"<style>@media all{{@supports (top:0){{{css}}}}}</style>{SHOWN}",
    }[how]
    tab = record(faulty, context, body, ["fonts"])
    if how == "late":
        tab.evaluate(
            "css => { document.head.append(Object.assign("
            "document.createElement('style'), { textContent: css })); }",
            css,
        )
    faulty.wait(lambda: fonts(faulty))
    assert [each["src"] for each in fonts(faulty)] == [ADDRESS]
    assert_clean(faulty)


@pytest.mark.parametrize("allow", [[], ["text", "images", "canvas", "url_path", "console"]])
def test_without_the_capability_no_font_is_asked_for_or_told(
    faulty: FaultyServer, context: BrowserContext, allow: list[str]
) -> None:
    with foreign(permits=True) as (url, asked):
        body = face(f"url({url}/b.ttf)") + f"<style>b{{--a:url({ADDRESS})}}</style>"
        tab = record(faulty, context, body, allow)
        tab.evaluate("document.fonts.load('9px Icons')")
        sent = settle(faulty, tab)
    assert "data:font" not in sent
    assert fonts(faulty) == []
    assert asked == ["/b.ttf"]
    assert_clean(faulty)


def test_below_a_path_without_the_capability_no_font_is_told(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    rules = [rule("/here", "fonts")]
    tab = record(faulty, context, face(f"url({ADDRESS})"), ["fonts"], paths=rules)
    settle(faulty, tab)
    assert fonts(faulty) == []
    tab.evaluate("history.pushState({}, '', '/home')")
    faulty.wait(lambda: fonts(faulty))
    assert_clean(faulty)


def padded(size: int) -> str:
    """A font's file made longer, as its address."""
    return "data:font/ttf;base64," + base64.b64encode(FONT.ljust(size, b"\0")).decode()


def test_fonts_have_a_longest_form_and_a_page_a_most_of_them(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    most = (256 * 1024 - len("data:font/ttf;base64,")) // 4 * 3
    faces = [
        f"@font-face{{font-family:F{at};src:url({padded(size)})}}"
        for at, size in enumerate([most + 1, most, most - 3, most - 6, 620])
    ]
    used = "".join(f"<i style='font-family:F{at}'>&#{ICON};</i>" for at in range(len(faces)))
    tab = record(faulty, context, f"<style>{''.join(faces)}</style>{used}", ["fonts", "text"])
    settle(faulty, tab)
    assert [each["family"] for each in fonts(faulty)] == ["F1", "F2"]
    assert_clean(faulty)


@pytest.mark.parametrize(
    "file", [b"<html>not a font", b"\x00\x01\x00", b"ttcf" + FONT, b"wOFX" + FONT[4:]]
)
def test_what_is_no_font_file_is_not_told(
    faulty: FaultyServer, context: BrowserContext, file: bytes
) -> None:
    odd = "data:font/woff2;base64," + base64.b64encode(file).decode()
    wrong = f"<style>@font-face{{font-family:Odd;src:url({odd})}}</style>"
    wrong += f"<i style='font-family:Odd'>&#{ICON};</i>"
    tab = record(faulty, context, wrong + face(f"url({ADDRESS})"), ["fonts"])
    settle(faulty, tab)
    assert [each["src"] for each in fonts(faulty)] == [ADDRESS]
    assert_clean(faulty)
