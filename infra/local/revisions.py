"""Revisions of the local functions: a new instance starts, takes over, then the old one ends."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.local import pins
from infra.local.fronts import Front
from infra.local.pins import PinFile
from infra.local.processes import Process, StartFailed, free_ports
from infra.secrets_admin.contents import USES

# A browser keeps a connection open that it may never use again; requests end long before.
DRAIN_S = 10.0
ORDER = Path("data") / "order.json"  # inside a stack's folder: what is to be deployed
OBEYED_S = 90.0  # a start on two busy cores took 10 s
POLL_S = 0.1

Start = Callable[[str, int, Mapping[str, str]], Process]


@dataclass(frozen=True)
class Instance:
    """What serves a function now, and the front before it."""

    process: Process
    port: int
    front: Front


class Revisions:
    """The functions behind their fronts: a `Deployment` of infra/rotations.py."""

    def __init__(
        self, secrets_url: str, start: Start, kept: PinFile, clock: Callable[[], float]
    ) -> None:
        """Keep the parts.

        Args: start: runs a function on a port with its secrets, and returns once it listens.
        kept: what every function runs with. clock: Unix s.
        """
        self._url = secrets_url
        self._start = start
        self._kept = kept
        self._clock = clock
        self._serving: dict[str, Instance] = {}

    def serve(self, function: str, process: Process, port: int) -> Front:
        """Put an instance that listens behind a front, which the caller opens and closes."""
        front = Front(port)
        self._serving[function] = Instance(process, port, front)
        return front

    def pinned(self, function: str) -> dict[str, int]:
        """Return variable -> version of its secret that the serving revision holds."""
        return {variable: number for variable, (_, number) in self._kept.pins(function).items()}

    def changed(self, function: str) -> float:
        """Return when the serving revision was made, Unix s."""
        return self._kept.made(function)

    def deploy(self, function: str, versions: Mapping[str, int]) -> None:
        """Replace a function's instance by one with other versions of its secrets."""
        before = self._serving[function]
        fresh = {variable: (USES[function][variable], n) for variable, n in versions.items()}
        chosen = {**self._kept.pins(function), **fresh}
        (port,) = free_ports(1)
        made = self._clock()
        process = self._start(function, port, pins.environment(self._url, function, chosen))
        self._serving[function] = Instance(process, port, before.front)
        before.front.lead_to(port)
        before.front.drain(before.port, DRAIN_S)
        before.process.stop()
        self._kept.write(function, chosen, made)

    def obey(self, folder: Path) -> None:
        """Deploy what another process ordered, if it did."""
        order = folder / ORDER
        if order.exists():
            wanted = json.loads(order.read_text())
            order.unlink()
            self.deploy(wanted["function"], wanted["versions"])

    def stop(self) -> None:
        """End every instance."""
        for instance in self._serving.values():
            instance.process.stop()


class Orders:
    """The functions that `make dev` runs, for another process: a `Deployment`, too."""

    def __init__(self, folder: Path) -> None:
        """Keep the stack's folder."""
        self._kept = PinFile(folder / pins.FILE)
        self._order = folder / ORDER

    def pinned(self, function: str) -> dict[str, int]:
        """Return variable -> version of its secret that the serving revision holds."""
        return {variable: number for variable, (_, number) in self._kept.pins(function).items()}

    def changed(self, function: str) -> float:
        """Return when the serving revision was made, Unix s."""
        return self._kept.made(function)

    def deploy(self, function: str, versions: dict[str, int]) -> None:
        """Order it and wait until it is so. Raises: StartFailed: it does not become so."""
        fresh = self._order.with_suffix(".new")
        fresh.write_text(json.dumps({"function": function, "versions": versions}))
        fresh.replace(self._order)
        until = time.monotonic() + OBEYED_S
        while not versions.items() <= self.pinned(function).items():
            if time.monotonic() > until:
                raise StartFailed(f"{function} was not replaced: does `make dev` run?")
            time.sleep(POLL_S)
