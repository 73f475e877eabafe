"""The journey: a visitor shops and types secrets; the bucket holds none; the replay shows it."""

import gzip
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from unittest import mock

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.shopper import Visit
from demo.shopper import shop as go_shopping
from infra.local.chromium import launch
from tests.system.conftest import Shop

LISTED_MS = 15_000  # what the README promises: within 15 s of the last click
PLAYER_MS = 30_000
STORED_S = 60.0
POLL_S = 0.1
LAST_DEED = "sealtape.error"  # the shop's broken button is what the visitor clicks last
SHORTEST_ALONE = 5


@dataclass(frozen=True)
class Journey:
    """What the visitor did, and the link to its recording."""

    shop: Shop
    visit: Visit
    link: str

    @property
    def session(self) -> str:
        """Return the session's id."""
        return self.link.rpartition("/")[2]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with launch() as started:
        yield started


def wait_until_stored(shop: Shop, session: str) -> None:
    """Return once the bucket holds the visitor's last deed: what was sent at exit arrives later."""
    until = time.monotonic() + STORED_S
    while LAST_DEED not in recorded_text(shop.objects(session)):
        assert time.monotonic() < until, "the end of the visit was never stored"
        time.sleep(POLL_S)


def recorded_text(stored: dict[str, bytes]) -> str:
    """Return the events of all objects as text."""
    return "".join(gzip.decompress(data).decode() for data in stored.values())


@pytest.fixture(scope="module")
def journey(shop: Shop, browser: Browser) -> Journey:
    """Shop once for all tests of this file."""
    page = browser.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(error.message))
    with mock.patch("demo.shopper.KEY_DELAY_MS", 0):
        visit = go_shopping(page, shop.url)
    link = page.evaluate("Sealtape.sessionUrl()")
    page.goto("about:blank")
    page.close()
    wait_until_stored(shop, link.rpartition("/")[2])
    # The shop's own broken button is the only error that a page may see.
    assert len(troubles) == 1
    return Journey(shop, visit, link)


@pytest.fixture(scope="module")
def console(journey: Journey, browser: Browser) -> Iterator[Page]:
    """A member who signed in, on the list of sessions."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(journey.shop.stack.url("console_api"))
    page.get_by_label("Email").fill(journey.shop.acme.email)
    page.get_by_role("textbox", name="Password").fill(journey.shop.acme.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible(timeout=PLAYER_MS)
    yield page
    context.close()


def test_nothing_that_was_typed_lies_in_the_bucket(journey: Journey) -> None:
    stored = journey.shop.objects(journey.session)
    assert stored
    for name, data in stored.items():
        text = gzip.decompress(data).decode()
        for field, secret in journey.visit.secrets.items():
            for form in {secret, secret.replace(" ", ""), secret.lower()}:
                # Three digits stand in any timestamp: the shortest only count as a whole value.
                sought = form if len(form) >= SHORTEST_ALONE else f'"{form}"'
                assert sought not in text, f"{field} lies in {name}"


def test_neither_does_any_word_that_the_shop_shows(journey: Journey) -> None:
    text = recorded_text(journey.shop.objects(journey.session))
    for product, _ in journey.visit.cart:
        assert product not in text


def test_nothing_that_was_typed_is_logged(journey: Journey) -> None:
    for log in journey.shop.stack.logs.iterdir():
        text = log.read_text()
        planted = [*journey.visit.secrets.values(), journey.shop.acme.password]
        for secret in [*planted, journey.shop.acme.key, journey.shop.acme.email]:
            assert secret not in text, f"a secret is in {log.name}"


def test_every_page_is_complete_in_the_bucket(journey: Journey) -> None:
    numbers: dict[str, list[int]] = {}
    for name in journey.shop.objects(journey.session):
        found = re.fullmatch(r"s/s_[a-z2-7]{26}/(p_[a-z2-7]{16})/(\d{6})\.ndjson\.gz", name)
        assert found
        numbers.setdefault(found[1], []).append(int(found[2]))
    assert all(sorted(seen) == list(range(len(seen))) for seen in numbers.values())


def test_the_visit_is_listed(journey: Journey, console: Page) -> None:
    console.goto(journey.shop.stack.url("console_api"))
    row = console.locator(f"a[href='/sessions/{journey.session}']")
    expect(row).to_be_visible(timeout=LISTED_MS)


def test_the_replay_tells_the_pages_in_the_order_they_were_walked(
    journey: Journey, console: Page
) -> None:
    console.goto(journey.link)
    rows = console.locator(".moment")
    expect(rows.first).to_be_visible(timeout=PLAYER_MS)
    expect(rows.filter(has_text="/order/")).to_have_count(1, timeout=PLAYER_MS)
    pages = console.locator(".moment.page .moment-title").all_inner_texts()
    walked = [re.sub(r"^/order/.*", "/order/*", path) for path in journey.visit.paths]
    without_repeats = [path for at, path in enumerate(pages) if pages[at - 1 : at] != [path]]
    assert without_repeats == walked


def test_the_replay_shows_the_cart_with_as_many_rows(journey: Journey, console: Page) -> None:
    console.goto(journey.link)
    checkout = console.locator("li:has(> .moment.page)", has_text="/checkout")
    expect(checkout).to_be_visible(timeout=PLAYER_MS)
    # The moment before: the click on "Check out", with the cart still on the screen.
    checkout.locator("xpath=preceding-sibling::li[1]").locator(".moment").click()
    # Class names are recorded as aliases: each row of the cart is known by its quantity's field.
    picture = console.frame_locator(".stage iframe")
    expect(picture.locator("main input")).to_have_count(len(journey.visit.cart), timeout=PLAYER_MS)


def test_the_replayed_page_shows_masks_only(journey: Journey, console: Page) -> None:
    console.goto(journey.link)
    expect(console.locator(".moment").first).to_be_visible(timeout=PLAYER_MS)
    text = console.frame_locator(".stage iframe").locator("body").inner_text()
    assert re.fullmatch(r"[x\s]*", text)
