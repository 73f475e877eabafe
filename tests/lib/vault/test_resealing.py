"""Walks see every object once, a page at a time; only what is sealed wrongly is rewritten."""

import pytest

from lib.seals import Wish
from lib.vault import object_walks
from lib.vault.resealing import Resealing, Target
from tests import seal_world
from tests.local_services import Firestore
from tests.seal_world import SealWorld, Vault

KEY = "projects/customer-keys/locations/europe-west1/keyRings/r/cryptoKeys/k"
FIRST, SECOND = f"{KEY}/cryptoKeyVersions/1", f"{KEY}/cryptoKeyVersions/2"


@pytest.fixture
def world(firestore: Firestore, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> SealWorld:
    monkeypatch.setattr(object_walks, "PAGE", 3)
    return seal_world.build(firestore, vault)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7])
def test_a_walk_sees_every_object_once(world: SealWorld, count: int) -> None:
    tenant = world.tenant()
    world.store(tenant, count)
    world.upto(world.change(tenant, Wish("customer_managed")), "count")
    seen: list[str] = []
    after = ""
    while page := world.tools.walks.page(tenant.bucket, after):
        seen += [each.name for each in page]
        after = seen[-1]
    assert seen == [f"s/a/{number:06d}" for number in range(count)]


@pytest.mark.parametrize("count", [3, 8])
def test_a_change_of_many_pages_counts_and_seals_them_all(world: SealWorld, count: int) -> None:
    tenant = world.tenant()
    world.store(tenant, count)
    ended = world.settle(world.change(tenant, Wish("customer_managed")))
    assert (ended.state, ended.done, ended.total) == ("done", count, count)
    assert world.sealed_by(tenant) == {
        f"{world.tools.keys.own_name(tenant.id, tenant.location)}/cryptoKeyVersions/1"
    }


def test_what_is_sealed_rightly_is_not_rewritten(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 2)
    world.settle(world.change(tenant, Wish("customer_managed")))
    before = [blob.generation for blob in world.bucket(tenant).list_blobs()]
    world.settle(world.reseal(tenant))
    assert [blob.generation for blob in world.bucket(tenant).list_blobs()] == before


def test_what_changed_since_it_was_listed_is_left_to_the_next_pass(
    world: SealWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = world.tenant()
    world.store(tenant, 2)
    operation = world.change(tenant, Wish("customer_managed"))
    world.upto(operation, "reseal")
    walks, key = world.tools.walks, world.tools.keys.own_name(tenant.id, tenant.location)
    listed = walks.page(tenant.bucket, "")
    changed = world.bucket(tenant).blob(listed[0].name, kms_key_name=key)
    changed.upload_from_string(b"another")
    generation = changed.generation
    monkeypatch.setattr(type(walks), "page", lambda *_: listed)
    Resealing(walks, lambda _: "ENABLED").page(tenant.bucket, "", Target(key, None))
    found = {blob.name: blob.generation for blob in world.bucket(tenant).list_blobs()}
    assert found[listed[0].name] == generation
    assert found[listed[1].name] != listed[1].generation


@pytest.mark.parametrize(
    ("target", "found", "right"),
    [
        (Target(None, None), None, True),
        (Target(None, None), FIRST, False),
        (Target(KEY, SECOND), SECOND, True),
        (Target(KEY, SECOND), FIRST, False),
        (Target(KEY, SECOND), None, False),
        (Target(KEY, None), FIRST, True),
        (Target(KEY, None), f"{KEY}2/cryptoKeyVersions/1", False),
        (Target(KEY, None), None, False),
    ],
)
def test_a_target_knows_its_own(target: Target, found: str | None, right: bool) -> None:
    assert target.seals(found) == right
