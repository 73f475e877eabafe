"""A session's events in pages: a line that lists batches, then their gzip members back to back."""

import json
import re
from collections.abc import Sequence
from itertools import chain

from lib.errors import Malformed
from lib.recordings import Batch, Page

MAX_PAGE_BYTES = 8 * 1024**2  # stored bytes; Cloud Run streams 10 MB, and a browser holds it easily
CURSOR = re.compile(r"(p_[a-z2-7]{16})\.([0-9]{1,6})", re.ASCII)


def in_order(pages: Sequence[Page]) -> list[Batch]:
    """Return the batches of all pages in the order in which a player plays them."""
    return list(chain.from_iterable(page.batches for page in pages))


def cut(batches: Sequence[Batch], cursor: str | None) -> tuple[list[Batch], str | None]:
    """Return the batches of one page of events and the cursor of the next, or None.

    Args: batches: in order. cursor: untrusted, from an earlier answer; None for the first page.
    Raises: Malformed: the cursor is not one, or its batch is gone.
    """
    begin = _position(batches, cursor) if cursor else 0
    size = 0
    for end in range(begin, len(batches)):
        size += batches[end].size
        if size > MAX_PAGE_BYTES and end > begin:
            following = batches[end]
            return list(batches[begin:end]), f"{following.page}.{following.seq}"
    return list(batches[begin:]), None


def manifest(batches: Sequence[Batch], following: str | None) -> bytes:
    """Return the first line of a page of events, with its newline."""
    rows = [
        {
            "page": batch.page,
            "tab": batch.tab,
            "seq": batch.seq,
            "length": batch.size,
            "offset": batch.offset,
            "received": batch.received,
            "sent": batch.sent,
            "dropped": batch.dropped,
            "final": batch.final,
            "policy": batch.policy,
            "sdk": batch.sdk,
        }
        for batch in batches
    ]
    line = json.dumps({"batches": rows, "next": following}, separators=(",", ":"))
    return line.encode() + b"\n"


def _position(batches: Sequence[Batch], cursor: str) -> int:
    found = CURSOR.fullmatch(cursor)
    if not found:
        raise Malformed("`cursor` is not one that an answer held")
    for index, batch in enumerate(batches):
        if batch.page == found[1] and batch.seq >= int(found[2]):
            return index
    raise Malformed("`cursor` is past the end of this session")
