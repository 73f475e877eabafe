"""The seal matrix: whatever fails, in whichever step, nothing is sealed by any other key."""

from collections.abc import Callable

import pytest

from lib import ticks
from lib.seal.changes import SealChanges, SealDecided
from lib.seals import Wish
from tests import seal_world
from tests.local_services import Firestore, control
from tests.seal_world import SealWorld, Vault

Break = Callable[[SealWorld, str], None]


ATTEMPTS = 3


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Operations give up after ATTEMPTS, not after hours."""
    monkeypatch.setattr(ticks, "MAX_ATTEMPTS", ATTEMPTS)


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


def disable(world: SealWorld, key: str) -> None:
    world.set_versions(key, "DISABLED")


def enable(world: SealWorld, key: str) -> None:
    world.set_versions(key, "ENABLED")


def forbid(world: SealWorld, key: str) -> None:
    world.permit(key, storage=False)


def permit(world: SealWorld, key: str) -> None:
    world.permit(key)


def doom(world: SealWorld, key: str) -> None:
    world.destroy(key)


def restore(world: SealWorld, key: str) -> None:
    client = world.vault.keys(seal_world.CUSTOMER)
    for version in client.list_crypto_key_versions(parent=key):
        client.restore_crypto_key_version(name=version.name)
    enable(world, key)


BREAKS = {"disabled": (disable, enable), "forbidden": (forbid, permit), "doomed": (doom, restore)}
BEFORE, AFTER = ("canary", "switch"), ("enforce", "reseal")


@pytest.mark.parametrize("step", BEFORE + AFTER)
@pytest.mark.parametrize("failure", BREAKS)
def test_a_key_that_fails_is_waited_for(world: SealWorld, failure: str, step: str) -> None:
    spoil, mend = BREAKS[failure]
    tenant = world.tenant()
    world.store(tenant, 2)
    key = world.customer_key()
    operation = world.change(tenant, Wish("customer_managed", key))
    world.prove(operation, key)
    world.upto(operation, step)
    spoil(world, key)
    world.tick()
    waiting = world.base.operations.get(operation)
    assert waiting.state == "running"
    if waiting.step == step:
        assert waiting.error == ("seal_unavailable" if step != "enforce" else None)
    assert world.sealed_by(tenant) == {None}
    default = world.vault.storage.client("witness").get_bucket(tenant.bucket).default_kms_key_name
    assert default == (None if step in BEFORE else key)
    mend(world, key)
    assert world.settle(operation).state == "done"
    assert world.sealed_by(tenant) == {f"{key}/cryptoKeyVersions/1"}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("failure", BREAKS)
@pytest.mark.parametrize("step", BEFORE)
def test_before_the_default_changes_giving_up_leaves_the_former_seal(
    world: SealWorld, failure: str, step: str
) -> None:
    spoil, _ = BREAKS[failure]
    tenant = world.tenant()
    world.store(tenant, 2)
    former = world.sealed(tenant)
    key = world.customer_key()
    operation = world.change(tenant, Wish("customer_managed", key))
    world.prove(operation, key)
    world.upto(operation, step)
    spoil(world, key)
    ended = world.settle(operation, most=4 * ATTEMPTS)
    assert (ended.state, ended.error) == ("failed", "attempts_exhausted")
    assert world.read(tenant.id).seal.key == former
    assert world.sealed_by(tenant) == {f"{former}/cryptoKeyVersions/1"}
    assert world.grants(tenant) == []
    world.store(tenant, 1, "s/later")
    assert world.sealed_by(tenant) == {f"{former}/cryptoKeyVersions/1"}
    assert "seal_change_failed" in world.audit(tenant)


@pytest.mark.usefixtures("impatient")
def test_after_the_default_changed_the_new_seal_stays_and_says_so(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 2)
    key = world.customer_key()
    operation = world.change(tenant, Wish("customer_managed", key))
    world.prove(operation, key)
    world.upto(operation, "reseal")
    forbid(world, key)
    with pytest.raises(SealDecided):
        SealChanges(world.base.console, tenant.id).abort(world.base.clock.now)
    ended = world.settle(operation, most=4 * ATTEMPTS)
    assert (ended.state, ended.error) == ("failed", "attempts_exhausted")
    assert world.read(tenant.id).seal.key == key
    assert world.sealed_by(tenant) == {None}
    permit(world, key)
    back = world.settle(world.change(tenant, Wish("google_managed")))
    assert back.state == "done"


@pytest.mark.parametrize("mode", ["google_managed", "customer_managed"])
@pytest.mark.parametrize(
    ("method", "status"),
    [
        ("objects.rewrite", 429),
        ("objects.rewrite", "cut-after"),
        ("objects.list", 503),
        ("buckets.patch", "cut-after"),
        ("buckets.setIamPolicy", 503),
    ],
)
def test_failures_of_the_service_pass(
    world: SealWorld, vault: Vault, method: str, status: int | str, mode: str
) -> None:
    tenant = world.tenant()
    world.store(tenant, 2)
    if mode == "google_managed":
        world.settle(world.change(tenant, Wish("customer_managed")))
    operation = world.change(
        tenant, Wish("google_managed" if mode[0] == "g" else "customer_managed")
    )
    control(vault.storage.url, "faults", {"method": method, "status": status, "count": 2})
    try:
        assert world.settle(operation).state == "done"
    finally:
        vault.forget_faults()
    sealed = {None if each is None else each.rpartition("/")[0] for each in world.sealed_by(tenant)}
    ours = f"{world.tools.keys.own_name(tenant.id, tenant.location)}/cryptoKeyVersions"
    assert sealed == ({None} if mode == "google_managed" else {ours})


def test_objects_under_a_destroyed_key_do_not_hold_a_new_seal_up(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 2)
    former = world.sealed(tenant)
    world.destroy(former)
    world.pass_time(seal_world.DESTROY_S + 1)
    ended = world.settle(world.change(tenant, Wish("google_managed")))
    assert ended.state == "done"
    world.store(tenant, 1, "s/new")
    assert world.sealed_by(tenant) == {f"{former}/cryptoKeyVersions/1", None}
