"""Erasures: what belongs to a subject is gone from bucket and index, and nothing else is."""

from typing import Any

import pytest

from lib.vault.tombstones import LIVE_S, QUIET_S
from tests import erasure_world
from tests.erasure_world import USER, ErasureWorld
from tests.local_services import Firestore
from tests.seal_world import Vault


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> ErasureWorld:
    return erasure_world.build(firestore, vault)


def test_a_session_is_erased_and_its_neighbours_stay(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    gone, stays = world.visit(tenant, count=3), world.visit(tenant)
    ended, entry = world.erase(tenant, kind="session", session=gone)
    assert (ended.state, ended.error, ended.done) == ("done", None, 3)
    assert world.sessions(tenant) == world.listed(tenant) == {stays}
    assert entry.done_ms is not None
    assert entry.facts["objects"] == 3
    assert entry.facts["sessions"] == entry.facts["index_entries"] == 1
    assert entry.facts["rounds"] == 2
    assert entry.facts["bytes"] == 3 * 23
    assert world.seals.grants(tenant) == []
    assert world.seals.audit(tenant)[-3:] == ["resealer_granted", "resealer_revoked", "erased"]


def test_a_user_is_erased_by_what_the_bucket_knows_as_well_as_by_the_index(
    world: ErasureWorld,
) -> None:
    tenant = world.seals.tenant()
    world.visit(tenant, user=USER, listed=False)
    world.visit(tenant, user=USER, listed=False, user_from=2)  # signed in on the way
    indexed = world.visit(tenant)
    world.index.document(f"tenants/{tenant.id}/sessions/{indexed}").update({"user": USER})
    stays = {world.visit(tenant, user="f" * 16), world.visit(tenant)}
    _, entry = world.erase(tenant, kind="user", user=USER)
    assert world.sessions(tenant) == world.listed(tenant) == stays
    assert (entry.facts["sessions"], entry.facts["objects"]) == (3, 9)


def test_what_a_user_records_after_the_order_stays(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    world.visit(tenant, user=USER)
    order = world.order(tenant, kind="user", user=USER)
    later = world.visit(tenant, user=USER, age_s=-1)
    world.seals.settle(order)
    assert world.sessions(tenant) == world.listed(tenant) == {later}


@pytest.mark.parametrize(
    ("begins_s", "count", "erased"),
    [
        (-101, 10, False),  # its last batch came a second before the range
        (-100, 11, True),  # and here at its first moment
        (999, 1, True),
        (1_000, 1, False),  # it began when the range ended
    ],
)
def test_a_visit_belongs_to_a_range_if_any_moment_of_it_does(
    world: ErasureWorld, begins_s: int, count: int, erased: bool
) -> None:
    tenant = world.seals.tenant()
    from_s = world.now - 100_000
    session = world.visit(tenant, count=count, age_s=100_000 - begins_s, listed=False)
    from_ms, to_ms = round(from_s * 1000), round((from_s + 1_000) * 1000)
    world.erase(tenant, kind="range", from_ms=from_ms, to_ms=to_ms)
    assert world.sessions(tenant) == (set() if erased else {session})


def test_a_range_takes_entries_of_the_index_without_recordings(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    inside = world.visit(tenant, age_s=5_000, count=1)
    outside = world.visit(tenant, age_s=90_000, count=1)
    for session in (inside, outside):
        for blob in world.seals.bucket(tenant).list_blobs(prefix=f"s/{session}/"):
            blob.delete()
    from_ms, to_ms = round((world.now - 6_000) * 1000), round((world.now - 4_000) * 1000)
    world.erase(tenant, kind="range", from_ms=from_ms, to_ms=to_ms)
    assert world.listed(tenant) == {outside}


def test_a_tenants_erasure_suspends_it_and_leaves_nothing_but_outcomes(
    world: ErasureWorld,
) -> None:
    tenant = world.seals.tenant()
    for _ in range(3):
        world.visit(tenant)
    outcome = world.index.document(f"tenants/{tenant.id}/outcomes/20261123-k-0")
    outcome.set({"accepted": 3})
    world.seals.bucket(tenant).blob("x/abc/part-1").upload_from_string(b"copy")
    world.seals.bucket(tenant).blob("s/strange").upload_from_string(b"no batch")
    ended, entry = world.erase(tenant, kind="tenant", name=tenant.name)
    assert ended.state == "done"
    assert world.names(tenant) == []
    assert world.listed(tenant) == set()
    assert outcome.get().exists
    assert (entry.facts["sessions"], entry.facts["exports"]) == (4, 1)
    assert world.seals.read(tenant.id).state == "suspended"


def test_every_export_goes_with_any_erasure(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    world.seals.bucket(tenant).blob("x/abc/part-1").upload_from_string(b"copy")
    gone = world.visit(tenant)
    _, entry = world.erase(tenant, kind="session", session=gone)
    assert world.names(tenant) == []
    assert entry.facts["exports"] == 1


def test_tombstones_stand_before_anything_is_deleted(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    session = world.visit(tenant, age_s=60)
    order = world.order(tenant, kind="session", session=session)
    world.seals.upto(order, "grant")
    assert session in world.seals.read(tenant.id).tombstones
    assert world.sessions(tenant) == {session}
    world.seals.settle(order)


def test_a_users_visit_that_may_go_on_is_buried_and_an_old_one_need_not_be(
    world: ErasureWorld,
) -> None:
    tenant = world.seals.tenant()
    young = world.visit(tenant, user=USER, age_s=LIVE_S - 60)
    world.visit(tenant, user=USER, age_s=LIVE_S + 60)
    world.erase(tenant, kind="user", user=USER)
    assert set(world.seals.read(tenant.id).tombstones) == {young}


@pytest.mark.parametrize("kind", ["session", "user", "range", "tenant"])
def test_what_arrives_before_the_caches_have_turned_is_erased_too(
    world: ErasureWorld, kind: str
) -> None:
    tenant = world.seals.tenant()
    session = world.visit(tenant, age_s=60, user=USER)
    now_ms = round(world.now * 1000)
    bodies: dict[str, dict[str, Any]] = {
        "session": {"session": session},
        "user": {"user": USER},
        "range": {"from_ms": now_ms - 61_000, "to_ms": now_ms},
        "tenant": {"name": tenant.name},
    }
    order = world.order(tenant, kind=kind, **bodies[kind])
    started = world.now
    world.seals.tick()
    assert world.sessions(tenant) == set()
    world.visit(tenant, age_s=60, user=USER, session=session)  # by a worker with an old cache
    ended = world.seals.settle(order)
    assert world.sessions(tenant) == world.listed(tenant) == set()
    assert world.entry(tenant, order).facts["objects"] == 6
    assert world.entry(tenant, order).facts["rounds"] == 3
    assert world.now >= started + 2 * QUIET_S
    assert ended.state == "done"


def test_a_bucket_that_keeps_copies_is_not_erased_but_complained_about(
    world: ErasureWorld,
) -> None:
    tenant = world.seals.tenant()
    session = world.visit(tenant)
    bucket = world.seals.bucket(tenant)
    bucket.reload()
    bucket.soft_delete_policy.retention_duration_seconds = 7 * 86_400
    bucket.patch()
    ended, entry = world.erase(tenant, kind="session", session=session)
    assert (ended.state, ended.error) == ("failed", "erasure_copies_kept")
    assert entry.done_ms is None
    assert world.sessions(tenant) == {session}
    assert world.seals.grants(tenant) == []


def test_copies_that_somebody_began_to_keep_meanwhile_leave_it_without_a_receipt(
    world: ErasureWorld,
) -> None:
    tenant = world.seals.tenant()
    order = world.order(tenant, kind="session", session=world.visit(tenant))
    world.seals.upto(order, "erase")
    bucket = world.seals.bucket(tenant)
    bucket.reload()
    bucket.soft_delete_policy.retention_duration_seconds = 7 * 86_400
    bucket.patch()
    assert world.seals.settle(order).error == "erasure_copies_kept"
    assert world.entry(tenant, order).done_ms is None
    assert world.seals.grants(tenant) == []


def test_a_disabled_key_does_not_hold_an_erasure_up(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    key = world.seals.sealed(tenant)
    session = world.visit(tenant)
    world.seals.set_versions(key, "DISABLED")
    ended, entry = world.erase(tenant, kind="session", session=session)
    assert (ended.state, entry.facts["objects"]) == ("done", 3)
    assert world.sessions(tenant) == world.listed(tenant) == set()


def test_a_visit_longer_than_a_listing_is_taken_whole(
    world: ErasureWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.erasures.sweeps.PAGE", 3)
    tenant = world.seals.tenant()
    for user_from in (0, 3, 6):
        world.visit(tenant, count=7, user=USER, user_from=user_from, listed=False)
        world.visit(tenant, count=2, listed=False)
    _, entry = world.erase(tenant, kind="user", user=USER)
    assert (entry.facts["sessions"], entry.facts["objects"]) == (3, 21)
    assert len(world.sessions(tenant)) == 3
