"""A replay looks like its page: in its pixels where all is allowed, in its boxes where not."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.privacy.arenas import EVERYTHING, Arena
from tests.privacy.canaries import Canaries
from tests.privacy.likeness import Likeness
from tests.privacy.shops import WALKS, Shop, open_shop
from tests.privacy.sites import Site, corpus_pages, open_site
from tests.privacy.studios import Studio, open_studio
from tests.privacy.taps import open_tap

SEED = 9
MOST_PIXELS = 0.02
MOST_PX = 12  # by which element boxes differ, at the median
MOST_HEIGHT = 0.2
DRAWINGS, ICONS = "drawings", "icons"  # pages with a test of their own
DRAWN = "() => window.drawn?.then(() => null)"  # every canvas was read
SHOWN = """() => [...document.querySelector("iframe").contentDocument.querySelectorAll("*")]
  .filter(each => each.getAttribute("style")?.includes("data:image/webp")).length"""
FONTS = """() => [...document.querySelector("iframe").contentDocument.fonts]
  .filter(each => each.status === "loaded").length"""
POLICIES = {"everything": EVERYTHING, "nothing": ()}

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The demo shop."""
    with open_shop(tmp_path_factory.mktemp("shop")) as opened:
        yield opened


@pytest.fixture(scope="module", params=list(POLICIES))
def studio(
    request: pytest.FixtureRequest, arena: Arena, browser: Browser, shop: Shop
) -> Iterator[Studio]:
    """A studio under each policy in turn."""
    with ExitStack() as ends:
        site = ends.enter_context(open_site(Site(Canaries(SEED))))
        functions = arena.stack.url("handshake"), arena.stack.url("ingest")
        tap = ends.enter_context(open_tap(*functions))
        allow = POLICIES[request.param]
        tenant = arena.tenant(f"studio-{request.param}", [site.url, shop.url], allow)
        yield ends.enter_context(open_studio(arena, browser, site, tap, tenant))


def judge(found: Likeness, policy: str) -> None:
    """The replay is whole, silent, and as like its page as its policy lets it be."""
    assert found.warnings == []
    assert found.gone == []
    assert found.height <= MOST_HEIGHT
    assert found.width_px <= MOST_PX
    assert found.height_px <= MOST_PX
    if policy == "everything":
        assert found.pixels <= MOST_PIXELS


@pytest.fixture
def policy(studio: Studio) -> str:
    """The studio's policy by name."""
    return "everything" if "everything" in studio.tenant.email else "nothing"


@pytest.mark.parametrize("name", sorted({*corpus_pages()} - {DRAWINGS, ICONS}))
def test_the_replay_is_like_its_page(studio: Studio, policy: str, name: str) -> None:
    judge(studio.likeness(name), policy)


def test_a_replay_shows_drawings_where_they_are_allowed(studio: Studio, policy: str) -> None:
    told = policy == "everything"
    found = studio.likeness(DRAWINGS, DRAWN if told else "() => null")
    judge(found, policy)
    assert (found.pixels <= MOST_PIXELS) is told
    assert studio.player.page.evaluate(SHOWN) == (5 if told else 0)


def test_a_replay_shows_web_fonts_where_they_are_allowed(studio: Studio, policy: str) -> None:
    told = policy == "everything"
    found = studio.likeness(ICONS)
    judge(found, policy)
    assert (found.pixels <= MOST_PIXELS) is told
    assert studio.player.page.evaluate(FONTS) == (1 if told else 0)


@pytest.mark.parametrize("walk", WALKS)
def test_the_replay_is_like_the_shop(studio: Studio, policy: str, shop: Shop, walk: str) -> None:
    look = shop.record(studio, walk)
    judge(studio.compared(walk, look), policy)


def test_a_replay_asks_nobody_for_anything(studio: Studio) -> None:
    studio.likeness("media")
    assert [address for address in studio.player.asked if not address.startswith("data:")] == []


def test_a_replay_of_another_page_would_be_told_apart(studio: Studio, shop: Shop) -> None:
    look = shop.record(studio, "front")
    studio.replay()
    shop.record(studio, "shelf")
    found = studio.compared("front", look)
    assert found.pixels > MOST_PIXELS
