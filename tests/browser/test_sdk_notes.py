"""Messages and requests of the page's own code: told where allowed, otherwise not even watched."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.faulty_server import FaultyServer
from tests.browser.test_sdk_privacy import assert_clean, record, settle

pytestmark = pytest.mark.browser

NATIVE = """() => [console.log, console.error, fetch, XMLHttpRequest.prototype.open]
  .map(each => String(each).includes("[native code]"))"""
TALK = """() => {
  console.log("cart has", 3, {name: "Secret"}, null);
  console.warn("slow");
  console.error(new TypeError("broken"));
}"""
XHR = """address => new Promise(done => {
  const request = new XMLHttpRequest();
  request.open("put", address);
  request.onloadend = () => done(request.status);
  request.send("Secret");
})"""


def test_messages_are_told_where_console_is_allowed(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(faulty, context, "<p>x</p>", ["console"])
    heard: list[str] = []
    tab.on("console", lambda message: heard.append(message.text))
    tab.evaluate(TALK)
    sent = settle(faulty, tab)
    assert faulty.custom("sealtape.console") == [
        {"level": "log", "text": "cart has 3 [object Object] null"},
        {"level": "warn", "text": "slow"},
        {"level": "error", "text": "TypeError: broken"},
    ]
    assert "Secret" not in sent
    assert len(heard) >= 3  # the console still says it
    assert tab.evaluate(NATIVE) == [False, False, True, True]
    assert_clean(faulty)


def test_requests_are_told_where_network_is_allowed(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(faulty, context, "<p>x</p>", ["network"])
    ask = "address => fetch(address, {method: 'PUT', body: 'Secret'}).then(each => each.status)"
    fetched = tab.evaluate(ask, "/api/x9?token=Secret#Secret")
    loaded = tab.evaluate(XHR, "/api/orders/Secret17")
    assert (
        tab.evaluate("fetch('http://127.0.0.1:9/gone').catch(error => error.name)") == "TypeError"
    )
    tab.evaluate("fetch('data:text/plain,Secret').then(each => each.text())")
    sent = settle(faulty, tab)
    told = faulty.custom("sealtape.network")
    assert [(each["method"], each["path"], each["status"]) for each in told] == [
        ("PUT", "/api/*", fetched),
        ("PUT", "/api/orders/*", loaded),
        ("GET", "/gone", 0),
    ]
    assert all(0 <= each["duration_ms"] < 60_000 for each in told)
    assert all(each["bytes"] > 0 for each in told[:2])
    assert "Secret" not in sent
    assert_clean(faulty)


@pytest.mark.parametrize("handled", [False, True])
def test_whether_the_page_handles_a_failed_request_stays_its_own(
    faulty: FaultyServer, context: BrowserContext, handled: bool
) -> None:
    tab = record(faulty, context, "<p>x</p>", ["network"])
    tab.evaluate("window.missed = 0; window.onunhandledrejection = () => missed++; 0")
    tail = ".catch(() => 0)" if handled else ""
    tab.evaluate(f"() => {{ fetch('http://127.0.0.1:9/gone'){tail}; }}")
    faulty.wait(lambda: faulty.custom("sealtape.network"))
    assert tab.evaluate("missed") == (0 if handled else 1)


def test_nothing_is_watched_that_is_not_allowed(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    everything_else = ["text", "inputs", "images", "url_path", "url_query", "url_hash", "errors"]
    tab = record(faulty, context, "<p>x</p>", everything_else)
    assert tab.evaluate(NATIVE) == [True, True, True, True]
    tab.evaluate(TALK)
    tab.evaluate("fetch('/here').then(each => each.text())")
    settle(faulty, tab)
    assert faulty.custom("sealtape.console") == []
    assert faulty.custom("sealtape.network") == []


def test_the_end_of_recording_gives_the_page_its_own_calls_back(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(faulty, context, "<p>x</p>", ["console", "network"])
    assert tab.evaluate(NATIVE) == [False] * 4
    tab.evaluate("Sealtape.stop()")
    assert tab.evaluate(NATIVE) == [True] * 4


def test_a_page_in_a_loop_does_not_fill_its_recording(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(faulty, context, "<p>x</p>", ["console"])
    tab.evaluate("() => { for (let turn = 0; turn < 1001; turn++) console.log(turn); }")
    settle(faulty, tab)
    told = faulty.custom("sealtape.console")
    assert (len(told), told[-1]["text"]) == (1000, "999")


def test_a_page_that_froze_its_console_is_recorded_without_it(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = record(
        faulty, context, "<script>Object.freeze(console)</script><p>x</p>", ["console", "network"]
    )
    tab.evaluate(TALK)
    settle(faulty, tab)
    assert faulty.custom("sealtape.console") == []
