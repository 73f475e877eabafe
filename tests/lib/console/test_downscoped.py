"""console_api's token is good for one tenant's recordings and for nothing else."""

import os
from unittest import mock

import pytest
from google.api_core.exceptions import Forbidden
from google.cloud.storage import Bucket

from lib.console import downscoped
from lib.console.downscoped import Readers
from tests.lib.stored_batches import PAGE_A, SESSION, Shelf, new_shelf
from tests.local_services import PROJECT, Metadata, Storage, credentials


@pytest.fixture(scope="module")
def shelves(storage: Storage) -> tuple[Shelf, Shelf]:
    mine, other = new_shelf(storage, os.urandom(20)), new_shelf(storage, os.urandom(20))
    for shelf in (mine, other):
        shelf.store(PAGE_A, 0)
        shelf.ingest.bucket(shelf.tenant.bucket).blob("x/export").upload_from_string(
            b"", if_generation_match=0
        )
    return mine, other


@pytest.fixture
def bucket(shelves: tuple[Shelf, Shelf], storage: Storage, metadata: Metadata) -> Bucket:
    """The first tenant's bucket as console_api reads it."""
    exchange = downscoped.exchange(metadata.environment("console-api")["STS_URL"])
    source = credentials("console-api")
    source.refresh = lambda _request: None  # type: ignore[method-assign]  # it holds a fresh token
    readers = Readers(source, PROJECT, exchange)
    with mock.patch.dict(os.environ, storage.environment):
        return readers.bucket(shelves[0].tenant.bucket)


def test_recordings_of_the_tenant_are_listed_and_read(bucket: Bucket) -> None:
    found = list(bucket.list_blobs(prefix=f"s/{SESSION}/"))
    assert len(found) == 1
    assert found[0].download_as_bytes(raw_download=True)


def test_threat_15_another_tenants_bucket_is_denied_though_the_account_may_read_it(
    bucket: Bucket, shelves: tuple[Shelf, Shelf], storage: Storage
) -> None:
    theirs = shelves[1].tenant.bucket
    assert list(storage.client("console-api").bucket(theirs).list_blobs(prefix="s/"))
    foreign = bucket.client.bucket(theirs)
    name = f"s/{SESSION}/{PAGE_A}/000000.ndjson.gz"
    with pytest.raises(Forbidden):
        list(foreign.list_blobs(prefix="s/"))
    with pytest.raises(Forbidden):
        foreign.blob(name).download_as_bytes()


def test_what_is_not_a_recording_is_denied(bucket: Bucket) -> None:
    with pytest.raises(Forbidden):
        list(bucket.list_blobs())
    with pytest.raises(Forbidden):
        bucket.blob("x/export").download_as_bytes()


def test_nothing_is_written_or_deleted(bucket: Bucket) -> None:
    blob = bucket.blob(f"s/{SESSION}/{PAGE_A}/000000.ndjson.gz")
    with pytest.raises(Forbidden):
        blob.delete()
    with pytest.raises(Forbidden):
        bucket.blob("s/new").upload_from_string(b"")


def test_one_tenants_client_is_kept_and_two_tenants_never_share_one(storage: Storage) -> None:
    readers = Readers(credentials("console-api"), PROJECT, downscoped.exchange())
    with mock.patch.dict(os.environ, storage.environment):
        assert readers.bucket("st-a").client is readers.bucket("st-a").client
        assert readers.bucket("st-a").client is not readers.bucket("st-b").client


def test_only_the_exchange_goes_to_the_stand_in() -> None:
    sent: list[str] = []

    class Recorder:
        def __call__(self, url: str, *_rest: object, **_options: object) -> None:
            sent.append(url)

    with mock.patch.object(downscoped, "Request", Recorder):
        send = downscoped.exchange("http://127.0.0.1:1/v1/token")
    send(downscoped.STS_URL, "POST")
    send("http://metadata.google.internal/token")
    assert sent == ["http://127.0.0.1:1/v1/token", "http://metadata.google.internal/token"]


@pytest.mark.parametrize("bound", [downscoped.boundary, downscoped.exports_boundary])
def test_a_readers_token_asks_for_reading_alone(bound: downscoped.Bound) -> None:
    (rule,) = bound("st-" + "a" * 26).rules
    assert list(rule.available_permissions) == ["inRole:roles/storage.objectViewer"]
