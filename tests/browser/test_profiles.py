"""A profile that was lent before is as empty as a new one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.faulty_server import FaultyServer
from tests.browser.profiles import profile

pytestmark = pytest.mark.browser
WRITE = """async () => {
  localStorage.a = sessionStorage.a = document.cookie = "a=1";
  await caches.open("a");
  await new Promise(done => { indexedDB.open("a").onsuccess = done; });
  addEventListener("pagehide", () => { localStorage.b = 1; });
}"""
READ = """async () => [
  localStorage.length, sessionStorage.length, document.cookie, (await caches.keys()).length,
  (await indexedDB.databases()).length, Notification.permission,
]"""


def opened(context: BrowserContext, site: str) -> Page:
    """Return a tab on a page that stores nothing by itself."""
    tab = context.new_page()
    tab.goto(f"{site}/plain")
    return tab


def test_what_one_test_leaves_the_next_does_not_find(
    browser: Browser, faulty: FaultyServer
) -> None:
    faulty.pages["/plain"] = ("<!doctype html><title>Plain</title>", {})
    found = []
    for _ in range(2):
        with profile(browser, [faulty.site]) as lent:
            tab = opened(lent, faulty.site)
            found.append(tab.evaluate(READ))
            tab.evaluate(WRITE)
            assert tab.evaluate(READ) != found[0]
            lent.grant_permissions(["notifications"])
    assert found[1] == found[0]


def test_a_profile_that_is_out_is_not_lent_again(browser: Browser, faulty: FaultyServer) -> None:
    with profile(browser, []) as one, profile(browser, []) as other:
        assert one is not other


def test_a_profile_in_which_a_test_failed_is_not_lent_again(browser: Browser) -> None:
    lent = []

    def fail() -> None:
        with profile(browser, []) as context:
            lent.append(context)
            raise KeyError

    for _ in range(2):
        with pytest.raises(KeyError):
            fail()
    assert lent[0] is not lent[1]
