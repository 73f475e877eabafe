"""Revisions of the local functions: a new instance starts, takes over, then the old one ends."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from infra.local.fronts import Front
from infra.local.pins import Pins, environment
from infra.local.processes import Process, free_ports
from infra.secrets_admin.contents import USES

# A browser keeps a connection open that it may never use again; requests end long before.
DRAIN_S = 10.0

Start = Callable[[str, int, Mapping[str, str]], Process]


@dataclass(frozen=True)
class Revision:
    """What serves a function. Args: made: Unix s."""

    process: Process
    port: int
    pins: Pins
    made: float


class Revisions:
    """The functions behind their fronts: a `Deployment` of infra/rotations.py."""

    def __init__(self, secrets_url: str, start: Start, clock: Callable[[], float]) -> None:
        """Keep the parts.

        Args: start: runs a function on a port with its secrets, and returns once it listens.
        """
        self._url = secrets_url
        self._start = start
        self._clock = clock
        self._serving: dict[str, Revision] = {}
        self.fronts: dict[str, Front] = {}

    def first(self, function: str, pins: Pins, port: int = 0) -> Front:
        """Start a function behind a front on `port`, which the caller opens and closes."""
        revision = self._serving[function] = self._made(function, pins)
        front = self.fronts[function] = Front(port, revision.port)
        return front

    def pinned(self, function: str) -> dict[str, int]:
        """Return variable -> version of its secret that the serving revision holds."""
        return {variable: number for variable, (_, number) in self.pins(function).items()}

    def pins(self, function: str) -> Pins:
        """Return variable -> (secret, version) of the serving revision."""
        return self._serving[function].pins

    def changed(self, function: str) -> float:
        """Return when the serving revision was made, Unix s."""
        return self._serving[function].made

    def deploy(self, function: str, versions: dict[str, int]) -> None:
        """Replace a function's instance by one with other versions of its secrets."""
        before = self._serving[function]
        fresh = {variable: (USES[function][variable], n) for variable, n in versions.items()}
        revision = self._made(function, {**before.pins, **fresh})
        front = self.fronts[function]
        front.lead_to(revision.port)
        self._serving[function] = revision
        front.drain(before.port, DRAIN_S)
        before.process.stop()

    def stop(self) -> None:
        """End every instance."""
        for revision in self._serving.values():
            revision.process.stop()

    def _made(self, function: str, pins: Pins) -> Revision:
        (port,) = free_ports(1)
        process = self._start(function, port, environment(self._url, function, pins))
        return Revision(process, port, dict(pins), self._clock())
