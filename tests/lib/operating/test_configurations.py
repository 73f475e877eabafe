"""A bucket is brought back to what it must be, whatever somebody changed about it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.storage import Bucket
from google.cloud.storage.bucket import EncryptionEnforcementConfig

from infra.local.identity.projects import PROJECT_NUMBER
from lib import operations
from lib.identifiers import OperationId, new_operation
from lib.operating import configurations
from lib.operating.configurations import Configure
from lib.operations import Operation
from lib.seals import Wish
from lib.tenants import Tenant
from lib.vault.bucket_grants import BucketGrants
from lib.vault.buckets import Buckets
from tests import erasure_world
from tests.erasure_world import ErasureWorld
from tests.lib.guillotines import Guillotine
from tests.lib.seal.test_crashes import killed_everywhere
from tests.local_services import Firestore, account
from tests.seal_world import Vault

INGEST, READER = "roles/storage.objectCreator", "roles/storage.objectViewer"


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> ErasureWorld:
    made = erasure_world.build(firestore, vault)
    buckets = Buckets(made.seals.base.storage, int(PROJECT_NUMBER))
    accounts = account("ingest"), account("console-api")
    plan = Configure(made.seals.tools, made.index, buckets, accounts)
    made.seals.plans[configurations.KIND] = plan
    return made


def order(world: ErasureWorld, tenant: Tenant, days: int | None = None) -> OperationId:
    """Order a configuration."""
    given = {"retention_days": days, "by": "operator"}
    kind, step = configurations.KIND, configurations.FIRST_STEP
    name = new_operation(os.urandom)
    made = operations.pending(name, kind, tenant.id, step, given, now=world.now)
    assert world.seals.base.operations.start(made)
    return name


def configure(world: ErasureWorld, tenant: Tenant, days: int | None = None) -> Operation:
    """Configure a tenant's bucket."""
    ended = world.seals.settle(order(world, tenant, days))
    assert ended.state == "done", ended
    return ended


def facts(world: ErasureWorld, tenant: Tenant) -> dict[str, Any]:
    """Return everything about the bucket that is promised."""
    bucket = world.seals.bucket(tenant)
    bucket.reload()
    policy = bucket.get_iam_policy(requested_policy_version=3)
    enforced = bucket.encryption
    return {
        "uniform": bucket.iam_configuration.uniform_bucket_level_access_enabled,
        "public": bucket.iam_configuration.public_access_prevention,
        "soft": bucket.soft_delete_policy.retention_duration_seconds,
        "versions": bool(bucket.versioning_enabled),
        "rules": [dict(rule) for rule in bucket.lifecycle_rules],
        "labels": bucket.labels,
        "key": bucket.default_kms_key_name,
        "callers": enforced.customer_supplied_encryption_enforcement_config.restriction_mode,
        "google": _mode(enforced.google_managed_encryption_enforcement_config),
        "access": sorted((row["role"], *sorted(row["members"])) for row in policy.bindings),
    }


def _mode(config: Any) -> str:
    return "NotRestricted" if config is None else str(config.restriction_mode)


def loosen(bucket: Bucket) -> None:
    """Break every control of a bucket."""
    bucket.reload()
    bucket.iam_configuration.public_access_prevention = "inherited"
    bucket.soft_delete_policy.retention_duration_seconds = 7 * 86_400
    bucket.lifecycle_rules = []
    loose = EncryptionEnforcementConfig("NotRestricted")
    bucket.encryption.customer_supplied_encryption_enforcement_config = loose
    bucket.patch()


def lose_the_seal(bucket: Bucket) -> None:
    """Let new recordings fall back to Google's keys."""
    bucket.reload()
    loose = EncryptionEnforcementConfig("NotRestricted")
    bucket.encryption.google_managed_encryption_enforcement_config = loose
    bucket.default_kms_key_name = None
    bucket.patch()


def let_a_stranger_in(bucket: Bucket) -> None:
    """Give somebody access."""
    policy = bucket.get_iam_policy(requested_policy_version=3)
    member = f"serviceAccount:{account('resealer')}"
    policy.bindings = [*policy.bindings, {"role": READER, "members": {member}}]
    bucket.set_iam_policy(policy)


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("broken", [loosen, lose_the_seal, let_a_stranger_in])
def test_whatever_was_changed_is_changed_back(
    world: ErasureWorld, broken: Callable[[Bucket], None], sealed: bool
) -> None:
    tenant = world.seals.tenant()
    key = world.seals.sealed(tenant) if sealed else None
    before = facts(world, tenant)
    assert (before["key"], before["versions"]) == (key, False)
    broken(world.seals.bucket(tenant))
    assert facts(world, tenant) != before or (broken is lose_the_seal and not sealed)
    configure(world, tenant)
    assert facts(world, tenant) == before
    assert world.seals.audit(tenant)[-1] == "tenant_configured"


def test_a_running_operation_keeps_its_access_and_an_ended_one_does_not(
    world: ErasureWorld,
) -> None:
    tenant = world.seals.tenant()
    reseal = world.seals.reseal(tenant)
    world.seals.upto(reseal, "count")
    dead = new_operation(os.urandom)
    grants = BucketGrants(world.seals.base.storage, account("resealer"))
    grants.grant(tenant.bucket, dead, world.now)
    assert len(world.seals.grants(tenant)) == 2
    document = world.seals.base.console.document(f"operations/{reseal}")
    document.update({"lease_until": datetime.fromtimestamp(world.now + 3600, UTC)})
    configure(world, tenant)
    assert len(world.seals.grants(tenant)) == 1
    world.seals.pass_time(3600)
    assert world.seals.settle(reseal).state == "done"
    assert world.seals.grants(tenant) == []


def test_a_seal_that_is_being_changed_is_left_to_its_change(world: ErasureWorld) -> None:
    tenant = world.seals.tenant()
    change = world.seals.change(tenant, Wish("customer_managed"))
    world.seals.upto(change, "publish")
    document = world.seals.base.console.document(f"operations/{change}")
    document.update({"lease_until": datetime.fromtimestamp(world.now + 3600, UTC)})
    key = facts(world, tenant)["key"]
    configure(world, tenant)
    assert (facts(world, tenant)["key"], facts(world, tenant)["google"]) == (key, "FullyRestricted")
    world.seals.pass_time(3600)
    assert world.seals.settle(change).state == "done"


@pytest.mark.parametrize("days", [7, 60])
def test_another_retention_reaches_bucket_record_and_index(world: ErasureWorld, days: int) -> None:
    tenant = world.seals.tenant()
    made = [world.visit(tenant) for _ in range(3)]
    configure(world, tenant, days)
    assert world.seals.read(tenant.id).retention_days == days
    rules = facts(world, tenant)["rules"]
    assert {"daysSinceCustomTime": days} in [rule["condition"] for rule in rules]
    for session in made:
        entry = world.index.document(f"tenants/{tenant.id}/sessions/{session}").get()
        assert entry.get("expire_at") == entry.get("start") + timedelta(days=days)


def test_every_entry_is_reached_page_by_page(
    world: ErasureWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configurations, "ENTRIES", 2)
    tenant = world.seals.tenant()
    for _ in range(5):
        world.visit(tenant)
    configure(world, tenant, 60)
    rows = list(world.index.collection(f"tenants/{tenant.id}/sessions").stream())
    assert {row.get("expire_at") - row.get("start") for row in rows} == {timedelta(days=60)}
    assert len(rows) == 5


def test_killed_after_any_external_call_it_ends_the_same(
    world: ErasureWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = world.seals.tenant()
    key = world.seals.sealed(tenant)
    world.visit(tenant)
    name = order(world, tenant, 60)
    loosen(world.seals.bucket(tenant))
    kills = killed_everywhere(world.seals, name, Guillotine(monkeypatch))
    assert kills >= 2 * len(Configure.steps)
    found = facts(world, tenant)
    assert (found["key"], found["soft"], found["google"]) == (key, 0, "FullyRestricted")
    assert world.seals.read(tenant.id).retention_days == 60
    assert world.seals.audit(tenant).count("tenant_configured") == 1
