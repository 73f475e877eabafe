"""The two cores: the measured server has one to itself, load and stub share the other.

What is judged is the server's CPU time from /proc, since rates of one and the same server moved
twofold between runs on shared machines. Source: proc(5), /proc/pid/stat, status and clear_refs.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
USER_AT, SYSTEM_AT, GROUP_AT = 11, 12, 2  # of the fields after the command's name
RESET_PEAK = "5"  # to clear_refs: the peak of resident memory starts anew


def split() -> tuple[int, int]:
    """Return the load's core and the server's; on a single core they are the same."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[0], cores[-1]


@contextmanager
def on(core: int) -> Iterator[None]:
    """Let what is started inside the block inherit `core`."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def tree(group: int) -> list[int]:
    """Return the processes of a group, which is how `processes.Process` starts each."""
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdecimal() and _group(int(entry.name)) == group
    ]


def cpu_s(pids: list[int]) -> float:
    """Return the CPU seconds that the processes have used, all threads, user and system."""
    ticks = 0
    for pid in pids:
        fields = _stat(pid)
        ticks += int(fields[USER_AT]) + int(fields[SYSTEM_AT])
    return ticks / TICKS_PER_S


def forget_peak(pids: list[int]) -> None:
    """Let the peak of resident memory start anew."""
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text(RESET_PEAK)


def peak_bytes(pids: list[int]) -> int:
    """Return the sum of the processes' peaks of resident memory."""
    kib = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        kib += next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return kib * 1024


def _group(pid: int) -> int | None:
    try:
        return int(_stat(pid)[GROUP_AT])
    except (FileNotFoundError, ProcessLookupError):
        return None  # it ended between the listing and the reading


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
