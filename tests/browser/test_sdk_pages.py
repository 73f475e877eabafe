"""The page is never harmed, and its visitor's wishes are honoured."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.faulty_server import FaultyServer, page

pytestmark = pytest.mark.browser

CALLS = """Sealtape.identify(); Sealtape.identify(null, {}); Sealtape.anonymize();
Sealtape.pause(); Sealtape.pause(); Sealtape.resume(); Sealtape.resume(); Sealtape.init();
Sealtape.init({}); Sealtape.sessionUrl(); Sealtape.stop(); Sealtape.stop(); Sealtape.optOut();
Sealtape.optIn(); Sealtape.anonymize(); Sealtape.resume(); Sealtape.init(null);"""


def load(faulty: FaultyServer, context: BrowserContext, html: str, **headers: str) -> Page:
    """Serve `html` at /here and open it."""
    faulty.pages["/here"] = (html, headers)
    tab = context.new_page()
    tab.goto(f"{faulty.site}/here")
    return tab


@pytest.fixture
def problems(context: BrowserContext) -> list[str]:
    """Uncaught errors and unhandled rejections of every page, as they happen."""
    found: list[str] = []
    context.on("weberror", lambda error: found.append(str(error.error)))
    return found


@pytest.mark.parametrize(
    "sabotage",
    [
        "",
        "Object.defineProperty(window, 'localStorage', {get() { throw 1 }});",
        "Object.defineProperty(window, 'sessionStorage', {get() { throw 1 }});",
        "window.fetch = () => { throw new Error('no') };",
        "window.fetch = () => Promise.reject(new Error('no'));",
        "window.Blob = function () { throw new Error('no') };",
        "JSON.stringify = () => { throw new Error('no') };",
        "window.MutationObserver = function () { throw new Error('no') };",
        "Object.defineProperty(navigator, 'locks', {value: {request() { throw 1 }}});",
        "Object.freeze(history);",
    ],
)
def test_no_call_and_no_sabotage_makes_the_page_see_an_exception(
    faulty: FaultyServer, context: BrowserContext, problems: list[str], sabotage: str
) -> None:
    head = f"<script>{sabotage}</script>"
    tab = load(faulty, context, page("<button>Press</button><input>", CALLS, head))
    tab.click("button")
    tab.fill("input", "x")
    tab.evaluate("history.pushState({}, '', '/there')")
    tab.wait_for_timeout(700)
    assert problems == []


@pytest.mark.parametrize(
    "sabotage",
    [
        "window.fetch = () => { throw new Error('no') }",
        "window.Blob = function () { throw new Error('no') }",
        "window.CompressionStream = function () { throw new Error('no') }",
        "JSON.stringify = () => { throw new Error('no') }",
        "Storage.prototype.setItem = () => { throw new Error('no') }",
        "setTimeout = () => { throw new Error('no') }",
    ],
)
def test_sabotage_while_recording_is_not_seen_by_the_page(
    faulty: FaultyServer, context: BrowserContext, problems: list[str], sabotage: str
) -> None:
    tab = load(faulty, context, page("<button>Press</button>"))
    faulty.wait(lambda: faulty.events(2))
    tab.evaluate(f"{sabotage}; 0")
    tab.click("button")
    tab.evaluate("history.pushState({}, '', '/there'); Sealtape.identify('me')")
    tab.wait_for_timeout(500)
    tab.evaluate("Sealtape.pause(); Sealtape.resume(); Sealtape.anonymize(); Sealtape.stop()")
    tab.wait_for_timeout(200)
    assert problems == []


def test_the_pages_own_exceptions_still_reach_it(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = load(faulty, context, page("<style></style>"))
    faulty.wait(lambda: faulty.events(2))
    tried = (
        """code => { try { eval(code); return 'nothing' } catch (error) { return error.name } }"""
    )
    broken_rule = "document.styleSheets[0].insertRule('}{', 0)"
    assert tab.evaluate(tried, broken_rule) == "SyntaxError"
    foreign = "history.pushState({}, '', 'https://elsewhere.example/')"
    assert tab.evaluate(tried, foreign) == "SecurityError"


def test_a_browser_without_compression_streams_or_locks_records(
    faulty: FaultyServer, context: BrowserContext, problems: list[str]
) -> None:
    head = """<script>delete window.CompressionStream;
    Object.defineProperty(navigator, 'locks', {value: undefined});</script>"""
    load(faulty, context, page("<p>Text</p>" * 500, head=head))
    faulty.wait(lambda: faulty.events(2))
    assert problems == []


def test_a_strict_policy_without_blob_workers_is_enough(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    csp = f"default-src 'none'; script-src 'self' 'nonce-n'; connect-src {faulty.api}"
    violated: list[str] = []
    context.on("console", lambda line: violated.append(line.text))
    html = page("<p>Text</p>")
    load(faulty, context, html, **{"Content-Security-Policy": csp})
    faulty.wait(lambda: faulty.events(2))
    assert [text for text in violated if "worker" in text or "blob" in text or "eval" in text] == []


def test_navigation_errors_and_rejections_are_told(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = load(faulty, context, page("<p>Text</p>"))
    faulty.wait(lambda: faulty.events(2))
    tab.evaluate("history.pushState({}, '', '/cart')")
    tab.evaluate("history.replaceState({}, '', '/cart?x=1')")
    tab.evaluate("history.back()")
    tab.evaluate("setTimeout(() => { throw new TypeError('secret words') })")
    tab.evaluate("void Promise.reject(new RangeError('secret words'))")
    faulty.wait(lambda: len(faulty.custom("sealtape.error")) == 2)
    faulty.wait(lambda: len(faulty.custom("sealtape.page")) == 3)  # going back takes its time
    assert [path["path"] for path in faulty.custom("sealtape.page")] == ["/here", "/cart", "/here"]
    names = {error["name"] for error in faulty.custom("sealtape.error")}
    assert names == {"TypeError", "RangeError"}
    assert not any(b"secret" in batch.gzip for batch in faulty.batches)
    assert "secret" not in str(faulty.events())


def test_a_paused_page_records_nothing_and_a_resumed_one_starts_with_a_snapshot(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = load(faulty, context, page("<button>Press</button>"))
    faulty.wait(lambda: faulty.events(2))
    tab.evaluate("Sealtape.pause()")
    faulty.wait(lambda: faulty.custom("sealtape.paused"))
    stored = len(faulty.events())
    tab.click("button")
    tab.evaluate("history.pushState({}, '', '/secret')")
    tab.evaluate("dispatchEvent(new ErrorEvent('error', {lineno: 7}))")
    faulty.stays(lambda: len(faulty.events()) == stored, for_s=1)
    tab.evaluate("Sealtape.resume()")
    faulty.wait(lambda: len(faulty.events(2)) == 2)
    assert faulty.custom("sealtape.resumed") == [{}]
    assert faulty.custom("sealtape.error") == []
    assert faulty.sessions == 1


def test_a_stopped_page_sends_the_rest_and_then_nothing(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = load(faulty, context, page("<button>Press</button>"))
    faulty.wait(lambda: faulty.events(2))
    tab.click("button")
    tab.evaluate("Sealtape.stop()")
    faulty.wait(lambda: faulty.headers()[-1]["final"])
    requests = len(faulty.requests)
    tab.click("button")
    tab.goto("about:blank")
    faulty.stays(lambda: len(faulty.requests) == requests, for_s=0.7)


def test_a_visitor_who_opts_out_is_not_recorded_until_they_opt_in(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    faulty.grant = {"interval_ms": 600_000}
    tab = load(faulty, context, page("<button>Press</button>"))
    tab.wait_for_function("localStorage.sealtape")
    tab.evaluate("Sealtape.optOut()")
    assert tab.evaluate("localStorage.sealtape") is None
    tab.reload()
    faulty.stays(lambda: not faulty.attempts and len(faulty.handshakes) == 1, for_s=0.7)
    faulty.grant = {}
    tab.evaluate("Sealtape.optIn()")
    faulty.wait(lambda: faulty.events(2))


@pytest.mark.parametrize(
    ("signal", "honour", "recorded"),
    [
        ("globalPrivacyControl: true", {"gpc": True, "dnt": False}, False),
        ("globalPrivacyControl: true", {"gpc": False, "dnt": False}, True),
        ("doNotTrack: '1'", {"gpc": True, "dnt": False}, True),
        ("doNotTrack: '1'", {"gpc": True, "dnt": True}, False),
        ("doNotTrack: '0'", {"gpc": True, "dnt": True}, True),
    ],
)
def test_privacy_signals_are_honoured_as_the_policy_says(
    faulty: FaultyServer,
    context: BrowserContext,
    signal: str,
    honour: dict[str, bool],
    recorded: bool,
) -> None:
    name, _, value = signal.partition(": ")
    head = f"<script>Object.defineProperty(navigator, '{name}', {{value: {value}}})</script>"
    faulty.policy = {"honour": honour}
    tab = load(faulty, context, page("<p>Text</p>", head=head))
    faulty.wait(lambda: faulty.handshakes)
    if recorded:
        faulty.wait(lambda: faulty.events(2))
    else:
        faulty.stays(lambda: not faulty.attempts, for_s=1)
        assert tab.evaluate("localStorage.sealtape") is None


def test_an_identified_user_is_a_hash_until_anonymous(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = load(faulty, context, page("<button>Press</button>"))
    faulty.wait(lambda: faulty.events(2))
    tab.evaluate("Sealtape.identify('user-17', 'Wilhelmina')")
    # SHA-256 of "user-17". The SDK's own is known by then: it was begun earlier.
    digest = tab.evaluate(
        """async () => [...new Uint8Array(await crypto.subtle.digest("SHA-256",
        new TextEncoder().encode("user-17")))].map(b => b.toString(16).padStart(2, "0")).join("")"""
    )
    tab.click("button")
    assert faulty.wait(lambda: faulty.headers()[-1]["user"]) == digest
    assert "Wilhelmina" not in str(faulty.events())
    tab.evaluate("Sealtape.anonymize()")
    faulty.wait(lambda: faulty.sessions == 2)
    faulty.wait(lambda: len(faulty.events(2)) == 2)
    assert faulty.headers()[-1]["user"] is None


def test_the_url_of_the_session_is_known_after_the_handshake(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    faulty.grant = {"url": "https://console.example/sessions/s_1"}
    tab = load(faulty, context, page(call="window.early = Sealtape.sessionUrl();"))
    assert tab.evaluate("early") is None
    tab.wait_for_function("Sealtape.sessionUrl() === 'https://console.example/sessions/s_1'")
