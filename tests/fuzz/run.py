"""`make fuzz`: every target in turn for some minutes, with fresh seeds, watching memory.

A finding is printed with the smallest input that shows it, and ends the run with status 1.
"""

import argparse
import contextlib
import io
import os
import resource
import sys
import time

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.targets import TARGETS, survive

EXAMPLES = 400  # of a target before the next has its turn
PAGE_BYTES = resource.getpagesize()
# What the process may grow by after its first round: decoders and allocators settle, leaks do not.
GROWTH_BYTES = 128 * 1024**2


def memory() -> int:
    """Return the resident bytes of this process."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * PAGE_BYTES


def round_of(name: str, number: int) -> None:
    """Run one target on EXAMPLES inputs of a seed."""
    target, strategy = TARGETS[name]

    @seed(number)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(value: object) -> None:
        survive(target, value)

    log = io.StringIO()
    with contextlib.redirect_stderr(log):  # refusals are logged by the thousand
        run()


def main() -> int:
    """Fuzz for the given time; return the process's status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    arguments = parser.parse_args()
    end = time.monotonic() + arguments.minutes * 60
    number, inputs, settled = arguments.seed, 0, 0
    print(f"fuzzing {len(TARGETS)} targets for {arguments.minutes:g} min, seed {number}")
    while time.monotonic() < end:
        for name in TARGETS:
            round_of(name, number)
            inputs += EXAMPLES
            if time.monotonic() >= end:
                break
        number += 1
        settled = settled or memory()
        if memory() > settled + GROWTH_BYTES:
            print(f"memory grew from {settled >> 20} to {memory() >> 20} MiB")
            return 1
    print(f"{inputs} inputs, no crash, no 500; {memory() >> 20} MiB resident")
    return 0


if __name__ == "__main__":
    sys.exit(main())
