"""A database restored from a backup is erased again, by the ledger."""

import pytest

from lib.erasures.replays import replay
from tests import erasure_world
from tests.erasure_world import USER, ErasureWorld
from tests.local_services import Firestore
from tests.seal_world import Vault

RESTORED_MS = 1_795_500_000_000


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> ErasureWorld:
    return erasure_world.build(firestore, vault)


def test_what_a_backup_brings_back_is_erased_again_and_newer_visits_stay(
    world: ErasureWorld,
) -> None:
    tenant = world.seals.tenant()
    gone = {world.visit(tenant, user=USER), world.visit(tenant), world.visit(tenant)}
    kept = {row.id: row.to_dict() for row in world.index.collection(_path(tenant.id)).stream()}
    by_session = next(name for name in gone if "user" not in kept[name])
    world.erase(tenant, kind="user", user=USER)
    world.erase(tenant, kind="session", session=by_session)
    world.erase(tenant, kind="tenant", name=tenant.name)
    world.seals.base.edge_config.document(f"tenants/{tenant.id}").update({"state": "active"})
    world.seals.pass_time(3_600)
    newer = world.visit(tenant, user=USER, age_s=0)
    for name, fields in kept.items():  # the restore
        world.index.document(f"{_path(tenant.id)}/{name}").set(fields)

    console, now = world.seals.base.console, world.now
    names = replay(console, tenant.id, RESTORED_MS, now)
    assert replay(console, tenant.id, RESTORED_MS, now + 60) == names
    assert len(names) == 3
    for name in names:
        assert world.seals.settle(name).state == "done"
        entry = world.entry(tenant, name)
        assert entry.done_ms is not None
        assert entry.replay_of is not None
    assert world.listed(tenant) == world.sessions(tenant) == {newer}
    assert world.seals.read(tenant.id).state == "active"
    assert len(replay(console, tenant.id, RESTORED_MS + 1, now)) == 3


def _path(tenant: str) -> str:
    return f"tenants/{tenant}/sessions"
