"""After the retention nothing is left, though the recordings were sealed anew on the way."""

import pytest

from lib.seals import Wish
from tests import erasure_world
from tests.erasure_world import ErasureWorld
from tests.local_services import Firestore, control
from tests.seal_world import Vault

DAY_S = 86_400.0


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> ErasureWorld:
    return erasure_world.build(firestore, vault)


def test_resealed_on_day_29_of_30_nothing_is_left_two_days_later(
    world: ErasureWorld, firestore: Firestore
) -> None:
    tenant = world.seals.tenant()
    session = world.visit(tenant, age_s=0)
    world.seals.pass_time(29 * DAY_S)
    before = {b.name: b.custom_time for b in world.seals.bucket(tenant).list_blobs()}
    ended = world.seals.settle(world.seals.change(tenant, Wish("customer_managed")))
    assert ended.state == "done"
    resealed = list(world.seals.bucket(tenant).list_blobs())
    assert {blob.name: blob.custom_time for blob in resealed} == before
    # Their age began anew, so that only the time of the visit itself can end them.
    assert all((blob.time_created - blob.custom_time).days == 29 for blob in resealed)
    assert world.sessions(tenant) == {session}
    world.seals.pass_time(2 * DAY_S)
    assert world.names(tenant) == []
    url = firestore.environment["FIRESTORE_URL"]
    control(url, "expire", {"now_ms": round(world.now * 1000)})
    assert world.listed(tenant) == set()


@pytest.mark.parametrize(("days", "left"), [(29.9, 1), (30.1, 0)])
def test_an_object_lives_its_retention_and_no_longer(
    world: ErasureWorld, days: float, left: int
) -> None:
    tenant = world.seals.tenant()
    world.visit(tenant, age_s=0, count=1)
    world.seals.pass_time(days * DAY_S)
    assert len(world.names(tenant)) == left


@pytest.mark.parametrize(("hours", "left"), [(23.0, 1), (25.0, 0)])
def test_an_export_lives_a_day_even_if_its_operation_died(
    world: ErasureWorld, hours: float, left: int
) -> None:
    tenant = world.seals.tenant()
    world.seals.bucket(tenant).blob("x/abc/1.tar").upload_from_string(b"copy")
    world.seals.pass_time(hours * 3_600)
    assert len(world.names(tenant)) == left
