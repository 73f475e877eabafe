"""A bucket that drifted is brought back; one that is right is not touched."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from google.cloud.storage import Bucket

from infra.local.identity.projects import PROJECT_NUMBER
from lib.identifiers import TenantId, new_bucket, new_tenant
from lib.vault.buckets import SETTINGS, BucketForeign, Buckets, BucketSpec
from tests.local_services import Storage, account, control


@pytest.fixture
def spec() -> BucketSpec:
    return BucketSpec(
        name=new_bucket(os.urandom),
        tenant=new_tenant(os.urandom),
        location="europe-west1",
        retention_days=30,
        ingest_account=account("ingest"),
        reader_account=account("console-api"),
    )


@pytest.fixture
def buckets(storage: Storage, spec: BucketSpec) -> Buckets:
    made = Buckets(storage.client("provision-bucket"), int(PROJECT_NUMBER))
    made.create(spec)
    made.configure(spec)
    return made


def seen(storage: Storage, spec: BucketSpec) -> Bucket:
    found: Bucket = storage.client("witness").get_bucket(spec.name)
    return found


def open_to_the_public(bucket: Bucket) -> None:
    bucket.iam_configuration.public_access_prevention = "inherited"
    bucket.patch()


def keep_deleted(bucket: Bucket) -> None:
    bucket.soft_delete_policy.retention_duration_seconds = 604_800
    bucket.patch()


def keep_for_ever(bucket: Bucket) -> None:
    bucket.lifecycle_rules = []
    bucket.patch()


def let_somebody_read(bucket: Bucket) -> None:
    policy = bucket.get_iam_policy(requested_policy_version=3)
    policy.bindings.append(
        {"role": "roles/storage.objectViewer", "members": {f"serviceAccount:{account('ingest')}"}}
    )
    bucket.set_iam_policy(policy)


def shape(bucket: Bucket) -> tuple[Any, ...]:
    policy = bucket.get_iam_policy(requested_policy_version=3)
    kept = [bucket._properties[name] for name in SETTINGS if name != "softDeletePolicy"]
    kept.append(bucket.soft_delete_policy.retention_duration_seconds)
    return (kept, sorted((row["role"], sorted(row["members"])) for row in policy.bindings))


@pytest.mark.parametrize(
    "drift", [open_to_the_public, keep_deleted, keep_for_ever, let_somebody_read]
)
def test_a_control_that_was_loosened_is_restored(
    storage: Storage, spec: BucketSpec, buckets: Buckets, drift: Callable[[Bucket], None]
) -> None:
    right = shape(seen(storage, spec))
    drift(seen(storage, spec))
    assert shape(seen(storage, spec)) != right
    buckets.configure(spec)
    assert shape(seen(storage, spec)) == right


def test_a_bucket_that_is_right_is_not_written_to(
    storage: Storage, spec: BucketSpec, buckets: Buckets
) -> None:
    before = seen(storage, spec)
    buckets.create(spec)
    buckets.configure(spec)
    after = seen(storage, spec)
    assert (after.metageneration, after.updated) == (before.metageneration, before.updated)


def test_threat_16_a_squatted_name_is_refused_whatever_it_looks_like(
    storage: Storage, spec: BucketSpec
) -> None:
    ours = Buckets(storage.client("provision-bucket"), int(PROJECT_NUMBER))
    squatter = {
        "name": spec.name,
        "projectNumber": "999",
        "location": spec.location,
        "labels": {"sealtape-tenant": spec.tenant},
    }
    control(storage.url, "buckets", squatter)
    ours.create(spec)
    with pytest.raises(BucketForeign):
        ours.verify(spec)
    with pytest.raises(BucketForeign):
        ours.configure(spec)


@pytest.mark.parametrize(
    "changes",
    [{"tenant": TenantId("tn_" + "z" * 16)}, {"location": "us-central1"}],
    ids=["tenant", "location"],
)
def test_a_bucket_of_ours_for_something_else_is_refused(
    spec: BucketSpec, buckets: Buckets, changes: dict[str, Any]
) -> None:
    buckets.verify(spec)
    with pytest.raises(BucketForeign):
        buckets.verify(replace(spec, **changes))
