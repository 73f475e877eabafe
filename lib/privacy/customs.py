"""Custom events: the tags of docs/protocol.md, each with a strict payload; any other is dropped."""

import re
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from lib.privacy.addresses import mask_place
from lib.privacy.bodies import Kind, mask_body
from lib.privacy.bounds import Bound
from lib.privacy.cards import looks_like_card
from lib.privacy.fonts import Font, mask_font
from lib.privacy.rules import NEVER_NAMES
from lib.privacy.texts import mask_text

MAX_LABEL_CHARS = 200
MAX_MESSAGE_CHARS = 2_000

# the language's and the browser's own; a page's classes may be named after anything
_ERROR_NAME = re.compile(
    r"(?:Aggregate|Eval|Range|Reference|Syntax|Type|URI|Abort|Network|Timeout|Security)?Error"
    r"|DOMException"
)
# of an address that a message quotes
_PARAMETER = re.compile(
    rf"([?&#;][\w.\[\]%-]*(?:{'|'.join(NEVER_NAMES)})[^a-z0-9= ]{{0,3}}=)[^\x00-\x20&#\"'<>]+",
    re.IGNORECASE | re.ASCII,
)
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Visit(Struct):
    """A page's path."""

    path: str


class Failure(Struct):
    """An uncaught error."""

    name: str
    message: str
    file: str
    line: Count
    column: Count


class Identity(Struct):
    """A user's label."""

    label: str


class Empty(Struct):
    """Nothing."""


class Message(Struct):
    """A console message."""

    level: Literal["log", "info", "warn", "error", "debug"]
    text: str


class Body(Struct, omit_defaults=True):
    """What a request or its answer carried; `text` only where it is small and can be masked."""

    kind: Kind
    size: Count
    text: str | None = None


class Exchange(Struct, omit_defaults=True):
    """A request that the page made."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
    path: str
    status: Count
    duration_ms: Count
    bytes: Count
    request: Body | None = None
    response: Body | None = None


Payload = Visit | Failure | Identity | Empty | Message | Exchange | Font
_SHAPES: Final[dict[str, tuple[type[Payload], str | None]]] = {
    "sealtape.page": (Visit, None),
    "sealtape.error": (Failure, None),
    "sealtape.identify": (Identity, "identity"),
    "sealtape.paused": (Empty, None),
    "sealtape.resumed": (Empty, None),
    "sealtape.console": (Message, "console"),
    "sealtape.network": (Exchange, "network"),
    "sealtape.font": (Font, "fonts"),
}
_decoders: Final = {tag: msgspec.json.Decoder(shape).decode for tag, (shape, _) in _SHAPES.items()}
_encode = msgspec.json.Encoder().encode


def mask_custom(tag: str, payload: Raw, bound: Bound) -> Payload | None:
    """Return the masked payload, or None if the event is not for the record.

    Raises: msgspec.ValidationError, UnicodeDecodeError: the payload has another shape.
    """
    shape = _SHAPES.get(tag)
    if shape is None or (shape[1] is not None and shape[1] not in bound.allow):
        return None
    made = _decoders[tag](payload)
    if isinstance(made, Visit | Exchange):
        made.path = mask_place(made.path, bound.allow)
        if isinstance(made, Exchange):
            made.request = _carried(made.request, bound)
            made.response = _carried(made.response, bound)
    elif isinstance(made, Failure):
        _mask_failure(made, bound)
    elif isinstance(made, Identity):
        made.label = _told(made.label, MAX_LABEL_CHARS)
    elif isinstance(made, Message):
        made.text = _told(made.text)
    elif isinstance(made, Font) and not mask_font(made, bound):
        return None
    return made


def _mask_failure(failure: Failure, bound: Bound) -> None:
    failure.file = mask_place(failure.file, bound.allow)
    told = "errors" in bound.allow
    if not told and not _ERROR_NAME.fullmatch(failure.name):
        failure.name = "Error"
    failure.name = _told(failure.name)
    failure.message = _told(failure.message) if told else mask_text(failure.message)


def _carried(body: Body | None, bound: Bound) -> Body | None:
    if body is None or "bodies" not in bound.allow:
        return None
    if body.text is not None:
        bound.body_room -= len(body.text)
        body.text = mask_body(body.kind, body.text) if bound.body_room >= 0 else None
    return body


def _told(text: str, most: int = MAX_MESSAGE_CHARS) -> str:
    cut = text[:most]
    if looks_like_card(cut):
        return mask_text(cut[: most // 2])  # of which no mask is longer than `most`
    return _PARAMETER.sub(r"\1*", cut)


def encode_payload(payload: Payload) -> Raw:
    """Return a payload's JSON."""
    return Raw(_encode(payload))
