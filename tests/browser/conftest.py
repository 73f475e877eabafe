"""Fixtures of every test that drives a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from infra.local.chromium import launch
from tests.browser.faulty_server import FaultyServer, page, serving
from tests.browser.profiles import profile


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module's tests.

    Not for the whole run: Playwright's event loop stands in the way of asynchronous tests.
    """
    with launch() as started:
        yield started


@pytest.fixture
def faulty() -> Iterator[FaultyServer]:
    """A server of the SDK's protocol that fails on demand, with two pages that embed the SDK."""
    with serving() as server:
        server.pages["/"] = (page("<h1>Hello</h1><button>Press</button><input>"), {})
        server.pages["/next"] = (page("<h1>Next</h1><button>Press</button>"), {})
        yield server


@pytest.fixture
def context(browser: Browser, faulty: FaultyServer) -> Iterator[BrowserContext]:
    """A visitor's browser profile, empty."""
    with profile(browser, [faulty.site, faulty.api]) as lent:
        yield lent
