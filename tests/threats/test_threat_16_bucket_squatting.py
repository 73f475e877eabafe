"""Threat 16: somebody takes a bucket's name before us, or after we let go of it."""

import pytest

from lib.operating import lifecycles
from tests import seal_world
from tests.local_services import Firestore, account, control
from tests.seal_world import SealWorld, Vault


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


def squat(world: SealWorld, bucket: str, tenant: str) -> None:
    """Make a bucket of another project that looks like ours and lets us do everything."""
    who = f"serviceAccount:{account('provision-bucket')}"
    control(
        world.vault.storage.url,
        "buckets",
        {
            "name": bucket,
            "projectNumber": "999",
            "location": seal_world.REGION,
            "labels": {"sealtape-tenant": tenant},
            "bindings": [{"role": "roles/storage.admin", "members": [who]}],
        },
    )


def test_threat_16_a_squatted_name_is_refused_and_nothing_is_recorded(world: SealWorld) -> None:
    _, name = world.base.order(name="early", seed=160_001)
    operation = world.base.operations.get(name)
    squat(world, operation.input["bucket"], operation.tenant)
    assert world.settle(name).error == "bucket_foreign"
    storage = world.vault.storage.client("provision-bucket")
    found = storage.get_bucket(operation.input["bucket"])
    assert found.project_number == 999
    assert not world.base.edge_config.document(f"tenants/{operation.tenant}").get().exists


def test_threat_16_a_name_taken_after_deletion_is_left_alone(world: SealWorld) -> None:
    tenant = world.tenant("late")
    world.settle(world.live(tenant, lifecycles.SUSPEND))
    operation = world.live(tenant, lifecycles.RETIRE)
    world.upto(operation, "delete_bucket")
    world.bucket(tenant).delete()
    squat(world, tenant.bucket, tenant.id)
    assert world.settle(operation).error == "bucket_foreign"
    found = world.vault.storage.client("provision-bucket").get_bucket(tenant.bucket)
    assert found.project_number == 999
