"""Posture of a tenant with a key of their own: mode, enforcement, the key's state and age."""

from datetime import UTC, datetime, timedelta

import pytest
from google.cloud.storage.bucket import EncryptionEnforcementConfig

from lib.posture import access, sealing
from lib.posture.readings import Readings, Surveyor
from lib.posture.sealing import MAX_KEY_AGE_DAYS, MAX_LOOK_AGE_S
from lib.seal.watches import EVERY_S, KeyWatch
from lib.seals import Wish
from lib.tenants import Tenant
from lib.vault.buckets import BucketSpec
from tests import seal_world
from tests.local_services import Firestore, account
from tests.seal_world import REGION, SealWorld, Vault

NAMES = {"encryption", "encryption_enforcement", "key_state", "key_age"}


@pytest.fixture
def world(firestore: Firestore, vault: Vault) -> SealWorld:
    return seal_world.build(firestore, vault)


@pytest.fixture
def tenant(world: SealWorld) -> Tenant:
    """A tenant sealed by a key of their own, at which was looked."""
    made = world.tenant()
    world.sealed(made)
    look(world)
    return made


def look(world: SealWorld) -> None:
    world.pass_time(EVERY_S + 1)
    KeyWatch(world.tools).look()


def read(world: SealWorld, tenant: Tenant, later_s: float = 0.0) -> Readings:
    now = world.base.clock.now + later_s
    bucket = world.bucket(tenant)
    surveyor = Surveyor(
        world.base.console,
        world.base.edge_config,
        bucket,
        world.read(tenant.id),
        clock=lambda: now,
    )
    return surveyor.read()


def failed(found: Readings) -> set[str]:
    return {check.id for check in sealing.checks(found) if check.state == "fail"}


def test_a_sealed_tenant_passes_in_every_row_and_the_key_is_named(
    world: SealWorld, tenant: Tenant
) -> None:
    found = sealing.checks(read(world, tenant))
    assert {check.id: check.state for check in found} == dict.fromkeys(NAMES, "pass")
    key = world.read(tenant.id).seal.key or ""
    assert found[2].source == f"Cloud KMS {key}"
    assert found[2].at_ms == round(world.base.clock.now * 1000)  # when it was looked at


def test_a_disabled_key_turns_exactly_the_row_of_its_state_red(
    world: SealWorld, tenant: Tenant
) -> None:
    world.set_versions(world.read(tenant.id).seal.key or "", "DISABLED")
    look(world)
    assert failed(read(world, tenant)) == {"key_state"}


def test_a_key_that_hides_itself_is_no_breach_and_no_pass(world: SealWorld, tenant: Tenant) -> None:
    world.permit(world.read(tenant.id).seal.key or "", us=False)
    look(world)
    states = {check.id: check.state for check in sealing.checks(read(world, tenant))}
    assert (states["key_state"], states["key_age"]) == ("not_applicable", "not_applicable")


@pytest.mark.parametrize(("over_s", "stale"), [(0.0, False), (1.0, True)])
def test_a_state_that_nobody_looked_at_for_an_hour_fails(
    world: SealWorld, tenant: Tenant, over_s: float, stale: bool
) -> None:
    found = read(world, tenant, MAX_LOOK_AGE_S + over_s)
    assert failed(found) == ({"key_state"} if stale else set())


@pytest.mark.parametrize(("days", "old"), [(MAX_KEY_AGE_DAYS, False), (MAX_KEY_AGE_DAYS + 1, True)])
def test_a_key_wants_rotation_after_a_year(
    world: SealWorld, tenant: Tenant, days: int, old: bool
) -> None:
    # A second more than whole days: a stored time is rounded to microseconds, up or down.
    made = datetime.fromtimestamp(world.base.clock.now, UTC) - timedelta(days=days, seconds=1)
    world.base.edge_config.document(f"tenants/{tenant.id}").update({"seal.key_made": made})
    assert failed(read(world, tenant)) == ({"key_age"} if old else set())


def test_allowing_googles_keys_again_turns_exactly_enforcement_red(
    world: SealWorld, tenant: Tenant
) -> None:
    bucket = world.bucket(tenant)
    bucket.reload()
    allowed = EncryptionEnforcementConfig("NotRestricted")
    bucket.encryption.google_managed_encryption_enforcement_config = allowed
    bucket.patch()
    assert failed(read(world, tenant)) == {"encryption_enforcement"}


def test_an_operations_grant_is_excused_in_its_tenants_bucket_and_nowhere_else(
    world: SealWorld, tenant: Tenant
) -> None:
    other = world.tenant("other")
    world.upto(world.change(other, Wish("customer_managed")), "reseal")
    theirs = world.bucket(other).get_iam_policy(requested_policy_version=3)
    mine = world.bucket(tenant).get_iam_policy(requested_policy_version=3)
    mine.version, mine.bindings = 3, theirs.bindings
    world.bucket(tenant).set_iam_policy(mine)
    for each, state in ((other, "pass"), (tenant, "fail")):
        spec = BucketSpec(
            each.bucket, each.id, REGION, 30, account("ingest"), account("console-api")
        )
        (check,) = access.checks(read(world, each), spec, account("resealer"))
        assert check.state == state
