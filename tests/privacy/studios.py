"""A studio: records a page under one policy, replays what was stored, and compares the two."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from tests.privacy.arenas import Arena, Tenant
from tests.privacy.likeness import Likeness, Look, compare, look_at, look_at_replay
from tests.privacy.replays import Player
from tests.privacy.sites import Site
from tests.privacy.surveys import VIEWPORT
from tests.privacy.taps import Tap
from tests.privacy.visitors import Visitor


@dataclass
class Studio:
    """One tenant, one visitor, one player."""

    arena: Arena
    tenant: Tenant
    visitor: Visitor
    player: Player
    seen: set[str] = field(default_factory=set)

    def likeness(self, name: str, until: str = "() => null") -> Likeness:
        """Return how far the replay of a corpus page is from the page.

        Args: until: a script; the visitor leaves once what it answers is settled.
        """
        looks: list[Look] = []

        def look(page: Page) -> None:
            looks.append(look_at(page))
            page.evaluate(until)

        self.visitor.visit(name, look)
        return self.compared(name, looks[0])

    def compared(self, name: str, look: Look) -> Likeness:
        """Return how far the replay of what was stored since is from `look`."""
        warnings = self.replay()
        page = self.player.page
        return compare(name, look, look_at_replay(page), page, warnings)

    def replay(self) -> list[str]:
        """Show the end of what was stored since the last replay; return the warnings."""
        names = {each["name"] for each in self.arena.objects(self.tenant)} - self.seen
        self.seen |= names
        return self.player.show(self.arena.fetched(self.tenant, sorted(names)).values())


@contextmanager
def open_studio(
    arena: Arena, browser: Browser, site: Site, tap: Tap, tenant: Tenant
) -> Iterator[Studio]:
    """Open a visitor's profile and a player's."""
    site.key, site.endpoint = tenant.key, tap.url
    with (
        browser.new_context(viewport=VIEWPORT) as visiting,  # type: ignore[arg-type]
        browser.new_context(viewport=VIEWPORT) as playing,  # type: ignore[arg-type]
    ):
        visitor = Visitor(visiting.new_page(), "sdk", site, tap, [])
        visitor.page.on("dialog", lambda dialog: dialog.dismiss())
        yield Studio(arena, tenant, visitor, Player(playing))
