"""Takes a picture of every page of the console: `python -m tests.browser.screenshots`.

They go to screenshots/, which git ignores: two themes at 1280 and 390 px, to be looked at.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect

from infra.local.chromium import launch
from tests.browser.console_backend import Office
from tests.browser.console_desk import WAIT_MS, Desk, build_console, desk
from tests.browser.console_offices import BROKEN, REAL, SHOP, busy_office
from tests.browser.console_recordings import carrying_visit
from tests.browser.console_settings import BEN, PEM
from tests.browser.vault_scenes import VAULT_SCENES

TARGET = Path(__file__).parent.parent.parent / "screenshots"
SIZES = {"1280": (1280, 800), "390": (390, 844)}


def sign_in(at: Desk) -> None:
    """The sign-in page after a wrong password."""
    at.open("/")
    at.fill_sign_in("wrong")
    expect(at.page.get_by_role("alert")).to_contain_text("do not match")


def setup(at: Desk) -> None:
    """The page behind an invitation."""
    at.open("/setup#token=first-visit")
    expect(at.page.get_by_label("New password")).to_be_visible()


def sessions(at: Desk) -> None:
    """A screenful of sessions, one of them focused by the keyboard."""
    at.sign_in("/")
    expect(at.page.locator(".row").first).to_be_visible()
    at.page.keyboard.press("ArrowDown")
    at.page.keyboard.press("ArrowDown")


def account(at: Desk) -> None:
    """The account's menu."""
    at.sign_in("/")
    at.page.get_by_role("button", name="Account of").click()


def empty(at: Desk) -> None:
    """No session yet."""
    at.office.rows.clear()
    at.sign_in("/")
    expect(at.page.get_by_text("No visits recorded yet")).to_be_visible()


def loading(at: Desk) -> None:
    """The list while it loads."""
    at.office.held["/v1/sessions"] = threading.Event()
    at.sign_in("/")
    expect(at.page.locator(".skeleton-list")).to_be_visible()


def failed(at: Desk) -> None:
    """The list when the server fails."""
    at.office.refusals["/v1/sessions"] = (503, "seal_unavailable")
    at.sign_in("/")
    expect(at.page.get_by_role("alert")).to_be_visible()


def missing(at: Desk) -> None:
    """A session that does not exist."""
    at.sign_in("/sessions/s_unknown")
    expect(at.page.get_by_role("alert")).to_be_visible()


def player(at: Desk, session: str, seek: str, tab: str | None = None) -> None:
    """A session at a place, with a side tab."""
    at.play_session(session, seek)
    at.page.locator(".replayer-wrapper").wait_for(timeout=WAIT_MS)
    if tab:
        at.page.get_by_role("tab", name=tab).click()
    at.page.wait_for_function("document.querySelector('.stage iframe').contentDocument.body")


def carried(at: Desk) -> None:
    """What two requests carried, both opened."""
    at.office.visits[SHOP] = carrying_visit()
    player(at, SHOP, "?t=2", "Network")
    for summary in at.page.locator("summary").all():
        summary.click()


def policy(at: Desk) -> None:
    """The policy, with changes that are not saved yet."""
    at.sign_in("/settings")
    at.page.get_by_label("Typed values").check()
    at.page.get_by_label("Do Not Track").check()
    expect(at.page.get_by_text("More is recorded")).to_be_visible()


def policy_overtaken(at: Desk) -> None:
    """The policy after somebody else was quicker."""
    policy(at)
    at.office.settings.change_policy(BEN, allow=["text"])
    at.page.get_by_role("button", name="Save as a new version").click()
    expect(at.page.get_by_role("alert")).to_contain_text("ben@acme.example")


def policy_read_only(at: Desk) -> None:
    """The policy as a viewer sees it, with its history."""
    at.office.tenant = 1
    at.sign_in("/settings/policy")
    at.page.get_by_text("Version 3").click()


def keys(at: Desk) -> None:
    """The keys, one of them about to be disabled."""
    at.sign_in("/settings/keys")
    at.page.get_by_role("button", name="Disable Staging").click()
    at.page.get_by_text("Disabled and expired").click()


def key_form(at: Desk) -> None:
    """A new key that was refused."""
    at.sign_in("/settings/keys")
    at.page.get_by_role("button", name="New key").click()
    at.page.get_by_label("Label").fill("Outlet")
    at.page.get_by_label("Origins", exact=True).fill("shop")
    at.page.get_by_label("Strict mode").check()
    at.page.get_by_label("Your server's public key").fill(PEM)
    at.page.get_by_role("button", name="Create key").click()
    expect(at.page.get_by_role("alert")).to_contain_text("is not an origin")


def key_shown(at: Desk) -> None:
    """A key that was just made."""
    at.sign_in("/settings/keys")
    at.page.get_by_role("button", name="Rotate Staging").click()
    at.page.get_by_role("button", name="Make the new key").click()
    expect(at.page.get_by_text("shown this once")).to_be_visible()


def keys_empty(at: Desk) -> None:
    """No key."""
    at.office.settings.keys.clear()
    at.sign_in("/settings/keys")
    expect(at.page.get_by_text("No live key")).to_be_visible()


def keys_forbidden(at: Desk) -> None:
    """The keys as a viewer meets them."""
    at.office.refusals["/v1/keys"] = (403, "role_insufficient")
    at.sign_in("/settings/keys")
    expect(at.page.get_by_role("alert")).to_contain_text("You may not see this")


def outcomes(at: Desk) -> None:
    """A week's outcomes."""
    at.sign_in("/settings/outcomes")
    expect(at.page.get_by_text("misconfigured")).to_be_visible()


def outcomes_empty(at: Desk) -> None:
    """A week without any."""
    at.office.settings.outcomes.clear()
    at.sign_in("/settings/outcomes")
    expect(at.page.get_by_text("No batch in the last 7 days")).to_be_visible()


def posture(at: Desk) -> None:
    """The posture, two promises broken."""
    at.office.posture.break_one("access", "retention")
    at.office.posture.notice("sdk_key_origins")
    at.sign_in("/posture")
    expect(at.page.get_by_text("2 promises broken")).to_be_visible()


def posture_kept(at: Desk) -> None:
    """The posture of a tenant that has nothing to do."""
    at.sign_in("/posture")
    expect(at.page.get_by_text("13 kept")).to_be_visible()


def posture_loading(at: Desk) -> None:
    """The posture while it is checked."""
    at.office.held["/v1/posture"] = threading.Event()
    at.sign_in("/posture")
    expect(at.page.locator(".setting-skeletons")).to_be_visible()


def posture_failed(at: Desk) -> None:
    """The posture when the checks could not be made."""
    at.office.refusals["/v1/posture"] = (503, "unavailable")
    at.sign_in("/posture")
    expect(at.page.get_by_role("alert")).to_be_visible()


def posture_forbidden(at: Desk) -> None:
    """The posture as a viewer meets it."""
    at.office.tenant = 1
    at.office.refusals["/v1/posture"] = (403, "role_insufficient")
    at.sign_in("/posture")
    expect(at.page.get_by_role("alert")).to_contain_text("You may not see this")


def posture_paper(at: Desk) -> None:
    """The posture as it is printed."""
    at.office.posture.break_one("access")
    at.sign_in("/posture")
    expect(at.page.get_by_text("1 promise broken")).to_be_visible()
    at.page.emulate_media(media="print")


def settings_loading(at: Desk) -> None:
    """The policy while it loads."""
    at.office.held["/v1/policy"] = threading.Event()
    at.sign_in("/settings")
    expect(at.page.locator(".setting-skeletons")).to_be_visible()


SCENES: dict[str, Callable[[Desk], None]] = {
    "sign-in": sign_in,
    "setup": setup,
    "sessions": sessions,
    "account": account,
    "empty": empty,
    "loading": loading,
    "failed": failed,
    "missing": missing,
    "player": lambda at: player(at, REAL, "?t=9"),
    "player-gap": lambda at: player(at, SHOP, "?t=8"),
    "player-info": lambda at: player(at, SHOP, "?t=15", "Info"),
    "player-bodies": carried,
    "player-broken": lambda at: player(at, BROKEN, ""),
    "policy": policy,
    "policy-overtaken": policy_overtaken,
    "policy-read-only": policy_read_only,
    "keys": keys,
    "key-form": key_form,
    "key-shown": key_shown,
    "keys-empty": keys_empty,
    "keys-forbidden": keys_forbidden,
    "outcomes": outcomes,
    "outcomes-empty": outcomes_empty,
    "settings-loading": settings_loading,
    "posture": posture,
    "posture-kept": posture_kept,
    "posture-loading": posture_loading,
    "posture-failed": posture_failed,
    "posture-forbidden": posture_forbidden,
    "posture-paper": posture_paper,
    **VAULT_SCENES,
}


def shoot(browser: Browser, name: str, theme: str, size: str) -> None:
    """Take one picture."""
    width, height = SIZES[size]
    office: Office = busy_office()
    viewport = {"width": width, "height": height}
    with desk(browser, office, viewport=viewport, color_scheme=theme, device_scale_factor=2) as at:
        SCENES[name](at)
        if at.page.locator(
            ".settings, .posture"
        ).count():  # long pages, whose rail follows the window
            tall = int(at.page.evaluate("document.documentElement.scrollHeight"))
            at.page.set_viewport_size({"width": width, "height": max(height, tall)})
        at.page.screenshot(path=TARGET / f"{name}-{theme}-{size}.png")
        for event in office.held.values():
            event.set()


def main() -> None:
    """Take those that are named on the command line, or all of them."""
    build_console()
    TARGET.mkdir(exist_ok=True)
    names = sys.argv[1:] or list(SCENES)
    with launch() as browser:
        for name in names:
            for theme in ("light", "dark"):
                for size in SIZES:
                    shoot(browser, name, theme, size)
    print(f"{len(names) * 4} pictures in {TARGET.name}/")


if __name__ == "__main__":
    main()
