"""Enforcement: a batch's events as the policy allows them, whatever the sender claims.

Everything is decoded into typed shapes, masked, and encoded again. Where that gives the very bytes
that came, the batch was its own mask, without a key twice or one that we do not know, and may be
stored as it came.
"""

import re
import sys
from http import HTTPStatus
from typing import Any, Final

import msgspec
from msgspec import Struct

from lib.errors import Refusal
from lib.privacy.addresses import mask_address
from lib.privacy.bounds import MAX_BATCH_BODY_CHARS, Bound, bound_of
from lib.privacy.changes import CHANGES, Mask
from lib.privacy.customs import Visit, encode_payload, mask_custom
from lib.privacy.events import (
    Custom,
    Event,
    MetaPage,
    Note,
    Page,
    Snapshot,
    decode,
    decode_lines,
    encode,
)
from lib.privacy.increments import Input, MouseInteraction
from lib.privacy.nodes import TreeTooDeep, mask_nodes
from lib.privacy.summaries import Summary

MAX_EVENTS = 5_000  # of a batch, as docs/protocol.md says
MAX_ESCAPES = 10_000  # backslashes of an event that is mended: 4 ms; icon fonts' CSS has 5,000
CLICK = 2  # of MouseInteraction's types
SECOND_MS = 1_000
RECURSION = 2_500  # Python's own 1,000 would end decoding at 480 levels of DOM, not at 512

sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))

Span = tuple[int, int]

# Begins with the backslash, which is then searched for by memchr.
_SURROGATES = re.compile(
    rb"\\(?:(\\|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


class EventsMalformed(Refusal):
    """The events are not lines of JSON in UTF-8."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "events_malformed"


class TooManyEvents(Refusal):
    """The batch has more events, or deeper ones, than a page makes."""

    status, code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "events_too_many"


class Enforced(Struct, frozen=True):
    """What may be stored of a batch."""

    ndjson: bytes
    clean: bool  # `ndjson` is what came, byte for byte
    summary: Summary


def enforce(ndjson: bytes, allow: frozenset[str]) -> Enforced:
    """Return what may be stored of a batch.

    Args: ndjson: one rrweb event a line, untrusted. allow: the capabilities that the session's
    policy and the current one both name.
    Raises: EventsMalformed, TooManyEvents.
    """
    spans = _spans(ndjson)
    summary = Summary()
    events = _decode(ndjson, spans)
    bound = bound_of(allow)
    bound.body_room = MAX_BATCH_BODY_CHARS
    places = _mask_events(events, bound, summary)
    kept = [event for at in places if (event := events[at])]
    lines = [encode(event) for event in kept]
    stored = b"\n".join([*lines, b""])
    clean = stored == ndjson
    if not clean:
        pairs = zip(lines, [spans[at] for at in places], strict=True)
        summary.masked = sum([not _is_line(ndjson, span, line) for line, span in pairs])
    _summarise(kept, summary)
    return Enforced(ndjson if clean else stored, clean, summary)


def _spans(ndjson: bytes) -> list[Span]:
    """Return where lines that are not empty start and end; looks no further than it must.

    Raises: TooManyEvents.
    """
    ends: list[int] = []
    at = ndjson.find(b"\n")
    while at >= 0:
        ends.append(at)
        if len(ends) > MAX_EVENTS:
            raise TooManyEvents(f"a batch may have {MAX_EVENTS} events")
        at = ndjson.find(b"\n", at + 1)
    starts = [0, *[end + 1 for end in ends]]
    pairs = zip(starts, [*ends, len(ndjson)], strict=True)
    return [(start, end) for start, end in pairs if start < end]


def _is_line(ndjson: bytes, span: Span, line: bytes) -> bool:
    start, end = span
    return end - start == len(line) and ndjson.startswith(line, start)


def _decode(ndjson: bytes, spans: list[Span]) -> list[Event | None]:
    """Return each line's event, or None for one of a shape that is not recorded.

    All at once, as the SDK writes them; one by one if that fails, to tell which.
    """
    try:
        events: list[Event | None] = [*decode_lines(ndjson)]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        events = []
    # It would also take several events on a line, or one over several.
    if len(events) == len(spans):
        return events
    return [_parse(ndjson[start:end]) for start, end in spans]


def _mask_events(events: list[Event | None], bound: Bound, summary: Summary) -> list[int]:
    """Mask the events in place and return which are kept.

    Of each field's inputs in one second the last is kept: no keystroke's time.
    """
    mask_of = _MASKS.get
    left: set[int] = set()
    last: dict[tuple[int, int], int] = {}
    for at, event in enumerate(events):
        if event is None:
            summary.dropped += 1
            left.add(at)
            continue
        data = event.data
        mask = mask_of(type(data))
        if mask is not None and not _mask(mask, data, bound):
            summary.dropped += 1
            left.add(at)
        elif type(data) is Input:
            second = data.id, event.timestamp // SECOND_MS
            if second in last:
                left.add(last[second])
            last[second] = at
    return [at for at in range(len(events)) if at not in left]


def _parse(line: bytes) -> Event | None:
    """Return the event, or None if it has a shape that is not recorded."""
    try:
        return decode(line)
    except msgspec.ValidationError:
        return None
    except RecursionError:
        raise TooManyEvents("the tree of an event is too deep") from None
    except UnicodeDecodeError:
        raise EventsMalformed("an event is not UTF-8") from None
    except msgspec.DecodeError:
        may_mend = b"\\" in line and line.count(b"\\") <= MAX_ESCAPES
        whole = _SURROGATES.sub(_mend, line) if may_mend else line
        if whole == line:
            raise EventsMalformed("an event is not JSON") from None
    return _parse(whole)


def _mend(match: re.Match[bytes]) -> bytes:
    """Keep pairs; half a pair, which a page's script may leave in a text, has no UTF-8."""
    return match[0] if match[1] else b"\\ufffd"


def _mask(mask: Mask, data: Any, bound: Bound) -> bool:
    """Mask an event's data in place; say whether the event may be kept."""
    try:
        return mask(data, bound) is not False
    except msgspec.ValidationError:
        return False
    except (TreeTooDeep, RecursionError):
        raise TooManyEvents("the tree of an event is too deep") from None
    except (UnicodeDecodeError, msgspec.DecodeError):
        raise EventsMalformed("an event is not UTF-8") from None


def _mask_snapshot(data: Snapshot, bound: Bound) -> None:
    roots = [data.node]
    mask_nodes(roots, bound)
    data.node = roots[0]


def _mask_page(data: Page, bound: Bound) -> None:
    data.href = mask_address(data.href, bound.allow)


def _mask_note(data: Note, bound: Bound) -> bool:
    payload = mask_custom(data.tag, data.payload, bound)
    if payload is None:
        return False
    data.payload = encode_payload(payload)
    return True


_MASKS: Final[dict[type, Mask]] = {
    **CHANGES,
    Snapshot: _mask_snapshot,
    Page: _mask_page,
    Note: _mask_note,
}


def _summarise(events: list[Event], summary: Summary) -> None:
    times = [event.timestamp for event in events]
    summary.events = len(events)
    summary.first_ms, summary.last_ms = (min(times), max(times)) if times else (0, 0)
    paths: list[str] = []
    for event in events:
        if type(event.data) is MouseInteraction:
            summary.clicks += event.data.type == CLICK
        elif isinstance(event, MetaPage) and not summary.width:
            summary.width, summary.height = int(event.data.width), int(event.data.height)
        elif isinstance(event, Custom):
            _count_custom(event, paths, summary)
    summary.paths = tuple(paths)
    summary.navigations = len(paths)


def _count_custom(event: Custom, paths: list[str], summary: Summary) -> None:
    match event.data.tag:
        case "sealtape.page":
            paths.append(msgspec.json.decode(event.data.payload, type=Visit).path)
        case "sealtape.error":
            summary.errors += 1
