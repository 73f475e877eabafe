"""What Sealtape relies on about single objects."""

import base64
import gzip
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import google_crc32c
import pytest
import requests
from google.api_core.exceptions import (
    BadRequest,
    NotFound,
    PreconditionFailed,
    RequestRangeNotSatisfiable,
)
from google.cloud import storage

from tests.contract.storage_targets import Target

STARTED = datetime(2026, 11, 23, 12, 0, 0, 123_000, tzinfo=UTC)


@pytest.fixture(scope="module")
def bucket(gcs: Target) -> storage.Bucket:
    return gcs.bucket()


@pytest.fixture
def blob(bucket: storage.Bucket, request: pytest.FixtureRequest) -> Any:
    """A blob with a name of this test's own; nothing is stored yet."""
    return bucket.blob(f"s/{request.node.name}/000001.ndjson.gz")


def again(blob: storage.Blob) -> Any:
    """The same name as another client sees it."""
    return blob.bucket.blob(blob.name)


def test_a_name_can_be_written_once(blob: storage.Blob) -> None:
    blob.upload_from_string(b"first", if_generation_match=0)
    with pytest.raises(PreconditionFailed):
        again(blob).upload_from_string(b"second", if_generation_match=0)
    assert again(blob).download_as_bytes() == b"first"


def test_of_racing_writers_exactly_one_wins(gcs: Target, blob: storage.Blob) -> None:
    outcomes: list[str] = []
    bucket = blob.bucket.name
    clients = [gcs.client() for _ in range(8)]

    def write(client: storage.Client, text: str) -> None:
        try:
            own = client.bucket(bucket).blob(blob.name)
            own.upload_from_string(text, if_generation_match=0)
            outcomes.append(text)
        except PreconditionFailed:
            outcomes.append("")

    threads = [
        threading.Thread(target=write, args=(client, f"writer {number}"))
        for number, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [text for text in outcomes if text]
    assert len(outcomes) == 8
    assert won == [blob.download_as_text()]


def test_metadata_and_custom_time_come_back_as_they_went(blob: storage.Blob) -> None:
    blob.metadata = {"seq": "1", "final": "false"}
    blob.custom_time = STARTED
    blob.upload_from_string(b"x", content_type="application/x-ndjson")
    found = again(blob)
    found.reload()
    assert found.metadata == {"seq": "1", "final": "false"}
    assert found.custom_time == STARTED
    assert found.content_type == "application/x-ndjson"
    assert found.size == 1
    assert found.metageneration == 1


def test_gzip_is_stored_and_served_as_it_came(blob: storage.Blob) -> None:
    sent = gzip.compress(b'{"type":4}\n' * 100, mtime=0)
    blob.content_encoding = "gzip"
    blob.upload_from_string(sent, content_type="application/x-ndjson")
    assert again(blob).download_as_bytes(raw_download=True) == sent
    assert again(blob).download_as_bytes() == gzip.decompress(sent)


def test_gzip_without_an_encoding_is_just_bytes(blob: storage.Blob) -> None:
    sent = gzip.compress(b"x" * 100, mtime=0) + gzip.compress(b"y" * 100, mtime=0)
    blob.upload_from_string(sent, content_type="application/gzip")
    assert again(blob).download_as_bytes() == sent
    assert again(blob).download_as_bytes(start=10, end=19) == sent[10:20]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 0, b"0"), (0, None, b"0123456789"), (3, 5, b"345"), (9, 99, b"9"), (-4, None, b"6789")],
)
def test_a_range_is_what_it_says(
    blob: storage.Blob, start: int, end: int | None, expected: bytes
) -> None:
    blob.upload_from_string(b"0123456789")
    assert again(blob).download_as_bytes(start=start, end=end) == expected


def test_a_range_past_the_end_is_refused(blob: storage.Blob) -> None:
    blob.upload_from_string(b"0123456789")
    with pytest.raises(RequestRangeNotSatisfiable):
        again(blob).download_as_bytes(start=10)


def test_an_empty_object_is_an_object(blob: storage.Blob) -> None:
    blob.upload_from_string(b"")
    assert again(blob).download_as_bytes() == b""


def test_crc32c_is_told_and_a_wrong_one_is_refused(gcs: Target, blob: storage.Blob) -> None:
    blob.upload_from_string(b"sealed")
    expected = base64.b64encode(google_crc32c.value(b"sealed").to_bytes(4, "big")).decode()
    assert blob.crc32c == expected
    mark = "frontier"
    body = (
        f"--{mark}\r\nContent-Type: application/json\r\n\r\n"
        f'{{"name": "{blob.name}", "crc32c": "AAAAAA=="}}\r\n'
        f"--{mark}\r\nContent-Type: application/gzip\r\n\r\nsealed\r\n--{mark}--\r\n"
    )
    answer = requests.post(
        f"{gcs.storage_url}/upload/storage/v1/b/{blob.bucket.name}/o?uploadType=multipart",
        data=body,
        headers={
            "Authorization": f"Bearer {gcs.token()}",
            "Content-Type": f"multipart/related; boundary={mark}",
        },
        timeout=30,
    )
    assert answer.status_code == 400


def test_deletion_asks_for_the_generation_that_was_seen(blob: storage.Blob) -> None:
    blob.upload_from_string(b"first")
    seen = blob.generation
    again(blob).upload_from_string(b"second")
    with pytest.raises(PreconditionFailed):
        again(blob).delete(if_generation_match=seen)
    assert again(blob).download_as_bytes() == b"second"


def test_a_deleted_object_is_gone(blob: storage.Blob) -> None:
    blob.upload_from_string(b"x")
    blob.delete()
    with pytest.raises(NotFound):
        again(blob).download_as_bytes()
    with pytest.raises(NotFound):
        again(blob).delete()


def test_deleted_and_overwritten_mean_deleted_without_soft_delete(blob: storage.Blob) -> None:
    blob.upload_from_string(b"first")
    blob.upload_from_string(b"second")
    blob.delete()
    client, bucket = blob.client, blob.bucket
    left = client.list_blobs(bucket, prefix=blob.name, versions=True)
    assert list(left) == []


def test_a_generation_never_comes_twice(blob: storage.Blob) -> None:
    blob.upload_from_string(b"first")
    first = blob.generation
    blob.delete()
    again(blob).upload_from_string(b"second", if_generation_match=0)
    found = again(blob)
    found.reload()
    assert found.generation > first


def test_a_patch_raises_the_metageneration_and_keeps_the_content(blob: storage.Blob) -> None:
    blob.upload_from_string(b"x")
    generation = blob.generation
    blob.metadata = {"seq": "2"}
    blob.patch(if_metageneration_match=1)
    assert (blob.generation, blob.metageneration) == (generation, 2)
    blob.metadata = {"seq": "3"}
    with pytest.raises(PreconditionFailed):
        blob.patch(if_metageneration_match=1)


def test_custom_time_never_goes_back(blob: storage.Blob) -> None:
    blob.custom_time = STARTED
    blob.upload_from_string(b"x")
    blob.custom_time = STARTED + timedelta(days=1)
    blob.patch()
    blob.custom_time = STARTED
    with pytest.raises(BadRequest):
        blob.patch()


def test_a_custom_time_that_is_no_time_is_refused(blob: storage.Blob) -> None:
    blob._patch_property("customTime", "soon")
    with pytest.raises(BadRequest):
        blob.upload_from_string(b"x")


@pytest.mark.parametrize("name", ["s/ä/€/\U0001f600", "a b+c%2Fd?e#f", "s//x", "x" * 1024])
def test_names_come_back_letter_for_letter(bucket: storage.Bucket, name: str) -> None:
    bucket.blob(name).upload_from_string(b"named")
    assert bucket.blob(name).download_as_bytes() == b"named"
    assert name in {found.name for found in bucket.list_blobs(prefix=name)}


def test_a_name_over_the_limit_is_refused(bucket: storage.Bucket) -> None:
    with pytest.raises(BadRequest):
        bucket.blob("x" * 1025).upload_from_string(b"x")


def test_a_stream_of_unknown_length_is_stored_whole(blob: storage.Blob) -> None:
    content = bytes(range(256)) * 4096
    with blob.open("wb", chunk_size=256 * 1024, if_generation_match=0) as stream:
        stream.write(content)
    assert again(blob).download_as_bytes() == content


def test_a_batch_deletes_many_at_once(bucket: storage.Bucket) -> None:
    blobs = [bucket.blob(f"batch/{number}") for number in range(5)]
    for blob in blobs:
        blob.upload_from_string(b"x")
    with bucket.client.batch():
        for blob in blobs:
            blob.delete()
    assert list(bucket.list_blobs(prefix="batch/")) == []
