"""Threat 9: the client weakens the policy. What it claims, sends or holds never widens it."""

import gzip
import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import httpx
import pytest

from lib import policies
from lib.edge import asks
from lib.edge.config import CACHE_S
from tests.edge_world import (
    NOW,
    Edge,
    Json,
    Site,
    ask,
    batch,
    header,
    lines,
    load_main,
    opened,
    served,
)

SECRET, TYPED = "Kq7vhtr2wmzx", "hjgt4kqzw7vb"
EVERYTHING = policies.CAPABILITIES
FIELD = {"type": "text", "autocomplete": "name"}


def element(tag: str, id: int, *children: Json, **attributes: str) -> Json:
    return {
        "type": 2,
        "tagName": tag,
        "attributes": attributes,
        "childNodes": list(children),
        "id": id,
    }


def words(text: str, id: int) -> Json:
    return {"type": 3, "textContent": text, "id": id}


def confession(now_ms: int) -> bytes:
    """Return a batch's lines that hold both secrets wherever a policy could allow them."""
    marked = {"data-seal": "allow", "title": SECRET}
    paragraph = element("p", 5, words(SECRET, 6), **marked)
    field = element("input", 7, type="text", value=TYPED)
    page = element("html", 2, element("head", 3), element("body", 4, paragraph, field))
    node = {"type": 0, "childNodes": [page], "id": 1}
    empty: Json = {"texts": [], "attributes": [], "removes": [], "adds": []}
    texts = [{"id": 6, "value": SECRET, "field": FIELD}]
    data: list[tuple[int, Json]] = [
        (4, {"href": f"https://shop.example/{SECRET}?q={SECRET}", "width": 9, "height": 9}),
        (2, {"node": node, "initialOffset": {"left": 0, "top": 0}}),
        (3, {"source": 0, **empty, "texts": texts}),
        (3, {"source": 5, "text": TYPED, "isChecked": False, "id": 7, "field": FIELD}),
        (5, {"tag": "sealtape.identify", "payload": {"label": SECRET}}),
        (5, {"tag": "sealtape.console", "payload": {"level": "log", "text": SECRET}}),
        (5, {"tag": "sealtape.policy", "payload": {"allow": list(EVERYTHING), "note": SECRET}}),
    ]
    return lines(*({"type": kind, "data": each, "timestamp": now_ms} for kind, each in data))


@pytest.fixture(scope="module")
def module() -> ModuleType:
    environ = {"GOOGLE_CLOUD_PROJECT": "p", "SESSION_PUBLIC_KEYS": "{}", "USER_HASH_KEY": "k"}
    return load_main("ingest", environ)


@pytest.fixture
def browser(edge: Edge, module: ModuleType) -> Iterator[httpx.AsyncClient]:
    with served(module, edge.ingestion()) as client:
        yield client


async def confess(browser: httpx.AsyncClient, answer: Json, **changes: Any) -> httpx.Response:
    packed = gzip.compress(confession(round(NOW * 1000)), mtime=0)
    return await browser.post("/v1/ingest", content=batch(answer, packed, **changes))


def stored(edge: Edge, site: Site) -> str:
    return b"".join(map(gzip.decompress, edge.stored(site).values())).decode()


async def test_claims_inside_the_events_widen_nothing(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site()
    sent = await confess(browser, await opened(edge, site))
    assert sent.status_code == 202
    kept = stored(edge, site)
    assert kept
    assert SECRET not in kept
    assert TYPED not in kept


async def test_one_capability_does_not_bring_another(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site(allow=("text",))
    await confess(browser, await opened(edge, site))
    kept = stored(edge, site)
    assert SECRET in kept
    assert TYPED not in kept


async def test_everything_allowed_is_kept_so_that_these_tests_can_fail(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site(allow=EVERYTHING)
    await confess(browser, await opened(edge, site))
    kept = stored(edge, site)
    assert SECRET in kept
    assert TYPED in kept


@pytest.mark.parametrize(
    "claim",
    [
        {"policy": {"version": 9, "allow": list(EVERYTHING)}},
        {"policy_version": 9},
        {"allow": list(EVERYTHING)},
    ],
    ids=["policy", "version", "allow"],
)
async def test_a_batch_that_brings_its_own_policy_is_refused(
    edge: Edge, browser: httpx.AsyncClient, claim: Json
) -> None:
    site = edge.site()
    sent = await confess(browser, await opened(edge, site), **claim)
    assert (sent.status_code, sent.json()["code"]) == (400, "header_malformed")
    assert edge.stored(site) == {}


@pytest.mark.parametrize("claim", ["policy", "allow", "policy_version"])
def test_a_handshake_that_asks_for_a_policy_is_refused(edge: Edge, claim: str) -> None:
    body = json.dumps({**ask(edge.site()), claim: list(EVERYTHING)}).encode()
    with pytest.raises(asks.HandshakeMalformed):
        asks.parse(body)


async def test_a_token_of_a_wider_version_dies_with_that_version(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site(allow=EVERYTHING)
    wide = await opened(edge, site)
    edge.policy(site.tenant, 2)
    edge.change(f"tenants/{site.tenant}", policy_version=2)
    edge.clock.now += CACHE_S + 1
    sent = await confess(browser, wide)
    assert sent.json() == {"duplicate": False, "policy_version": 2}
    kept = stored(edge, site)
    assert SECRET not in kept
    assert TYPED not in kept


async def test_a_session_recorded_under_a_narrow_version_is_not_widened_later(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site()
    narrow = await opened(edge, site)
    edge.policy(site.tenant, 2, allow=EVERYTHING)
    edge.change(f"tenants/{site.tenant}", policy_version=2)
    edge.clock.now += CACHE_S + 1
    await confess(browser, narrow)
    kept = stored(edge, site)
    assert SECRET not in kept
    assert TYPED not in kept


async def test_a_token_of_another_tenant_brings_its_policy_to_that_tenant_only(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    quiet, wide = edge.site(), edge.site(allow=EVERYTHING)
    answer = await opened(edge, wide)
    await confess(browser, answer)
    assert SECRET in stored(edge, wide)
    assert edge.stored(quiet) == {}
    assert "tenant" not in header(answer)
