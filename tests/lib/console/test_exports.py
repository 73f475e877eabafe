"""Ranges of an export's part: within it, and never more than one answer may carry."""

import pytest

from lib.console.exports import MAX_RANGE_BYTES, RangeRefused, span

LARGE = MAX_RANGE_BYTES + 1


@pytest.mark.parametrize(
    ("asked", "size", "answered"),
    [
        (None, MAX_RANGE_BYTES, (0, MAX_RANGE_BYTES - 1)),
        ("bytes=0-", LARGE, (0, MAX_RANGE_BYTES - 1)),
        ("bytes=0-99999999999", LARGE, (0, MAX_RANGE_BYTES - 1)),
        ("bytes=1-", LARGE, (1, MAX_RANGE_BYTES)),
        ("bytes=5-5", 6, (5, 5)),
    ],
)
def test_an_answer_is_what_was_asked_for_up_to_its_cap(
    asked: str | None, size: int, answered: tuple[int, int]
) -> None:
    assert span(asked, size) == answered


@pytest.mark.parametrize(
    ("asked", "size"),
    [(None, LARGE), ("bytes=6-", 6), ("bytes=2-1", 6), ("bytes=-5", 6), ("bytes=0-1,3-4", 6)],
)
def test_a_range_that_is_not_there_is_refused(asked: str | None, size: int) -> None:
    with pytest.raises(RangeRefused):
        span(asked, size)
