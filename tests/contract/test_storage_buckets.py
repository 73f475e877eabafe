"""What Sealtape relies on about buckets."""

import pytest
from google.api_core.exceptions import Conflict, NotFound, PreconditionFailed
from google.cloud import storage

from tests.contract.storage_targets import LOCATION, Target


@pytest.fixture
def bucket(gcs: Target) -> storage.Bucket:
    return gcs.bucket()


def test_a_new_bucket_says_what_was_asked_of_it(gcs: Target, bucket: storage.Bucket) -> None:
    found = gcs.client().get_bucket(bucket.name)
    assert found.location == LOCATION.upper()
    assert found.iam_configuration.uniform_bucket_level_access_enabled
    assert found.iam_configuration.public_access_prevention == "enforced"
    assert found.soft_delete_policy.retention_duration_seconds == 0
    assert found.metageneration == 1


def test_a_bucket_that_says_nothing_keeps_deleted_objects_for_seven_days(gcs: Target) -> None:
    bucket = gcs.bucket(softDeletePolicy=None)
    assert bucket.soft_delete_policy.retention_duration_seconds == 7 * 24 * 3600


def test_a_bucket_shows_the_number_of_the_project_that_owns_it(
    gcs: Target, bucket: storage.Bucket
) -> None:
    agent = gcs.client().get_service_account_email()
    assert agent == f"service-{bucket.project_number}@gs-project-accounts.iam.gserviceaccount.com"


def test_a_taken_name_is_a_conflict(gcs: Target, bucket: storage.Bucket) -> None:
    with pytest.raises(Conflict):
        gcs.client().create_bucket(bucket.name, location=LOCATION)


def test_an_unknown_bucket_is_not_found(gcs: Target) -> None:
    with pytest.raises(NotFound):
        gcs.client().get_bucket("st-" + "0" * 26)


def test_a_patch_changes_only_what_it_names(bucket: storage.Bucket) -> None:
    bucket.labels = {"tenant": "t1"}
    bucket.add_lifecycle_delete_rule(days_since_custom_time=30)
    bucket.patch()
    bucket.labels = {"tenant": "t2"}
    bucket.patch()
    bucket.reload()
    assert bucket.labels == {"tenant": "t2"}
    assert [dict(rule) for rule in bucket.lifecycle_rules] == [
        {"action": {"type": "Delete"}, "condition": {"daysSinceCustomTime": 30}}
    ]
    assert bucket.iam_configuration.uniform_bucket_level_access_enabled


def test_a_patch_with_a_stale_metageneration_changes_nothing(bucket: storage.Bucket) -> None:
    seen = bucket.metageneration
    bucket.labels = {"tenant": "first"}
    bucket.patch(if_metageneration_match=seen)
    assert bucket.metageneration == seen + 1
    bucket.labels = {"tenant": "second"}
    with pytest.raises(PreconditionFailed):
        bucket.patch(if_metageneration_match=seen)
    bucket.reload()
    assert bucket.labels == {"tenant": "first"}


def test_a_bucket_with_objects_cannot_be_deleted(bucket: storage.Bucket) -> None:
    bucket.blob("s/one").upload_from_string(b"x")
    with pytest.raises(Conflict):
        bucket.delete()


def test_a_policy_keeps_its_bindings_and_refuses_a_stale_etag(
    gcs: Target, bucket: storage.Bucket
) -> None:
    member = f"serviceAccount:{gcs.creator_email}"
    if not gcs.creator_email:
        pytest.skip("SEALTAPE_CLOUD_CREATOR is not set: policies were not checked")
    stale = bucket.get_iam_policy(requested_policy_version=3)
    policy = bucket.get_iam_policy(requested_policy_version=3)
    policy.bindings.append({"role": "roles/storage.objectCreator", "members": {member}})
    bucket.set_iam_policy(policy)
    found = bucket.get_iam_policy(requested_policy_version=3).bindings
    assert {"role": "roles/storage.objectCreator", "members": {member}} in found
    with pytest.raises((PreconditionFailed, Conflict)):
        bucket.set_iam_policy(stale)


def test_a_bucket_that_prevents_public_access_takes_no_public_binding(
    bucket: storage.Bucket,
) -> None:
    policy = bucket.get_iam_policy(requested_policy_version=3)
    policy.bindings.append({"role": "roles/storage.objectViewer", "members": {"allUsers"}})
    with pytest.raises(PreconditionFailed):
        bucket.set_iam_policy(policy)
