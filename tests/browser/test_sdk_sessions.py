"""One visit is one session: across loads and tabs, until the visitor is away or 4 hours old."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.browser.faulty_server import FaultyServer

pytestmark = pytest.mark.browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A profile that nobody uses afterwards: a fake clock stays in it."""
    with browser.new_context() as opened:
        yield opened


def load(faulty: FaultyServer, tab: Page, path: str = "/") -> None:
    """Load a page and wait for its first batch; the page before may send its last one meanwhile."""
    before = pages(faulty)
    tab.goto(faulty.site + path)
    faulty.wait(lambda: pages(faulty) > before)


def pages(faulty: FaultyServer) -> set[str]:
    """Return the pages of which anything is stored."""
    return {header["page"] for header in faulty.headers()}


class Clocked:
    """A tab under a fake clock, which must not be moved while the tab waits for an answer."""

    def __init__(self, faulty: FaultyServer, context: BrowserContext) -> None:
        """Load a page."""
        self.faulty = faulty
        self.tab = context.new_page()
        self.tab.clock.install()
        self._asked: set[Request] = set()
        self.tab.on("request", lambda asked: self._asked.add(asked))
        for end in ("requestfinished", "requestfailed"):
            self.tab.on(end, lambda asked: self._asked.discard(asked))
        load(faulty, self.tab)

    def skip(self, time: str) -> None:
        """Let time pass at once, as if the machine had slept."""
        self._settle()
        self.tab.clock.fast_forward(time)

    def act(self) -> None:
        """Move the pointer, and wait until that is stored."""
        self._settle()
        before = len(self.faulty.batches)
        self.tab.mouse.move(10 + before % 7, 10)
        self.tab.clock.run_for(1000)
        self.faulty.wait(lambda: len(self.faulty.batches) > before)

    def _settle(self) -> None:
        self.tab.evaluate("0")  # what has happened in the tab is known here once it has answered
        while self._asked:
            self.tab.wait_for_event("requestfinished")
        self.tab.evaluate("0")  # the answer was read


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
    clocked = Clocked(faulty, context)
    tab = clocked.tab
    tab.mouse.move(5, 5)
    clocked.skip("29:00")
    faulty.stays(lambda: not faulty.headers()[-1]["final"], for_s=0.5)
    clocked.skip("02:00")
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
    clocked = Clocked(faulty, context)
    for minutes in range(0, 60, 10):
        clocked.act()
        clocked.skip("09:30")
        renewals = minutes // 10 + 1
        faulty.wait(partial(lambda n: len(faulty.handshakes) > n, renewals))
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
    clocked = Clocked(faulty, context)
    for step in ["20:00"] * 11 + ["18:30"]:
        clocked.skip(step)
        clocked.act()
    assert faulty.sessions == 1
    for _ in range(4):
        clocked.skip("00:15")
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
