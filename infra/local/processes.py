"""Processes of the local stack: start, wait until ready, end. Nothing outlives the caller."""

import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
READY_S = 60.0  # a cold import of Google's clients took 4 s on two busy cores
POLL_S = 0.05
STOP_S = 8.0  # gunicorn lets requests finish first


class StartFailed(Exception):
    """A process ended or stayed silent; the message names its log."""


class Process:
    """One child process, its log file, and its end."""

    def __init__(
        self, name: str, command: Sequence[str], environ: Mapping[str, str], logs: Path
    ) -> None:
        """Start `command` in a session of its own, so that Ctrl-C reaches it through us alone."""
        logs.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.log = logs / f"{name}.log"
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                command,
                env=dict(environ),
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Return the process id, also its group's."""
        return self._child.pid

    def alive(self) -> bool:
        """Say whether it still runs."""
        return self._child.poll() is None

    def announced(self) -> dict[str, Any]:
        """Return the JSON line that a stand-in prints when it is ready.

        Raises: StartFailed.
        """
        out = self._child.stdout
        if out is None or not select.select([out], [], [], READY_S)[0]:
            raise StartFailed(f"{self.name} did not get ready within {READY_S:g} s: see {self.log}")
        line = out.readline()
        if not line:
            raise StartFailed(f"{self.name} ended at once: see {self.log}")
        announced: dict[str, Any] = json.loads(line)
        return announced

    def listening(self, port: int) -> None:
        """Wait until `port` accepts connections.

        Raises: StartFailed.
        """
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            if not self.alive():
                raise StartFailed(f"{self.name} ended at once: see {self.log}")
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    return
            time.sleep(POLL_S)
        raise StartFailed(f"{self.name} does not listen on {port}: see {self.log}")

    def ask_to_stop(self) -> None:
        """Begin the end without waiting for it; `stop` must follow."""
        self._signal(signal.SIGTERM)

    def stop(self) -> None:
        """End the whole group: politely first."""
        self.ask_to_stop()
        try:
            self._child.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._signal(signal.SIGKILL)  # a worker that outlived its master
        if self._child.stdout:
            self._child.stdout.close()

    def kill(self) -> None:
        """End the whole group at once, as a crash would."""
        self._signal(signal.SIGKILL)
        self._child.wait()

    def _signal(self, kind: signal.Signals) -> None:
        try:
            os.killpg(self._child.pid, kind)
        except ProcessLookupError:
            return


def free_ports(count: int) -> list[int]:
    """Return ports on loopback that are free now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def taken(ports: Sequence[int]) -> list[int]:
    """Return those of `ports` on which something listens already."""
    busy = []
    for port in ports:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                busy.append(port)
    return busy
