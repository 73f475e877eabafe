"""What Sealtape relies on about accounts: create-only, downscoped, conditional, anonymous."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import google.auth.transport.requests
import pytest
import requests
from google.api_core.exceptions import Forbidden, PreconditionFailed
from google.auth import downscoped
from google.cloud import storage

from tests.contract.storage_targets import STS, Target

LIST_PREFIX = "api.getAttribute('storage.googleapis.com/objectListPrefix', '')"


class Exchange(google.auth.transport.requests.Request):
    """google-auth's transport, except that the token exchange goes to the target."""

    def __init__(self, sts_url: str) -> None:
        super().__init__()
        self._sts_url = sts_url

    def __call__(self, url: Any, *arguments: Any, **options: Any) -> Any:
        where = self._sts_url if url == STS else url
        return super().__call__(where, *arguments, **options)  # type: ignore[no-untyped-call]


@pytest.fixture(scope="module")
def bucket(gcs: Target) -> storage.Bucket:
    bucket = gcs.bucket()
    for tenant in ("a", "b"):
        bucket.blob(f"s/{tenant}/1").upload_from_string(b"sealed")
    return bucket


def grant(gcs: Target, bucket: storage.Bucket, role: str, condition: Any = None) -> Any:
    """Give the outsider `role` on the bucket; returns the bucket as the outsider sees it."""
    credentials = gcs.outsider()
    policy = bucket.get_iam_policy(requested_policy_version=3)
    policy.version = 3
    binding = {"role": role, "members": {f"serviceAccount:{gcs.creator_email}"}}
    if condition:
        binding["condition"] = {"title": "contract", "expression": condition}
    policy.bindings.append(binding)
    bucket.set_iam_policy(policy)
    return gcs.client(credentials).bucket(bucket.name)


def narrowed(gcs: Target, bucket: storage.Bucket, role: str, condition: str) -> Any:
    """The bucket as a downscoped token of the administrator sees it."""
    rule = downscoped.AccessBoundaryRule(
        available_resource=f"//storage.googleapis.com/projects/_/buckets/{bucket.name}",
        available_permissions=[f"inRole:{role}"],
        availability_condition=downscoped.AvailabilityCondition(condition),
    )
    credentials = downscoped.Credentials(
        gcs.admin, downscoped.CredentialAccessBoundary(rules=[rule])
    )
    credentials.refresh(Exchange(gcs.sts_url))
    return gcs.client(credentials).bucket(bucket.name)


def under(bucket: storage.Bucket, prefix: str) -> str:
    """The condition in both forms: an object's name, and the prefix of a listing."""
    objects = f"projects/_/buckets/{bucket.name}/objects/{prefix}"
    return f"resource.name.startsWith('{objects}') || {LIST_PREFIX}.startsWith('{prefix}')"


def test_an_account_without_a_grant_may_do_nothing(gcs: Target) -> None:
    outside = gcs.client(gcs.outsider()).bucket(gcs.bucket().name)
    with pytest.raises(Forbidden):
        outside.blob("s/x").upload_from_string(b"x", if_generation_match=0)
    with pytest.raises(Forbidden):
        list(outside.list_blobs())
    with pytest.raises(Forbidden):
        outside.reload()


def test_a_create_only_account_may_create_and_nothing_else(gcs: Target) -> None:
    bucket = gcs.bucket()
    bucket.blob("s/old").upload_from_string(b"old")
    creator = grant(gcs, bucket, "roles/storage.objectCreator")
    gcs.eventually(lambda: creator.blob("s/new").upload_from_string(b"x", if_generation_match=0))
    with pytest.raises(Forbidden):
        creator.blob("s/old").download_as_bytes()
    with pytest.raises(Forbidden):
        creator.blob("s/old").delete()
    with pytest.raises(Forbidden):
        list(creator.list_blobs())
    with pytest.raises(Forbidden):
        creator.blob("s/old").rewrite(creator.blob("s/old"))


def test_a_create_only_account_learns_by_412_that_a_name_is_taken(gcs: Target) -> None:
    bucket = gcs.bucket()
    bucket.blob("s/old").upload_from_string(b"old")
    creator = grant(gcs, bucket, "roles/storage.objectCreator")
    gcs.eventually(lambda: creator.blob("s/new").upload_from_string(b"x", if_generation_match=0))
    with pytest.raises(PreconditionFailed):
        creator.blob("s/old").upload_from_string(b"new", if_generation_match=0)
    assert bucket.blob("s/old").download_as_bytes() == b"old"


def test_a_create_only_account_cannot_overwrite(gcs: Target) -> None:
    bucket = gcs.bucket()
    bucket.blob("s/old").upload_from_string(b"old")
    creator = grant(gcs, bucket, "roles/storage.objectCreator")
    gcs.eventually(lambda: creator.blob("s/new").upload_from_string(b"x", if_generation_match=0))
    with pytest.raises(Forbidden):
        creator.blob("s/old").upload_from_string(b"new")
    assert bucket.blob("s/old").download_as_bytes() == b"old"


@pytest.mark.parametrize(("hours", "allowed"), [(1, True), (-1, False)])
def test_a_grant_ends_when_its_condition_says(gcs: Target, hours: int, allowed: bool) -> None:
    bucket = gcs.bucket()
    bucket.blob("s/old").upload_from_string(b"old")
    ends = (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
    condition = f"request.time < timestamp('{ends}')"
    outside = grant(gcs, bucket, "roles/storage.objectViewer", condition)
    if allowed:
        assert gcs.eventually(outside.blob("s/old").download_as_bytes) == b"old"
    else:
        with pytest.raises(Forbidden):
            outside.blob("s/old").download_as_bytes()


def test_a_request_without_a_token_is_unauthorized(gcs: Target, bucket: storage.Bucket) -> None:
    answer = requests.get(f"{gcs.storage_url}/storage/v1/b/{bucket.name}/o", timeout=30)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == 401


def test_a_token_that_nobody_issued_is_unauthorized(gcs: Target, bucket: storage.Bucket) -> None:
    answer = requests.get(
        f"{gcs.storage_url}/storage/v1/b/{bucket.name}/o",
        headers={"Authorization": "Bearer forged"},
        timeout=30,
    )
    assert answer.status_code == 401


def test_a_downscoped_token_reads_its_prefix_and_no_other(
    gcs: Target, bucket: storage.Bucket
) -> None:
    viewer = "roles/storage.objectViewer"
    mine = narrowed(gcs, bucket, viewer, under(bucket, "s/a/"))
    assert mine.blob("s/a/1").download_as_bytes() == b"sealed"
    assert [blob.name for blob in mine.list_blobs(prefix="s/a/")] == ["s/a/1"]
    with pytest.raises(Forbidden):
        mine.blob("s/b/1").download_as_bytes()
    with pytest.raises(Forbidden):
        list(mine.list_blobs(prefix="s/b/"))
    with pytest.raises(Forbidden):
        list(mine.list_blobs())


def test_a_downscoped_token_does_only_what_its_role_allows(
    gcs: Target, bucket: storage.Bucket
) -> None:
    mine = narrowed(gcs, bucket, "roles/storage.objectViewer", under(bucket, "s/a/"))
    with pytest.raises(Forbidden):
        mine.blob("s/a/2").upload_from_string(b"x", if_generation_match=0)
    with pytest.raises(Forbidden):
        mine.blob("s/a/1").delete()
    with pytest.raises(Forbidden):
        mine.reload()


def test_a_downscoped_token_ends_at_its_bucket(gcs: Target, bucket: storage.Bucket) -> None:
    other = gcs.bucket()
    other.blob("s/a/1").upload_from_string(b"other")
    mine = narrowed(gcs, bucket, "roles/storage.objectViewer", under(bucket, "s/a/"))
    with pytest.raises(Forbidden):
        mine.client.bucket(other.name).blob("s/a/1").download_as_bytes()


def test_a_name_condition_alone_does_not_allow_listing(gcs: Target, bucket: storage.Bucket) -> None:
    name = f"projects/_/buckets/{bucket.name}/objects/s/a/"
    condition = f"resource.name.startsWith('{name}')"
    mine = narrowed(gcs, bucket, "roles/storage.objectViewer", condition)
    assert mine.blob("s/a/1").download_as_bytes() == b"sealed"
    with pytest.raises(Forbidden):
        list(mine.list_blobs(prefix="s/a/"))


def test_a_refusal_names_the_permission_that_is_missing(gcs: Target) -> None:
    bucket = gcs.bucket()
    with pytest.raises(Forbidden) as caught:
        list(gcs.client(gcs.outsider()).bucket(bucket.name).list_blobs())
    assert "storage.objects.list" in json.dumps(caught.value.errors)


def test_an_account_can_ask_what_it_may_do(gcs: Target) -> None:
    creator = grant(gcs, gcs.bucket(), "roles/storage.objectCreator")
    asked = ["storage.objects.create", "storage.objects.get", "storage.buckets.get"]

    def answered() -> None:
        assert creator.test_iam_permissions(asked) == ["storage.objects.create"]

    gcs.eventually(answered)
