"""Signing in, setting up, and losing the sign-in: what a member meets at the door."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser import console_desk
from tests.browser.console_backend import PASSWORD
from tests.browser.console_desk import Desk
from tests.browser.console_offices import SHOP

browser = console_desk.browser
console = console_desk.console


def test_the_right_password_opens_the_sessions(console: Desk) -> None:
    console.open()
    console.fill_sign_in()
    expect(console.page.get_by_role("heading", name="Sessions")).to_be_visible()
    names = [cookie.get("name") for cookie in console.page.context.cookies()]
    assert names == ["__Host-sealtape"]


def test_a_wrong_password_is_told_and_keeps_the_email(console: Desk) -> None:
    console.open()
    console.fill_sign_in(PASSWORD + "!")
    expect(console.page.get_by_role("alert")).to_contain_text("do not match")
    expect(console.page.get_by_label("Email")).to_have_value("ana@acme.example")
    expect(console.page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()


def test_a_throttled_sign_in_says_so(console: Desk) -> None:
    console.office.refusals["/v1/sign-in"] = (429, "sign_in_throttled")
    console.open()
    console.fill_sign_in()
    expect(console.page.get_by_role("alert")).to_contain_text("Too many attempts")


def test_a_link_to_a_session_survives_the_sign_in(console: Desk) -> None:
    console.open(f"/sessions/{SHOP}?t=3")
    console.fill_sign_in()
    expect(console.page.get_by_role("slider")).to_be_visible()
    assert console.page.url.endswith(f"/sessions/{SHOP}?t=3")


def test_an_expired_sign_in_asks_again_at_the_same_address(console: Desk) -> None:
    console.play_session(SHOP)
    console.office.signed_in = False
    console.page.get_by_role("link", name="Sessions").first.click()
    expect(console.page.get_by_text("Your sign-in has expired")).to_be_visible()
    console.fill_sign_in()
    expect(console.page.get_by_role("heading", name="Sessions")).to_be_visible()


def test_signing_out_ends_at_the_sign_in_page(console: Desk) -> None:
    console.sign_in()
    console.page.get_by_role("button", name="Account of").click()
    console.page.get_by_role("menuitem", name="Sign out").click()
    expect(console.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert console.office.signed_in is False


def test_the_set_up_link_sets_a_password_and_leaves_the_address_bar(console: Desk) -> None:
    console.open("/setup#token=first-visit")
    console.page.get_by_label("New password").fill("x" * 12)
    assert "first-visit" not in console.page.url
    console.page.get_by_role("button", name="Save and sign in").click()
    expect(console.page.get_by_role("heading", name="Sessions")).to_be_visible()


def test_eleven_characters_are_no_password(console: Desk) -> None:
    console.open("/setup#token=first-visit")
    console.page.get_by_label("New password").press_sequentially("x" * 11)
    console.page.get_by_role("button", name="Save and sign in").click()
    assert "POST /v1/setup" not in console.office.requests
    expect(console.page.get_by_role("heading", name="Choose a password")).to_be_visible()


def test_a_used_set_up_link_says_what_to_do(console: Desk) -> None:
    console.open("/setup#token=second-visit")
    console.page.get_by_label("New password").fill("x" * 12)
    console.page.get_by_role("button", name="Save and sign in").click()
    expect(console.page.get_by_role("alert")).to_contain_text("used already or has expired")


def test_a_server_out_of_reach_at_the_start_can_be_tried_again(console: Desk) -> None:
    console.office.refusals["/v1/me"] = (500, "internal")
    console.open()
    expect(console.page.get_by_role("alert")).to_contain_text("Internal")
    console.office.refusals.clear()
    console.page.get_by_role("button", name="Try again").click()
    expect(console.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_chosen_theme_outlives_a_reload(console: Desk) -> None:
    console.sign_in()
    console.page.get_by_role("button", name="Account of").click()
    console.page.get_by_role("menuitemradio", name="Dark").click()
    console.page.reload()
    expect(console.page.locator("html")).to_have_attribute("data-theme", "dark")
