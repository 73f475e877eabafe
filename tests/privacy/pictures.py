"""The picture of docs/privacy.md: one page as three policies let it be recorded.

`python -m tests.privacy.pictures` records the demo shop's checkout, replays what was stored, and
writes docs/images/privacy-policies.png.
"""

import base64
import html
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser

from infra.local.chromium import launch
from tests.privacy.arenas import EVERYTHING, Arena, open_arena
from tests.privacy.canaries import Canaries
from tests.privacy.shops import Shop, open_shop
from tests.privacy.sites import ROOT, Site, open_site
from tests.privacy.studios import open_studio
from tests.privacy.surveys import VIEWPORT
from tests.privacy.taps import Tap, open_tap

TARGET = ROOT / "docs" / "images" / "privacy-policies.png"
SHOWN_PX = 560  # width of each of the four pictures
POLICIES: Final[dict[str, tuple[str, ...]]] = {
    "Nothing allowed (every tenant's first policy)": (),
    "Page text and images": ("text", "images"),
    "Everything": EVERYTHING,
}
SHEET = """<!doctype html><style>
body { margin: 0; padding: 20px; display: grid; gap: 20px; background: #e8eceb;
  grid-template-columns: repeat(2, %dpx); font: 600 15px system-ui, sans-serif; color: #14302c }
figure { margin: 0 } figcaption { padding: 0 0 8px }
img { display: block; width: 100%%; border: 1px solid #b7c4c1; border-radius: 6px }
</style>"""


def _figure(title: str, picture: bytes) -> str:
    data = base64.b64encode(picture).decode()
    return (
        f"<figure><figcaption>{html.escape(title)}</figcaption>"
        f'<img src="data:image/png;base64,{data}"></figure>'
    )


def take(arena: Arena, browser: Browser, site: Site, tap: Tap, shop: Shop) -> str:
    """Return the figures: the page as its visitor saw it, then each policy's replay."""
    figures: list[str] = []
    for at, (title, allow) in enumerate(POLICIES.items()):
        tenant = arena.tenant(f"gallery-{at}", [shop.url], allow)
        with open_studio(arena, browser, site, tap, tenant) as studio:
            look = shop.record(studio, "checkout")
            studio.replay()
            if not figures:
                figures.append(_figure("The page, as its visitor saw it", look.picture))
            figures.append(_figure(title, studio.player.page.screenshot()))
    return "".join(figures)


def main() -> None:
    """Write the picture."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_arena() as arena,
        open_site(Site(Canaries(0))) as site,
        open_shop(Path(folder)) as shop,
        launch() as browser,
        open_tap(arena.stack.url("handshake"), arena.stack.url("ingest")) as tap,
    ):
        figures = take(arena, browser, site, tap, shop)
        page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
        page.set_content(SHEET % SHOWN_PX + figures)
        page.set_viewport_size({"width": SHOWN_PX * 2 + 60, "height": VIEWPORT["height"]})
        TARGET.parent.mkdir(exist_ok=True)
        page.screenshot(path=TARGET, full_page=True)


if __name__ == "__main__":
    main()
