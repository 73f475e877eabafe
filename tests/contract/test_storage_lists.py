"""What Sealtape relies on about listings."""

import pytest
from google.cloud import storage

from tests.contract.storage_targets import Target

NAMES = [
    "s/s_a/p_1/000000",
    "s/s_a/p_1/000001",
    "s/s_a/p_2/000000",
    "s/s_b/p_1/000000",
    "s/s_b/p_1/000002",
    "s/ä",
    "x/export",
]


@pytest.fixture(scope="module")
def bucket(gcs: Target) -> storage.Bucket:
    bucket = gcs.bucket()
    for name in reversed(NAMES):
        bucket.blob(name).upload_from_string(b"x")
    return bucket


def names(bucket: storage.Bucket, **options: object) -> list[str]:
    return [blob.name for blob in bucket.list_blobs(**options)]


def test_objects_come_in_the_order_of_their_names_bytes(bucket: storage.Bucket) -> None:
    assert names(bucket) == sorted(NAMES, key=str.encode)


def test_a_prefix_is_a_prefix_and_not_a_folder(bucket: storage.Bucket) -> None:
    assert names(bucket, prefix="s/s_a") == NAMES[:3]
    assert names(bucket, prefix="s/s_a/p_1/00000") == NAMES[:2]
    assert names(bucket, prefix="s/none") == []


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
def test_pages_hold_everything_once(bucket: storage.Bucket, size: int) -> None:
    pages = list(bucket.list_blobs(page_size=size).pages)
    sizes = [page.num_items for page in pages]
    assert [blob.name for page in bucket.list_blobs(page_size=size).pages for blob in page] == (
        sorted(NAMES, key=str.encode)
    )
    assert max(sizes) <= size


@pytest.mark.parametrize("size", [1, 2, 10])
def test_a_delimiter_gathers_what_lies_deeper(bucket: storage.Bucket, size: int) -> None:
    listing = bucket.list_blobs(prefix="s/", delimiter="/", page_size=size)
    assert [blob.name for blob in listing] == ["s/ä"]
    assert listing.prefixes == {"s/s_a/", "s/s_b/"}


def test_offsets_bound_a_listing_from_inclusive_to_exclusive(bucket: storage.Bucket) -> None:
    found = names(bucket, start_offset=NAMES[1], end_offset=NAMES[4])
    assert found == NAMES[1:4]


def test_an_object_is_listed_as_soon_as_it_is_written(bucket: storage.Bucket) -> None:
    bucket.blob("y/new").upload_from_string(b"x")
    assert names(bucket, prefix="y/") == ["y/new"]
    bucket.blob("y/new").delete()
    assert names(bucket, prefix="y/") == []


def test_a_listing_tells_metadata_and_custom_time(bucket: storage.Bucket) -> None:
    blob = bucket.blob("z/meta")
    blob.metadata = {"seq": "7"}
    blob.upload_from_string(b"x")
    (found,) = bucket.list_blobs(prefix="z/")
    assert found.metadata == {"seq": "7"}
    assert found.size == 1
    blob.delete()
