"""The sessions list: rows, filter, keyboard, older rows, and what it says when there is nothing."""

from __future__ import annotations

import threading
import time

from playwright.sync_api import expect

from tests.browser import console_desk
from tests.browser.console_backend import TENANTS
from tests.browser.console_desk import Desk
from tests.browser.console_offices import SHOP, busy_office, row

browser = console_desk.browser
console = console_desk.console


def now_ms() -> int:
    """Return the time as the API writes it."""
    return int(time.time() * 1000)


def test_a_row_tells_path_length_signals_and_device(console: Desk) -> None:
    console.sign_in()
    first = console.page.locator(".row").first
    expect(first).to_contain_text("/cart")
    expect(first).to_contain_text("1:12")
    expect(first).to_contain_text("1 errors")
    expect(first).to_contain_text("7 events lost")
    assert "202" in (first.locator("time").get_attribute("title") or "")


def test_a_row_tells_a_country_by_two_letters_and_its_name_on_hover(console: Desk) -> None:
    console.office.rows = [{**row(2, now_ms()), "country": code} for code in ("DE", None, "<b>")]
    console.sign_in()
    where = console.page.locator(".row .c-where")
    expect(where).to_have_count(3)
    device = where.nth(1).inner_text()
    assert [where.nth(n).inner_text() for n in (0, 2)] == [f"{device}, DE", device]
    expect(where.first.locator("abbr")).to_have_attribute("title", "Germany")


def test_slash_focuses_the_filter_and_the_filter_narrows_the_rows(console: Desk) -> None:
    console.sign_in()
    expect(console.page.locator(".row")).to_have_count(25)
    console.page.keyboard.press("/")
    console.page.keyboard.type("signup safari")
    shown = console.page.locator(".row")
    expect(shown.first).to_contain_text("Safari")
    assert all("/signup" in text for text in shown.all_inner_texts())


def test_a_filter_without_a_match_says_so_and_can_be_cleared(console: Desk) -> None:
    console.sign_in()
    console.page.get_by_role("searchbox").fill("no such thing")
    expect(console.page.get_by_text("No loaded session matches")).to_be_visible()
    console.page.get_by_role("button", name="Clear the filter").click()
    expect(console.page.locator(".row")).to_have_count(25)


def test_arrows_move_between_rows_and_enter_opens_one(console: Desk) -> None:
    console.sign_in()
    expect(console.page.locator(".row")).to_have_count(25)
    console.page.keyboard.press("ArrowDown")
    console.page.keyboard.press("ArrowDown")
    console.page.keyboard.press("ArrowUp")
    expect(console.page.locator(".row-link").first).to_be_focused()
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_role("slider")).to_be_visible()
    assert console.page.url.endswith(f"/sessions/{SHOP}")


def test_older_sessions_come_after_the_newest_fifty(console: Desk) -> None:
    console.office.rows = [row(number, now_ms()) for number in range(2, 62)]
    console.sign_in()
    expect(console.page.locator(".row")).to_have_count(50)
    console.page.get_by_role("button", name="Show older sessions").click()
    expect(console.page.locator(".row")).to_have_count(60)
    expect(console.page.get_by_role("button", name="Show older sessions")).to_have_count(0)


def test_exactly_fifty_sessions_offer_no_older_ones(console: Desk) -> None:
    console.office.rows = [row(number, now_ms()) for number in range(2, 52)]
    console.sign_in()
    expect(console.page.locator(".row")).to_have_count(50)
    expect(console.page.get_by_role("button", name="Show older sessions")).to_have_count(0)


def test_a_new_session_appears_without_a_reload(console: Desk) -> None:
    newest = console.office.rows.pop(0)
    console.page.clock.install()
    console.sign_in()
    expect(console.page.locator(".row")).to_have_count(24)
    console.office.rows.insert(0, newest)
    console.page.clock.fast_forward(8_000)
    expect(console.page.locator(".row")).to_have_count(25)
    expect(console.page.locator(".row-link").first).to_have_attribute("href", f"/sessions/{SHOP}")


def test_no_session_yet_shows_the_snippet(console: Desk) -> None:
    console.office.rows.clear()
    console.sign_in()
    expect(console.page.get_by_text("No visits recorded yet")).to_be_visible()
    expect(console.page.locator("pre")).to_contain_text("Sealtape.init")


def test_a_list_on_its_way_shows_its_skeleton(console: Desk) -> None:
    console.office.held["/v1/sessions"] = threading.Event()
    console.sign_in()
    expect(console.page.get_by_role("status", name="Loading sessions")).to_be_visible()
    console.office.held["/v1/sessions"].set()
    expect(console.page.locator(".row")).to_have_count(25)


def test_a_failed_list_can_be_tried_again(console: Desk) -> None:
    console.office.refusals["/v1/sessions"] = (503, "seal_unavailable")
    console.sign_in()
    expect(console.page.get_by_role("alert")).to_contain_text("Seal unavailable")
    console.office.refusals.clear()
    console.page.get_by_role("button", name="Try again").click()
    expect(console.page.locator(".row")).to_have_count(25)


def test_a_forbidden_list_says_who_can_grant_it(console: Desk) -> None:
    console.office.refusals["/v1/sessions"] = (403, "forbidden")
    console.sign_in()
    expect(console.page.get_by_role("alert")).to_contain_text("owner or admin")


def test_switching_the_tenant_asks_for_its_sessions(console: Desk) -> None:
    console.sign_in()
    expect(console.page.locator(".row")).to_have_count(25)
    console.office.rows = busy_office(rows=2).rows
    console.page.get_by_role("button", name="Tenant acme").click()
    console.page.get_by_role("menuitemradio", name=str(TENANTS[1]["name"])).click()
    expect(console.page.locator(".row")).to_have_count(3)
    expect(console.page.get_by_role("button", name="Tenant acme-staging")).to_be_visible()


def test_an_unknown_address_leads_back(console: Desk) -> None:
    console.sign_in("/no/such/page")
    console.page.get_by_role("link", name="Back to sessions").click()
    expect(console.page.locator(".row")).to_have_count(25)
