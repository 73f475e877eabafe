"""Functions as the buildpack starts them: functions-framework's own command line, one process."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
START_S = 60.0
STOP_S = 10.0
POLL_S = 0.05
# A developer's own Google login must never be found by a test.
CLEAN = {"CLOUDSDK_CONFIG": "/nonexistent", "NO_GCE_CHECK": "true"}


def free_port() -> int:
    """Return a port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def run_function(
    name: str, environment: Mapping[str, str], port: int | None = None
) -> Iterator[str]:
    """Run `functions/<name>` with `environment` on top of a clean one; yield its base address.

    Args: port: where, if its environment has to name that; else a free one.
    """
    port = port or free_port()
    framework = Path(sys.executable).parent / "functions-framework"
    command = [str(framework), "--source", str(ROOT / "functions" / name / "main.py")]
    command += ["--target", name, "--host", "127.0.0.1", "--port", str(port)]
    base = {name: value for name, value in os.environ.items() if not name.startswith("GOOGLE_")}
    full = {**base, **CLEAN, "PYTHONPATH": str(ROOT), **environment}
    with subprocess.Popen(command, env=full, cwd=ROOT) as child:
        try:
            _wait(child, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            child.terminate()
            child.wait(STOP_S)


def _wait(child: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert child.poll() is None, "the function ended before it listened"
        with socket.socket() as probe:
            probe.settimeout(POLL_S)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(POLL_S)
    raise AssertionError(f"nothing listened within {START_S} s")
