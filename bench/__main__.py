"""`make bench`: every bar measured in one run, one table. `python -m bench NAME...` runs a part."""

import sys
import tempfile
from pathlib import Path

import uvloop

from bench import cores
from bench.measures import hostile, latencies, refusals, requests, sdk, starts, writes
from bench.servers import Servers
from bench.stub import Stub
from bench.tables import Row, render
from bench.visits import Visits
from bench.world import World
from infra.local import keyrings

MEASURES = {
    "requests": requests.measure,
    "starts": starts.measure,
    "latencies": latencies.measure,
    "hostile": hostile.measure,
    "writes": writes.measure,
    "refusals": refusals.measure,
    "sdk": sdk.measure,
}


def say(text: str) -> None:
    """Tell the person at the terminal, at once."""
    print(text, file=sys.stderr, flush=True)


async def measure(names: list[str]) -> list[Row]:
    """Return the rows of the named measures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        visits = Visits(keyrings.load(folder / "keyring.json"))
        stub = Stub(visits.documents)
        async with await stub.listen():
            world = World(folder, stub, Servers(folder, stub.port), visits, say)
            return [row for name in names for row in await MEASURES[name](world)]


def main() -> int:
    """Measure, print the table, and fail if a bar is missed."""
    names = sys.argv[1:] or list(MEASURES)
    if unknown := set(names) - set(MEASURES):
        say(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
        return 2
    with cores.on(cores.split()[0]):
        rows = uvloop.run(measure(names))
    print(render(rows))
    return 0 if all(row.passed for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
