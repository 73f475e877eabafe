"""A member at a browser: the console built, served and open in real Chromium."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from infra.local.chromium import launch
from tests.browser.console_backend import CONSOLE, DIST, EMAIL, PASSWORD, Office, serving
from tests.browser.console_offices import busy_office
from tests.browser.profiles import profile

WAIT_MS = 30_000
# Keeps every second that the playhead shows: a test that looks now and then may miss one.
WATCH_PLACES = """() => {
  const slider = document.querySelector("[role=slider]");
  window.places = [];
  const look = () => window.places.push(Number(slider.getAttribute("aria-valuenow")));
  new MutationObserver(look).observe(slider, { attributes: true });
}"""


def build_console() -> None:
    """Build console/dist if it is absent or older than its sources."""
    inputs = [*CONSOLE.glob("src/**/*.*"), *CONSOLE.glob("*.html"), *CONSOLE.glob("*.json")]
    newest = max(path.stat().st_mtime for path in inputs)
    index = DIST / "index.html"
    if index.is_file() and index.stat().st_mtime >= newest:
        return
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("npm is not on PATH: install Node 20 or newer to build the console.")
    if not (CONSOLE / "node_modules" / "vite").is_dir():
        subprocess.run([npm, "ci"], cwd=CONSOLE, check=True, capture_output=True)
    subprocess.run([npm, "run", "build"], cwd=CONSOLE, check=True, capture_output=True)


@dataclass
class Desk:
    """One browser tab on one console. `complaints` are the browser's own errors and warnings."""

    office: Office
    url: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> None:
        """Go to `path` of the console."""
        self.page.goto(self.url + path)

    def sign_in(self, path: str = "/") -> None:
        """Open `path` as somebody who is signed in."""
        self.office.signed_in = True
        self.open(path)

    def fill_sign_in(self, password: str = PASSWORD) -> None:
        """Fill in and send the sign-in form."""
        self.page.get_by_label("Email").fill(EMAIL)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def play_session(self, session: str, query: str = "") -> None:
        """Open a session signed in, and wait until its timeline is whole."""
        self.sign_in(f"/sessions/{session}{query}")
        expect(self.page.locator(".timeline:not(.arriving) .bar")).to_be_visible(timeout=WAIT_MS)

    @property
    def picture(self) -> FrameLocator:
        """The recorded page."""
        return self.page.frame_locator(".stage iframe")

    @property
    def seconds(self) -> int:
        """The playhead's place, in whole seconds."""
        return int(self.page.get_by_role("slider").get_attribute("aria-valuenow") or "-1")

    def played(self, until: int) -> list[int]:
        """Play until the playhead shows `until` seconds; return every second that it showed."""
        self.page.evaluate(WATCH_PLACES)
        self.page.keyboard.press("Space")
        reached = "until => window.places.some((second) => second >= until)"
        self.page.wait_for_function(reached, arg=until, timeout=WAIT_MS)
        places: list[int] = self.page.evaluate("window.places")
        return places


@contextmanager
def desk(browser: Browser, office: Office, **context: object) -> Iterator[Desk]:
    """Serve `office` and open a fresh tab on it. Args: context: options of Playwright's context."""
    options: dict[str, object] = {"viewport": {"width": 1280, "height": 800}, **context}
    with serving(office) as url, profile(browser, [url], **options) as lent:
        page = lent.new_page()
        at = Desk(office, url, page)
        page.on("pageerror", lambda error: at.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                at.complaints.append(message.text) if message.type in {"error", "warning"} else None
            ),
        )
        yield at


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one for each module of tests."""
    build_console()
    with launch() as opened:
        yield opened


@pytest.fixture
def console(browser: Browser) -> Iterator[Desk]:
    """A desk of its own for each test, at an office with two dozen sessions."""
    with desk(browser, busy_office()) as at:
        yield at
