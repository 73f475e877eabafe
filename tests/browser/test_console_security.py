"""What a hostile recording may do to its viewer: nothing. And what the console itself may load."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request, expect

from tests.browser import console_desk
from tests.browser.console_backend import DIST
from tests.browser.console_desk import WAIT_MS, Desk
from tests.browser.console_offices import HOSTILE, SHOP

browser = console_desk.browser
console = console_desk.console


def test_the_console_breaks_no_rule_of_its_own_policy(console: Desk) -> None:
    console.open()
    console.fill_sign_in()
    console.page.locator(".row-link").first.click()
    expect(console.picture.get_by_role("heading", name="Fresh bread")).to_be_visible()
    console.page.get_by_label("Speed").select_option("8")
    console.page.keyboard.press("Space")
    expect(console.page.get_by_role("button", name="Play again")).to_be_visible(timeout=WAIT_MS)
    # The browser reports the 401 by which the console learns that nobody is signed in.
    assert [text for text in console.complaints if "401" not in text] == []


def test_a_hostile_recording_fetches_nothing_and_runs_nothing(console: Desk) -> None:
    console.sign_in()
    expect(console.page.locator(".row").first).to_be_visible()
    fetched: list[str] = []

    def note(request: Request) -> None:
        fetched.append(request.url)

    console.page.on("requestfinished", note)
    served = len(console.office.requests)
    console.play_session(HOSTILE)
    console.played(until=2)
    expect(console.picture.get_by_text("Still here")).to_be_visible()
    assert console.page.title() == "Session · Sealtape"
    assert [url for url in fetched if "evil" in url] == []
    # Its own page's requests only: none of the addresses that the recording named.
    own = [line for line in console.office.requests[served:] if line.startswith("GET /v1/")]
    assert own == [
        "GET /v1/me",
        "GET /v1/posture",
        f"GET /v1/sessions/{HOSTILE}",
        f"GET /v1/sessions/{HOSTILE}/events",
    ]


def test_clicks_do_not_reach_into_the_recording(console: Desk) -> None:
    console.play_session(SHOP)
    box = console.page.locator(".stage iframe").bounding_box()
    assert box
    console.page.mouse.click(box["x"] + 20, box["y"] + 20)
    expect(console.page.get_by_role("button", name="Pause")).to_be_visible()


@pytest.mark.parametrize("mark", ["<style", "onload=", "javascript:", "<script>"])
def test_the_page_holds_no_inline_code(console: Desk, mark: str) -> None:
    assert mark not in (DIST / "index.html").read_text()


def test_the_page_asks_for_scripts_of_its_own_origin_only(console: Desk) -> None:
    console.play_session(SHOP)
    paths = [line.removeprefix("GET ") for line in console.office.requests]
    assert all(path.startswith(("/v1/", "/assets/", "/sessions/")) for path in paths)
