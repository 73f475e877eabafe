"""A replay looks like its page: in its pixels where all is allowed, in its boxes where not."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser

from tests.privacy.arenas import EVERYTHING, Arena, Tenant
from tests.privacy.canaries import Canaries
from tests.privacy.likeness import Likeness, Look, compare, look_at, look_at_replay
from tests.privacy.replays import Player
from tests.privacy.sites import Site, corpus_pages, open_site
from tests.privacy.surveys import VIEWPORT
from tests.privacy.taps import Tap, open_tap
from tests.privacy.visitors import Visitor

SEED = 9
MOST_PIXELS = 0.02
MOST_PX = 12  # by which element boxes differ, at the median
MOST_HEIGHT = 0.2

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@dataclass
class Studio:
    """Records a page under one policy, replays what was stored, and compares."""

    arena: Arena
    tenant: Tenant
    visitor: Visitor
    player: Player
    seen: set[str] = field(default_factory=set)

    def likeness(self, name: str) -> Likeness:
        """Return how far the replay of a corpus page is from the page."""
        looks: list[Look] = []
        self.visitor.visit(name, lambda page: looks.append(look_at(page)))
        return self.compared(name, looks[0])

    def compared(self, name: str, look: Look) -> Likeness:
        """Return how far the replay of what was stored since is from `look`."""
        names = {each["name"] for each in self.arena.objects(self.tenant)} - self.seen
        self.seen |= names
        batches = self.arena.fetched(self.tenant, sorted(names)).values()
        warnings = self.player.show(batches)
        page = self.player.page
        return compare(name, look, look_at_replay(page), page, warnings)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The corpus."""
    with open_site(Site(Canaries(SEED))) as opened:
        yield opened


@pytest.fixture(scope="module")
def tap(arena: Arena, site: Site) -> Iterator[Tap]:
    """What stands between the browser and the functions."""
    with open_tap(arena.stack.url("handshake"), arena.stack.url("ingest")) as opened:
        site.endpoint = opened.url
        yield opened


def studio(
    arena: Arena, browser: Browser, site: Site, tap: Tap, allow: tuple[str, ...]
) -> Iterator[Studio]:
    """Open a tenant with this policy, its visitor and its player."""
    tenant = arena.tenant(f"studio-{len(allow)}", [site.url], allow)
    site.key = tenant.key
    with (
        browser.new_context(viewport=VIEWPORT) as visiting,  # type: ignore[arg-type]
        browser.new_context(viewport=VIEWPORT) as playing,  # type: ignore[arg-type]
    ):
        visitor = Visitor(visiting.new_page(), "sdk", site, tap, [])
        visitor.page.on("dialog", lambda dialog: dialog.dismiss())
        yield Studio(arena, tenant, visitor, Player(playing))


@pytest.fixture(scope="module")
def open_studio(arena: Arena, browser: Browser, site: Site, tap: Tap) -> Iterator[Studio]:
    """Everything is allowed."""
    yield from studio(arena, browser, site, tap, EVERYTHING)


@pytest.fixture(scope="module")
def shut_studio(arena: Arena, browser: Browser, site: Site, tap: Tap) -> Iterator[Studio]:
    """Nothing is allowed."""
    yield from studio(arena, browser, site, tap, ())


def assert_whole(found: Likeness) -> None:
    """No element is missing, and rrweb has nothing to say."""
    assert found.warnings == []
    assert found.gone == []


@pytest.mark.parametrize("name", corpus_pages())
def test_with_everything_allowed_the_replay_is_the_page(open_studio: Studio, name: str) -> None:
    found = open_studio.likeness(name)
    print(found)
    assert_whole(found)
    assert found.pixels <= MOST_PIXELS


@pytest.mark.parametrize("name", corpus_pages())
def test_with_nothing_allowed_its_boxes_are_those_of_the_page(
    shut_studio: Studio, name: str
) -> None:
    found = shut_studio.likeness(name)
    print(found)
    assert_whole(found)
    assert found.width_px <= MOST_PX
    assert found.height_px <= MOST_PX
    assert found.height <= MOST_HEIGHT
