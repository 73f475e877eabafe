"""A tenant's later life: suspended, resumed, retired, and no other way between them."""

import pytest
from google.api_core.exceptions import NotFound

from lib.operating import lifecycles
from lib.seals import Wish
from lib.tenant_states import TenantStates, TenantStateWrong
from lib.vault.tombstones import QUIET_S
from tests import seal_world
from tests.local_services import Firestore, control
from tests.seal_world import SealWorld, Vault

STATES = ("provisioning", "active", "suspended", "retiring", "retired")


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


def test_a_suspension_kills_every_token_and_a_resumption_revives_none(world: SealWorld) -> None:
    tenant = world.tenant()
    assert world.settle(world.live(tenant, lifecycles.SUSPEND)).state == "done"
    suspended = world.read(tenant.id)
    assert (suspended.state, suspended.epoch) == ("suspended", tenant.epoch + 1)
    assert world.settle(world.live(tenant, lifecycles.RESUME)).state == "done"
    resumed = world.read(tenant.id)
    assert (resumed.state, resumed.epoch) == ("active", suspended.epoch)
    assert world.audit(tenant)[1:] == ["tenant_suspended", "tenant_resumed"]


def test_a_retired_tenant_leaves_neither_bucket_nor_index(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 3)
    world.sealed(tenant)
    for number in range(3):
        world.index.document(f"tenants/{tenant.id}/sessions/s_{number}").set({"n": number})
    world.settle(world.live(tenant, lifecycles.SUSPEND))
    ended = world.settle(world.live(tenant, lifecycles.RETIRE))
    assert (ended.state, ended.done) == ("done", 3)
    assert world.read(tenant.id).state == "retired"
    with pytest.raises(NotFound):
        world.vault.storage.client("witness").get_bucket(tenant.bucket)
    assert list(world.index.collection(f"tenants/{tenant.id}/sessions").stream()) == []
    assert list(world.base.console.collection("keyClaims").list_documents()) == []


def test_a_key_of_the_operators_is_destroyed_with_its_tenant(world: SealWorld) -> None:
    tenant = world.tenant()
    world.settle(world.change(tenant, Wish("customer_managed")))
    key = world.read(tenant.id).seal.key or ""
    world.settle(world.live(tenant, lifecycles.SUSPEND))
    assert world.settle(world.live(tenant, lifecycles.RETIRE)).state == "done"
    assert world.tools.keys.version_states(key) == ["DESTROY_SCHEDULED"]


def test_a_tenant_whose_key_is_gone_can_be_retired(world: SealWorld) -> None:
    tenant = world.tenant()
    world.store(tenant, 2)
    world.set_versions(world.sealed(tenant), "DISABLED")
    world.settle(world.live(tenant, lifecycles.SUSPEND))
    assert world.settle(world.live(tenant, lifecycles.RETIRE)).state == "done"


def test_a_seal_change_under_way_ends_when_its_tenant_retires(world: SealWorld) -> None:
    tenant = world.tenant()
    change = world.change(tenant, Wish("customer_managed", world.customer_key()))
    world.tick()
    world.settle(world.live(tenant, lifecycles.SUSPEND))
    world.settle(world.live(tenant, lifecycles.RETIRE))
    assert world.settle(change).error == "seal_key_refused"


@pytest.mark.parametrize("found", STATES)
@pytest.mark.parametrize("wanted", ["active", "suspended", "retiring", "retired"])
def test_there_is_one_way_through_the_states(world: SealWorld, found: str, wanted: str) -> None:
    document = world.base.edge_config.document("tenants/tn_" + "a" * 16)
    document.set({"state": found, "epoch": 1})
    allowed = {
        ("active", "suspended"),
        ("suspended", "active"),
        ("suspended", "retiring"),
        ("retiring", "retired"),
    }
    states = TenantStates(world.base.edge_config)
    if found == wanted or (found, wanted) in allowed:
        states.move(document.id, wanted, world.base.clock.now)
        assert document.get().get("state") == wanted
    else:
        with pytest.raises(TenantStateWrong):
            states.move(document.id, wanted, world.base.clock.now)
        assert document.get().get("state") == found


def test_a_deletion_that_is_refused_is_waited_out_and_not_tried_without_end(
    world: SealWorld, vault: Vault
) -> None:
    tenant = world.tenant()
    world.store(tenant, 2)
    world.settle(world.live(tenant, lifecycles.SUSPEND))
    operation = world.live(tenant, lifecycles.RETIRE)
    world.upto(operation, "empty")
    fault = {"method": "objects.delete", "bucket": tenant.bucket, "status": 403, "count": -1}
    control(vault.storage.url, "faults", fault)
    world.tick()
    waiting = world.base.operations.get(operation)
    assert (waiting.step, waiting.error) == ("empty", "Forbidden")
    vault.forget_faults()
    ended = world.settle(operation)
    assert (ended.state, ended.done) == ("done", 2)


def test_a_retirement_that_cannot_go_on_leaves_the_resealer_no_access(
    world: SealWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.ticks.MAX_ATTEMPTS", 1)
    tenant = world.tenant()
    world.store(tenant, 1)
    world.settle(world.live(tenant, lifecycles.SUSPEND))
    operation = world.live(tenant, lifecycles.RETIRE)
    fault = {"method": "objects.delete", "bucket": tenant.bucket, "status": 403, "count": -1}
    control(world.vault.storage.url, "faults", fault)
    assert world.settle(operation).error == "attempts_exhausted"
    world.vault.forget_faults()
    assert world.grants(tenant) == []
    assert world.read(tenant.id).state == "retiring"


def test_nothing_is_deleted_while_a_worker_with_an_old_cache_may_write(world: SealWorld) -> None:
    tenant = world.tenant()
    world.settle(world.live(tenant, lifecycles.SUSPEND))
    operation, ordered = world.live(tenant, lifecycles.RETIRE), world.base.clock.now
    world.tick()
    waiting = world.base.operations.get(operation)
    assert waiting.step == "quiet"
    assert (world.base.operations.next_due() or 0) >= ordered + QUIET_S
    world.store(tenant, 1, "s/late")
    assert world.settle(operation).done == 1
    assert world.read(tenant.id).state == "retired"
