"""Bombs: batches of a thousand bytes inflated for each one sent, and the densest honest batch."""

import zlib
from hashlib import sha256

from lib.edge.batches import MAX_INFLATED_BYTES, MAX_RATIO, pack

GZIP_WBITS = 31
TRAILER_SIZE_BYTES = 4  # RFC 1952 section 2.3.1: the inflated size, modulo 2**32
HUGE_BYTES = 32 * MAX_INFLATED_BYTES
SLACK_DIGESTS = 1_250  # 64 digits each, of half a byte
HEAD = b'{"type":2,"data":{"node":{"type":0,"childNodes":['
NODE = b'{"type":3,"textContent":"","id":1}'
FOOT = b'],"id":1},"initialOffset":{"left":0,"top":0}},"timestamp":1}\n'


def bombs() -> dict[str, bytes]:
    """Return gzip members of which nothing may be stored, by what is wrong with them."""
    huge = _squeeze(b"\0", HUGE_BYTES)
    return {
        "honest about 256 MiB": huge,
        "lying: 1,000 bytes": _lie(huge, 1_000),
        "lying: exactly the cap": _lie(huge, MAX_INFLATED_BYTES),
        "zeros up to the cap": _squeeze(b"\0", MAX_INFLATED_BYTES),
        "brackets up to the cap": _squeeze(b"[", MAX_INFLATED_BYTES),
        "empty lists up to the cap": _squeeze(b"[]", MAX_INFLATED_BYTES // 2),
        "empty lines up to the cap": _squeeze(b"\n", MAX_INFLATED_BYTES),
    }


def slack() -> bytes:
    """Return a gzip member that is inflated, since it shrinks just less than a bomb, to be refused.

    It begins with digits that deflate cannot guess and goes on with line ends.
    """
    digits = "".join(sha256(b"%d" % number).hexdigest() for number in range(SLACK_DIGESTS)).encode()
    deflater = zlib.compressobj(9, zlib.DEFLATED, GZIP_WBITS)
    text = digits.ljust(MAX_INFLATED_BYTES, b"\n")
    member = deflater.compress(text) + deflater.flush()
    if len(member) * MAX_RATIO < MAX_INFLATED_BYTES:
        raise AssertionError("not slack enough")
    return member


def densest() -> bytes:
    """Return the NDJSON within the cap that decodes to the most objects."""
    room = MAX_INFLATED_BYTES - len(HEAD) - len(FOOT)
    nodes = room // (len(NODE) + 1)
    return HEAD + b",".join([NODE] * nodes) + FOOT


def densest_packed() -> bytes:
    """Return the same as a gzip member."""
    return pack(densest())


def _squeeze(unit: bytes, times: int) -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, GZIP_WBITS)
    block = unit * 2**20
    whole, rest = divmod(times, 2**20)
    parts = [deflater.compress(block) for _ in range(whole)]
    return b"".join([*parts, deflater.compress(unit * rest), deflater.flush()])


def _lie(member: bytes, size: int) -> bytes:
    return member[:-TRAILER_SIZE_BYTES] + size.to_bytes(TRAILER_SIZE_BYTES, "little")
