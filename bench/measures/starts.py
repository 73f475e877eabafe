"""P5: from the start of the process to the first answer, with Google's services up and quick."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from itertools import repeat

from bench import load, recordings
from bench.tables import Row
from bench.world import World

STARTS = 7  # of each function, interleaved
POLL_S = 0.002
PATIENCE_S = 30.0


async def measure(world: World) -> list[Row]:
    """Return the rows of both public functions against the do-nothing function."""
    snapshot, changes = map(recordings.plain, recordings.session("dash")[:2])
    handshakes, visits = repeat(world.visits.fresh()), world.visits
    cases: dict[str, tuple[str, Iterator[bytes], load.Statuses]] = {
        "nothing": ("nothing", handshakes, load.OK),
        "handshake": ("handshake", handshakes, load.OK),
        "ingest": ("ingest", visits.batches([snapshot]), load.STORED),
        "ingest, no snapshot": ("ingest", visits.batches([changes]), load.STORED),
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(1, STARTS + 1):
        world.progress(f"cold starts, {turn} of {STARTS}")
        for name, (server, source, expected) in cases.items():
            times[name].append(await _start(world, server, next(source), expected))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, seconds in medians.items():
        world.progress(f"  {name:22} {seconds * 1000:8.0f} ms")
    bars = {"handshake": 1.4, "ingest": 1.4, "ingest, no snapshot": None}
    return [
        Row("P5" if bar else "", f"cold start: {name} / do nothing", ratio, "x", bar)
        for name, bar in bars.items()
        if (ratio := medians[name] / medians["nothing"])
    ]


async def _start(world: World, name: str, request: bytes, expected: load.Statuses) -> float:
    """Return the seconds until a fresh process has answered `request`."""
    begin = time.perf_counter()
    server = world.servers.start(name)
    try:
        connection = await _connect(server.port, begin + PATIENCE_S)
        load.check(await connection.ask(request), expected)
        connection.close()
        return time.perf_counter() - begin
    finally:
        server.process.stop()


async def _connect(port: int, until: float) -> load.Connection:
    while True:
        try:
            return await load.connect(port)
        except ConnectionRefusedError:
            if time.perf_counter() > until:
                raise
            await asyncio.sleep(POLL_S)
