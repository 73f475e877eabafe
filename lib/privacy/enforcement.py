"""Enforcement: a batch's events as the policy allows them, whatever the sender claims.

Everything is decoded into typed shapes, masked, and encoded again. Where that gives the very bytes
that came, the batch was its own mask, without a key twice or one that we do not know, and may be
stored as it came.
"""

import re
import sys
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from lib.errors import Refusal
from lib.privacy.addresses import mask_address
from lib.privacy.bounds import Bound, bound_of
from lib.privacy.changes import attaches_nothing, mask_change
from lib.privacy.customs import Visit, encode_payload, mask_custom
from lib.privacy.events import Custom, Event, FullSnapshot, Incremental, MetaPage, decode, encode
from lib.privacy.increments import Input, MouseInteraction
from lib.privacy.nodes import TreeTooDeep, mask_nodes
from lib.privacy.summaries import Summary

MAX_EVENTS = 5_000  # of a batch, as docs/protocol.md says
MAX_ESCAPES = 10_000  # backslashes of an event that is mended: 4 ms; icon fonts' CSS has 5,000
CLICK = 2  # of MouseInteraction's types
SECOND_MS = 1_000
RECURSION = 2_500  # Python's own 1,000 would end decoding at 480 levels of DOM, not at 512

sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))

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


@dataclass(frozen=True, slots=True)
class Enforced:
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
    lines = ndjson.split(b"\n", MAX_EVENTS + 1)  # no further: 8 MiB of line ends would be 90 ms
    if len(lines) > MAX_EVENTS + 1:
        raise TooManyEvents(f"a batch may have {MAX_EVENTS} events")
    bound = bound_of(allow)
    summary = Summary()
    kept = _merge_inputs(_mask_lines(lines, bound, summary))
    stored = []
    for event, line in kept:
        masked = encode(event)
        summary.masked += masked != line
        stored.append(masked)
    _summarise([event for event, _ in kept], summary)
    if summary.masked == 0 and len(stored) == len(lines) - 1 and not lines[-1]:
        return Enforced(ndjson, True, summary)
    stored.append(b"")  # for the last line's end
    return Enforced(b"\n".join(stored), False, summary)


def _mask_lines(lines: list[bytes], bound: Bound, summary: Summary) -> list[tuple[Event, bytes]]:
    kept: list[tuple[Event, bytes]] = []
    for line in lines:
        if not line:
            continue
        event = _parse(line)
        if event is not None and _mask(event, bound):
            kept.append((event, line))
        else:
            summary.dropped += 1
    return kept


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


def _mask(event: Event, bound: Bound) -> bool:
    """Mask the event in place; say whether it may be kept."""
    try:
        if isinstance(event, Incremental):
            if attaches_nothing(event.data):
                return False
            mask_change(event.data, bound)
        elif isinstance(event, FullSnapshot):
            roots = [event.data.node]
            mask_nodes(roots, bound)
            event.data.node = roots[0]
        elif isinstance(event, MetaPage):
            event.data.href = mask_address(event.data.href, bound.allow)
        elif isinstance(event, Custom):
            payload = mask_custom(event.data.tag, event.data.payload, bound)
            if payload is None:
                return False
            event.data.payload = encode_payload(payload)
    except msgspec.ValidationError:
        return False
    except (TreeTooDeep, RecursionError):
        raise TooManyEvents("the tree of an event is too deep") from None
    except (UnicodeDecodeError, msgspec.DecodeError):
        raise EventsMalformed("an event is not UTF-8") from None
    return True


def _merge_inputs(kept: list[tuple[Event, bytes]]) -> list[tuple[Event, bytes]]:
    """Return the events with the last Input of each field in each second: no keystroke's time."""
    last: dict[tuple[int, int], int] = {}
    double: set[int] = set()
    for at, (event, _) in enumerate(kept):
        if type(event) is Incremental and type(event.data) is Input:
            key = event.data.id, event.timestamp // SECOND_MS
            if key in last:
                double.add(last[key])
            last[key] = at
    return [each for at, each in enumerate(kept) if at not in double] if double else kept


def _summarise(events: list[Event], summary: Summary) -> None:
    times = [event.timestamp for event in events]
    summary.events = len(events)
    summary.first_ms, summary.last_ms = (min(times), max(times)) if times else (0, 0)
    paths: list[str] = []
    for event in events:
        if type(event) is Incremental:
            change = event.data
            summary.clicks += type(change) is MouseInteraction and change.type == CLICK
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
