"""Threat 22: a hostile recording attacks whoever watches it. It runs nothing and reaches nobody.

Each payload stands in every field of every event type. The recording goes through ingest under the
default policy and under one that allows everything; and a third time past ingest, straight into the
bucket, so that the player's sandbox and the console's policy stand alone.
"""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from tests.local_services import Storage
from tests.privacy.arenas import EVERYTHING, Arena, Tenant
from tests.privacy.conftest import arena, browser  # noqa: F401  # fixtures
from tests.privacy.hostile import Event, HostilePage
from tests.privacy.payloads import ringing
from tests.privacy.senders import Sender
from tests.privacy.watching import MARKS, Trap, Watch, trap, watch

ORIGIN = "https://shop.example"
FEWEST_PAYLOADS = 60
PICTURE = 2  # Meta and the full snapshot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def ambush() -> Iterator[Trap]:
    """The server that every payload calls."""
    with trap() as armed:
        yield armed


@pytest.fixture(scope="module")
def tenants(arena: Arena) -> dict[str, Tenant]:  # noqa: F811
    """One that allows nothing, one that allows everything."""
    return {
        "default": arena.tenant("hostile-quiet", [ORIGIN]),
        "everything": arena.tenant("hostile-open", [ORIGIN], EVERYTHING),
    }


def hostile_events(ambush: Trap, start_ms: int, *, drawable: bool) -> list[Event]:
    """Return the recording."""
    return list(HostilePage(ringing(ambush.url), start_ms, drawable=drawable).events())


def record(arena: Arena, tenant: Tenant, ambush: Trap) -> str:  # noqa: F811
    """Post the recording to ingest and return its session."""
    sender = Sender(arena.stack.url("handshake"), tenant.key, ORIGIN)
    sender.send(hostile_events(ambush, sender.grant["now"], drawable=False))
    sender.close()
    return sender.session


def record_past_ingest(arena: Arena, tenant: Tenant, ambush: Trap) -> str:  # noqa: F811
    """Write the recording into the bucket, unmasked, behind a harmless first batch."""
    sender = Sender(arena.stack.url("handshake"), tenant.key, ORIGIN)
    now = sender.grant["now"]
    sender.send([{"type": 4, "data": {"href": "/", "width": 9, "height": 9}, "timestamp": now}])
    sender.close()
    (first,) = [each for each in arena.objects(tenant) if f"/{sender.session}/" in each["name"]]
    bucket = Storage(arena.stack.ports.storage).client("witness").bucket(tenant.bucket)
    blob = bucket.blob(first["name"].replace("000000", "000001"))
    blob.metadata = first["metadata"] | {"seq": "1"}
    blob.custom_time = datetime.fromtimestamp(now / 1000, UTC)
    # The picture alone: a browser takes minutes over thousands of frames that nobody left out.
    events = hostile_events(ambush, now + 1, drawable=True)[:PICTURE]
    lines = "".join(json.dumps(each) + "\n" for each in events)
    blob.upload_from_string(gzip.compress(lines.encode()), content_type="application/x-ndjson")
    return sender.session


def assert_nothing_happened(at: Watch, ambush: Trap) -> None:
    """Nothing ran, nothing was asked of anybody but the console."""
    assert at.marks() == []
    assert at.surprises == []
    assert at.strangers() == []
    assert ambush.rung == []
    assert at.page.title() == "Session · Sealtape"
    sandboxes = at.page.locator("iframe").evaluate_all("all => all.map(each => each.sandbox.value)")
    assert sandboxes == ["allow-same-origin"]


def test_the_corpus_has_dozens_of_payloads(ambush: Trap) -> None:
    assert len(set(ringing(ambush.url))) >= FEWEST_PAYLOADS


@pytest.mark.parametrize("policy", ["default", "everything"])
def test_a_hostile_recording_does_nothing_at_all(
    arena: Arena,  # noqa: F811
    browser: Browser,  # noqa: F811
    tenants: dict[str, Tenant],
    ambush: Trap,
    policy: str,
) -> None:
    session = record(arena, tenants[policy], ambush)
    with watch(browser, arena, tenants[policy]) as at:
        at.open(session)
        at.play()
        at.jump()
        expect(at.picture.locator("p").first).to_be_attached()
        assert_nothing_happened(at, ambush)
        # Not even the content security policy had anything to hold back.
        assert at.complaints == []
        assert at.errors == []


def test_sandbox_and_content_security_policy_hold_without_ingest(
    arena: Arena,  # noqa: F811
    browser: Browser,  # noqa: F811
    tenants: dict[str, Tenant],
    ambush: Trap,
) -> None:
    session = record_past_ingest(arena, tenants["everything"], ambush)
    with watch(browser, arena, tenants["everything"]) as at:
        at.open(session)
        at.jump()
        expect(at.picture.get_by_text("Still here")).to_be_attached()
        # The payloads are there and tried: the browser tells of each that it held back.
        assert len(at.complaints) >= FEWEST_PAYLOADS
        assert_nothing_happened(at, ambush)


def test_the_trap_would_ring(browser: Browser, ambush: Trap) -> None:  # noqa: F811
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{ambush.url}/victim")
        with page.expect_response("**/run"):
            page.set_content(next(each for each in ringing(ambush.url) if "src=x" in each))
        assert page.evaluate(MARKS) != []
    assert ambush.rung != []
    ambush.rung.clear()
