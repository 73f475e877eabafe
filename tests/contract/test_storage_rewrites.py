"""What Sealtape relies on about rewrites: how an object gets another key."""

from datetime import UTC, datetime
from typing import Any

import pytest
from google.api_core.exceptions import PreconditionFailed
from google.cloud import storage

from tests.contract.storage_targets import Target

STARTED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def bucket(gcs: Target) -> storage.Bucket:
    return gcs.bucket()


@pytest.fixture
def source(bucket: storage.Bucket, request: pytest.FixtureRequest) -> Any:
    blob = bucket.blob(f"s/{request.node.name}")
    blob.metadata = {"seq": "1"}
    blob.custom_time = STARTED
    blob.upload_from_string(b"sealed", content_type="application/gzip")
    return blob


def test_a_rewrite_in_place_keeps_content_metadata_and_custom_time(source: storage.Blob) -> None:
    target = source.bucket.blob(source.name)
    token, done, size = target.rewrite(source, if_generation_match=source.generation)
    target.reload()
    assert (token, done, size) == (None, 6, 6)
    assert target.generation > source.generation
    assert target.custom_time == STARTED
    assert target.metadata == {"seq": "1"}
    assert target.content_type == "application/gzip"
    assert target.download_as_bytes() == b"sealed"


def test_a_rewrite_with_metadata_of_its_own_takes_none_of_the_sources(
    source: storage.Blob,
) -> None:
    target = source.bucket.blob(f"{source.name}-copy")
    target.metadata = {"seq": "9"}
    target.rewrite(source)
    target.reload()
    assert target.metadata == {"seq": "9"}
    assert target.custom_time is None


def test_a_rewrite_of_what_changed_meanwhile_does_nothing(source: storage.Blob) -> None:
    seen = source.generation
    source.bucket.blob(source.name).upload_from_string(b"newer")
    target = source.bucket.blob(source.name)
    with pytest.raises(PreconditionFailed):
        target.rewrite(source.bucket.blob(source.name), if_source_generation_match=seen)
    with pytest.raises(PreconditionFailed):
        target.rewrite(source.bucket.blob(source.name), if_generation_match=seen)
    assert target.download_as_bytes() == b"newer"


def test_a_rewrite_to_a_taken_name_can_be_refused(source: storage.Blob) -> None:
    taken = source.bucket.blob(f"{source.name}-taken")
    taken.upload_from_string(b"kept")
    with pytest.raises(PreconditionFailed):
        taken.rewrite(source, if_generation_match=0)
    assert taken.download_as_bytes() == b"kept"


def test_a_large_rewrite_goes_on_by_token_until_it_is_done(
    gcs: Target, bucket: storage.Bucket
) -> None:
    # Only a change of key makes Google copy bytes, and so needs several calls.
    key = gcs.key().name
    source = bucket.blob("s/large")
    source.custom_time = STARTED
    source.upload_from_string(b"\0" * (3 * MIB))
    target = bucket.blob("s/large")
    target.kms_key_name = key
    path = f"{source.path}/rewriteTo{target.path}"
    query = {"maxBytesRewrittenPerCall": MIB, "destinationKmsKeyName": key}
    tokens = []
    for _ in range(4):
        answer = gcs.eventually(
            lambda: bucket.client._connection.api_request(
                "POST", path, query_params=dict(query), data={}
            )
        )
        if answer["done"]:
            break
        tokens.append(answer["rewriteToken"])
        query["rewriteToken"] = answer["rewriteToken"]
    target.reload()
    assert tokens
    assert target.kms_key_name.startswith(key)
    assert target.custom_time == STARTED
    assert target.download_as_bytes() == b"\0" * (3 * MIB)
