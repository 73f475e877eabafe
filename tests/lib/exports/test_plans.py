"""Exports: whole, in parts, gone after a day, and gone with any erasure."""

import io
import os

import pytest

from lib.erasures.plans import Erase
from lib.exports import archives, plans
from lib.exports.books import Export, ExportBook
from lib.identifiers import OperationId, new_operation
from lib.operations import LEASE_S, Operation
from lib.seals import Wish
from lib.tenants import Tenant
from lib.ticks import Later
from tests import erasure_world, seal_world
from tests.erasure_world import BY, ErasureWorld
from tests.lib.guillotines import Guillotine
from tests.lib.seal.test_crashes import killed_everywhere
from tests.local_services import Firestore
from tests.seal_world import Vault


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> ErasureWorld:
    made = erasure_world.build(firestore, vault)
    made.seals.plans.update(plans.plans(made.seals.tools))
    return made


def order(world: ErasureWorld, tenant: Tenant, session: str | None = None) -> OperationId:
    """Order an export."""
    name = new_operation(os.urandom)
    made = plans.operation(name, tenant.id, session, BY, now=world.now, random=os.urandom)
    ExportBook(world.seals.base.console, tenant.id).begin(made)
    return name


def book(world: ErasureWorld, tenant: Tenant, name: str) -> Export:
    """Return the export's entry."""
    return ExportBook(world.seals.base.console, tenant.id).get(name)


def copied(world: ErasureWorld, tenant: Tenant, export: Export) -> dict[str, bytes]:
    """Return what all parts hold."""
    bucket = world.seals.bucket(tenant)
    found = {}
    for part in export.parts:
        data = bucket.blob(export.part_object(part.number)).download_as_bytes()
        assert len(data) == part.bytes
        for each in archives.unpack(io.BytesIO(data)):
            assert each.name not in found
            found[each.name] = each.data
    return found


def recordings(world: ErasureWorld, tenant: Tenant) -> dict[str, bytes]:
    """Return what the bucket holds of recordings."""
    blobs = world.seals.bucket(tenant).list_blobs(prefix="s/")
    return {blob.name: blob.download_as_bytes(raw_download=True) for blob in blobs}


@pytest.mark.parametrize("size", [1, 60, 10**6])
def test_parts_hold_everything_once(
    world: ErasureWorld, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(plans, "MAX_PART_BYTES", size)  # an object has 23 bytes
    tenant = world.seals.tenant()
    for _ in range(3):
        world.visit(tenant)
    name = order(world, tenant)
    world.seals.tick()
    export = book(world, tenant, name)
    assert world.seals.base.operations.get(name).done == 9
    assert [part.number for part in export.parts] == list(range(1, {1: 9, 60: 5}.get(size, 1) + 1))
    assert copied(world, tenant, export) == recordings(world, tenant)


@pytest.mark.parametrize(("age_s", "taken"), [(30 * 86_400 - 60, True), (30 * 86_400 + 60, False)])
def test_what_is_past_its_retention_is_not_taken_along(
    world: ErasureWorld, age_s: float, taken: bool
) -> None:
    tenant = world.seals.tenant()
    kept, old = world.visit(tenant), world.visit(tenant, age_s=age_s)
    name = order(world, tenant)
    world.seals.tick()
    found = {each.split("/")[1] for each in copied(world, tenant, book(world, tenant, name))}
    assert found == ({kept, old} if taken else {kept})


def test_what_a_destroyed_key_sealed_does_not_hold_an_export_up(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    key = world.seals.sealed(tenant)
    world.visit(tenant)
    world.seals.destroy(key)
    world.seals.pass_time(seal_world.DESTROY_S + 1)
    world.seals.settle(world.seals.change(tenant, Wish("google_managed")))
    kept = world.visit(tenant)
    name = order(world, tenant)
    world.seals.tick()
    found = {each.split("/")[1] for each in copied(world, tenant, book(world, tenant, name))}
    assert found == {kept}


def test_an_export_is_removed_after_a_day_and_no_sooner(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    world.visit(tenant)
    name = order(world, tenant)
    world.seals.tick()
    assert world.seals.grants(tenant) == []
    world.seals.base.clock.sleep(plans.KEPT_S - 60)  # the bucket's own rule has not run
    world.seals.tick()
    assert [each[:2] for each in world.names(tenant)].count("x/") == 1
    world.seals.base.clock.sleep(120)
    world.seals.tick()
    assert [each[:2] for each in world.names(tenant)].count("x/") == 0
    assert book(world, tenant, name).removed
    assert world.seals.grants(tenant) == []
    assert world.seals.audit(tenant)[-1] == "export_removed"


def test_an_erasure_in_the_middle_ends_the_export(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    gone, stays = sorted([world.visit(tenant), world.visit(tenant)])
    name = order(world, tenant)
    world.seals.upto(name, "complete")
    erasure = world.order(tenant, kind="session", session=gone)
    steps = Erase.steps
    with pytest.MonkeyPatch.context() as patched:  # the export's worker is away meanwhile
        patched.setattr(plans.Export, "_complete", _wait)
        for _ in steps:
            world.seals.tick()
    assert world.sessions(tenant) == {stays}
    ended = world.seals.settle(name)
    assert world.seals.settle(erasure).state == "done"
    assert (ended.state, ended.error) == ("failed", "export_erased")
    assert world.sessions(tenant) == {stays}
    assert not any(each.startswith("x/") for each in world.names(tenant))
    assert world.seals.grants(tenant) == []


def _wait(self: plans.Export, operation: Operation, _tenant: Tenant) -> None:
    raise Later(operation.created.timestamp() + 100, "")


def test_an_export_that_was_ready_is_not_read_while_something_is_erased(
    world: ErasureWorld,
) -> None:
    tenant = world.seals.tenant()
    session = world.visit(tenant)
    name = order(world, tenant)
    world.seals.tick()
    erasure = world.order(tenant, kind="session", session=session)
    world.seals.upto(erasure, "grant")
    assert book(world, tenant, name).removed
    world.seals.settle(erasure)
    assert world.names(tenant) == []


def test_killed_after_any_external_call_it_holds_everything_once(
    world: ErasureWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "MAX_PART_BYTES", 60)
    tenant = world.seals.tenant()
    world.visit(tenant, count=4)
    name = order(world, tenant)
    kills = killed_everywhere(world.seals, name, Guillotine(monkeypatch))
    assert kills >= 3 * len(plans.Export.steps)
    world.seals.pass_time(LEASE_S)
    assert copied(world, tenant, book(world, tenant, name)) == recordings(world, tenant)
    assert world.seals.grants(tenant) == []
