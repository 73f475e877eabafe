"""Events come in pages of whole batches, each of a bounded size, and none twice."""

import json
from datetime import UTC, datetime

import pytest

from lib.console.event_pages import MAX_PAGE_BYTES, cut, in_order, manifest
from lib.errors import Malformed
from lib.identifiers import PageId, SessionId, TabId
from lib.recordings import Batch, Page

A, B = PageId("p_" + "a" * 16), PageId("p_" + "b" * 16)


def batch(page: PageId, seq: int, size: int = 100) -> Batch:
    return Batch(
        session=SessionId("s_" + "a" * 26),
        page=page,
        seq=seq,
        tab=TabId("t_" + "a" * 16),
        size=size,
        generation=1,
        start=datetime(2026, 11, 23, tzinfo=UTC),
        received=1,
        sent=2,
        offset=-3,
        dropped=0,
        final=False,
        previous=None,
        policy=4,
        sdk="0.1.0",
    )


def walk(batches: list[Batch]) -> list[list[Batch]]:
    pages, cursor = [], None
    while True:
        page, cursor = cut(batches, cursor)
        pages.append(page)
        if cursor is None:
            return pages


def test_the_pages_together_are_the_session() -> None:
    batches = [batch(A, seq, 700_000) for seq in range(30)] + [batch(B, 0, 5), batch(B, 7, 9)]
    pages = walk(batches)
    assert [each for page in pages for each in page] == batches
    assert len(pages) == 3
    assert all(sum(each.size for each in page) <= MAX_PAGE_BYTES for page in pages)


def test_a_page_is_filled_to_its_last_byte_and_not_beyond() -> None:
    half = MAX_PAGE_BYTES // 2
    assert cut([batch(A, 0, half), batch(A, 1, half)], None)[1] is None
    first, following = cut([batch(A, 0, half), batch(A, 1, half + 1)], None)
    assert [each.seq for each in first] == [0]
    assert following == f"{A}.1"


def test_a_batch_larger_than_a_page_is_a_page() -> None:
    assert [len(page) for page in walk([batch(A, 0, MAX_PAGE_BYTES + 1), batch(A, 1)])] == [1, 1]


def test_a_batch_that_vanished_between_two_pages_is_skipped() -> None:
    batches = [batch(A, 0), batch(A, 5), batch(B, 0)]
    assert cut(batches, f"{A}.3")[0] == batches[1:]


@pytest.mark.parametrize(
    "cursor", ["x", f"{A}", f"{A}.", f"{A}.-1", f"{A}.1000000", f"{B}.0", f"{A}.9", "../..", "\x00"]
)
def test_a_cursor_that_no_answer_held_is_refused(cursor: str) -> None:
    with pytest.raises(Malformed):
        cut([batch(A, 0)], cursor)


def test_batches_of_all_pages_follow_each_other() -> None:
    pages = [Page(B, (batch(B, 0), batch(B, 1))), Page(A, (batch(A, 0),))]
    assert [(each.page, each.seq) for each in in_order(pages)] == [(B, 0), (B, 1), (A, 0)]


def test_the_manifest_is_one_line_that_says_how_long_each_member_is() -> None:
    line = manifest([batch(A, 3, 42)], f"{B}.0")
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {
        "batches": [
            {
                "page": A,
                "tab": "t_" + "a" * 16,
                "seq": 3,
                "length": 42,
                "offset": -3,
                "received": 1,
                "sent": 2,
                "dropped": 0,
                "final": False,
                "policy": 4,
                "sdk": "0.1.0",
            }
        ],
        "next": f"{B}.0",
    }
