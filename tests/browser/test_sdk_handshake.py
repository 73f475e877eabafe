"""Nothing is recorded before the handshake succeeded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.faulty_server import KEY, Fault, FaultyServer, page, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with serving() as started:
        started.pages["/"] = (page("<h1>Hello</h1><button>Press</button>"), {})
        started.pages["/next"] = (page("<h1>Next</h1>"), {})
        yield started


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as opened:
        yield opened


def test_a_visit_is_recorded_without_a_preflight(
    server: FaultyServer, context: BrowserContext
) -> None:
    context.new_page().goto(server.site)
    server.wait(lambda: server.events(2))
    assert [seen.method for seen in server.requests] == ["POST"] * len(server.requests)
    assert all(seen.headers["origin"] == server.site for seen in server.requests)
    assert all("cookie" not in seen.headers for seen in server.requests)
    assert all(seen.headers["content-type"] == "text/plain" for seen in server.requests)
    question = server.handshakes[0]
    assert question["key"] == KEY
    assert set(question) == {"v", "key", "sdk", "tab", "page", "resume", "assertion"}
    assert [event["type"] for event in server.events()][:3] == [4, 5, 2]
    assert server.custom("sealtape.page") == [{"path": "/"}]
    header = server.headers()[0]
    assert abs(header["offset"]) < 1000
    assert (header["seq"], header["dropped"], header["final"]) == (0, 0, False)
    assert header["total"] == len(server.batches[0].gzip)


def test_a_refused_handshake_records_nothing_and_does_not_ask_again(
    server: FaultyServer, context: BrowserContext
) -> None:
    server.handshake_faults.append(Fault(403, {"code": "handshake_refused", "retry": False}))
    tab = context.new_page()
    tab.goto(server.site)
    server.wait(lambda: server.handshakes)
    tab.click("button")
    server.stays(lambda: len(server.requests) == 1, for_s=2)
