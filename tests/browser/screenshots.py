"""Takes a picture of every page of the console: `python -m tests.browser.screenshots`.

They go to screenshots/, which git ignores: two themes at 1280 and 390 px, to be looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.chromium import launch
from tests.browser.console_backend import Office
from tests.browser.console_desk import WAIT_MS, Desk, build_console, desk
from tests.browser.console_offices import BROKEN, REAL, SHOP, busy_office

TARGET = Path(__file__).parent.parent.parent / "screenshots"
SIZES = {"1280": (1280, 800), "390": (390, 844)}


def sign_in(at: Desk) -> None:
    """The sign-in page after a wrong password."""
    at.open("/")
    at.fill_sign_in("wrong")
    expect(at.page.get_by_role("alert")).to_contain_text("do not match")


def setup(at: Desk) -> None:
    """The page behind an invitation."""
    at.open("/setup#token=first-visit")
    expect(at.page.get_by_label("New password")).to_be_visible()


def sessions(at: Desk) -> None:
    """A screenful of sessions, one of them focused by the keyboard."""
    at.sign_in("/")
    expect(at.page.locator(".row").first).to_be_visible()
    at.page.keyboard.press("ArrowDown")
    at.page.keyboard.press("ArrowDown")


def account(at: Desk) -> None:
    """The account's menu."""
    at.sign_in("/")
    at.page.get_by_role("button", name="Account of").click()


def empty(at: Desk) -> None:
    """No session yet."""
    at.office.rows.clear()
    at.sign_in("/")
    expect(at.page.get_by_text("No visits recorded yet")).to_be_visible()


def loading(at: Desk) -> None:
    """The list while it loads."""
    at.office.held["/v1/sessions"] = threading.Event()
    at.sign_in("/")
    expect(at.page.locator(".skeleton-list")).to_be_visible()


def failed(at: Desk) -> None:
    """The list when the server fails."""
    at.office.refusals["/v1/sessions"] = (503, "seal_unavailable")
    at.sign_in("/")
    expect(at.page.get_by_role("alert")).to_be_visible()


def missing(at: Desk) -> None:
    """A session that does not exist."""
    at.sign_in("/sessions/s_unknown")
    expect(at.page.get_by_role("alert")).to_be_visible()


def player(at: Desk, session: str, seek: str, tab: str | None = None) -> None:
    """A session at a place, with a side tab."""
    at.play_session(session, seek)
    at.page.locator(".replayer-wrapper").wait_for(timeout=WAIT_MS)
    if tab:
        at.page.get_by_role("tab", name=tab).click()
    at.page.wait_for_function("document.querySelector('.stage iframe').contentDocument.body")


SCENES: dict[str, Callable[[Desk], None]] = {
    "sign-in": sign_in,
    "setup": setup,
    "sessions": sessions,
    "account": account,
    "empty": empty,
    "loading": loading,
    "failed": failed,
    "missing": missing,
    "player": lambda at: player(at, REAL, "?t=9"),
    "player-gap": lambda at: player(at, SHOP, "?t=8"),
    "player-info": lambda at: player(at, SHOP, "?t=15", "Info"),
    "player-broken": lambda at: player(at, BROKEN, ""),
}


def shoot(browser: Browser, name: str, theme: str, size: str) -> None:
    """Take one picture."""
    width, height = SIZES[size]
    office: Office = busy_office()
    viewport = {"width": width, "height": height}
    with desk(browser, office, viewport=viewport, color_scheme=theme, device_scale_factor=2) as at:
        SCENES[name](at)
        at.page.screenshot(path=TARGET / f"{name}-{theme}-{size}.png")
        for event in office.held.values():
            event.set()


def main() -> None:
    """Take all of them."""
    build_console()
    TARGET.mkdir(exist_ok=True)
    with launch() as browser:
        for name in SCENES:
            for theme in ("light", "dark"):
                for size in SIZES:
                    shoot(browser, name, theme, size)
    print(f"{len(SCENES) * 4} pictures in {TARGET.name}/")


if __name__ == "__main__":
    main()
