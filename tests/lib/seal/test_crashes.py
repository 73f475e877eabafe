"""A seal change that is killed anywhere and run again ends as if it had never been killed."""

from typing import Any

import pytest

from lib.operating import lifecycles
from lib.operations import LEASE_S
from lib.seal.changes import SealChanges
from lib.seal.plans import ChangeSeal
from lib.seals import Wish
from lib.tenants import Tenant
from tests import seal_world
from tests.lib.guillotines import Guillotine
from tests.local_services import Firestore
from tests.seal_world import SealWorld, Vault

MAX_KILLS = 1_000  # far more than one operation needs
OURS, GOOGLES = Wish("customer_managed"), Wish("google_managed")


def facts(world: SealWorld, tenant: Tenant) -> dict[str, Any]:
    """Return everything that a change leaves behind."""
    bucket = world.vault.storage.client("witness").get_bucket(tenant.bucket)
    claims = world.base.console.collection("keyClaims").list_documents()
    found = world.read(tenant.id).seal
    return {
        "seal": (found.mode, found.key, found.state),
        "default": bucket.default_kms_key_name,
        "google": bucket.encryption.google_managed_encryption_enforcement_config.restriction_mode,
        "objects": [
            (blob.name, blob.kms_key_name, blob.metadata, blob.custom_time)
            for blob in bucket.list_blobs()
        ],
        "grants": world.grants(tenant),
        "claims": [claim.id for claim in claims],
        "audit": sorted(set(world.audit(tenant))),
    }


def changed(world: SealWorld, tenant: Tenant, wish: Wish) -> dict[str, Any]:
    """Change the seal without an accident and return what is left."""
    assert world.settle(world.change(tenant, wish)).state == "done"
    return facts(world, tenant)


def killed_everywhere(world: SealWorld, operation: str, guillotine: Guillotine) -> int:
    """Work on `operation`, killed in each step after 1, 2, 3... external calls until it moves on.

    Returns: how often it was killed.
    """
    step, calls, kills = "", 1, 0
    for _ in range(MAX_KILLS):
        found = world.base.operations.get(operation)
        if found.state in ("done", "failed"):
            return kills
        place = f"{found.step} {found.cursor}"
        step, calls = (step, calls + 1) if place == step else (place, 1)
        kills += not guillotine.survived(calls, world.tick)
        world.pass_time(LEASE_S + 1)
    raise AssertionError(f"stuck at {step}")


@pytest.mark.parametrize(("there", "back"), [(OURS, GOOGLES), (GOOGLES, OURS)])
def test_killed_after_any_external_call_it_ends_the_same(
    firestore: Firestore,
    vault: Vault,
    monkeypatch: pytest.MonkeyPatch,
    there: Wish,
    back: Wish,
) -> None:
    world = seal_world.build(firestore, vault)
    tenant = world.tenant()
    world.store(tenant, 2)
    changed(world, tenant, OURS)
    changed(world, tenant, back)
    expected = changed(world, tenant, there)
    changed(world, tenant, back)
    operation = world.change(tenant, there)
    kills = killed_everywhere(world, operation, Guillotine(monkeypatch))
    assert world.base.operations.get(operation).state == "done"
    assert facts(world, tenant) == expected
    assert kills > 5 * len(ChangeSeal.steps)
    entries = [each for each in world.audit(tenant) if each == "seal_changed"]
    assert len(entries) == 5


def test_an_abort_that_is_killed_anywhere_leaves_the_former_seal(
    firestore: Firestore, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = seal_world.build(firestore, vault)
    tenant = world.tenant()
    world.store(tenant, 1)
    changed(world, tenant, OURS)
    expected = changed(world, tenant, GOOGLES)
    operation = world.change(tenant, OURS)
    world.upto(operation, "canary")
    SealChanges(world.base.console, tenant.id).abort(world.base.clock.now)
    killed_everywhere(world, operation, Guillotine(monkeypatch))
    ended = world.base.operations.get(operation)
    assert (ended.state, ended.error) == ("failed", "seal_aborted")
    found = facts(world, tenant)
    expected["audit"] = sorted([*expected["audit"], "seal_change_failed"])
    assert found == expected


def test_a_retirement_that_is_killed_anywhere_leaves_nothing(
    firestore: Firestore, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = seal_world.build(firestore, vault)
    tenant = world.tenant()
    world.store(tenant, 3)
    world.settle(world.live(tenant, lifecycles.SUSPEND))
    operation = world.live(tenant, lifecycles.RETIRE)
    killed_everywhere(world, operation, Guillotine(monkeypatch))
    assert world.base.operations.get(operation).state == "done"
    assert world.read(tenant.id).state == "retired"
    assert not world.bucket(tenant).exists()
    assert world.read(tenant.id).epoch == 3
