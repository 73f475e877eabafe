"""The player: a recording plays, seeks, tells what happened and what is missing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser import console_desk
from tests.browser.console_desk import WAIT_MS, Desk
from tests.browser.console_offices import BROKEN, REAL, SHOP
from tests.browser.console_recordings import REAL as REAL_FOLDER
from tests.browser.console_recordings import (
    START_MS,
    Page,
    click,
    element,
    incremental,
    retext,
    snapshot,
    words,
)

# A page that stands still while it loads spends all of that time between two frames.
MOST_IN_ONE_FRAME = 0.5
WATCH_FRAMES = """() => {
  const began = performance.now();
  let last = began;
  let longest = 0;
  const next = (now) => {
    longest = Math.max(longest, now - last);
    last = now;
    window.inOneFrame = longest / (now - began);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}"""

browser = console_desk.browser
console = console_desk.console


def test_the_first_picture_shows_before_anything_plays(console: Desk) -> None:
    console.play_session(SHOP)
    expect(console.picture.get_by_role("heading", name="Fresh bread")).to_be_visible()
    assert console.seconds == 0


@pytest.mark.parametrize(("code", "name"), [("DE", "Germany"), (None, None)])
def test_the_visitor_s_country_is_named_where_it_is_known(
    console: Desk, code: str | None, name: str | None
) -> None:
    console.office.details[SHOP]["country"] = code
    console.play_session(SHOP)
    console.page.get_by_role("tab", name="Info").click()
    expect(console.page.locator(".info")).to_contain_text("Site")
    said = [
        console.page.locator(".head-facts").inner_text(),
        *console.page.locator(".info dd").all_inner_texts(),
    ]
    assert [text for text in said if "Germany" in text] == ([said[0], name] if name else [])
    expect(console.page.locator(".info dt", has_text="Country")).to_have_count(1 if name else 0)


def test_the_sandbox_is_exactly_allow_same_origin(console: Desk) -> None:
    console.play_session(SHOP)
    frame = console.page.locator(".stage iframe")
    expect(frame).to_have_attribute("sandbox", "allow-same-origin")


def test_space_plays_and_pauses(console: Desk) -> None:
    console.play_session(SHOP)
    console.played(until=1)
    expect(console.page.get_by_role("button", name="Pause")).to_be_visible()
    console.page.keyboard.press("Space")
    expect(console.page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_pages_play_one_after_another_to_the_end(console: Desk) -> None:
    console.play_session(SHOP)
    console.page.get_by_label("Speed").select_option("8")
    console.page.keyboard.press("Space")
    expect(console.picture.get_by_text("Two loaves")).to_be_visible(timeout=WAIT_MS)
    expect(console.page.get_by_role("button", name="Play again")).to_be_visible(timeout=WAIT_MS)
    expect(console.page.get_by_role("timer")).to_contain_text("0:16 / 0:16")


def test_playing_again_starts_at_the_beginning(console: Desk) -> None:
    console.play_session(SHOP, "?t=15")
    console.page.get_by_label("Speed").select_option("8")
    console.page.keyboard.press("Space")
    console.page.get_by_role("button", name="Play again").click(timeout=WAIT_MS)
    expect(console.picture.get_by_role("heading", name="Fresh bread")).to_be_visible()


def test_arrows_move_five_seconds_and_stop_at_both_ends(console: Desk) -> None:
    console.play_session(SHOP)
    seen = []
    for key in ["ArrowLeft", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"]:
        console.page.keyboard.press(key)
        seen.append(console.seconds)
    assert seen == [0, 5, 10, 15, 15, 10]


def test_seeking_back_across_pages_shows_the_earlier_page(console: Desk) -> None:
    console.play_session(SHOP, "?t=13")
    expect(console.picture.get_by_text("Two loaves")).to_be_visible()
    console.page.keyboard.press("Home")
    expect(console.picture.get_by_role("heading", name="Fresh bread")).to_be_visible()


def test_a_click_on_the_timeline_seeks(console: Desk) -> None:
    console.play_session(SHOP)
    box = console.page.get_by_role("slider").bounding_box()
    assert box
    console.page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + 20)
    assert console.seconds == 14
    expect(console.picture.get_by_text("Two loaves")).to_be_visible()


def test_the_list_tells_what_happened_and_seeks(console: Desk) -> None:
    console.play_session(SHOP)
    rows = console.page.locator(".moment")
    expect(rows.filter(has_text="Click on button")).to_contain_text("Add to cart")
    console.page.get_by_role("tab", name="Errors").click()
    expect(rows).to_have_count(1)
    rows.filter(has_text="TypeError").click()
    assert console.seconds == 14
    expect(rows.first).to_have_attribute("aria-current", "true")


def test_e_goes_to_the_next_error(console: Desk) -> None:
    console.play_session(SHOP)
    console.page.keyboard.press("e")
    assert console.seconds == 14


def test_a_gap_is_drawn_and_said(console: Desk) -> None:
    console.play_session(SHOP, "?t=8")
    gap = console.page.locator(".bar .gap")
    expect(gap).to_have_attribute("title", "1 part never arrived; 7 events lost by the browser")
    expect(console.page.locator(".stage-words")).to_contain_text("6 s missing: 1 part never")
    expect(console.page.locator(".moment.gap")).to_be_visible()
    style = gap.get_attribute("style") or ""
    left, width = (float(number) for number in re.findall(r"([\d.]+)%", style))
    assert (round(left), round(width)) == (38, 38)


def test_skipping_inactivity_jumps_over_the_gap(console: Desk) -> None:
    console.play_session(SHOP, "?t=6")
    assert {8, 9, 10}.isdisjoint(console.played(until=12))
    expect(console.picture.get_by_text("Two loaves")).to_be_visible(timeout=WAIT_MS)


def test_without_skipping_the_gap_is_waited_through(console: Desk) -> None:
    console.play_session(SHOP, "?t=6")
    console.page.get_by_role("button", name="Skip idle stretches").click()
    assert {7, 8, 9} <= set(console.played(until=10))


def test_info_tells_the_policy_what_was_hidden_and_what_is_missing(console: Desk) -> None:
    console.play_session(SHOP)
    console.page.get_by_role("tab", name="Info").click()
    panel = console.page.get_by_role("tabpanel")
    expect(panel).to_contain_text("Recorded under policy v3")
    expect(panel).to_contain_text("2 page loads")
    expect(panel).to_contain_text("1 part never arrived")
    expect(panel).to_contain_text("7 events lost by the browser")
    expect(panel).to_contain_text("may be cut off")


def test_a_damaged_part_and_lines_that_are_no_events_do_not_stop_the_player(console: Desk) -> None:
    console.play_session(BROKEN)
    expect(console.page.locator(".bar .gap")).to_have_attribute("title", "A part is damaged")
    console.page.keyboard.press("ArrowRight")
    expect(console.picture.get_by_text("After")).to_be_visible()
    console.page.get_by_role("tab", name="Info").click()
    panel = console.page.get_by_role("tabpanel")
    expect(panel).to_contain_text("1 part could not be read")
    expect(panel).to_contain_text("3 events left out")


def test_events_come_in_pages_and_keep_their_order(console: Desk) -> None:
    console.office.events_page_bytes = 1
    console.play_session(SHOP, "?t=13")
    expect(console.picture.get_by_text("Two loaves")).to_be_visible()
    asked = [line for line in console.office.requests if "/events" in line]
    assert [line.rpartition("cursor=")[2] for line in asked[1:]] == ["1", "2", "3"]


def cut_short(route: Route) -> None:
    """Answer the first events with a cursor that leads to nothing."""
    answer = route.fetch()
    head, _, members = answer.body().partition(b"\n")
    body = head.replace(b'"next": null', b'"next": "x"') + b"\n" + members
    route.fulfill(response=answer, body=body)


def test_a_failure_half_way_keeps_what_came_and_can_be_tried_again(console: Desk) -> None:
    stored = console.office.visits[SHOP]
    console.office.visits[SHOP] = stored[:2]
    console.sign_in(f"/sessions/{SHOP}")
    console.page.route("**/events", cut_short)
    console.page.route("**/events?**", lambda route: route.abort())
    console.page.reload()
    expect(console.page.get_by_role("alert")).to_contain_text("could not be loaded")
    expect(console.picture.get_by_role("heading", name="Fresh bread")).to_be_visible()
    console.page.unroute_all()
    console.page.get_by_role("button", name="Try again").click()
    expect(console.page.get_by_role("alert")).to_have_count(0)


def test_a_clock_corrected_half_way_does_not_reorder_events(console: Desk) -> None:
    page = Page("p_ffffffffffffffff", "t_ffffffffffffffff")
    t = START_MS
    opening = snapshot(t, "/", element("p", 8, words(9, "First")))
    page.add([*opening, retext(t + 2_000, 9, "Second")], seq=0)
    page.add([retext(t + 3_000, 9, "Third"), click(t + 6_000, 8)], seq=1, offset=-2_500)
    console.office.visits[SHOP] = page.batches
    console.play_session(SHOP, "?t=3")
    expect(console.picture.get_by_text("Third")).to_be_visible()
    expect(console.page.get_by_role("timer")).to_contain_text("/ 0:03")


def test_two_tabs_play_one_after_another_and_info_says_so(console: Desk) -> None:
    stored = console.office.visits[SHOP]
    for batch in stored[2:]:
        batch.entry["tab"] = "t_ffffffffffffffff"
    console.office.details[SHOP]["pages"][1]["tab"] = "t_ffffffffffffffff"
    console.play_session(SHOP)
    expect(console.page.locator(".bar .section.other")).to_have_text("/cart")
    console.page.get_by_role("tab", name="Info").click()
    expect(console.page.get_by_role("tabpanel")).to_contain_text("several tabs at once")


def test_events_that_may_not_be_seen_say_who_can_grant_it(console: Desk) -> None:
    console.office.refusals[f"/v1/sessions/{SHOP}/events"] = (403, "forbidden")
    console.sign_in(f"/sessions/{SHOP}")
    expect(console.page.get_by_role("alert")).to_contain_text("owner or admin")


def test_twenty_megabytes_of_events_never_freeze_the_page(console: Desk) -> None:
    page = Page("p_ffffffffffffffff", "t_ffffffffffffffff")
    page.add(snapshot(START_MS, "/", element("p", 8, words(9, "x"))), seq=0)
    for seq in range(1, 21):
        start = START_MS + seq * 10_000
        page.add([retext(start + at * 10, 9, "word " * 200) for at in range(950)], seq=seq)
    console.office.visits[SHOP] = page.batches
    console.sign_in()
    console.page.evaluate(WATCH_FRAMES)
    console.page.locator(".row-link").first.click()
    expect(console.page.get_by_role("timer")).to_contain_text("/ 3:29", timeout=WAIT_MS)
    assert console.page.evaluate("window.inOneFrame") < MOST_IN_ONE_FRAME


def test_a_load_without_a_picture_says_so(console: Desk) -> None:
    page = Page("p_ffffffffffffffff", "t_ffffffffffffffff")
    page.add([click(START_MS, 3), incremental(START_MS + 3_000, 3, id=1, x=0, y=0)], seq=0)
    console.office.visits[SHOP] = page.batches
    console.play_session(SHOP)
    expect(console.page.locator(".stage-words")).to_contain_text("was not recorded")


def test_an_empty_session_says_so(console: Desk) -> None:
    console.office.visits[SHOP] = []
    console.sign_in(f"/sessions/{SHOP}")
    expect(console.page.get_by_text("Nothing in this session can be played")).to_be_visible()


def test_a_session_of_somebody_else_is_not_found(console: Desk) -> None:
    console.sign_in("/sessions/s_unknown")
    expect(console.page.get_by_role("alert")).to_contain_text("There is no such session here")


def test_the_copied_link_leads_to_the_same_moment(console: Desk) -> None:
    console.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    console.play_session(SHOP, "?t=13")
    console.page.get_by_role("button", name="Copy link to this moment").click()
    expect(console.page.get_by_role("button", name="Copied")).to_be_visible()
    copied = console.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{console.url}/sessions/{SHOP}?t=13"


@pytest.mark.skipif(not list(REAL_FOLDER.glob("masked-*")), reason="no real recordings here")
def test_a_real_masked_recording_plays_to_its_end(console: Desk) -> None:
    console.play_session(REAL)
    expect(console.picture.locator("body")).to_contain_text("****")
    view = "document.querySelector('.stage iframe').contentWindow"
    console.page.wait_for_function(f"{view}.CSS.highlights.get('sealtape-masked')?.size > 50")
    console.page.get_by_label("Speed").select_option("8")
    console.page.keyboard.press("Space")
    expect(console.page.get_by_role("button", name="Play again")).to_be_visible(timeout=WAIT_MS)
    assert console.complaints == []
