"""Starting a stand-in as a process, for the local stack and for tests."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from infra.local.wire.messages import Json

# A stand-in starts in well under a second; on a loaded machine it may take this long, seconds.
READY_DEADLINE_S = 20
_STOP_DEADLINE_S = 5


class NotReady(RuntimeError):
    """A stand-in ended, or said nothing, before it was ready."""


def start(module: str, *arguments: str) -> tuple[subprocess.Popen[str], Json]:
    """Run `python -m module arguments...`; returns the process and its line of JSON.

    Args: module: for example `infra.local.storage`; the current folder must hold `infra`.
    Raises: NotReady.
    """
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    timer = threading.Timer(READY_DEADLINE_S, process.kill)
    timer.start()
    line = _first_line(process.stdout)
    timer.cancel()
    if not line:
        stop(process)
        raise NotReady(f"{module} did not start")
    ready: Json = json.loads(line)
    return process, ready


def _first_line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def stop(process: subprocess.Popen[str]) -> None:
    """End the process, politely at first."""
    process.terminate()
    try:
        process.wait(_STOP_DEADLINE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


@contextmanager
def running(module: str, *arguments: str) -> Iterator[Json]:
    """`start`, and `stop` at the end; gives the line of JSON."""
    process, ready = start(module, *arguments)
    try:
        yield ready
    finally:
        stop(process)
