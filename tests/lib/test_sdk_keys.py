"""What a member does to a key or the policy reaches handshake and ingest within a minute."""

import json
import os
from datetime import timedelta
from typing import Any

import pytest

from lib import keys
from lib.console.tenant_policies import TenantPolicies
from lib.edge import asks
from lib.edge.assertions import ASSERTION_TTL_S
from lib.edge.handshakes import HandshakeRefused, Handshakes
from lib.edge.ingestion import Ingestion, TokenRevoked
from lib.identifiers import KeyId, TenantId
from lib.key_forms import Draft
from lib.keys import SdkKey
from lib.sdk_keys import MAX_DEAD_KEYS, SdkKeys
from tests.edge_world import ORIGIN, USER_AGENT, Edge, Site, ask, batch, utc
from tests.functions.console_visitors import public_pem

OTHER = "https://other.example"
DRAFT = Draft("Shop", (ORIGIN, OTHER), None)
MINUTE_S = 60


class Running:
    """One instance of each public function, and the tenant's keys as console_api holds them."""

    def __init__(self, edge: Edge) -> None:
        """Provision a tenant."""
        self.edge = edge
        self.site = edge.site()
        first = {"label": "first", "created": utc(edge.clock.now)}
        edge.change(f"sdkKeys/{self.site.key.id}", **first)
        config = edge.client("edge-config")
        self.keys = SdkKeys(config, TenantId(self.site.tenant), clock=edge.clock)
        self.policies = TenantPolicies(config, TenantId(self.site.tenant))
        self.handshakes: Handshakes = edge.handshakes()
        self.ingestion: Ingestion = edge.ingestion()
        self.seq = 0

    def made(self, draft: Draft = DRAFT) -> SdkKey:
        """Make a key."""
        key = keys.create(os.urandom)
        self.keys.add(key, draft)
        return key

    async def open(self, key: SdkKey, origin: str = ORIGIN, **changes: Any) -> dict[str, Any]:
        """Return a handshake's answer."""
        site = Site(self.site.tenant, key, self.site.bucket)
        return await self.handshakes.open(
            asks.parse(json.dumps(ask(site, **changes)).encode()), origin
        )

    async def send(self, answer: dict[str, Any]) -> None:
        """Store the next batch."""
        body = batch(answer, seq=self.seq)
        self.seq += 1
        await self.ingestion.accept(body, USER_AGENT)


@pytest.fixture
def running(edge: Edge) -> Running:
    return Running(edge)


async def test_a_new_key_records_at_once_beside_the_first(running: Running) -> None:
    for key in (running.made(), running.site.key):
        await running.send(await running.open(key))


async def test_a_disabled_key_stops_handshakes_and_batches_within_a_minute(
    running: Running,
) -> None:
    key = running.made()
    answer = await running.open(key)
    await running.send(answer)
    running.keys.disable(key.id)
    running.edge.clock.now += MINUTE_S
    with pytest.raises(HandshakeRefused):
        await running.open(key)
    with pytest.raises(HandshakeRefused):
        await running.open(key, resume=answer["resume"])
    with pytest.raises(TokenRevoked):
        await running.send(answer)
    await running.send(await running.open(running.site.key))


async def test_both_keys_work_until_the_overlap_ends(running: Running) -> None:
    old, new = running.made(), keys.create(os.urandom)
    running.keys.rotate(old.id, new, overlap_hours=1)
    running.edge.clock.now += 3_600 - 1
    last = await running.open(old)
    await running.send(last)
    await running.send(await running.open(new))
    running.edge.clock.now += 1
    with pytest.raises(HandshakeRefused):
        await running.open(old)
    with pytest.raises(TokenRevoked):
        await running.send(last)
    await running.send(await running.open(new))


async def test_an_origin_that_is_taken_away_is_out_and_the_others_go_on(running: Running) -> None:
    key = running.made()
    gone, stays = await running.open(key, OTHER), await running.open(key)
    await running.send(gone)
    running.keys.change(key.id, Draft("Shop", (ORIGIN,), None))
    running.edge.clock.now += MINUTE_S
    with pytest.raises(TokenRevoked):
        await running.send(gone)
    with pytest.raises(HandshakeRefused):
        await running.open(key, OTHER, resume=gone["resume"])
    again = await running.open(key, resume=stays["resume"])
    assert again["session"] == stays["session"]
    await running.send(again)


async def test_strict_mode_asks_new_sessions_for_an_assertion(running: Running) -> None:
    key = running.made()
    before = await running.open(key)
    running.keys.change(key.id, Draft("Shop", DRAFT.origins, public_pem()))
    running.edge.clock.now += MINUTE_S
    assert MINUTE_S < ASSERTION_TTL_S
    with pytest.raises(HandshakeRefused):
        await running.open(key)
    again = await running.open(key, resume=before["resume"])
    assert again["session"] == before["session"]


async def test_a_new_policy_is_what_the_next_handshake_delivers(running: Running) -> None:
    assert b'"version":1' in bytes((await running.open(running.site.key))["policy"])
    made = running.policies.draft(1, {"allow": ["images"]})
    running.policies.replace(made, now=running.edge.clock.now, by="u_" + "a" * 16)
    running.edge.clock.now += MINUTE_S
    answer = await running.open(running.site.key)
    assert bytes(answer["policy"]) == made.text.encode()
    await running.send(answer)


def test_of_dead_keys_the_newest_are_kept(running: Running) -> None:
    config, now = running.edge.client("edge-config"), utc(running.edge.clock.now)
    dead = config.document(f"sdkKeys/{running.site.key.id}").get().to_dict()
    batch = config.batch()
    for age in range(MAX_DEAD_KEYS + 1):
        fields = {**dead, "state": "disabled", "created": now - timedelta(days=age + 1)}
        batch.set(config.document(f"sdkKeys/{'a' * 9}{chr(97 + age // 26)}{age % 26 + 10}"), fields)
    batch.commit()
    oldest = running.keys.listed()[-1].id
    made = running.made()
    listed = [each.id for each in running.keys.listed()]
    assert len(listed) == MAX_DEAD_KEYS + 2  # and two live ones
    assert KeyId(made.id) in listed
    assert oldest not in listed
    assert running.site.key.id in listed
