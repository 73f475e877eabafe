"""What requests carried, in the player: closed at first, readable, masks as bars."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import console_desk
from tests.browser.console_desk import Desk
from tests.browser.console_offices import SHOP
from tests.browser.console_recordings import carrying_visit

browser = console_desk.browser
console = console_desk.console


@pytest.fixture
def rows(console: Desk) -> Locator:
    """The rows of a visit's requests."""
    console.office.visits[SHOP] = carrying_visit()
    console.play_session(SHOP)
    console.page.get_by_role("tab", name="Network").click()
    found = console.page.locator(".moments li")
    expect(found).to_have_count(3)
    return found


def test_bodies_are_closed_until_somebody_asks(rows: Locator) -> None:
    summaries = rows.locator("summary")
    expect(summaries).to_have_text(["Request, form, 31 B", "Request, JSON, 88 B"])
    for pre in rows.locator("pre").all():
        expect(pre).to_be_hidden()
    summaries.nth(1).click()
    expect(rows.locator("pre").nth(1)).to_be_visible()
    expect(rows.locator("pre").first).to_be_hidden()


def test_json_is_shown_with_its_structure_and_markup_as_text(rows: Locator) -> None:
    rows.locator("summary").nth(1).click()
    said = rows.locator("pre").nth(1).inner_text()
    assert '{\n  "order": {\n    "id": 7,' in said
    assert '"<b>x</b>": 1' in said
    expect(rows.locator("pre b")).to_have_count(0)


def test_a_form_is_shown_a_pair_a_line_and_masks_are_bars(rows: Locator) -> None:
    rows.locator("summary").first.click()
    pre = rows.locator("pre").first
    assert pre.inner_text().splitlines()[0] == "city = Rome"
    expect(pre.locator(".mask-bar")).to_have_text("masked")
    assert "xxxx" not in rows.page.locator(".side").inner_html()


def test_what_was_not_kept_is_said_by_kind_and_size(rows: Locator) -> None:
    expect(rows.nth(0)).to_contain_text("Response, JSON, 2.1 KB: not kept")
    expect(rows.nth(1)).to_contain_text("Response, other kind, 4.2 KB: not kept")
    expect(rows.nth(2).locator(".bodies")).to_have_count(0)


def test_opening_a_body_moves_neither_the_playhead_nor_play(console: Desk, rows: Locator) -> None:
    rows.locator("summary").first.focus()
    console.page.keyboard.press("Space")
    expect(rows.locator("pre").first).to_be_visible()
    assert console.seconds == 0
    expect(console.page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_bodies_alone_are_said_to_have_no_effect(console: Desk) -> None:
    console.sign_in("/settings/policy")
    label = console.page.locator("label[for=allow-bodies]")
    requests = console.page.locator("#allow-network")
    requests.uncheck()
    console.page.locator("#allow-bodies").check()
    expect(label).to_contain_text("No effect without Requests")
    requests.check()
    expect(label).not_to_contain_text("No effect")
