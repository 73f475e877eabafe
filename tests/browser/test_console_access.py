"""The console for everyone: axe-core finds no serious violation on any page, in both themes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import console_desk
from tests.browser.console_backend import CONSOLE
from tests.browser.console_desk import desk
from tests.browser.console_offices import busy_office
from tests.browser.screenshots import SCENES
from tests.browser.vault_scenes import ALIKE

browser = console_desk.browser

AXE = CONSOLE / "node_modules" / "axe-core" / "axe.min.js"
# The recorded page is a visitor's page, not ours to judge.
RUN = "only => axe.run(document, {iframes: false, resultTypes: ['violations'], ...only})"
# A theme changes colours alone: nothing else is looked at again in the dark.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}


def serious(results: dict[str, Any]) -> list[str]:
    """Return what axe calls serious or critical, with the place of each."""
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in results["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene not in ALIKE])
def test_axe_finds_nothing_serious(browser: Browser, scene: str) -> None:
    with desk(browser, busy_office(), reduced_motion="reduce") as at:
        SCENES[scene](at)
        at.page.evaluate(AXE.read_text())
        at.page.emulate_media(color_scheme="light")
        light = serious(at.page.evaluate(RUN, {}))
        at.page.emulate_media(color_scheme="dark")
        dark = serious(at.page.evaluate(RUN, COLOURS))
        for event in at.office.held.values():
            event.set()
    assert (light, dark) == ([], [])
