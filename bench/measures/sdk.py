"""P8 and P9: what the SDK costs a page: its bytes, and the main thread at the first snapshot."""

import asyncio
import gzip

from bench import snapshots
from bench.tables import Row
from bench.world import World

GZIP_LEVEL = 9


async def measure(world: World) -> list[Row]:
    """Return the rows of the built SDK."""
    size = len(gzip.compress(snapshots.SDK.read_bytes(), GZIP_LEVEL))
    times = await asyncio.to_thread(snapshots.take, world.progress)
    world.progress(f"  plain {times.plain:.0f} ms, ours {times.ours:.0f} ms")
    return [
        Row("P8", "SDK: the file that a page loads, gzipped", size / 1024, "KB", 32, digits=1),
        Row("P9", "SDK: first snapshot / plain @rrweb/record", times.ours / times.plain, "x", 1.25),
    ]
