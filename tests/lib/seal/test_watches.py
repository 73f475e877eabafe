"""The console can say why a key fails, and says shredded only when nothing is left to list."""

from collections.abc import Callable

import pytest

from lib.seal.watches import EVERY_S, KeyWatch
from lib.seals import Wish
from tests import seal_world
from tests.local_services import Firestore, account
from tests.seal_world import SealWorld, Vault


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


def look(world: SealWorld) -> int:
    world.pass_time(EVERY_S + 1)
    return KeyWatch(world.tools).look()


BREAKS: dict[str, tuple[Callable[[SealWorld, str], None], tuple[str, str | None]]] = {
    "nothing": (lambda world, key: None, ("available", None)),
    "disabled": (
        lambda world, key: world.set_versions(key, "DISABLED"),
        ("unavailable", "disabled"),
    ),
    "hidden": (lambda world, key: world.permit(key, us=False), ("unknown", "not_visible")),
    "doomed": (lambda world, key: world.destroy(key), ("unavailable", "destroy_scheduled")),
}


@pytest.mark.parametrize("failure", BREAKS)
def test_the_state_of_a_key_is_told(world: SealWorld, failure: str) -> None:
    spoil, told = BREAKS[failure]
    tenant = world.tenant()
    key = world.sealed(tenant)
    spoil(world, key)
    assert look(world) == 1
    seal = world.read(tenant.id).seal
    assert (seal.state, seal.reason) == told


def test_a_missing_permission_is_told_where_the_policy_can_be_seen(world: SealWorld) -> None:
    tenant = world.tenant()
    world.settle(world.change(tenant, Wish("customer_managed")))
    key = world.read(tenant.id).seal.key or ""
    client = world.vault.keys(account("witness"))
    client.set_iam_policy(request={"resource": key, "policy": {"bindings": []}})
    look(world)
    seal = world.read(tenant.id).seal
    assert (seal.state, seal.reason) == ("unavailable", "permission_removed")


def test_a_state_is_looked_at_again_only_after_a_while(world: SealWorld) -> None:
    world.sealed(world.tenant())
    assert look(world) == 1
    assert KeyWatch(world.tools).look() == 0


def test_no_entry_is_erased_while_a_key_may_come_back(world: SealWorld) -> None:
    tenant = world.tenant()
    key = world.sealed(tenant)
    world.rotate(key)
    entry = world.index.document(f"tenants/{tenant.id}/sessions/s_1")
    entry.set({"n": 1})
    versions = world.vault.keys(seal_world.CUSTOMER)
    versions.destroy_crypto_key_version(name=f"{key}/cryptoKeyVersions/1")
    world.pass_time(seal_world.DESTROY_S + 1)  # one of two versions is gone
    look(world)
    versions.destroy_crypto_key_version(name=f"{key}/cryptoKeyVersions/2")  # the other is about to
    world.pass_time(seal_world.DESTROY_S / 2)
    look(world)
    world.tick()
    assert entry.get().exists
    assert world.read(tenant.id).seal.reason == "destroy_scheduled"
    world.pass_time(seal_world.DESTROY_S)
    look(world)
    world.tick()
    assert not entry.get().exists


def test_after_destruction_entries_are_erased_before_it_says_shredded(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 2)
    key = world.sealed(tenant)
    sessions = world.index.collection(f"tenants/{tenant.id}/sessions")
    for number in range(3):
        sessions.document(f"s_{number}").set({"n": number})
    world.destroy(key)
    world.pass_time(seal_world.DESTROY_S + 1)
    look(world)
    assert world.read(tenant.id).seal.state == "unavailable"
    assert len(list(sessions.stream())) == 3
    while world.tick().pending:
        if not list(sessions.stream()):
            break
        assert world.read(tenant.id).seal.state == "unavailable"
    seal = world.read(tenant.id).seal
    assert list(sessions.stream()) == []
    assert (seal.state, seal.reason) == ("shredded", "destroyed")
    assert "recordings_shredded" in world.audit(tenant)
    look(world)
    assert world.read(tenant.id).seal.state == "shredded"
