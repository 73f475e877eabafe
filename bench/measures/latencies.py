"""P6: ingest with storage as slow as in the cloud; rates and times at four concurrencies."""

import statistics
from collections.abc import Iterator
from itertools import islice, repeat

from bench import load, recordings
from bench.servers import Server
from bench.tables import Row
from bench.world import World

LEVELS = (1, 8, 32, 80)  # connections
LEVEL_S = 1.5
CAPACITY_CONNECTIONS = 32
CAPACITY_S = 3.0
INJECTED_S = 0.060
LONG_S = 2.0  # longer than masking a batch of each of TOGETHER, which happens one by one
STRETCHES, STRETCH_S = 3, 5.0
TOGETHER = 80  # requests that one instance is given at once


async def measure(world: World) -> list[Row]:
    """Return the rows of the two functions under load."""
    dash = [recordings.plain(member) for member in recordings.session("dash")]
    with world.servers.running("handshake") as handshake:
        rows = await _levels(world, "handshake", handshake, repeat(world.visits.fresh()), load.OK)
    with world.servers.running("ingest") as ingest:
        batches = world.visits.batches(dash)
        rows += await _levels(world, "ingest", ingest, batches, load.STORED)
        rows += await _slow_storage(world, ingest, batches)
    return rows


async def _levels(
    world: World, name: str, server: Server, requests: Iterator[bytes], expected: load.Statuses
) -> list[Row]:
    rows = []
    for connections in LEVELS:
        world.progress(f"{name} at concurrency {connections}")
        sample = await load.closed(
            server.port, requests, expected=expected, seconds=LEVEL_S, connections=connections
        )
        at = f"{name}, concurrency {connections}"
        rows += [
            Row("", f"{at}: requests a second on a core", sample.rate, "/s", digits=0),
            Row("", f"{at}: p50", sample.percentile(50) * 1000, "ms", digits=1),
            Row("", f"{at}: p99", sample.percentile(99) * 1000, "ms", digits=1),
        ]
    return rows


async def _slow_storage(world: World, server: Server, requests: Iterator[bytes]) -> list[Row]:
    """Return the rows of P6: an open loop at half the capacity, then everybody at once."""
    full = await load.closed(
        server.port,
        requests,
        expected=load.STORED,
        seconds=CAPACITY_S,
        connections=CAPACITY_CONNECTIONS,
    )
    world.stub.storage_delay_s = INJECTED_S
    tails = []
    for stretch in range(1, STRETCHES + 1):
        world.progress(f"open loop at {full.rate / 2:.0f}/s, {stretch} of {STRETCHES}")
        sample = await load.opened(
            server.port, requests, expected=load.STORED, seconds=STRETCH_S, rate=full.rate / 2
        )
        tails.append(sample.percentile(99))
    world.stub.storage_delay_s = LONG_S
    world.stub.most_inserting = 0
    await load.at_once(server.port, list(islice(requests, TOGETHER)), expected=load.STORED)
    world.stub.storage_delay_s = 0.0
    tail = statistics.median(tails)
    together = world.stub.most_inserting
    return [
        Row("P6", "p99 at half capacity / 60 ms of storage", tail / INJECTED_S, "x", 1.6),
        Row(
            "P6", f"of {TOGETHER} sent at once, in storage together", together, "", 80, "higher", 0
        ),
    ]
