"""The measured servers: the real functions and the baselines, each on the server's core."""

import compileall
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from bench import cores
from infra.local.ports import Ports
from infra.local.processes import Process, free_ports
from infra.local.stack import ROOT, Stack

BASELINES = ROOT / "bench" / "baselines"
FUNCTIONS = ("handshake", "ingest")


class Servers:
    """Starts servers by functions-framework's own command line, pinned to the server's core."""

    def __init__(self, folder: Path, google_port: int) -> None:
        """Copy what `make stage` built, and compile it as the buildpack does.

        Args: folder: for copies and logs. google_port: where the stub plays all of Google.
        """
        ports = Ports(**{field.name: google_port for field in fields(Ports)})
        self._stack = Stack(folder, ports, persist=False, progress=lambda _: None)
        self._folder = folder
        for name in FUNCTIONS:
            shutil.copytree(ROOT / "build" / name, folder / name)
        for name in ("nothing", "floor", "naive"):
            shutil.copytree(BASELINES / name, folder / name)
        shutil.copytree(folder / "ingest" / "lib", folder / "floor" / "lib")
        compileall.compile_dir(folder, quiet=1)

    def start(self, name: str, extra: dict[str, str] | None = None) -> "Server":
        """Start `name` on a free port without waiting for it."""
        (port,) = free_ports(1)
        command = [
            str(Path(sys.executable).parent / "functions-framework"),
            *("--source", str(self._folder / name / "main.py"), "--target", name),
            *("--host", "127.0.0.1", "--port", str(port)),
        ]
        environ = self._stack.environment(name if name in FUNCTIONS else "ingest") | (extra or {})
        with cores.on(cores.split()[1]):
            process = Process(name, command, environ, self._folder / "logs")
        return Server(process, port)

    @contextmanager
    def running(self, name: str, extra: dict[str, str] | None = None) -> Iterator["Server"]:
        """Start `name`, wait until it listens, and end it after the block."""
        server = self.start(name, extra)
        try:
            server.process.listening(server.port)
            yield server
        finally:
            server.process.stop()


class Server:
    """One running server."""

    def __init__(self, process: Process, port: int) -> None:
        """Keep the process, whose group is the server's whole tree, and its port."""
        self.process = process
        self.port = port

    @property
    def pids(self) -> list[int]:
        """Return the processes of the server: gunicorn's master and its worker."""
        return cores.tree(self.process.pid)

    def cpu_s(self) -> float:
        """Return the CPU seconds that the server has used since it started."""
        return cores.cpu_s(self.pids)
