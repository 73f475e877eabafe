"""The operator's key for a tenant: one, usable by Cloud Storage, revived if it was destroyed."""

import pytest

from tests import seal_world
from tests.local_services import Firestore, account
from tests.seal_world import REGION, SealWorld, Vault


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


def test_the_operators_key_is_made_once(world: SealWorld) -> None:
    keys = world.tools.keys
    tenant = world.tenant().id
    assert keys.ensure_own(tenant, REGION) == keys.ensure_own(tenant, REGION)
    name = keys.own_name(tenant, REGION)
    found = keys.find(name)
    assert found is not None
    assert (found.name, found.encrypts, found.primary_state) == (name, True, "ENABLED")
    assert keys.version_states(name) == ["ENABLED"]
    assert keys.agent_may_use(name)


def test_a_destroyed_key_of_the_operators_gets_a_new_version(world: SealWorld) -> None:
    keys, tenant = world.tools.keys, world.tenant().id
    name = keys.ensure_own(tenant, REGION)
    keys.schedule_destruction(name)
    keys.schedule_destruction(name)
    assert keys.version_states(name) == ["DESTROY_SCHEDULED"]
    world.pass_time(31 * 24 * 3600)
    keys.ensure_own(tenant, REGION)
    keys.ensure_own(tenant, REGION)
    found = keys.find(name)
    assert found is not None
    assert keys.version_states(name) == ["DESTROYED", "ENABLED"]
    assert found.primary == f"{name}/cryptoKeyVersions/2"


def test_a_key_that_waits_for_destruction_is_not_replaced(world: SealWorld) -> None:
    keys, tenant = world.tools.keys, world.tenant().id
    name = keys.ensure_own(tenant, REGION)
    keys.schedule_destruction(name)
    keys.ensure_own(tenant, REGION)
    assert keys.version_states(name) == ["DESTROY_SCHEDULED"]


def test_a_key_that_we_may_not_see_is_as_if_it_were_not_there(world: SealWorld) -> None:
    key = world.customer_key()
    keys = world.tools.keys
    found = keys.find(key)
    assert found is not None
    assert found.primary is not None
    assert keys.version_state(found.primary) == "ENABLED"
    world.permit(key, us=False)
    hidden = [keys.find(key), keys.version_states(key), keys.version_state(found.primary)]
    assert hidden == [None, None, None]
    assert keys.agent_may_use(key) is None
    assert keys.find(f"{key}-none") is None


def test_a_grant_of_somebody_else_stays_when_ours_is_added(world: SealWorld) -> None:
    keys, tenant = world.tools.keys, world.tenant().id
    name = keys.ensure_own(tenant, REGION)
    client = world.vault.keys(account("witness"))
    other = {"role": "roles/cloudkms.viewer", "members": ["user:auditor@example.com"]}
    client.set_iam_policy(request={"resource": name, "policy": {"bindings": [other]}})
    keys.ensure_own(tenant, REGION)
    policy = client.get_iam_policy(request={"resource": name})
    assert len(policy.bindings) == 2
    assert keys.agent_may_use(name)
