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
    first = recordings.plain(recordings.session("dash")[0])
    requests: dict[str, tuple[Iterator[bytes], load.Statuses]] = {
        "nothing": (repeat(world.visits.fresh()), load.OK),
        "handshake": (repeat(world.visits.fresh()), load.OK),
        "ingest": (world.visits.batches([first]), load.STORED),
    }
    times: dict[str, list[float]] = {name: [] for name in requests}
    for turn in range(1, STARTS + 1):
        world.progress(f"cold starts, {turn} of {STARTS}")
        for name, (source, expected) in requests.items():
            times[name].append(await _start(world, name, next(source), expected))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, seconds in medians.items():
        world.progress(f"  {name:22} {seconds * 1000:8.0f} ms")
    return [
        Row("P5", f"cold start: {name} / do nothing", medians[name] / medians["nothing"], "x", 1.4)
        for name in ("handshake", "ingest")
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
