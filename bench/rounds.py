"""Rounds: each measured case gets a short turn, again and again, so that noise meets all alike."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import load
from bench.servers import Server
from bench.world import Progress

ROUNDS = 6
TURN_S = 1.2
CONNECTIONS = 32
WARM_UP_S = 0.8


@dataclass
class Case:
    """One kind of request against one server, and the CPU microseconds it took in each round."""

    name: str
    server: Server
    requests: Iterator[bytes]
    expected: load.Statuses
    cpu_us: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    async def turn(self, seconds: float) -> None:
        """Load the server for `seconds` and keep what a request cost it."""
        before = self.server.cpu_s()
        sample = await load.closed(
            self.server.port,
            self.requests,
            expected=self.expected,
            seconds=seconds,
            connections=CONNECTIONS,
        )
        self.cpu_us.append((self.server.cpu_s() - before) / sample.answers * 1e6)
        self.rates.append(sample.rate)

    @property
    def us(self) -> float:
        """Return the median of CPU microseconds a request."""
        return statistics.median(self.cpu_us)

    @property
    def rate(self) -> float:
        """Return the median of answers a second."""
        return statistics.median(self.rates)


async def run(cases: list[Case], progress: Progress) -> None:
    """Warm every case up, then give each its turn in each round."""
    for case in cases:
        await case.turn(WARM_UP_S)
        case.cpu_us.clear()
        case.rates.clear()
    for number in range(1, ROUNDS + 1):
        progress(f"requests, round {number} of {ROUNDS}")
        for case in cases:
            await case.turn(TURN_S)
