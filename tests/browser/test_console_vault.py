"""The vault: what is erased, what is taken along, and by whose key it is sealed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import console_desk
from tests.browser.console_desk import WAIT_MS, Desk, desk
from tests.browser.console_offices import SHOP, busy_office
from tests.browser.console_vault import OWN_KEY, change, done, operation, proof

browser = console_desk.browser
console = console_desk.console

RANGE_BYTES = 8 * 1024 * 1024


def press(console: Desk, name: str) -> None:
    """Press the button with exactly this name."""
    console.page.get_by_role("button", name=name, exact=True).click()


def look(console: Desk) -> None:
    """Come back to the tab, so that the page looks at once and not at its own pace."""
    console.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_rail_leads_to_the_vault_and_tabs_have_addresses(console: Desk) -> None:
    console.sign_in()
    console.page.get_by_role("link", name="Vault").click()
    for name in ("Erasures", "Exports", "Seal"):
        link = console.page.get_by_role("link", name=name, exact=True)
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        assert console.page.url.endswith(f"/vault/{name.lower()}")
    assert console.complaints == []


def test_a_session_is_erased_from_its_own_page_in_two_steps(console: Desk) -> None:
    console.sign_in(f"/sessions/{SHOP}")
    press(console, "More about this session")
    console.page.get_by_role("menuitem", name="Erase this session").click()
    expect(console.page.get_by_label("Link or id of the session")).to_have_value(SHOP)
    press(console, "Continue")
    expect(console.page.get_by_role("button", name="Go back")).to_be_focused()
    assert all(row["what"].get("session") != SHOP for row in console.office.vault.erasures)
    press(console, "Erase for good")
    row = console.page.get_by_role("listitem").filter(has_text=SHOP)
    expect(row).to_contain_text("Running")
    expect(row).to_contain_text("ordered just now by you")
    assert console.office.vault.erasures[0]["what"] == {"kind": "session", "session": SHOP}
    assert console.page.url.endswith("/vault/erasures")
    assert console.complaints == []


def test_everything_is_erased_only_once_the_tenants_name_is_typed(console: Desk) -> None:
    console.sign_in("/vault/erasures")
    press(console, "Erase")
    console.page.get_by_label("Everything").check()
    press(console, "Continue")
    final = console.page.get_by_role("button", name="Erase for good")
    console.page.get_by_label("Type acme to confirm").fill("acm")
    expect(final).to_be_disabled()
    console.page.get_by_label("Type acme to confirm").fill("acme")
    final.click()
    expect(console.page.get_by_role("heading", name="Everything")).to_be_visible()
    assert console.office.vault.erasures[0]["what"] == {"kind": "tenant"}


def test_a_range_is_meant_in_the_time_zone_that_is_said(browser: Browser) -> None:
    with desk(browser, busy_office(), timezone_id="Asia/Tokyo") as console:
        console.sign_in("/vault/erasures")
        press(console, "Erase")
        console.page.get_by_label("A range of time").check()
        expect(console.page.get_by_text("time zone, Asia/Tokyo")).to_be_visible()
        console.page.get_by_label("From").fill("2026-11-01T09:00")
        console.page.get_by_label("To", exact=True).fill("2026-11-01T10:30")
        press(console, "Continue")
        press(console, "Erase for good")
        expect(console.page.locator(".entry")).to_have_count(5)
        what = console.office.vault.erasures[0]["what"]
        assert what == {"kind": "range", "from_ms": 1_793_491_200_000, "to_ms": 1_793_496_600_000}


def test_an_erasure_is_followed_until_its_receipt_can_be_taken(console: Desk) -> None:
    console.sign_in("/vault/erasures")
    row = console.page.locator(".entry").first
    expect(row).to_contain_text("12 objects erased so far")
    console.office.vault.erasures[0].update(done(14, 1))
    expect(row).to_contain_text("14 objects", timeout=WAIT_MS)
    expect(row).to_contain_text("Nothing was left")
    with console.page.expect_download() as download:
        row.get_by_role("link", name="Receipt").click()
    assert download.value.suggested_filename == f"erasure-{operation('a')}.json"
    assert json.loads(Path(download.value.path()).read_text())["receipt"] == "signed"


def test_what_a_role_does_not_include_is_disabled_and_said(console: Desk) -> None:
    console.office.role = "admin"
    console.sign_in("/vault/erasures")
    press(console, "Erase")
    expect(console.page.get_by_label("Everything")).to_be_disabled()
    expect(console.page.get_by_text("Only an owner can erase everything")).to_be_visible()
    console.open("/vault/seal")
    expect(console.page.get_by_role("button", name="Use your own key")).to_be_disabled()
    expect(console.page.get_by_text("Only an owner changes the seal")).to_be_visible()
    console.office.role = "auditor"
    console.open("/vault/erasures?session=" + SHOP)
    expect(console.page.get_by_text("Owners and admins can erase")).to_be_visible()
    expect(console.page.get_by_role("button", name="Erase", exact=True)).to_be_disabled()
    console.office.role = "viewer"
    console.open(f"/sessions/{SHOP}")
    press(console, "More about this session")
    expect(console.page.get_by_text("Owners and admins can export and erase")).to_be_visible()
    expect(console.page.get_by_role("menuitem").first).to_be_disabled()


def test_a_refused_order_says_why_and_keeps_what_was_typed(console: Desk) -> None:
    console.office.refusals["POST /v1/erasures"] = (503, "unavailable")
    console.sign_in(f"/vault/erasures?user={'ab' * 8}")
    press(console, "Continue")
    press(console, "Erase for good")
    expect(console.page.get_by_role("alert")).to_contain_text("Unavailable")
    press(console, "Go back")
    expect(console.page.get_by_role("textbox", name="Visitor's hash")).to_have_value("ab" * 8)


def test_a_part_is_downloaded_in_ranges_and_its_hash_compared(console: Desk) -> None:
    whole = bytes(range(251)) * (RANGE_BYTES // 251 + 1)
    row = console.office.vault.exports[1]
    console.office.vault.add_parts(row, whole, b"small")
    console.sign_in("/vault/exports")
    path = f"/v1/exports/{row['id']}/parts/1"
    with console.page.expect_download() as download:
        press(console, "Download part 1")
    assert download.value.suggested_filename == "1.tar"
    assert Path(download.value.path()).read_bytes() == whole
    assert console.office.requests.count(f"GET {path}") == 2
    expect(console.page.get_by_text("Hash matches")).to_have_count(1)
    console.office.vault.parts[f"/v1/exports/{row['id']}/parts/2"] = b"smell"
    press(console, "Download part 2")
    expect(console.page.get_by_text("not the bytes that were exported")).to_be_visible()
    with console.page.expect_download() as download:
        press(console, "Manifest")
    assert json.loads(Path(download.value.path()).read_text()) == row["manifest"]
    assert console.complaints == []


def test_an_export_is_ordered_for_everything_or_for_the_session_of_a_link(console: Desk) -> None:
    console.sign_in(f"/vault/exports?session={SHOP}")
    console.page.get_by_label("Link or id").fill(f"https://console.example/sessions/{SHOP}?t=4")
    press(console, "Export")
    rows = console.page.locator(".entry")
    expect(rows).to_have_count(5)
    expect(rows.first).to_contain_text(SHOP)
    press(console, "New export")
    press(console, "Export")
    expect(rows).to_have_count(6)
    assert [row["session"] for row in console.office.vault.exports[:2]] == [None, SHOP]


def test_a_key_is_named_proved_and_called_off(console: Desk) -> None:
    console.sign_in("/vault/seal")
    press(console, "Use your own key")
    console.page.get_by_label("Name of the key").fill(OWN_KEY.replace("west1", "west9"))
    press(console, "Use this key")
    expect(console.page.get_by_role("alert")).to_contain_text("must be in europe-west1")
    console.page.get_by_label("Name of the key").fill(OWN_KEY)
    press(console, "Use this key")
    running = console.page.get_by_role("region", name="Change under way")
    expect(running).to_contain_text(f"--update-labels=sealtape-proof={proof()['value']}")
    expect(console.page.get_by_role("button", name="Use your own key")).to_be_disabled()
    press(console, "Call it off")
    expect(console.page.get_by_text("The seal is what it was before")).to_be_visible()
    assert console.office.vault.seal["operation"]["error"] == "seal_aborted"


def test_a_reseal_shows_how_far_it_is(console: Desk) -> None:
    seal = console.office.vault.seal
    seal.update(mode="customer_managed", kms_key=OWN_KEY)
    console.sign_in("/vault/seal")
    press(console, "Reseal after a rotation")
    press(console, "Reseal every recording")
    running = console.page.get_by_role("region", name="Change under way")
    expect(running).to_contain_text("Get access, under way")
    seal["operation"] = change("reseal", "reseal", done=40, total=120)
    look(console)
    expect(running).to_contain_text("40 of 120 objects")
    seal["operation"].update(state="done", done=120)
    look(console)
    expect(running).to_have_count(0)


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("unavailable", "disabled", "Enable its primary version"),
        ("unavailable", "permission_removed", "cryptoKeyEncrypterDecrypter"),
        ("unknown", "not_visible", "roles/cloudkms.viewer"),
        ("shredded", "destroyed", "Nobody can read what it sealed"),
    ],
)
def test_each_state_of_a_key_says_what_it_means(
    console: Desk, state: str, reason: str, words: str
) -> None:
    fresh = {"mode": "customer_managed", "kms_key": OWN_KEY, "state": state, "reason": reason}
    console.office.vault.seal.update(fresh)
    console.sign_in("/vault/seal")
    expect(console.page.get_by_role("region", name="Its state")).to_contain_text(words)


def test_a_failed_change_says_what_stays(console: Desk) -> None:
    failed = {"state": "failed", "error": "seal_unavailable"}
    for step, words in (("canary", "what it was before"), ("reseal", "Keep the former key")):
        console.office.vault.seal["operation"] = change("change_seal", step, **failed)
        console.sign_in("/vault/seal")
        expect(console.page.get_by_role("region", name="The last change")).to_contain_text(words)


def test_a_session_that_is_gone_says_why(console: Desk) -> None:
    for status, code, words in (
        (410, "session_erased", "This visit was erased"),
        (410, "session_expired", "past its retention"),
        (410, "recording_shredded", "the key was destroyed"),
        (503, "recording_unreadable", "cannot be opened now"),
    ):
        console.office.refusals[f"/v1/sessions/{SHOP}/events"] = (status, code)
        console.sign_in(f"/sessions/{SHOP}")
        expect(console.page.get_by_role("alert")).to_contain_text(words)
    console.office.refusals = {"/v1/sessions": (410, "recording_shredded")}
    console.open("/")
    expect(console.page.get_by_role("alert")).to_contain_text("the key was destroyed")


def test_each_tab_tells_a_failure_and_tries_again(console: Desk) -> None:
    for tab in ("seal", "erasures", "exports"):
        console.office.refusals[f"/v1/{tab}"] = (503, "unavailable")
        console.sign_in(f"/vault/{tab}")
        expect(console.page.get_by_role("alert")).to_contain_text("Unavailable")
        console.office.refusals.clear()
        press(console, "Try again")
        expect(console.page.locator(".lead")).to_be_visible()
