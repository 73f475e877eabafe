"""A visitor's country, from the load balancer's header to the index and the objects."""

import json
from typing import Any

import httpx
import pytest

from lib.edge.config import CACHE_S
from tests.edge_world import NOW, ORIGIN, PAGE, Edge, Site, ask, batch, load_main, opened, served

pytestmark = pytest.mark.usefixtures("metadata")

HEADER = "X-Visitor-Country"
Headers = list[tuple[str, str]]


async def told(edge: Edge, site: Site, headers: Headers, named: str = HEADER) -> str | None:
    """Return the country in the token of a handshake with `headers`, and look at its answer."""
    environ = edge.environment("handshake") | ({"COUNTRY_HEADER": named} if named else {})
    with served(load_main("handshake", environ), edge.handshakes()) as browser:
        body = json.dumps(ask(site))
        sent = [*headers, ("Origin", ORIGIN)]
        answer = await browser.post("/v1/handshake", content=body, headers=sent)
    assert answer.status_code == 200, answer.text
    assert "DE" not in {value for value in answer.json().values() if isinstance(value, str)}
    return edge.verifier.session(answer.json()["token"], now=NOW).country


async def test_the_token_carries_what_the_load_balancer_says(edge: Edge) -> None:
    site = edge.site(allow=("country",))
    assert await told(edge, site, [(HEADER, "DE")]) == "DE"
    assert await told(edge, site, [(HEADER.lower(), "FR")]) == "FR"


async def test_no_header_is_read_while_none_is_named(edge: Edge) -> None:
    site = edge.site(allow=("country",))
    assert await told(edge, site, [(HEADER, "DE")], named="") is None


async def test_a_policy_that_does_not_allow_it_keeps_it_out_of_the_token(edge: Edge) -> None:
    assert await told(edge, edge.site(allow=("identity",)), [(HEADER, "DE")]) is None


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(HEADER, "")],
        [(HEADER, "de")],
        [(HEADER, "203.0.113.7")],
        [(HEADER, "ZZ")],
        [(HEADER, "FR"), (HEADER, "DE")],
        [(HEADER, "FR,DE")],
        [("X-Forwarded-For", "DE")],
    ],
    ids=repr,
)
async def test_what_a_visitor_may_have_written_is_not_believed(
    edge: Edge, headers: Headers
) -> None:
    assert await told(edge, edge.site(allow=("country",)), headers) is None


async def sent(edge: Edge, answer: dict[str, Any], ingestion: Any, **changes: Any) -> None:
    await ingestion.accept(batch(answer, **changes), "")


def kept(edge: Edge, site: Site, answer: dict[str, Any]) -> tuple[list[str | None], str | None]:
    """Return what each object says, in order, and what the index does."""
    entry = edge.read(f"tenants/{site.tenant}/sessions/{answer['session']}")
    assert entry is not None
    blobs = edge.bucket(site).list_blobs(prefix=f"s/{answer['session']}/{PAGE}/")
    return [blob.metadata.get("country") for blob in blobs], entry.get("country")


async def test_every_object_and_the_index_say_it(edge: Edge) -> None:
    site = edge.site(allow=("country",))
    answer = await opened(edge, site, country="DE")
    ingestion = edge.ingestion()
    for seq in range(2):
        await sent(edge, answer, ingestion, seq=seq)
    assert kept(edge, site, answer) == (["DE", "DE"], "DE")


async def test_without_one_neither_says_anything(edge: Edge) -> None:
    site = edge.site(allow=("country",))
    answer = await opened(edge, site)
    await sent(edge, answer, edge.ingestion())
    assert kept(edge, site, answer) == ([None], None)


async def test_a_policy_that_forbids_it_since_binds_a_token_that_carries_it(edge: Edge) -> None:
    site = edge.site(allow=("country",))
    answer = await opened(edge, site, country="DE")
    ingestion = edge.ingestion()
    edge.policy(site.tenant, 2)
    edge.change(f"tenants/{site.tenant}", policy_version=2)
    edge.clock.now = NOW + CACHE_S
    await sent(edge, answer, ingestion)
    assert kept(edge, site, answer) == ([None], None)


async def test_no_address_is_kept_of_a_visitor_whose_country_is(edge: Edge) -> None:
    site = edge.site(allow=("country",))
    with served(load_main("ingest", edge.environment("ingest")), edge.ingestion()) as browser:
        answer = await opened(edge, site, country="DE")
        headers = {"X-Forwarded-For": "203.0.113.7", HEADER: "FR"}
        stored = await browser.post("/v1/ingest", content=batch(answer), headers=headers)
    assert stored.status_code == httpx.codes.ACCEPTED
    (blob,) = edge.bucket(site).list_blobs()
    entry = edge.read(f"tenants/{site.tenant}/sessions/{answer['session']}")
    assert "203.0.113" not in repr((blob.metadata, entry))
    assert kept(edge, site, answer) == (["DE"], "DE")
