"""Threat 23: bombs, oversize, slowness and depth. Bounded memory, bounded time, honest refusals."""

import asyncio
import gzip
import tracemalloc
from bisect import bisect_left
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import pytest

from lib import web
from lib.edge import batches
from lib.privacy.enforcement import MAX_EVENTS
from tests.edge_world import batch, lines, meta
from tests.threats.conftest import Doors

MIB = 1024**2
DOM_LEVELS = 512


def element(children: list[Any]) -> dict[str, Any]:
    return {"type": 2, "tagName": "div", "attributes": {}, "childNodes": children, "id": 1}


def tree(levels: int) -> dict[str, Any]:
    """A snapshot whose elements stand `levels` deep below the document."""
    node: dict[str, Any] = element([])
    for _ in range(levels - 1):
        node = element([node])
    document = {"type": 0, "childNodes": [node], "id": 1}
    offset = {"left": 0, "top": 0}
    return {"type": 2, "data": {"node": document, "initialOffset": offset}, "timestamp": 1}


async def peak_of(doors: Doors, body: bytes) -> tuple[tuple[int, str], int]:
    tracemalloc.start()
    answer = await doors.send(body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return answer, peak


async def test_an_honest_bomb_is_refused_before_it_inflates(doors: Doors) -> None:
    answer = await doors.opened(doors.edge.site())
    bomb = gzip.compress(bytes(200 * MIB))
    told, peak = await peak_of(doors, batch(answer, bomb))
    assert told == (413, "batch_too_large")
    assert peak < 4 * MIB


async def test_a_lying_bomb_inflates_no_further_than_it_said(doors: Doors) -> None:
    answer = await doors.opened(doors.edge.site())
    bomb = gzip.compress(bytes(200 * MIB))[:-4] + (100).to_bytes(4, "little")
    told, peak = await peak_of(doors, batch(answer, bomb))
    assert told == (422, "batch_malformed")
    assert peak < 4 * MIB


async def test_a_bomb_in_a_bomb_is_no_json(doors: Doors) -> None:
    answer = await doors.opened(doors.edge.site())
    inner = gzip.compress(bytes(100 * MIB))
    assert (await doors.send(batch(answer, gzip.compress(inner))))[0] == 422


@pytest.mark.parametrize(("size", "status"), [(batches.MAX_BATCH_BYTES, 422), (MIB + 1, 413)])
async def test_compressed_bytes_end_at_their_cap(doors: Doors, size: int, status: int) -> None:
    answer = await doors.opened(doors.edge.site())
    assert (await doors.send(batch(answer, bytes(size))))[0] == status


def sized(size: int) -> bytes:
    """One event of `size` bytes, whose text deflates to about a fortieth."""
    opening, closing = b'{"type":5,"data":{"tag":"x","payload":"', b'"},"timestamp":1}\n'
    numbers = (sha256(b"%d" % number).hexdigest() for number in range(size // 2_048 + 1))
    blocks = b"".join(number.encode() + b"x" * 1_984 for number in numbers)
    return opening + blocks[: size - len(opening) - len(closing)] + closing


@pytest.mark.parametrize(("more", "status"), [(0, 202), (1, 413)])
async def test_inflated_bytes_end_at_their_cap(doors: Doors, more: int, status: int) -> None:
    answer = await doors.opened(doors.edge.site())
    packed = gzip.compress(sized(batches.MAX_INFLATED_BYTES + more))
    assert (await doors.send(batch(answer, packed)))[0] == status


@pytest.mark.parametrize(
    ("size", "ratio", "told"),
    [
        (batches.FREE_BYTES + 1, batches.MAX_RATIO + 1, (413, "batch_too_large")),
        (batches.FREE_BYTES + 1, batches.MAX_RATIO - 1, (413, "events_too_many")),
        (batches.FREE_BYTES, 1_000, (413, "events_too_many")),
    ],
)
async def test_a_batch_that_is_nothing_but_repetition_is_not_inflated(
    doors: Doors, size: int, ratio: int, told: tuple[int, str]
) -> None:
    answer = await doors.opened(doors.edge.site())
    digits = "".join(sha256(b"%d" % number).hexdigest() for number in range(300)).encode()

    def packed(count: int) -> bytes:
        return gzip.compress(digits[:count] + b"\n" * (size - count))

    wanted = size // ratio
    count = bisect_left(range(len(digits)), wanted, key=lambda count: len(packed(count)))
    assert await doors.send(batch(answer, packed(count))) == told


@pytest.mark.parametrize(("count", "status"), [(MAX_EVENTS, 202), (MAX_EVENTS + 1, 413)])
async def test_events_end_at_their_cap(doors: Doors, count: int, status: int) -> None:
    answer = await doors.opened(doors.edge.site())
    packed = gzip.compress(lines(meta()) * count)
    assert (await doors.send(batch(answer, packed)))[0] == status


@pytest.mark.parametrize(("levels", "status"), [(DOM_LEVELS, 202), (DOM_LEVELS + 1, 413)])
async def test_the_dom_ends_at_its_depth(doors: Doors, levels: int, status: int) -> None:
    answer = await doors.opened(doors.edge.site())
    told = await doors.send(batch(answer, gzip.compress(lines(tree(levels)))))
    assert told[0] == status


@pytest.mark.parametrize("depth", [1_039, 1_100, 5_000, 1_000_000])
@pytest.mark.parametrize("pair", ["[]", '{"a":}'])
async def test_deep_json_is_a_refusal_and_never_a_crash(
    doors: Doors, depth: int, pair: str
) -> None:
    answer = await doors.opened(doors.edge.site())
    opening, closing = (pair[0], pair[1]) if pair == "[]" else ('{"a":', "}")
    deep = opening * depth + ("1" if pair != "[]" else "") + closing * depth
    event = '{"type":5,"data":{"tag":"x","payload":' + deep + '},"timestamp":1}\n'
    told = await doors.send(batch(answer, gzip.compress(event.encode())))
    assert told[0] in (202, 413, 422)


@pytest.mark.parametrize("depth", [500, 3_900])
async def test_deep_json_in_a_header_or_handshake_is_malformed(doors: Doors, depth: int) -> None:
    deep = b"[" * depth + b"]" * depth
    assert await doors.send(deep[:8000] + b"\nx") == (400, "header_malformed")
    answer = await doors.handshake.post("/v1/handshake", content=deep[:4000])
    assert answer.json()["code"] == "handshake_malformed"


async def chunks(total: int, size: int = 64 * 1024) -> AsyncIterator[bytes]:
    for _ in range(total // size):
        yield bytes(size)


async def test_a_chunked_body_without_an_end_is_left_at_the_cap(doors: Doors) -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        async for chunk in chunks(1024 * MIB):
            given += len(chunk)
            yield chunk

    answer = await doors.ingest.post("/v1/ingest", content=endless())
    assert (answer.status_code, answer.headers["Connection"]) == (413, "close")
    assert given <= batches.MAX_BODY_BYTES + 64 * 1024


async def test_a_body_that_trickles_is_given_up_at_the_deadline(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert web.BODY_DEADLINE_S == 20
    # The deadline is the argument's default: shorten it for this test alone.
    monkeypatch.setitem(web.read_body.__kwdefaults__ or {}, "deadline_s", 0.1)

    async def trickle() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = await doors.ingest.post("/v1/ingest", content=trickle())
    assert (answer.status_code, answer.json()["code"]) == (408, "body_too_slow")
    assert answer.json()["retry"] is True
    assert answer.headers["Connection"] == "close"


async def test_many_large_batches_at_once_hold_one_inflated_at_a_time(doors: Doors) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    packed = gzip.compress(sized(7 * MIB + 1))
    doors.edge.fault("storage", method="insert", delay_ms=300, count=-1, bucket=site.bucket)
    bodies = [batch(answer, packed, seq=seq, total=1) for seq in range(12)]
    tracemalloc.start()
    answers = await asyncio.gather(*(doors.send(body) for body in bodies))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert {status for status, _ in answers} == {202}
    assert peak < 64 * MIB


@pytest.mark.parametrize(
    "token", ["." * 8_000, "a" * 8_000, "A" * 2_048 + "." + "A" * 2_048 + "." + "A" * 86]
)
async def test_a_huge_token_is_refused_without_parsing(doors: Doors, token: str) -> None:
    told = await doors.send(batch({"token": token}))
    assert told in ((401, "token_invalid"), (400, "header_malformed"))


async def test_a_header_of_the_largest_numbers_stores_and_notes(doors: Doors) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    ends: Any = {"sent": 2**53 - 1, "offset": 2**53 - 1, "dropped": 2**53 - 1}
    event = meta(at_ms=2**53 - 1)
    told = await doors.send(batch(answer, gzip.compress(lines(event)), **ends))
    assert told == (202, "stored")
