"""Fixtures of every test that drives a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import launch


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module's tests.

    Not for the whole run: Playwright's event loop stands in the way of asynchronous tests.
    """
    with launch() as started:
        yield started
