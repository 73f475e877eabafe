"""Batches: one header line and exactly one plain gzip member, within their caps."""

import gzip
import json
import tracemalloc
import zlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from isal import isal_zlib

from lib.edge import batches
from lib.edge.batches import (
    FREE_BYTES,
    MAX_BATCH_BYTES,
    MAX_INFLATED_BYTES,
    BatchMalformed,
    BatchTooLarge,
    HeaderMalformed,
)
from tests.edge_world import header

HEADER = json.dumps(header({"token": "t"})).encode()
TEXT = b'{"type":4}\n'


def packed(text: bytes = TEXT) -> bytes:
    return gzip.compress(text, mtime=0)


def member(text: bytes, flags: int, fields: bytes) -> bytes:
    """A gzip member with optional header fields (RFC 1952 section 2.3)."""
    deflater = zlib.compressobj(wbits=-15)
    body = deflater.compress(text) + deflater.flush()
    trailer = zlib.crc32(text).to_bytes(4, "little") + len(text).to_bytes(4, "little")
    return b"\x1f\x8b\x08" + bytes([flags]) + bytes(5) + b"\xff" + fields + body + trailer


def test_a_body_falls_into_header_and_events() -> None:
    found, rest = batches.split(HEADER + b"\n" + b"a\nb")
    assert (found.token, rest) == ("t", b"a\nb")


@pytest.mark.parametrize(
    "body", [b"", b"\n", HEADER, b"{}\n", b"[]\n", b"\xff\n", b"[" * 8000 + b"\n"]
)
def test_a_body_without_a_header_is_refused(body: bytes) -> None:
    with pytest.raises(HeaderMalformed):
        batches.split(body)


def test_a_header_with_a_key_twice_counts_once() -> None:
    """The header is never stored as it came, so its last value is the only one there is."""
    twice = HEADER.replace(b'"seq": 0', b'"seq": 0, "seq": 7')
    assert batches.split(twice + b"\n")[0].seq == 7


def test_compressed_events_may_have_a_mebibyte_and_no_more() -> None:
    assert len(batches.split(HEADER + b"\n" + bytes(MAX_BATCH_BYTES))[1]) == MAX_BATCH_BYTES
    with pytest.raises(BatchTooLarge):
        batches.split(HEADER + b"\n" + bytes(MAX_BATCH_BYTES + 1))


@pytest.mark.parametrize("size", [0, 1, 100_000, MAX_INFLATED_BYTES])
def test_a_member_inflates_up_to_the_cap(size: int) -> None:
    noise = Random(1).randbytes(size)
    assert batches.inflate(packed(noise)) == noise


def test_one_byte_above_the_cap_is_refused_before_inflating() -> None:
    bomb = packed(bytes(MAX_INFLATED_BYTES + 1))
    tracemalloc.start()
    with pytest.raises(BatchTooLarge):
        batches.inflate(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000


@pytest.mark.parametrize("promised", [0, 1, len(TEXT) - 1, len(TEXT) + 1, FREE_BYTES])
def test_a_member_that_lies_about_its_size_is_refused(promised: int) -> None:
    lie = packed()[:-4] + promised.to_bytes(4, "little")
    with pytest.raises(BatchMalformed):
        batches.inflate(lie)


def test_a_bomb_that_claims_to_be_small_inflates_no_further_than_it_said() -> None:
    bomb = packed(bytes(64 * 1024**2))[:-4] + (10).to_bytes(4, "little")
    tracemalloc.start()
    with pytest.raises(BatchMalformed):
        batches.inflate(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * 1024**2


@pytest.mark.parametrize(
    ("flags", "fields"),
    [
        (0x01, b""),
        (0x02, b"\x00\x00"),
        (0x04, b"\x04\x00leak"),
        (0x08, b"leak\x00"),
        (0x10, b"leak\x00"),
        (0x1E, b"\x04\x00leakleak\x00leak\x00\x00\x00"),
        (0x20, b""),
        (0x80, b""),
    ],
    ids=["FTEXT", "FHCRC", "FEXTRA", "FNAME", "FCOMMENT", "all", "reserved", "reserved"],
)
def test_optional_header_fields_are_refused(flags: int, fields: bytes) -> None:
    with pytest.raises(BatchMalformed):
        batches.inflate(member(TEXT, flags, fields))


def test_a_member_without_them_made_the_same_way_is_accepted() -> None:
    assert batches.inflate(member(TEXT, 0, b"")) == TEXT


FOLLOWERS = {
    "a second member": packed(b"secret\n"),
    "the same member": packed(),
    "an empty member": packed(b""),
    "a byte": b"x",
    "zeros": bytes(8),
    "text": b"secret",
    "a trailer of the same size": packed()[-8:],
    "a member of the same size": packed(b'{"type":5}\n'),
}


@pytest.mark.parametrize("name", FOLLOWERS)
def test_nothing_may_follow_the_member(name: str) -> None:
    with pytest.raises((BatchMalformed, BatchTooLarge)):
        batches.inflate(packed() + FOLLOWERS[name])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        bytes(18),
        b"\x1f\x8b\x08",
        b"\x1f\x8b\x00" + packed()[3:],
        zlib.compress(TEXT),
        TEXT * 3,
        packed()[:-1],
        packed()[:-9],
        packed()[:10] + packed()[-8:],
        packed()[:-8] + bytes(4) + packed()[-4:],
    ],
)
def test_what_is_no_whole_member_is_malformed(data: bytes) -> None:
    with pytest.raises((BatchMalformed, BatchTooLarge)):
        batches.inflate(data)


@given(st.binary(max_size=3_000))
def test_what_was_packed_inflates_to_itself_in_any_decoder(text: bytes) -> None:
    data = batches.pack(text)
    assert batches.inflate(data) == gzip.decompress(data) == isal_zlib.decompress(data, 31) == text


@given(st.binary(min_size=18, max_size=200), st.booleans())
def test_no_bytes_crash_the_inflater(noise: bytes, looks_right: bool) -> None:
    try:
        batches.inflate(packed()[:10] + noise if looks_right else noise)
    except (BatchMalformed, BatchTooLarge):
        return
    assert looks_right


@given(st.integers(0, len(packed()) * 8 - 1))
def test_one_flipped_bit_is_noticed_where_it_matters(bit: int) -> None:
    data = bytearray(packed())
    data[bit // 8] ^= 1 << bit % 8
    try:
        assert batches.inflate(bytes(data)) == TEXT
    except (BatchMalformed, BatchTooLarge):
        return
    padding = len(packed()) - 9  # the last byte of the deflate stream has unused bits
    assert 4 <= bit // 8 <= 9 or bit // 8 == padding  # time, hints and system carry nothing
