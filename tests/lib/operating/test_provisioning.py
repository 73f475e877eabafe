"""A tenant is provisioned by one operation, which may run any number of times."""

from datetime import UTC, datetime

import pytest
from google.api_core.exceptions import Forbidden

from lib import users
from lib.identifiers import TenantId
from lib.operating.provisioning import CreateTenant
from lib.tenant_records import NameTaken, TenantRecords
from tests.lib.provisioning_world import PACE_S, World, build
from tests.local_services import Firestore, Storage, account, control


@pytest.fixture
def world(firestore: Firestore, storage: Storage) -> World:
    return build(firestore, storage)


def test_one_tick_makes_a_tenant_that_records(world: World) -> None:
    new, operation = world.order(seed=11)
    outcome = world.ticker.tick()
    done = world.operations.get(operation)
    tenant = TenantRecords(world.edge_config).get(TenantId(done.tenant))
    assert new
    assert (outcome.pending, done.state, done.error) == (0, "done", None)
    assert tenant is not None
    assert (tenant.state, tenant.policy_version, tenant.name) == ("active", 1, "acme")
    assert world.state().keys() == {
        "edge-config/tenantNames/acme",
        f"edge-config/tenants/{tenant.id}",
        f"edge-config/policies/{tenant.id}-1",
        f"edge-config/sdkKeys/{done.input['key']}",
        f"console/emails/{users.email_key('owner@acme.example')}",
        f"console/users/{done.input['user']}",
        f"console/users/{done.input['user']}/tenants/{tenant.id}",
        f"console/tenants/{tenant.id}",
        f"console/tenants/{tenant.id}/members/{done.input['user']}",
        f"console/tenants/{tenant.id}/audit/{operation}",
        f"console/setups/{done.input['setup']}",
    }


def test_the_bucket_is_private_regional_and_forgets(world: World, storage: Storage) -> None:
    _, operation = world.order(seed=12, retention_days=45)
    world.ticker.tick()
    done = world.operations.get(operation).input
    bucket = storage.client("witness").get_bucket(done["bucket"])
    assert bucket.location == "EUROPE-WEST1"
    assert bucket.iam_configuration.uniform_bucket_level_access_enabled
    assert bucket.iam_configuration.public_access_prevention == "enforced"
    assert bucket.soft_delete_policy.retention_duration_seconds == 0
    assert bucket.labels == {"sealtape-tenant": done["tenant"]}
    supplied = bucket.encryption.customer_supplied_encryption_enforcement_config
    assert supplied.restriction_mode == "FullyRestricted"
    assert [rule["condition"] for rule in bucket.lifecycle_rules] == [
        {"daysSinceCustomTime": 45},
        {"age": 46},
        {"age": 1, "matchesPrefix": ["x/"]},  # what an export left behind
    ]
    policy = bucket.get_iam_policy(requested_policy_version=3)
    assert {row["role"]: row["members"] for row in policy.bindings} == {
        "roles/storage.objectCreator": {f"serviceAccount:{account('ingest')}"},
        "roles/storage.objectViewer": {f"serviceAccount:{account('console-api')}"},
    }


def test_ingest_creates_in_the_bucket_and_does_nothing_else(world: World, storage: Storage) -> None:
    _, operation = world.order(seed=13)
    world.ticker.tick()
    name = world.operations.get(operation).input["bucket"]
    bucket = storage.client("ingest").bucket(name)
    blob = bucket.blob("s/one")
    blob.upload_from_string(b"x", if_generation_match=0)
    for denied in (
        blob.download_as_bytes,
        blob.delete,
        lambda: list(bucket.list_blobs()),
        lambda: blob.upload_from_string(b"y"),
        bucket.reload,
    ):
        with pytest.raises(Forbidden):
            denied()


def test_run_twice_nothing_changes(world: World) -> None:
    _, operation = world.order(seed=14)
    world.ticker.tick()
    before = world.outcome(operation)
    again, same = world.order(seed=15)
    outcome = world.ticker.tick()
    assert (again, same, outcome.advanced) == (False, operation, 0)
    assert world.outcome(operation) == before


def test_every_step_run_again_after_the_end_changes_nothing(world: World) -> None:
    _, operation = world.order(seed=16)
    world.ticker.tick()
    before = world.outcome(operation)
    for step in CreateTenant.steps:
        world.console.document(f"operations/{operation}").update(
            {
                "step": step,
                "cursor": "",
                "state": "running",
                "lease_until": datetime.fromtimestamp(world.clock.now, UTC),
            }
        )
        world.clock.sleep(PACE_S)
        world.ticker.tick()
        assert world.operations.get(operation).state == "done"
    assert world.outcome(operation) == before


def test_a_bucket_of_another_project_is_refused(world: World, storage: Storage) -> None:
    _, operation = world.order(seed=17)
    name = world.operations.get(operation).input["bucket"]
    squatter = {
        "name": name,
        "projectNumber": "999",
        "location": "europe-west1",
        "labels": {"sealtape-tenant": world.operations.get(operation).tenant},
        "bindings": [
            {
                "role": "roles/storage.admin",
                "members": [f"serviceAccount:{account('provision-bucket')}"],
            }
        ],
    }
    control(storage.url, "buckets", squatter)
    world.ticker.tick()
    failed = world.operations.get(operation)
    assert (failed.state, failed.error) == ("failed", "bucket_foreign")
    assert TenantRecords(world.edge_config).get(TenantId(failed.tenant)) is None
    assert storage.client("provision-bucket").get_bucket(name).project_number == 999


def test_a_region_that_does_not_exist_fails_at_once_and_leaves_nothing(
    world: World, storage: Storage
) -> None:
    control(storage.url, "faults", {"method": "buckets.create", "status": 400, "count": 1})
    _, operation = world.order(seed=19)
    world.ticker.tick()
    failed = world.operations.get(operation)
    assert (failed.state, failed.error) == ("failed", "bucket_refused")
    assert world.state() == {}


@pytest.mark.parametrize("step", CreateTenant.steps[2:])
def test_an_order_that_fails_anywhere_leaves_nothing_but_its_owner_and_its_log(
    world: World, storage: Storage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def refuse(_operation: object) -> None:
        raise NameTaken("stands for any refusal")

    monkeypatch.setattr(world.plan, f"_{step}", refuse)
    _, operation = world.order(seed=190 + CreateTenant.steps.index(step))
    world.ticker.tick()
    failed = world.operations.get(operation)
    assert failed.state == "failed", failed
    assert not storage.client("witness").bucket(failed.input["bucket"]).exists()
    kept = {path for path in world.state() if "/users/" not in path and "/emails/" not in path}
    assert all(path.startswith(f"console/tenants/{failed.tenant}") for path in kept)
    assert not any("/members/" in path or "/setups/" in path for path in world.state())


def test_clearing_up_leaves_a_tenant_that_became_active_alone(world: World) -> None:
    _, operation = world.order(seed=199)
    world.ticker.tick()
    before = world.outcome(operation)
    world.plan.undo(world.operations.get(operation))
    assert world.outcome(operation) == before


def test_a_name_of_another_tenant_is_refused(world: World) -> None:
    world.edge_config.document("tenantNames/acme").set({"tenant": "tn_aaaaaaaaaaaaaaaa"})
    _, operation = world.order(seed=18)
    world.ticker.tick()
    failed = world.operations.get(operation)
    assert (failed.state, failed.error) == ("failed", "name_taken")


def test_buckets_are_created_no_faster_than_google_allows(world: World) -> None:
    begin = world.clock.now
    for number in range(5):
        world.order(name=f"tenant-{number}", seed=20 + number)
    outcome = world.ticker.tick()
    assert outcome.pending == 0
    assert world.clock.now - begin >= 4 * PACE_S


def test_a_tick_stops_when_its_budget_is_spent_and_the_next_goes_on(world: World) -> None:
    for number in range(4):
        world.order(name=f"tenant-{number}", seed=30 + number)
    first = world.ticker.tick(budget_s=2 * PACE_S)
    assert first.pending > 0
    world.clock.sleep(PACE_S)
    assert world.ticker.tick().pending == 0


def test_an_outage_is_waited_out(world: World, storage: Storage) -> None:
    _, operation = world.order(seed=40)
    control(storage.url, "faults", {"method": "buckets.create", "status": 403, "count": 1})
    world.ticker.tick(budget_s=1)
    waiting = world.operations.get(operation)
    assert (waiting.state, waiting.step, waiting.error) == ("running", "create_bucket", "Forbidden")
    world.clock.sleep(60)
    world.ticker.tick()
    assert world.operations.get(operation).state == "done"
