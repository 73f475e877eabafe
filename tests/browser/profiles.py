"""Browser profiles that tests use one after another: a new one takes most of a second.

A test finds a profile empty: its tabs, cookies and permissions, and what its servers' pages have
stored, are taken away behind it. A fake clock cannot be: where one is set, the profile is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page


class _Profile:
    """One profile. A blank tab stays in it, so that the browser keeps what the next tab needs."""

    def __init__(self, browser: Browser, options: dict[str, Any]) -> None:
        self.context: BrowserContext = browser.new_context(**options)
        self._blank: Page = self.context.new_page()
        self._session: CDPSession = self.context.new_cdp_session(self._blank)

    def clean(self, origins: Iterable[str]) -> None:
        """Take away what a test left; a page may store something until it is closed."""
        for page in self.context.pages:
            if page is not self._blank:
                page.close()
        for origin in origins:
            order = {"origin": origin, "storageTypes": "all"}
            self._session.send("Storage.clearDataForOrigin", order)
        self.context.clear_cookies()
        self.context.clear_permissions()


_idle: WeakKeyDictionary[Browser, dict[str, _Profile]] = WeakKeyDictionary()


@contextmanager
def profile(browser: Browser, origins: Iterable[str], **options: Any) -> Iterator[BrowserContext]:
    """Lend a profile for the time of a `with` block.

    Args: origins: whose storage is cleared. options: Playwright's, of the context.
    """
    idle = _idle.setdefault(browser, {})
    kind = repr(sorted(options.items()))
    lent = idle.pop(kind, None) or _Profile(browser, options)
    try:
        yield lent.context
        lent.clean(origins)
    except BaseException:
        lent.context.close()
        raise
    idle[kind] = lent
