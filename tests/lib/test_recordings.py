"""A session's batches are read from the bucket, in order, and not a day past their retention."""

import os
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from lib.errors import NotFound
from lib.identifiers import SessionId
from lib.recordings import Recordings, RecordingUnreadable
from tests.lib.stored_batches import NOW, NOW_S, PAGE_A, PAGE_B, SESSION, Shelf, new_shelf
from tests.local_services import Storage, control

DAY_S = 86_400


@pytest.fixture
def shelf(storage: Storage) -> Shelf:
    return new_shelf(storage, os.urandom(20))


def reader(shelf: Shelf, storage: Storage, now: float = NOW_S) -> Recordings:
    bucket = storage.client("console-api").bucket(shelf.tenant.bucket)
    return Recordings(bucket, shelf.tenant, clock=lambda: now)


def test_pages_come_in_the_order_in_which_they_began(shelf: Shelf, storage: Storage) -> None:
    shelf.store(PAGE_A, 0, start=NOW + timedelta(seconds=5))
    shelf.store(PAGE_B, 1)
    shelf.store(PAGE_B, 0)
    shelf.store(PAGE_B, 10, final="true")
    pages = reader(shelf, storage).pages(SESSION)
    assert [(page.id, [batch.seq for batch in page.batches]) for page in pages] == [
        (PAGE_B, [0, 1, 10]),
        (PAGE_A, [0]),
    ]


def test_a_client_whose_clock_is_wrong_does_not_change_the_order(
    shelf: Shelf, storage: Storage
) -> None:
    late = int(NOW_S * 1000) + 3_600_000
    shelf.store(PAGE_A, 0, sent=str(late), offset=str(-3_600_000 - 1))
    shelf.store(PAGE_B, 0)
    assert [page.id for page in reader(shelf, storage).pages(SESSION)] == [PAGE_A, PAGE_B]


def test_a_batch_that_the_next_page_sent_again_is_left_out(shelf: Shelf, storage: Storage) -> None:
    for seq in (0, 1, 2):
        shelf.store(PAGE_A, seq)
    shelf.store(PAGE_B, 0, start=NOW + timedelta(seconds=30), previous=f"{PAGE_A}:1")
    pages = reader(shelf, storage).pages(SESSION)
    assert [(page.id, [batch.seq for batch in page.batches]) for page in pages] == [
        (PAGE_A, [0, 1]),
        (PAGE_B, [0]),
    ]


def test_a_first_batch_that_was_sent_again_is_left_out_as_well(
    shelf: Shelf, storage: Storage
) -> None:
    shelf.store(PAGE_A, 0)
    shelf.store(PAGE_B, 0, start=NOW + timedelta(seconds=30), previous=f"{PAGE_A}:-1")
    pages = reader(shelf, storage).pages(SESSION)
    assert [(page.id, [batch.seq for batch in page.batches]) for page in pages] == [(PAGE_B, [0])]


def test_pages_that_disown_each_other_are_all_shown(shelf: Shelf, storage: Storage) -> None:
    shelf.store(PAGE_A, 0, previous=f"{PAGE_B}:-1")
    shelf.store(PAGE_B, 0, previous=f"{PAGE_A}:-1")
    assert {page.id for page in reader(shelf, storage).pages(SESSION)} == {PAGE_A, PAGE_B}


def test_what_is_missing_shows(shelf: Shelf, storage: Storage) -> None:
    for seq in (0, 1, 4):
        shelf.store(PAGE_A, seq, final=str(seq == 4).lower())
    shelf.store(PAGE_B, 0, final="true")
    pages = {page.id: page for page in reader(shelf, storage).pages(SESSION)}
    assert pages[PAGE_A].missing(10) == [2, 3]
    assert pages[PAGE_A].missing(1) == [2]
    assert not pages[PAGE_A].complete
    assert pages[PAGE_B].complete


@pytest.mark.parametrize("changes", [{"final": "false"}, {"dropped": "1"}])
def test_a_page_that_is_cut_off_or_dropped_events_is_not_complete(
    shelf: Shelf, storage: Storage, changes: dict[str, Any]
) -> None:
    shelf.store(PAGE_A, 0, **{"final": "true", **changes})
    assert not reader(shelf, storage).pages(SESSION)[0].complete


def test_stored_bytes_come_back_as_they_are_and_in_order(shelf: Shelf, storage: Storage) -> None:
    stored = [shelf.store(PAGE_A, seq, os.urandom(500 + seq)) for seq in range(25)]
    recordings = reader(shelf, storage)
    batches = recordings.pages(SESSION)[0].batches
    assert [batch.size for batch in batches] == [len(data) for data in stored]
    assert list(recordings.members(batches)) == stored


@pytest.mark.parametrize("age_s", [0, 30 * DAY_S - 1])
def test_a_recording_is_read_within_its_retention(
    shelf: Shelf, storage: Storage, age_s: int
) -> None:
    shelf.store(PAGE_A, 0)
    assert reader(shelf, storage, NOW_S + age_s).pages(SESSION)


@pytest.mark.parametrize("age_s", [30 * DAY_S, 30 * DAY_S + 1])
def test_past_its_retention_it_is_refused_though_the_bucket_still_has_it(
    shelf: Shelf, storage: Storage, age_s: int
) -> None:
    shelf.store(PAGE_A, 0)
    with pytest.raises(NotFound):
        reader(shelf, storage, NOW_S + age_s).pages(SESSION)


def test_an_erased_session_is_refused_though_the_bucket_still_has_it(
    shelf: Shelf, storage: Storage
) -> None:
    shelf.store(PAGE_A, 0)
    shelf.tenant = replace(shelf.tenant, tombstones={SESSION: int(NOW_S)})
    with pytest.raises(NotFound):
        reader(shelf, storage).pages(SESSION)


def test_a_session_that_nobody_recorded_is_not_found(shelf: Shelf, storage: Storage) -> None:
    with pytest.raises(NotFound):
        reader(shelf, storage).pages(SessionId("s_" + "z" * 26))


def test_what_ingest_did_not_write_is_left_out(shelf: Shelf, storage: Storage) -> None:
    shelf.store(PAGE_A, 0)
    shelf.store(PAGE_A, 1, received="never")
    bucket = shelf.ingest.bucket(shelf.tenant.bucket)
    for name in (
        f"s/{SESSION}/{PAGE_A}/x/y",
        f"s/{SESSION}/note.txt",
        f"s/{SESSION}/{PAGE_A}/7.ndjson.gz",
    ):
        bucket.blob(name).upload_from_string(b"", if_generation_match=0)
    pages = reader(shelf, storage).pages(SESSION)
    assert [batch.seq for page in pages for batch in page.batches] == [0]


def test_a_key_that_refuses_is_an_answer_before_the_first_byte(
    shelf: Shelf, storage: Storage
) -> None:
    shelf.store(PAGE_A, 0)
    recordings = reader(shelf, storage)
    batches = recordings.pages(SESSION)[0].batches
    control(
        storage.url,
        "faults",
        {"method": "objects.get", "status": 403, "count": 1, "bucket": shelf.tenant.bucket},
    )
    with pytest.raises(RecordingUnreadable):
        recordings.members(batches)


def test_another_tenants_bucket_is_refused(shelf: Shelf, storage: Storage) -> None:
    shelf.store(PAGE_A, 0)
    bucket = storage.client("handshake").bucket(shelf.tenant.bucket)
    with pytest.raises(RecordingUnreadable):
        Recordings(bucket, shelf.tenant, clock=lambda: NOW_S).pages(SESSION)
