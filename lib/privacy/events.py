"""Events as they may be stored: every shape typed, every other member lost at decoding.

Members stand in the order in which rrweb writes them, so that an event that needs no mask is
encoded to the very bytes that came. Source: @rrweb/types 2.1.6.
"""

from collections.abc import Callable
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from lib.privacy.increments import Increment
from lib.privacy.nodes import Node
from lib.privacy.numbers import MAX_CLOCK_MS, Pixels

Time = Annotated[int, Meta(ge=0, le=MAX_CLOCK_MS)]


class Nothing(Struct, gc=False):
    """What the page's load events carry: no member is kept."""


class Offset(Struct, gc=False):
    """Where the page was scrolled to."""

    left: Pixels
    top: Pixels


class Snapshot(Struct, gc=False):
    """The whole page."""

    node: Node
    initialOffset: Offset


class Page(Struct, gc=False):
    """The page's address and viewport."""

    href: str
    width: Pixels
    height: Pixels


class Note(Struct, gc=False):
    """What the SDK adds: a tag and its payload."""

    tag: str
    payload: Raw


class DomReady(Struct, tag_field="type", tag=0, gc=False):
    """The document is parsed."""

    data: Nothing
    timestamp: Time


class Loaded(Struct, tag_field="type", tag=1, gc=False):
    """The page is loaded."""

    data: Nothing
    timestamp: Time


class FullSnapshot(Struct, tag_field="type", tag=2, gc=False):
    """A picture of the whole page."""

    data: Snapshot
    timestamp: Time


class Incremental(Struct, tag_field="type", tag=3, gc=False):
    """A change since the snapshot."""

    data: Increment
    timestamp: Time


class MetaPage(Struct, tag_field="type", tag=4, gc=False):
    """What precedes a snapshot."""

    data: Page
    timestamp: Time


class Custom(Struct, tag_field="type", tag=5, gc=False):
    """An event of the SDK's own."""

    data: Note
    timestamp: Time


Event = DomReady | Loaded | FullSnapshot | Incremental | MetaPage | Custom

_decoder = msgspec.json.Decoder(Event)
decode: Callable[[bytes], Event] = _decoder.decode
decode_lines: Callable[[bytes], list[Event]] = _decoder.decode_lines
encode = msgspec.json.Encoder().encode
