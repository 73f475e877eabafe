"""`make bench`: every bar measured in one run, one table."""

import asyncio
import sys
import tempfile
from pathlib import Path

import uvloop

from bench import cores
from bench.measures import requests
from bench.servers import Servers
from bench.stub import Stub
from bench.tables import Row, render
from bench.visits import Visits
from infra.local import keyrings


def say(text: str) -> None:
    """Tell the person at the terminal, at once."""
    print(text, file=sys.stderr, flush=True)


async def measure() -> list[Row]:
    """Return every row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        visits = Visits(keyrings.load(folder / "keyring.json"))
        stub = Stub(visits.documents)
        google, port = await stub.listen()
        servers = Servers(folder, port)
        async with google:
            return await requests.measure(servers, visits, say)


def main() -> int:
    """Measure, print the table, and fail if a bar is missed."""
    with cores.on(cores.split()[0]):
        rows = uvloop.run(measure())
    print(render(rows))
    return 0 if all(row.passed for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
