"""Threat 18: the tenant's key fails, and recordings go on under Google's without a word."""

import os
from collections.abc import Iterator

import pytest

from lib.edge.objects import Objects
from lib.seals import SealUnavailable
from lib.tenants import Tenant
from tests import seal_world
from tests.edge_world import Edge
from tests.local_services import Firestore
from tests.seal_world import SealWorld, Vault


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


@pytest.fixture
def objects(world: SealWorld, firestore: Firestore, vault: Vault) -> Iterator[Objects]:
    """What ingest stores with, as ingest's own account."""
    edge = Edge(firestore, vault.storage, vault.metadata, world.base.project)
    yield Objects(edge.fetcher, edge.tokens("ingest"), vault.storage.url, os.urandom)
    edge.close()


async def refused(objects: Objects, tenant: Tenant, name: str) -> None:
    with pytest.raises(SealUnavailable) as caught:
        await objects.create(tenant.bucket, name, b"x", {"seq": "0"}, 0)
    assert (caught.value.code, caught.value.retry) == ("seal_unavailable", True)


@pytest.mark.parametrize("failure", ["disabled", "forbidden", "doomed", "destroyed"])
async def test_threat_18_a_failing_key_stops_recording_until_it_is_back(
    world: SealWorld, objects: Objects, failure: str
) -> None:
    tenant = world.tenant()
    key = world.sealed(tenant)
    if failure == "disabled":
        world.set_versions(key, "DISABLED")
    elif failure == "forbidden":
        world.permit(key, storage=False)
    else:
        world.destroy(key)
    if failure == "destroyed":
        world.pass_time(seal_world.DESTROY_S + 1)
    await refused(objects, tenant, "s/one")
    assert world.sealed_by(tenant) == set()
    if failure == "disabled":
        world.set_versions(key, "ENABLED")
    elif failure == "forbidden":
        world.permit(key)
    else:
        return
    assert await objects.create(tenant.bucket, "s/one", b"x", {"seq": "0"}, 0)
    assert world.sealed_by(tenant) == {f"{key}/cryptoKeyVersions/1"}


async def test_threat_18_a_default_key_that_somebody_removed_stops_recording(
    world: SealWorld, objects: Objects
) -> None:
    tenant = world.tenant()
    world.sealed(tenant)
    bucket = world.vault.storage.client("witness").get_bucket(tenant.bucket)
    bucket.default_kms_key_name = None
    bucket.patch()
    await refused(objects, tenant, "s/one")
    assert world.sealed_by(tenant) == set()
