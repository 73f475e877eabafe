"""How long refused handshakes take, by reason: nobody outside should be able to tell them apart."""

import statistics
import time

from bench import load
from bench.tables import Row
from bench.world import World

EACH = 1_500  # requests of each reason, one at a time, the reasons taking turns


async def measure(world: World) -> list[Row]:
    """Return median and 99th percentile of each reason, and how far the medians lie apart."""
    requests = world.visits.refused()
    times: dict[str, list[float]] = {reason: [] for reason in requests}
    with world.servers.running("handshake") as server:
        connection = await load.connect(server.port)
        for turn in range(EACH + 1):
            if turn % (EACH // 3) == 0:
                world.progress(f"refused handshakes, {turn} of {EACH} of each reason")
            for reason, request in requests.items():
                begin = time.perf_counter()
                load.check(await connection.ask(request), load.FORBIDDEN)
                times[reason].append(time.perf_counter() - begin)
        connection.close()
    # The first of each fills the caches and is not like any other.
    samples = {reason: load.Sample(0, 0, values[1:]) for reason, values in times.items()}
    rows = []
    for reason, sample in samples.items():
        for percent in (50, 99):
            value = sample.percentile(percent) * 1e6
            rows.append(Row("", f"refused for {reason}: p{percent}", value, "us", digits=0))
    medians = [statistics.median(sample.times_s) for sample in samples.values()]
    apart = 100 * (max(medians) / min(medians) - 1)
    return [*rows, Row("", "refusals: slowest median over the quickest", apart, "%", digits=1)]
