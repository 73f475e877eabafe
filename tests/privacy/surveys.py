"""A survey: every page visited under both recorders, and where secrets turned up afterwards."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from playwright.sync_api import Browser

from tests.privacy.arenas import Arena, Tenant
from tests.privacy.canaries import Canaries, Canary
from tests.privacy.sites import Site
from tests.privacy.taps import Tap
from tests.privacy.visitors import Visitor

VIEWPORT = {"width": 1100, "height": 800}
# Where secrets are looked for; only the first, rrweb as it comes, may hold any.
COLUMNS = {
    "unmasked": "rrweb, before ingest",
    "sdk": "our SDK alone",
    "server": "our server alone",
    "both": "both",
    "elsewhere": "logs, names, documents",
}


@dataclass
class Survey:
    """What was planted, and what was found in each column."""

    tenant: Tenant
    planted: list[Canary]
    found: dict[str, list[Canary]]
    troubles: list[str]

    def leaks(self, column: str) -> list[str]:
        """Return the leaks of a column, one line each."""
        return sorted(f"{each.page}: {each.place} ({each.text})" for each in self.found[column])

    def table(self) -> str:
        """Return the leaks by group of places, one column each, and their sum."""
        planted = Counter(each.group for each in self.planted)
        counts = {name: Counter(each.group for each in self.found[name]) for name in COLUMNS}
        width = max(map(len, planted), default=0)
        lines = [" ".join([" " * width, " planted", *COLUMNS.values()])]
        for group in sorted(planted):
            cells = [f"{counts[name][group]:{len(title)}}" for name, title in COLUMNS.items()]
            lines.append(" ".join([f"{group:{width}}", f"{planted[group]:8}", *cells]))
        total = len(self.planted)
        lines += [f"{title}: {len(self.found[name])} of {total}" for name, title in COLUMNS.items()]
        return "\n".join(lines)


def survey(
    arena: Arena,
    tenant: Tenant,
    browser: Browser,
    site: Site,
    tap: Tap,
    pages: Iterable[str],
    told: Callable[[str], None] = lambda _: None,
) -> Survey:
    """Visit each page under both recorders, then look everywhere.

    Args: told: hears of each recorder before it begins.
    """
    names = list(pages)
    troubles: list[str] = []
    for recorder in ("sdk", "raw"):
        told(recorder)
        with browser.new_context(viewport=VIEWPORT) as context:  # type: ignore[arg-type]
            visitor = Visitor(context.new_page(), recorder, site, tap, troubles)
            visitor.page.on("dialog", lambda dialog: dialog.dismiss())
            for name in names:
                visitor.visit(name)
    troubles += [f"refused: {each}" for name in ("sdk", "raw") for each in tap.of(name).refusals]
    found = _look(arena, tenant, site.canaries, tap)
    return Survey(tenant, list(site.canaries), found, troubles)


def _look(arena: Arena, tenant: Tenant, canaries: Canaries, tap: Tap) -> dict[str, list[Canary]]:
    sdk, raw = tap.of("sdk"), tap.of("raw")
    return {
        "unmasked": canaries.found_in(raw.events),
        "sdk": canaries.found_in([*sdk.texts, *sdk.events]),
        "server": canaries.found_in(arena.stored(tenant, raw.sessions).values()),
        "both": canaries.found_in(arena.stored(tenant, sdk.sessions).values()),
        "elsewhere": canaries.found_in(arena.elsewhere(tenant)),
    }
