"""P7: what a bomb costs: CPU to refuse one, heap for one, resident memory for eighty at once."""

import tracemalloc
from itertools import islice

from bench import bombs, cores, load, recordings
from bench.servers import Server
from bench.tables import Row
from bench.world import World
from lib import privacy
from lib.edge import batches
from lib.edge.batches import MAX_INFLATED_BYTES
from lib.errors import Refusal

INSTANCE_BYTES = 1024**3  # memory of an instance (infra)
TOGETHER = 80  # requests that one instance is given at once
EACH = 100  # of each kind, one after the other: 10 ms of the clock are 0.1 ms of each


async def measure(world: World) -> list[Row]:
    """Return the rows of P7."""
    kinds = bombs.bombs()
    with world.servers.running("ingest") as server:
        warm = world.visits.batches(recordings.session("mouse"))
        await load.at_once(server.port, list(islice(warm, TOGETHER)), expected=load.STORED)
        costs = {}
        for kind, member in kinds.items():
            world.progress(f"bombs: {kind}")
            costs[kind] = await _cpu_ms(world, server, member)
        slack = bombs.slack()
        inflated = await _cpu_ms(world, server, slack)
        resident = await _together(world, server, slack)
    world.progress("bombs: heap")
    heap = max(_heap(member) for member in (*kinds.values(), slack, bombs.densest_packed()))
    return [
        *(Row("", f"CPU to refuse: {kind}", cost, "ms") for kind, cost in costs.items()),
        Row("", "CPU to refuse: shrinks just less than a bomb, 8 MiB", inflated, "ms"),
        Row("P7", "1000:1 bomb refused, CPU of the worst kind", max(costs.values()), "ms", 5),
        Row("P7", "peak heap of one batch / 8 MiB cap", heap / MAX_INFLATED_BYTES, "x", 6),
        Row("P7", "80 bombs at once: peak memory / 1 GiB", resident / INSTANCE_BYTES, "x", 0.5),
    ]


async def _cpu_ms(world: World, server: Server, member: bytes) -> float:
    """Return the server's CPU for one refusal."""
    requests = world.visits.batches([member])
    before = server.cpu_s()
    await load.in_turn(server.port, islice(requests, EACH), expected=load.DISARMED)
    return (server.cpu_s() - before) / EACH * 1000


async def _together(world: World, server: Server, member: bytes) -> int:
    """Return the server's peak of resident memory while all bombs are in it."""
    cores.forget_peak(server.pids)
    requests = world.visits.batches([member])
    await load.at_once(server.port, list(islice(requests, TOGETHER)), expected=load.DISARMED)
    return cores.peak_bytes(server.pids)


def _heap(member: bytes) -> int:
    """Return the peak of Python's heap while one batch is inflated, masked and packed."""
    tracemalloc.start()
    try:
        batches.pack(privacy.enforce(batches.inflate(member), frozenset()).ndjson)
    except Refusal:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak
