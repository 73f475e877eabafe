"""Threat 3: a copied key on another site. The list's own matrix: tests/lib/test_origins.py."""

import pytest

from tests.edge_world import ORIGIN, batch
from tests.threats.conftest import Doors

STRANGERS = [
    None,
    "null",
    "",
    "https://evil.example",
    "http://shop.example",
    "https://shop.example:8443",
    "https://shop.example.evil.example",
    "https://evilshop.example",
    "https://a.shop.example",
    "https://SHOP.example",
    "https://shop.example.",
    "https://xn--shp-0na.example",
    "https://shop.example, https://evil.example",
    "file://",
    "chrome-extension://abcdefghijklmnop",
    "*",
]


@pytest.mark.parametrize("origin", STRANGERS)
async def test_a_key_opens_nothing_from_a_stranger(doors: Doors, origin: str | None) -> None:
    answer = await doors.shake(doors.edge.site(), origin=origin)
    assert (answer.status_code, answer.json()["code"]) == (403, "handshake_refused")


async def test_the_same_key_works_at_home(doors: Doors) -> None:
    assert (await doors.shake(doors.edge.site())).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://SHOP.example"])
async def test_a_token_that_was_carried_off_stores_nothing_from_there(
    doors: Doors, origin: str
) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    for at, status in ((origin, 401), (ORIGIN, 202)):
        sent = await doors.ingest.post("/v1/ingest", content=batch(answer), headers={"Origin": at})
        assert sent.status_code == status
    assert len(doors.edge.stored(site)) == 1


async def test_origins_are_each_keys_own(doors: Doors) -> None:
    site = doors.edge.site()
    doors.edge.change(f"sdkKeys/{site.key.id}", origins=["https://*.shop.example"])
    assert (await doors.shake(site, origin="https://a.shop.example")).status_code == 200
    assert (await doors.shake(site, origin="https://shop.example")).status_code == 403
    assert (await doors.shake(site, origin="https://a.b.shop.example")).status_code == 403
