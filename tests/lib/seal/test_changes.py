"""A bucket's seal changes by one operation; until it is decided, giving up changes nothing."""

import pytest
from google.cloud.storage.bucket import EncryptionEnforcementConfig

from lib.errors import NotFound
from lib.identifiers import TenantId
from lib.seal import proofs
from lib.seal.changes import SealBusy, SealChanges, SealDecided
from lib.seal.claims import Claims
from lib.seals import KeyTaken, Wish
from lib.vault.buckets import TENANT_LABEL
from tests import seal_world
from tests.local_services import Firestore, control
from tests.seal_world import BYTES, REGION, STARTED, SealWorld, Vault

OURS = Wish("customer_managed")
GOOGLES = Wish("google_managed")


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


def test_the_customers_own_key_seals_everything_there_is(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 5)
    key = world.customer_key()
    operation = world.change(tenant, Wish("customer_managed", key))
    world.tick()
    waiting = world.base.operations.get(operation)
    assert (waiting.state, waiting.step) == ("running", "prove")
    world.prove(operation, key)
    ended = world.settle(operation)
    assert (ended.state, ended.error, ended.done, ended.total) == ("done", None, 5, 5)
    assert world.sealed_by(tenant) == {f"{key}/cryptoKeyVersions/1"}
    seal = world.read(tenant.id).seal
    assert (seal.mode, seal.key, seal.state) == ("customer_managed", key, "available")
    assert world.grants(tenant) == []
    assert [each for each in world.audit(tenant) if each != "tenant_created"] == [
        "resealer_granted",
        "resealer_revoked",
        "seal_changed",
    ]


def test_resealing_keeps_bytes_metadata_and_custom_time(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 2)
    world.sealed(tenant)
    for number, blob in enumerate(world.bucket(tenant).list_blobs(prefix="s/")):
        assert blob.metadata == {"seq": str(number)}
        assert blob.custom_time == STARTED
        assert blob.content_type == "application/x-ndjson"
        assert blob.download_as_bytes() == BYTES


def test_nothing_but_recordings_is_left_behind(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 1)
    world.sealed(tenant)
    assert [blob.name for blob in world.bucket(tenant).list_blobs()] == ["s/a/000000"]


def test_a_key_of_the_operators_needs_no_proof(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 1)
    ended = world.settle(world.change(tenant, OURS))
    key = world.tools.keys.own_name(tenant.id, REGION)
    assert (ended.state, world.read(tenant.id).seal.key) == ("done", key)
    assert world.sealed_by(tenant) == {f"{key}/cryptoKeyVersions/1"}


def test_back_to_googles_key_works_and_frees_the_former_one(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 3)
    key = world.sealed(tenant)
    ended = world.settle(world.change(tenant, GOOGLES))
    assert ended.state == "done", ended
    assert world.sealed_by(tenant) == {None}
    assert world.read(tenant.id).seal.mode == "google_managed"
    world.store(tenant, 1, "s/b")
    Claims(world.base.console, TenantId("tn_" + "z" * 16)).claim(key)


def test_from_one_key_to_another(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 3)
    former, key = world.sealed(tenant), world.sealed(tenant)
    assert former != key
    assert world.sealed_by(tenant) == {f"{key}/cryptoKeyVersions/1"}
    Claims(world.base.console, TenantId("tn_" + "y" * 16)).claim(former)
    with pytest.raises(KeyTaken):
        Claims(world.base.console, TenantId("tn_" + "y" * 16)).claim(key)


def test_after_a_rotation_old_objects_are_resealed_on_request(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 3)
    version = world.rotate(world.sealed(tenant))
    assert world.sealed_by(tenant) == {version[:-1] + "1"}
    ended = world.settle(world.reseal(tenant))
    assert (ended.state, ended.done) == ("done", 3)
    assert world.sealed_by(tenant) == {version}
    assert world.grants(tenant) == []


def test_enforcement_is_waited_for(world: SealWorld, vault: Vault) -> None:
    tenant = world.tenant()
    control(vault.storage.url, "limits", {"enforcement_delay_ms": 60_000})
    try:
        operation = world.change(tenant, OURS)
        world.tick()
        waiting = world.base.operations.get(operation)
        assert waiting.step == "enforce"
        assert (world.base.operations.next_due() or 0) > world.base.clock.now + 50
        assert world.settle(operation).state == "done"
    finally:
        control(vault.storage.url, "limits", {"enforcement_delay_ms": 0})


def test_what_arrives_while_it_runs_is_sealed_too(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 2)
    operation = world.change(tenant, OURS)
    world.upto(operation, "reseal")
    world.store(tenant, 2, "s/0-earlier-name")
    assert world.settle(operation).state == "done"
    assert world.sealed_by(tenant) == {
        f"{world.tools.keys.own_name(tenant.id, REGION)}/cryptoKeyVersions/1"
    }


def test_a_change_is_called_off_before_it_is_decided(world: SealWorld) -> None:
    tenant = world.tenant()
    before = world.bucket(tenant, "provision-bucket")
    before.reload()
    key = world.customer_key()
    operation = world.change(tenant, Wish("customer_managed", key))
    world.tick()
    SealChanges(world.base.console, tenant.id).abort(world.base.clock.now)
    ended = world.settle(operation)
    assert (ended.state, ended.error) == ("failed", "seal_aborted")
    assert world.read(tenant.id).seal.mode == "google_managed"
    assert world.bucket(tenant, "witness").client.get_bucket(before.name).labels == {
        TENANT_LABEL: tenant.id
    }
    assert world.grants(tenant) == []
    assert world.settle(world.change(tenant, OURS)).state == "done"


def test_a_decided_change_is_not_called_off(world: SealWorld) -> None:
    tenant = world.tenant()
    operation = world.change(tenant, OURS)
    world.upto(operation, "switch")
    changes = SealChanges(world.base.console, tenant.id)
    with pytest.raises(SealDecided):
        changes.abort(world.base.clock.now)
    assert world.settle(operation).state == "done"
    with pytest.raises(NotFound):
        changes.abort(world.base.clock.now)


def test_one_change_at_a_time(world: SealWorld) -> None:
    tenant = world.tenant()
    operation = world.change(tenant, OURS)
    with pytest.raises(SealBusy):
        world.change(tenant, GOOGLES)
    world.settle(operation)
    world.settle(world.change(tenant, GOOGLES))


@pytest.mark.parametrize(("late_s", "state"), [(-proofs.POLL_S, "done"), (proofs.POLL_S, "failed")])
def test_a_proof_has_a_day(world: SealWorld, late_s: float, state: str) -> None:
    tenant = world.tenant()
    key = world.customer_key()
    operation = world.change(tenant, Wish("customer_managed", key))
    world.tick()
    world.pass_time(proofs.PROOF_S + late_s)
    if late_s > 0:
        world.tick()
    world.prove(operation, key)
    ended = world.settle(operation)
    assert ended.state == state
    assert ended.error == (None if state == "done" else "seal_proof_expired")


@pytest.mark.parametrize("before", [0, 2])  # a first pass with nothing to do is not the last
def test_an_upload_that_began_before_the_switch_is_found_by_a_later_pass(
    world: SealWorld, before: int
) -> None:
    tenant = world.tenant()
    world.store(tenant, before)
    operation = world.change(tenant, OURS)
    world.upto(operation, "reseal")
    world.tick()
    between = world.base.operations.get(operation)
    assert (between.state, between.step, between.done) == ("running", "reseal", before)
    bucket = world.vault.storage.client("witness").get_bucket(tenant.bucket)
    key = bucket.default_kms_key_name
    for default, restriction in ((None, "NotRestricted"), (key, "FullyRestricted")):
        bucket.default_kms_key_name = default
        config = EncryptionEnforcementConfig(restriction)
        bucket.encryption.google_managed_encryption_enforcement_config = config
        bucket.patch()
        if default is None:
            world.store(tenant, 1, "s/0-late")
    assert None in world.sealed_by(tenant)
    assert world.settle(operation).state == "done"
    assert world.sealed_by(tenant) == {f"{key}/cryptoKeyVersions/1"}
