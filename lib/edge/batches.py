"""Batches: the body of an ingest request, taken apart without trusting any of it.

`header`, newline, one gzip member (docs/protocol.md). The header is parsed first; nothing is
inflated before its token was verified.
"""

from http import HTTPStatus

import msgspec
from isal import isal_zlib

from lib.errors import Refusal
from lib.identifiers import MAX_SEQ, PAGE, PageId, matches

MAX_HEADER_BYTES = 8 * 1024  # a token has about 900 bytes, the rest under 400
MAX_BATCH_BYTES = 1024**2  # compressed; a 25,000-node snapshot measured 167 KiB
MAX_INFLATED_BYTES = 8 * 1024**2  # a 25,000-node snapshot measured 2 MiB
# Recorded events shrink to a tenth, as each node has a number of its own; a bomb shrinks to nearly
# deflate's limit, a thousandth. What inflates to FREE_BYTES or less costs too little to count.
MAX_RATIO, FREE_BYTES = 200, 1024**2
MAX_BODY_BYTES = MAX_HEADER_BYTES + 1 + MAX_BATCH_BYTES
MAX_CLOCK_MS = 2**53 - 1  # what JSON carries exactly
GZIP_SHORTEST = 18  # header and trailer, RFC 1952 section 2.3
GZIP_MAGIC = b"\x1f\x8b\x08"
GZIP_HEADER = GZIP_MAGIC + b"\0\0\0\0\0\0\xff"  # no flags, no time, no level, no system
GZIP_FLAGS_AT = 3
GZIP_SIZE_BYTES = 4  # of the trailer: the inflated size modulo 2**32
COMPRESSION = 1  # of isal's 0 to 3: 2 % larger than level 3 at a third of its time
USER_HASH_CHARS = 64


class HeaderMalformed(Refusal):
    """The first line is not the header that docs/protocol.md describes."""

    status, code = HTTPStatus.BAD_REQUEST, "header_malformed"


class BatchMalformed(Refusal):
    """What follows the header is not one plain gzip member."""

    status, code = HTTPStatus.UNPROCESSABLE_ENTITY, "batch_malformed"


class BatchTooLarge(Refusal):
    """The batch passes a cap: compressed or inflated bytes."""

    status, code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "batch_too_large"


class Previous(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The page before this one in the same tab, and its last sequence number."""

    page: str
    last: int


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of a batch, checked by `split`."""

    v: int
    token: str
    page: str
    seq: int
    sent: int
    offset: int
    dropped: int
    final: bool
    total: int
    previous: Previous | None
    user: str | None

    @property
    def page_id(self) -> PageId:
        """Return the page's id; its form was checked."""
        return PageId(self.page)


_decode = msgspec.json.Decoder(Header).decode


def split(body: bytes) -> tuple[Header, bytes]:
    """Return the checked header and the compressed events.

    Args: body: the whole request body, untrusted, at most MAX_BODY_BYTES.
    Raises: HeaderMalformed, BatchTooLarge.
    """
    end = body.find(b"\n", 0, MAX_HEADER_BYTES + 1)
    if end < 0:
        raise HeaderMalformed(f"no header line within {MAX_HEADER_BYTES} bytes")
    try:
        header = _decode(body[:end])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise HeaderMalformed("the header's JSON is not of the documented form") from None
    _check(header)
    if len(body) - end - 1 > MAX_BATCH_BYTES:
        raise BatchTooLarge(f"a batch may have {MAX_BATCH_BYTES} compressed bytes")
    return header, body[end + 1 :]


def _check(header: Header) -> None:
    previous = header.previous
    user = header.user
    if not (
        header.v == 1
        and matches(PAGE, header.page)
        and 0 <= header.seq <= MAX_SEQ
        and 0 <= header.sent <= MAX_CLOCK_MS
        and -MAX_CLOCK_MS <= header.offset <= MAX_CLOCK_MS
        and 0 <= header.dropped <= MAX_CLOCK_MS
        and 0 <= header.total <= MAX_CLOCK_MS
        and (previous is None or _previous_ok(previous))
        and (user is None or (len(user) == USER_HASH_CHARS and _is_hex(user)))
    ):
        raise HeaderMalformed("a member of the header is out of its range")


def _previous_ok(previous: Previous) -> bool:
    return matches(PAGE, previous.page) and -1 <= previous.last <= MAX_SEQ


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in text)


def inflate(packed: bytes) -> bytes:
    """Return the events' bytes from exactly one gzip member without optional fields.

    The size in the trailer is taken at its word, and the member refused if it lied: a bomb that
    is honest costs nothing, and one that lies inflates no further than it said.
    Raises: BatchMalformed: not gzip, optional header fields, damaged, or bytes after its end.
    BatchTooLarge: inflates past the cap.
    Source: RFC 1952 section 2.3; RFC 1951.
    """
    if len(packed) < GZIP_SHORTEST or not packed.startswith(GZIP_MAGIC):
        raise BatchMalformed("no gzip member follows the header")
    if packed[GZIP_FLAGS_AT] != 0:
        raise BatchMalformed("the gzip member has optional header fields")
    promised = int.from_bytes(packed[-GZIP_SIZE_BYTES:], "little")
    if promised > MAX_INFLATED_BYTES:
        raise BatchTooLarge(f"a batch may have {MAX_INFLATED_BYTES} bytes inflated")
    if promised > FREE_BYTES and promised > MAX_RATIO * len(packed):
        raise BatchTooLarge(f"a batch may inflate to {MAX_RATIO} times its size")
    inflater = isal_zlib.decompressobj(wbits=31)
    try:
        events: bytes = inflater.decompress(packed, promised + 1)
    except isal_zlib.error:  # type: ignore[misc]  # its stub declares an instance
        raise BatchMalformed("the gzip member is damaged") from None
    if len(events) != promised or not inflater.eof or inflater.unused_data:
        raise BatchMalformed("the gzip member is cut short, or something follows it")
    return events


def reheaded(packed: bytes) -> bytes:
    """Return a member that `inflate` took with the header that every stored batch has.

    Its time, level and system are the sender's words, which no checksum covers.
    Source: RFC 1952 section 2.3.1.
    """
    return GZIP_HEADER + packed[len(GZIP_HEADER) :]


def pack(events: bytes) -> bytes:
    """Return the events as one gzip member without optional fields."""
    deflater = isal_zlib.compressobj(COMPRESSION, wbits=31)
    return reheaded(deflater.compress(events) + deflater.flush())
