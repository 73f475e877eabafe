"""The last seconds of a page arrive, however it ends."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.faulty_server import BULK, Fault, FaultyServer, page

pytestmark = pytest.mark.browser

KEEPALIVE_BYTES = 64 * 1024  # Chromium's quota for all requests of a page
HIDE = """() => {
  Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def begin(faulty: FaultyServer, context: BrowserContext, path: str = "/") -> Page:
    """Open a page whose batches wait for its exit, once its recorder runs."""
    faulty.grant = {"interval_ms": 600_000}
    tab = context.new_page()
    tab.goto(faulty.site + path)
    tab.wait_for_function("Sealtape.sessionUrl() === null && localStorage.sealtape")
    faulty.grant["url"] = "https://console.example/"
    tab.wait_for_timeout(300)
    return tab


def test_a_closed_page_sends_its_last_batch(faulty: FaultyServer, context: BrowserContext) -> None:
    tab = begin(faulty, context)
    tab.click("button")
    tab.close(run_before_unload=True)
    faulty.wait(lambda: faulty.batches)
    assert faulty.headers()[0]["final"]
    clicks = [e for e in faulty.events(3) if e["data"]["source"] == 2 and e["data"]["type"] == 2]
    assert len(clicks) == 1
    assert len(faulty.requests[-1].body) <= KEEPALIVE_BYTES


def test_leaving_for_another_page_ends_one_and_names_it_in_the_next(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = begin(faulty, context)
    tab.goto(f"{faulty.site}/next")
    faulty.wait(lambda: faulty.batches)
    first = faulty.headers()[0]
    assert first["final"]
    tab.wait_for_function("Sealtape.sessionUrl() !== null")
    tab.goto("about:blank")
    faulty.wait(lambda: len(faulty.batches) == 2)
    second = faulty.headers()[1]
    assert second["previous"] == {"page": first["page"], "last": first["seq"]}
    assert faulty.handshakes[0]["tab"] == faulty.handshakes[1]["tab"]
    assert faulty.sessions == 1


def test_a_hidden_page_sends_what_it_has_and_goes_on(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = begin(faulty, context)
    tab.evaluate(HIDE)
    faulty.wait(lambda: faulty.events(2))
    tab.click("button")
    tab.evaluate(HIDE)
    faulty.wait(lambda: len(faulty.batches) == 2)
    assert [header["final"] for header in faulty.headers()] == [False, False]
    assert [header["seq"] for header in faulty.headers()] == [0, 1]


def test_what_the_exit_budget_cannot_hold_is_counted_as_dropped(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = begin(faulty, context)
    faulty.ingest_faults.append(Fault(503, {"retry": True, "retry_after_s": 60}))
    tab.evaluate(BULK, 8_000)
    faulty.wait(lambda: faulty.attempts)
    tab.close(run_before_unload=True)
    last = faulty.wait(lambda: [header for header in faulty.headers() if header["final"]])
    assert last[0]["dropped"] >= 1
    assert all(len(seen.body) <= KEEPALIVE_BYTES for seen in faulty.requests)


def test_an_outage_before_the_exit_loses_nothing_that_fits(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = context.new_page()
    tab.goto(faulty.site)
    faulty.wait(lambda: faulty.batches)
    faulty.down = True
    for _ in range(3):
        tab.click("button")
        tab.wait_for_timeout(400)
    faulty.down = False
    tab.close(run_before_unload=True)
    # The page's last requests are under way side by side: the final one may not come last.
    last = faulty.wait(lambda: [header for header in faulty.headers() if header["final"]])[0]
    faulty.wait(lambda: len(faulty.batches) == last["seq"] + 1)
    assert {header["seq"] for header in faulty.headers()} == set(range(last["seq"] + 1))
    assert last["dropped"] == 0
    clicks = [e for e in faulty.events(3) if e["data"]["source"] == 2 and e["data"]["type"] == 2]
    assert len(clicks) == 3


def test_a_page_that_returns_from_the_cache_is_a_new_page_of_the_same_session(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    faulty.pages["/plain"] = ("<!doctype html><title>Plain</title>", {})
    tab = begin(faulty, context)
    faulty.grant["interval_ms"] = 200
    # Playwright's Chromium has no back/forward cache: the events that it sends are played.
    tab.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    faulty.wait(lambda: faulty.batches)
    tab.click("button")
    assert len(faulty.handshakes) == 1
    tab.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    faulty.wait(lambda: len(faulty.events(2)) == 2)
    first, second = faulty.headers()[0], faulty.headers()[1]
    assert second["page"] != first["page"]
    assert second["seq"] == 0
    assert second["previous"] == {"page": first["page"], "last": first["seq"]}
    assert faulty.sessions == 1


def test_a_page_that_never_sent_anything_sends_no_farewell(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    faulty.pages["/brief"] = (page(call="Sealtape.pause();"), {})
    tab = begin(faulty, context, "/brief")
    tab.goto("about:blank")
    faulty.stays(lambda: not faulty.attempts, for_s=0.7)
