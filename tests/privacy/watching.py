"""A member who watches a recording in the real console, and everything that the browser noticed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.privacy.arenas import Arena, Tenant
from tests.privacy.sites import serving

WAIT_MS = 90_000  # a hostile recording takes 16 s to load on a busy machine
INERT = ("data", "blob", "about")  # addresses that reach nobody
# What the browser may say: nobody is signed in yet; rrweb met a style sheet that is none.
EXPECTED = ("401", "Failed to adapt css for replay")
# Every frame is asked from above: one that never loaded would not answer by itself.
MARKS = """() => {
  const walk = (view) => {
    let own = [];
    try { own = "pwned" in view ? [view.location.href] : []; } catch { /* another origin */ }
    return own.concat(...Array.from({ length: view.length }, (_, at) => walk(view[at])));
  };
  return walk(window);
}"""


@dataclass
class Trap:
    """A server that a recording must never reach."""

    url: str = ""
    rung: list[str] = field(default_factory=list)


@contextmanager
def trap() -> Iterator[Trap]:
    """Serve a trap on a free port."""
    sprung = Trap()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

        def do_GET(self) -> None:
            """Answer with a script that would tell that it ran."""
            sprung.rung.append(self.path)
            self.send_response(200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(b"top.pwned = parent.pwned = window.pwned = 1")

        do_POST = do_HEAD = do_OPTIONS = do_GET

    with serving(Handler) as sprung.url:
        yield sprung


@dataclass
class Watch:
    """One tab of the console."""

    page: Page
    console: str
    answered: list[str] = field(default_factory=list)  # the addresses that answered the tab
    complaints: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)  # of the console's own scripts
    surprises: list[str] = field(default_factory=list)  # dialogs, pop-ups, downloads

    @property
    def picture(self) -> FrameLocator:
        """The recorded page."""
        return self.page.frame_locator(".stage iframe")

    def strangers(self) -> list[str]:
        """Return the addresses that answered and are not the console's own assets and API."""
        own = urlsplit(self.console)
        return [
            address
            for address in self.answered
            if (url := urlsplit(address)).scheme not in INERT
            and not (
                url.netloc == own.netloc
                and (url.path == "/" or url.path.startswith(("/assets/", "/v1/", "/sessions/")))
            )
        ]

    def marks(self) -> list[str]:
        """Return the frames in which a payload has left its mark."""
        found: list[str] = self.page.evaluate(MARKS)
        return found

    def open(self, session: str) -> None:
        """Open a session and wait until all of it has arrived."""
        self.page.goto(f"{self.console}/sessions/{session}")
        whole = self.page.locator(".timeline:not(.arriving) .bar")
        expect(whole).to_be_visible(timeout=WAIT_MS)

    def play(self) -> None:
        """Play the session to its end."""
        self.page.get_by_label("Speed").select_option("8")
        self.page.keyboard.press("Space")
        again = self.page.get_by_role("button", name="Play again")
        expect(again).to_be_visible(timeout=WAIT_MS)

    def jump(self) -> None:
        """Go through the session in jumps, to its end and back."""
        for key in ("End", "Home", "ArrowRight", "ArrowLeft", "End"):
            self.page.get_by_role("slider").press(key)


@contextmanager
def watch(browser: Browser, arena: Arena, tenant: Tenant) -> Iterator[Watch]:
    """Sign in as the tenant's owner."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        at = Watch(page, arena.stack.url("console_api"))

        # What the content security policy stops is asked for as well, but never answered.
        context.on("response", lambda answer: at.answered.append(answer.url))
        page.on("pageerror", lambda error: at.errors.append(str(error)))
        page.on("popup", lambda opened: at.surprises.append(f"pop-up {opened.url}"))
        page.on("download", lambda file: at.surprises.append(f"download {file.url}"))
        page.on("dialog", lambda dialog: at.surprises.append(dialog.message))
        page.on(
            "console",
            lambda said: (
                at.complaints.append(said.text)
                if said.type in ("error", "warning") and not any(e in said.text for e in EXPECTED)
                else None
            ),
        )
        page.goto(at.console)
        page.get_by_label("Email").fill(tenant.email)
        page.get_by_role("textbox", name="Password").fill(tenant.password)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Sessions")).to_be_visible(timeout=WAIT_MS)
        yield at
