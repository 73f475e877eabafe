"""The demo shop in the studio: visited as a person would, up to where its picture is taken."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from demo.shopper import Shopper, invent_secrets
from tests.local_services import process
from tests.privacy.likeness import Look, look_at
from tests.privacy.studios import Studio
from tests.privacy.visitors import READY_MS, SETTLE

RECORDING = "() => Sealtape.sessionUrl() !== null"


def front(shopper: Shopper) -> None:
    """The first page."""
    shopper.page.goto(shopper.base_url)


def shelf(shopper: Shopper) -> None:
    """The shop, one category, a search typed."""
    shopper.look_around()


def checkout(shopper: Shopper) -> None:
    """The checkout, filled in. The cart outlives the visit: one walk alone may fill it."""
    shopper.look_around()
    shopper.fill_cart()
    shopper.click("text=Check out")
    for name, secret in invent_secrets().items():
        field = shopper.page.locator(f"input[name={name}]")
        field.press_sequentially(secret)


WALKS: Final[dict[str, Callable[[Shopper], None]]] = {
    walk.__name__: walk for walk in (front, shelf, checkout)
}


@dataclass(frozen=True)
class Shop:
    """The shop's server."""

    url: str
    config: Path

    def record(self, studio: Studio, walk: str) -> Look:
        """Walk, look, and leave when everything was sent."""
        visitor = studio.visitor
        page, tap = visitor.page, visitor.tap
        settings = {"key": studio.tenant.key, "endpoint": f"{tap.url}/{visitor.recorder}"}
        self.config.write_text(json.dumps(settings))
        ended = tap.of(visitor.recorder).finals
        WALKS[walk](Shopper(page, self.url))
        page.wait_for_function(RECORDING, timeout=READY_MS)
        look = look_at(page)
        self._leave(page)
        tap.wait(visitor.recorder, ended + 1)
        return look

    def _leave(self, page: Page) -> None:
        page.evaluate(SETTLE)
        page.evaluate("() => Sealtape.stop()")


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    """Serve the shop for the time of a `with` block."""
    config = folder / "shop.json"
    with process("demo.serve", "--config", str(config)) as ready:
        yield Shop(f"http://127.0.0.1:{ready['port']}", config)
