"""Settings: the policy, SDK keys and outcomes, as a member works with them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import console_desk
from tests.browser.console_desk import Desk
from tests.browser.console_settings import BEN, PEM

browser = console_desk.browser
console = console_desk.console

SAVE = "Save as a new version"


def save(console: Desk) -> None:
    """Save the policy."""
    console.page.get_by_role("button", name=SAVE).click()


def test_the_rail_leads_to_the_settings_and_tabs_have_addresses(console: Desk) -> None:
    console.sign_in()
    console.page.get_by_role("link", name="Settings").click()
    expect(console.page.get_by_role("heading", name="Settings")).to_be_visible()
    for name in ("Keys", "Outcomes", "Policy"):
        console.page.get_by_role("link", name=name).click()
        link = console.page.get_by_role("link", name=name)
        expect(link).to_have_attribute("aria-current", "page")
        assert console.page.url.endswith(f"/settings/{name.lower()}")
    assert console.complaints == []


def test_a_change_of_the_policy_says_what_it_does_before_and_makes_a_version(
    console: Desk,
) -> None:
    console.sign_in("/settings/policy")
    expect(console.page.get_by_role("button", name=SAVE)).to_have_count(0)
    console.page.get_by_label("Images").check()
    console.page.get_by_label("Page text").uncheck()
    console.page.get_by_label("Block").fill(".chat\n\n  .ads \n")
    console.page.get_by_label("Share of visits to record").fill("12.5")
    bar = console.page.locator(".save-bar")
    expect(bar).to_contain_text("More is recorded Images")
    expect(bar).to_contain_text("Less is recorded Page text, +1 block selector, 12.5 % of visits")
    save(console)
    expect(console.page.get_by_text("Version 4, by ana@acme.example")).to_be_visible()
    expect(bar).to_have_count(0)
    made = console.office.settings.versions[0][0]
    assert made["allow"] == ["images", "errors"]
    assert made["selectors"]["block"] == [".chat", ".ads"]
    assert made["selectors"]["mask"] == [".price", "#greeting"]
    assert made["sampling"] == 0.125


def test_path_rules_that_the_form_does_not_show_outlive_a_change(console: Desk) -> None:
    rules = [{"prefix": "/account", "forbid": ["text"]}]
    console.office.settings.change_policy(BEN, paths=rules)
    console.sign_in("/settings/policy")
    expect(console.page.get_by_text("One path rule narrows this further")).to_be_visible()
    console.page.get_by_label("Images").check()
    save(console)
    expect(console.page.get_by_text("Version 5")).to_be_visible()
    assert console.office.settings.versions[0][0]["paths"] == rules


def test_a_draft_survives_a_look_at_another_tab_and_can_be_discarded(console: Desk) -> None:
    console.sign_in("/settings/policy")
    console.page.get_by_label("Images").check()
    console.page.get_by_role("link", name="Keys").click()
    console.page.get_by_role("link", name="Policy").click()
    expect(console.page.get_by_label("Images")).to_be_checked()
    console.page.get_by_role("button", name="Discard").click()
    expect(console.page.get_by_label("Images")).not_to_be_checked()
    assert len(console.office.settings.versions) == 3


def test_somebody_elses_version_is_shown_before_it_is_overwritten(console: Desk) -> None:
    console.sign_in("/settings/policy")
    console.page.get_by_label("Images").check()
    console.office.settings.change_policy(BEN, allow=[])
    save(console)
    alert = console.page.get_by_role("alert")
    expect(alert).to_contain_text("ben@acme.example saved version 4 while you were editing")
    console.page.get_by_role("button", name="Compare mine").click()
    bar = console.page.locator(".save-bar")
    expect(bar).to_contain_text("More is recorded Page text, Images, Error messages")
    save(console)
    expect(console.page.get_by_text("Version 5")).to_be_visible()


def test_somebody_elses_version_can_be_taken_instead(console: Desk) -> None:
    console.sign_in("/settings/policy")
    console.page.get_by_label("Images").check()
    console.office.settings.change_policy(BEN, allow=["identity"])
    save(console)
    console.page.get_by_role("button", name="Discard mine").click()
    expect(console.page.get_by_label("Images")).not_to_be_checked()
    expect(console.page.get_by_label("Names of users")).to_be_checked()
    assert len(console.office.settings.versions) == 4


def test_a_refused_policy_keeps_the_draft_and_says_why(console: Desk) -> None:
    console.sign_in("/settings/policy")
    console.page.get_by_label("Mask").fill(":::")
    save(console)
    expect(console.page.get_by_role("alert")).to_contain_text("a selector is no selector")
    expect(console.page.get_by_label("Mask")).to_have_value(":::")


@pytest.mark.parametrize("share", ["-1", "100.1", ""])
def test_a_share_outside_its_bounds_is_not_sent(console: Desk, share: str) -> None:
    console.sign_in("/settings/policy")
    console.page.get_by_label("Images").check()
    console.page.get_by_label("Share of visits to record").fill(share)
    expect(console.page.get_by_text("Give a share from 0 to 100 %")).to_be_visible()
    save(console)
    assert "PUT /v1/policy" not in console.office.requests


def test_the_keyboard_alone_changes_and_saves_the_policy(console: Desk) -> None:
    console.sign_in("/settings/policy")
    console.page.get_by_label("Images").focus()
    console.page.keyboard.press("Space")
    console.page.get_by_label("Share of visits to record").focus()
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_text("Version 4")).to_be_visible()


def test_a_viewer_reads_the_policy_and_cannot_change_it(console: Desk) -> None:
    console.office.tenant = 1
    console.sign_in("/settings/policy")
    expect(console.page.get_by_text("Owners and admins can change this")).to_be_visible()
    expect(console.page.get_by_label("Images")).to_be_disabled()


def test_a_new_key_is_shown_once_with_its_snippet(console: Desk) -> None:
    console.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    console.sign_in("/settings/keys")
    console.page.get_by_role("button", name="New key").click()
    console.page.get_by_label("Label").fill("Outlet")
    console.page.get_by_label("Origins", exact=True).fill("https://a.example\nhttps://b.example")
    console.page.get_by_label("Strict mode").check()
    console.page.get_by_label("Your server's public key").fill(PEM)
    console.page.get_by_role("button", name="Create key").click()
    shown = console.page.get_by_role("region", name="The new key")
    expect(shown).to_be_visible()
    made = console.office.settings.keys[0]
    assert made["origins"] == ["https://a.example", "https://b.example"]
    expect(shown).to_contain_text(f'Sealtape.init({{ key: "stk_{made["id"]}_')
    shown.get_by_role("button", name="Copy the key").click()
    copied = console.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"stk_{made['id']}_")
    console.page.get_by_role("link", name="Outcomes").click()
    console.page.get_by_role("link", name="Keys").click()
    expect(console.page.get_by_text("Outlet")).to_be_visible()
    expect(console.page.get_by_text(copied)).to_have_count(0)


def test_a_refused_key_keeps_what_was_typed(console: Desk) -> None:
    console.sign_in("/settings/keys")
    console.page.get_by_role("button", name="New key").click()
    console.page.get_by_label("Label").fill("Outlet")
    console.page.get_by_label("Origins", exact=True).fill("shop")
    console.page.get_by_role("button", name="Create key").click()
    expect(console.page.get_by_role("alert")).to_contain_text("is not an origin")
    expect(console.page.get_by_label("Origins", exact=True)).to_have_value("shop")


def test_a_key_is_edited_in_place_and_strict_mode_is_turned_off(console: Desk) -> None:
    console.sign_in("/settings/keys")
    console.page.get_by_role("button", name="Edit Shop, production").click()
    console.page.get_by_label("Label").fill("Shop")
    console.page.get_by_label("Strict mode").uncheck()
    console.page.get_by_role("button", name="Save", exact=True).click()
    expect(console.page.get_by_role("heading", name="Shop", exact=True)).to_be_visible()
    expect(console.page.get_by_text("Strict", exact=True)).to_have_count(0)
    assert console.office.settings.keys[0]["assertion_key"] is None


def test_a_rotated_key_shows_its_successor_and_until_when_it_works(console: Desk) -> None:
    console.sign_in("/settings/keys")
    console.page.get_by_role("button", name="Rotate Staging").click()
    console.page.get_by_label("Both keys work for").select_option("7 days")
    console.page.get_by_role("button", name="Make the new key").click()
    expect(console.page.get_by_text("shown this once")).to_be_visible()
    cards = console.page.locator(".key").filter(has_text="Staging")
    expect(cards).to_have_count(2)
    expect(cards.nth(1)).to_contain_text("Replaced, works until")
    expect(cards.nth(1).get_by_role("button", name="Rotate")).to_have_count(0)


def test_disabling_asks_in_place_and_the_safe_answer_has_the_focus(console: Desk) -> None:
    console.sign_in("/settings/keys")
    console.page.get_by_role("button", name="Disable Staging").click()
    expect(console.page.get_by_role("button", name="Keep it")).to_be_focused()
    console.page.keyboard.press("Enter")
    assert all(
        key["id"] != "c" * 12 or key["state"] == "active" for key in console.office.settings.keys
    )
    console.page.get_by_role("button", name="Disable Staging").click()
    console.page.get_by_role("button", name="Disable for good").click()
    expect(console.page.get_by_text("Disabled and expired keys (2)")).to_be_visible()


def test_outcomes_say_that_the_sdk_is_misconfigured_and_why_batches_were_refused(
    console: Desk,
) -> None:
    console.sign_in("/settings/outcomes")
    expect(console.page.get_by_text("The server masked 214 values")).to_be_visible()
    days = console.page.get_by_role("table").first
    expect(days.get_by_role("row")).to_have_count(8)
    expect(days.get_by_role("row").nth(3)).to_contain_text("73")
    refused = console.page.get_by_role("listitem").filter(has_text="batch_too_large")
    expect(refused).to_contain_text("61")
    keys = console.page.get_by_role("table").nth(1)
    expect(keys.get_by_role("row").filter(has_text="Staging")).to_contain_text("214")


def test_outcomes_say_why_visits_were_refused_and_what_to_do(console: Desk) -> None:
    console.sign_in("/settings/outcomes")
    panel = console.page.locator(".panel").filter(has_text="Why visits were refused")
    reasons = panel.get_by_role("listitem")
    expect(reasons.first).to_contain_text("38")
    expect(reasons.first).to_contain_text("add it to the list")
    expect(reasons.nth(1)).to_contain_text("assertion_missing")


def test_a_week_without_masked_values_blames_nobody(console: Desk) -> None:
    console.office.settings.outcomes = console.office.settings.outcomes[:7]
    console.sign_in("/settings/outcomes")
    expect(console.page.get_by_role("table").first).to_be_visible()
    expect(console.page.get_by_text("misconfigured")).to_have_count(0)


@pytest.mark.parametrize("tab", ["policy", "keys", "outcomes"])
def test_each_tab_tells_a_failure_and_tries_again(console: Desk, tab: str) -> None:
    console.office.refusals[f"/v1/{tab}"] = (503, "unavailable")
    console.sign_in(f"/settings/{tab}")
    expect(console.page.get_by_role("alert")).to_contain_text("Unavailable")
    console.office.refusals.clear()
    console.page.get_by_role("button", name="Try again").click()
    expect(console.page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("tab", ["policy", "keys", "outcomes"])
def test_each_tab_tells_who_can_grant_it(console: Desk, tab: str) -> None:
    console.office.refusals[f"/v1/{tab}"] = (403, "role_insufficient")
    console.sign_in(f"/settings/{tab}")
    expect(console.page.get_by_role("alert")).to_contain_text("An owner or admin")
