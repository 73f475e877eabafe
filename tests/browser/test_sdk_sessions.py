"""One visit is one session: across loads and tabs, until the visitor is away or 4 hours old."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.faulty_server import FaultyServer

pytestmark = pytest.mark.browser


def load(faulty: FaultyServer, tab: Page, path: str = "/") -> None:
    """Load a page and wait until its handshake's answer is known."""
    before = len(faulty.batches)
    tab.goto(faulty.site + path)
    faulty.wait(lambda: len(faulty.batches) > before)


def act(faulty: FaultyServer, tab: Page) -> None:
    """Move the pointer, and wait until that is stored: under a fake clock no request may linger."""
    before = len(faulty.batches)
    tab.mouse.move(10 + before % 7, 10)
    tab.clock.run_for(1000)
    faulty.wait(lambda: len(faulty.batches) > before)
    tab.wait_for_timeout(100)


def test_loads_and_tabs_share_a_session(faulty: FaultyServer, context: BrowserContext) -> None:
    first, second = context.new_page(), context.new_page()
    load(faulty, first)
    load(faulty, first, "/next")
    load(faulty, second)
    assert faulty.sessions == 1
    tabs = [question["tab"] for question in faulty.handshakes]
    assert tabs[0] == tabs[1] != tabs[2]
    assert len({question["page"] for question in faulty.handshakes}) == 3


def test_two_tabs_that_open_at_once_open_one_session(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    faulty.pages["/opener"] = ("<!doctype html><title>Opener</title>", {})
    opener = context.new_page()
    opener.goto(f"{faulty.site}/opener")
    opener.evaluate("for (const name of ['a', 'b', 'c', 'd']) open('/', name)")
    faulty.wait(lambda: len(faulty.events(2)) == 4, 15)
    assert faulty.sessions == 1
    assert len({question["tab"] for question in faulty.handshakes}) == 4


def test_a_duplicated_tab_gets_an_id_of_its_own(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = context.new_page()
    load(faulty, tab)
    # A window that a page opens starts with a copy of its sessionStorage, as a duplicated tab does.
    tab.evaluate("open('/next')")
    faulty.wait(lambda: len(faulty.events(2)) == 2)
    first, second = (question["tab"] for question in faulty.handshakes)
    assert first != second
    assert faulty.headers()[-1]["previous"] is None


def test_half_an_hour_away_ends_the_session_and_the_next_action_begins_another(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = context.new_page()
    tab.clock.install()
    load(faulty, tab)
    tab.mouse.move(5, 5)
    tab.clock.fast_forward("29:00")
    faulty.stays(lambda: not faulty.headers()[-1]["final"], for_s=0.5)
    tab.clock.fast_forward("02:00")
    faulty.wait(lambda: faulty.headers()[-1]["final"])
    handshakes = len(faulty.handshakes)
    faulty.stays(lambda: len(faulty.handshakes) == handshakes, for_s=0.5)
    tab.mouse.move(50, 50)
    faulty.wait(lambda: faulty.sessions == 2)
    assert faulty.handshakes[-1]["resume"] is None
    tab.clock.run_for(1000)
    faulty.wait(lambda: len(faulty.events(2)) == 2)
    assert faulty.batches[0].session != faulty.batches[-1].session


def test_a_visitor_who_acts_stays_in_the_session_by_renewals(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = context.new_page()
    tab.clock.install()
    load(faulty, tab)
    for minutes in range(0, 60, 10):
        act(faulty, tab)
        tab.clock.fast_forward("09:30")
        renewals = minutes // 10 + 1
        faulty.wait(partial(lambda n: len(faulty.handshakes) > n, renewals))
        tab.wait_for_timeout(100)
    assert faulty.sessions == 1


def test_a_page_load_after_half_an_hour_begins_another_session(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    faulty.pages["/plain"] = ("<!doctype html><title>Plain</title>", {})
    tab = context.new_page()
    load(faulty, tab)
    for age_s, sessions in ((29 * 60, 1), (31 * 60, 2)):
        tab.goto(f"{faulty.site}/plain")
        tab.evaluate(
            """age => { const visit = JSON.parse(localStorage.sealtape);
            visit.active = Date.now() - age * 1000;
            localStorage.sealtape = JSON.stringify(visit); }""",
            age_s,
        )
        load(faulty, tab, "/next")
        assert faulty.sessions == sessions


def test_a_session_ends_after_four_hours(faulty: FaultyServer, context: BrowserContext) -> None:
    tab = context.new_page()
    tab.clock.install()
    load(faulty, tab)
    for step in ["20:00"] * 11 + ["18:30"]:
        tab.clock.fast_forward(step)
        act(faulty, tab)
    assert faulty.sessions == 1
    for _ in range(4):
        tab.clock.fast_forward("00:15")
        tab.wait_for_timeout(100)
    faulty.wait(lambda: faulty.sessions == 2)
    ended = faulty.wait(lambda: [header for header in faulty.headers() if header["final"]])
    assert len(ended) == 1
    assert faulty.handshakes[-1]["resume"] is None


def test_only_the_resume_token_and_clocks_are_kept_on_disk(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = context.new_page()
    load(faulty, tab)
    tab.fill("input", "something secret")
    tab.wait_for_timeout(500)
    kept = tab.evaluate("Object.entries(localStorage)")
    assert [name for name, _ in kept] == ["sealtape"]
    members = tab.evaluate("Object.keys(JSON.parse(localStorage.sealtape))")
    assert sorted(members) == ["active", "resume", "session", "since"]
    tab_members = tab.evaluate("Object.keys(JSON.parse(sessionStorage.sealtape))")
    assert sorted(tab_members) == ["last", "open", "page", "tab"]
