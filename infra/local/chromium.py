"""Finds a browser and starts it: every test that drives Chromium begins here.

`python -m infra.local.chromium` says whether there is one, and what to install if not.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
EXPECT_MS = 30_000  # as long as Playwright gives its actions: a busy machine is no failure
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
)
MISSING = (
    "No browser found. Install Chromium with `.venv/bin/python -m playwright install chromium`, "
    "or your system's package (`apt-get install chromium`), or set CHROMIUM to a browser's path."
)


class BrowserMissing(Exception):
    """No browser was found; the message says what to install."""


def find_chromium(playwrights_own: str | None = None) -> str:
    """Return the path of a Chromium to drive.

    Looks at the environment variable CHROMIUM, then for the usual names on PATH, then at
    `playwrights_own`, the path at which Playwright would install one.

    Raises: BrowserMissing: there is none; or CHROMIUM names no file.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        if not Path(named).is_file():
            raise BrowserMissing(f"CHROMIUM names {named}, which is no file.")
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    if playwrights_own and Path(playwrights_own).is_file():
        return playwrights_own
    raise BrowserMissing(MISSING)


@contextmanager
def launch(*extra: str, headless: bool = True) -> Iterator[Browser]:
    """Start Chromium for the time of a `with` block.

    Args: extra: further command-line switches of Chromium.
    Raises: BrowserMissing: there is none, or it does not start.
    """
    expect.set_options(timeout=EXPECT_MS)
    with sync_playwright() as playwright:
        path = find_chromium(playwright.chromium.executable_path)
        try:
            browser = playwright.chromium.launch(
                executable_path=path, headless=headless, args=[*ARGUMENTS, *extra]
            )
        except Error as error:
            raise BrowserMissing(f"{path} does not start: {error.message}") from error
        try:
            yield browser
        finally:
            browser.close()


def main() -> int:
    """Start a browser and end it again; what is installed but does not start is of no use."""
    try:
        with launch():
            return 0
    except BrowserMissing as missing:
        print(missing, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
