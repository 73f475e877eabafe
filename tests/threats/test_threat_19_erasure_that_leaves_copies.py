"""Threat 19: something is left of what was erased, or comes back."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest

from lib.edge.config import CACHE_S
from lib.edge.ingestion import SessionErased, TokenRevoked
from lib.identifiers import OperationId
from lib.seals import Wish
from lib.tenants import Tenant
from lib.vault.bucket_grants import BucketGrants
from lib.vault.object_walks import ObjectWalks, Stored
from lib.vault.resealing import Resealing, Target
from lib.vault.tombstones import QUIET_S
from tests import erasure_world
from tests.edge_world import Edge, Site, batch, opened
from tests.erasure_world import ErasureWorld
from tests.local_services import Firestore, account
from tests.seal_world import Vault

AGENT = "Mozilla/5.0"
BATCH_S = 10.0
RAW_USER = "ab" * 32


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> ErasureWorld:
    return erasure_world.build(firestore, vault)


@pytest.fixture
def edge(world: ErasureWorld, firestore: Firestore, vault: Vault) -> Iterator[Edge]:
    """The public functions of the same installation, by the same clock."""
    clock = cast(Any, world.seals.base.clock)
    made = Edge(firestore, vault.storage, vault.metadata, world.seals.base.project, clock)
    yield made
    made.close()


def site_of(edge: Edge, tenant: Tenant) -> Site:
    """Give the tenant another key and return where it records."""
    return Site(tenant.id, edge.key(tenant.id), tenant.bucket)


def how(kind: str, world: ErasureWorld, tenant: Tenant, session: str) -> dict[str, Any]:
    """Return the order that erases this session, in one of four ways."""
    now_ms = round(world.now * 1000)
    entry = world.index.document(f"tenants/{tenant.id}/sessions/{session}").get().to_dict()
    return {
        "session": {"session": session},
        "user": {"user": entry["user"]},
        "range": {"from_ms": now_ms - 1_000, "to_ms": now_ms},
        "tenant": {"name": tenant.name},
    }[kind] | {"kind": kind}


@pytest.mark.parametrize("kind", ["session", "user", "range", "tenant"])
async def test_threat_19_a_visit_that_goes_on_sending_is_erased_for_good(
    world: ErasureWorld, edge: Edge, kind: str
) -> None:
    tenant = await asyncio.to_thread(world.seals.tenant)
    site = site_of(edge, tenant)
    answer = await opened(edge, site)
    ingestion = edge.ingestion()  # one instance, whose cache is as old as it may be
    sent: list[str] = []

    async def send(seq: int) -> None:
        try:
            await ingestion.accept(batch(answer, seq=seq, user=RAW_USER), AGENT)
            sent.append("stored")
        except (SessionErased, TokenRevoked) as refused:
            sent.append(refused.code)

    for seq in range(3):
        await send(seq)
        world.seals.pass_time(BATCH_S)
    order = world.order(tenant, **how(kind, world, tenant, answer["session"]))
    ordered_at = world.now
    first_refusal = 0.0
    for seq in range(3, 60):
        await asyncio.to_thread(world.seals.tick)
        if world.seals.base.operations.get(order).state == "done":
            break
        await send(seq)
        if sent[-1] != "stored" and not first_refusal:
            first_refusal = world.now - ordered_at
        world.seals.pass_time(BATCH_S)
    assert sent[3:].count("stored") >= 2  # the race took place
    assert 0 < first_refusal <= CACHE_S + BATCH_S
    # A suspended tenant's tokens die altogether.
    assert sent[-1] == ("token_revoked" if kind == "tenant" else "session_erased")
    assert world.seals.base.operations.get(order).state == "done"
    assert world.names(tenant) == []
    assert world.listed(tenant) == set()
    facts = world.entry(tenant, order).facts
    assert facts["objects"] == sent.count("stored")
    assert world.now - ordered_at >= 2 * QUIET_S
    if kind != "tenant":
        again = await opened(edge, site, resume=answer["resume"])
        assert again["session"] != answer["session"]


def test_threat_19_a_rewrite_under_way_does_not_bring_an_object_back(
    world: ErasureWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = world.seals.tenant()
    session = world.visit(tenant)
    tools = world.seals.tools
    assert world.seals.settle(world.seals.change(tenant, Wish("customer_managed"))).state == "done"
    grants = BucketGrants(world.seals.base.storage, account("resealer"))
    grants.grant(tenant.bucket, OperationId("op_" + "r" * 16), world.now)
    listed = [replace(each, key=None) for each in tools.walks.page(tenant.bucket, "")]
    assert len(listed) == 3

    def first_page(self: ObjectWalks, bucket: str, after: str) -> list[Stored]:
        return listed  # what the worker saw before the erasure

    world.erase(tenant, kind="session", session=session)
    key = tools.keys.own_name(tenant.id, tenant.location)
    with monkeypatch.context() as patched:
        patched.setattr(ObjectWalks, "page", first_page)
        Resealing(tools.walks, lambda _: "ENABLED").page(tenant.bucket, "", Target(key, None))
    assert world.names(tenant) == []


def test_threat_19_an_erasure_and_a_reseal_share_a_bucket_without_harm(
    world: ErasureWorld,
) -> None:
    tenant = world.seals.tenant()
    gone, stays = world.visit(tenant), world.visit(tenant)
    change = world.seals.change(tenant, Wish("customer_managed"))
    world.seals.upto(change, "reseal")
    erasure = world.order(tenant, kind="session", session=gone)
    assert world.seals.settle(erasure).state == world.seals.settle(change).state == "done"
    assert world.sessions(tenant) == {stays}
    key = world.seals.tools.keys.own_name(tenant.id, tenant.location)
    assert world.seals.sealed_by(tenant) == {f"{key}/cryptoKeyVersions/1"}
    assert world.seals.grants(tenant) == []


def test_threat_19_no_copy_is_left_where_cloud_storage_keeps_copies(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    session = world.visit(tenant)
    names = world.names(tenant)
    world.erase(tenant, kind="session", session=session)
    bucket = world.seals.bucket(tenant)
    assert list(bucket.list_blobs(versions=True)) == []
    assert list(bucket.list_blobs(soft_deleted=True)) == []
    assert not any(bucket.blob(name).exists() for name in names)


def test_threat_19_another_tenants_recordings_are_out_of_reach(world: ErasureWorld) -> None:
    tenant, other = world.seals.tenant(), world.seals.tenant("other")
    session = world.visit(other)
    world.erase(tenant, kind="session", session=session)
    world.erase(tenant, kind="tenant", name=tenant.name)
    assert world.sessions(other) == world.listed(other) == {session}
    assert world.seals.read(other.id).state == "active"


def test_threat_19_a_bucket_that_does_not_delete_gets_no_receipt(
    world: ErasureWorld, vault: Vault
) -> None:
    tenant = world.seals.tenant()
    session = world.visit(tenant)
    order = world.order(tenant, kind="session", session=session)
    url = f"{vault.storage.url}/_standin/faults"
    fault = {"count": -1, "status": 503, "method": "delete", "bucket": tenant.bucket}
    httpx.post(url, json=fault).raise_for_status()
    world.seals.tick()
    world.seals.pass_time(QUIET_S * 4)
    world.seals.tick()
    assert world.entry(tenant, order).done_ms is None
    assert world.sessions(tenant) == {session}
    httpx.delete(url).raise_for_status()
    assert world.seals.settle(order).state == "done"
    assert world.sessions(tenant) == set()
