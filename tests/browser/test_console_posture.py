"""Posture: what a member reads, what turns red, and what goes on paper."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import console_desk
from tests.browser.console_desk import Desk

browser = console_desk.browser
console = console_desk.console


def link(console: Desk) -> str:
    """Return what the rail says of the posture to somebody who cannot see its dot."""
    return console.page.locator(".rail-link", has_text="Posture").inner_text().replace("\n", "")


def test_the_rails_dot_tells_the_standing_on_every_page(console: Desk) -> None:
    console.sign_in()
    dot = console.page.locator(".rail-link .dot")
    expect(dot).to_have_class("dot good")
    assert "every promise kept" in link(console)
    console.office.posture.notice("sdk_key_age")
    console.open("/settings")
    expect(dot).to_have_class("dot warn")
    console.office.posture.break_one("access")
    console.open("/")
    expect(dot).to_have_class("dot bad")
    assert "broken" in link(console)
    assert console.complaints == []


def test_the_rail_asks_once_and_the_page_for_itself(console: Desk) -> None:
    console.sign_in()
    expect(console.page.locator(".rail-link .dot")).to_be_visible()
    console.page.get_by_role("link", name="Settings").click()
    expect(console.page.get_by_role("heading", name="Settings")).to_be_visible()
    assert console.office.requests.count("GET /v1/posture") == 1
    console.open("/posture")
    expect(console.page.get_by_text("13 kept")).to_be_visible()
    assert console.office.requests.count("GET /v1/posture") == 2


def test_each_row_says_what_was_read_from_where_and_when(console: Desk) -> None:
    console.sign_in("/posture")
    row = console.page.locator("#access")
    expect(row).to_contain_text("Who can read")
    expect(row).to_contain_text("roles/storage.objectCreator")
    expect(row).to_contain_text("IAM policy of Cloud Storage bucket st-")
    expect(console.page.locator(".check")).to_have_count(18)
    expect(console.page.locator(".check.kept")).to_have_count(13)
    expect(console.page.locator(".check.skipped")).to_have_count(5)
    assert console.complaints == []


def test_checking_again_turns_exactly_the_broken_row_red_and_puts_it_first(console: Desk) -> None:
    console.sign_in("/posture")
    expect(console.page.get_by_text("13 kept, 5 not applicable.")).to_be_visible()
    console.office.posture.break_one("retention")
    console.page.get_by_role("button", name="Check again").click()
    expect(console.page.get_by_text("1 promise broken, 12 kept")).to_be_visible()
    expect(console.page.locator(".check.broken")).to_have_count(1)
    first = console.page.locator(".check").first
    expect(first).to_have_id("retention")
    expect(first).to_contain_text("What to do.")
    expect(console.page.locator(".rail-link .dot")).to_have_class("dot bad")


def test_the_signed_report_is_downloaded_as_a_file(console: Desk) -> None:
    console.sign_in("/posture")
    with console.page.expect_download() as download:
        console.page.get_by_role("link", name="Signed report").click()
    assert download.value.suggested_filename == "posture.json"
    path = download.value.path()
    assert json.loads(Path(path).read_text())["receipt"] == "signed"


def test_on_paper_there_are_the_checks_the_tenant_and_the_time_and_no_controls(
    console: Desk,
) -> None:
    console.sign_in("/posture")
    expect(console.page.get_by_text("13 kept")).to_be_visible()
    console.page.emulate_media(media="print")
    for hidden in (".rail", ".top", ".posture-actions", ".off-paper"):
        expect(console.page.locator(hidden).first).to_be_hidden()
    expect(console.page.get_by_role("heading", name="Posture of acme")).to_be_visible()
    expect(console.page.locator("#access")).to_contain_text("roles/storage.objectViewer")
    # Light on paper, whichever theme the screen has.
    colour = "getComputedStyle(document.querySelector('.check h3')).color"
    assert console.page.evaluate(colour) == "rgb(18, 26, 27)"
    assert len(console.page.pdf()) > 10_000


def test_a_viewer_is_told_who_can_grant_it_and_sees_no_dot(console: Desk) -> None:
    console.office.tenant = 1
    console.office.refusals["/v1/posture"] = (403, "role_insufficient")
    console.sign_in("/posture")
    alert = console.page.get_by_role("alert")
    expect(alert).to_contain_text("An owner or admin of this tenant can grant it")
    expect(console.page.locator(".rail-link .dot")).to_have_count(0)
    console.open("/")
    expect(console.page.locator(".row").first).to_be_visible()
    assert console.office.requests.count("GET /v1/posture") == 1


def test_a_failure_is_explained_and_tried_again(console: Desk) -> None:
    console.office.refusals["/v1/posture"] = (503, "unavailable")
    console.sign_in("/posture")
    expect(console.page.get_by_role("alert")).to_contain_text("Unavailable")
    del console.office.refusals["/v1/posture"]
    console.page.get_by_role("button", name="Try again").click()
    expect(console.page.get_by_text("13 kept")).to_be_visible()


def test_while_it_loads_the_page_has_its_shape(console: Desk) -> None:
    gate = console.office.held["/v1/posture"] = threading.Event()
    console.sign_in("/posture")
    expect(console.page.get_by_role("status", name="Checking every promise")).to_be_visible()
    expect(console.page.get_by_role("button", name="Print")).to_be_disabled()
    gate.set()
    expect(console.page.get_by_text("13 kept")).to_be_visible()
