"""What every measurement gets: stub, servers, visitors, and somewhere to report."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.servers import Servers
from bench.stub import Stub
from bench.visits import Visits

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class World:
    """The parts. `folder` holds logs and secrets, and is gone afterwards."""

    folder: Path
    stub: Stub
    servers: Servers
    visits: Visits
    progress: Progress
