"""Functions as they are deployed: staged, and started by functions-framework's command line."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.processes import Process, free_ports
from tests.edge_world import ROOT, Edge

COMMAND = Path(sys.executable).parent / "functions-framework"


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both public functions, staged now."""
    folder = tmp_path_factory.mktemp("staged")
    for name in ("handshake", "ingest"):
        command = ["bash", str(ROOT / "infra" / "stage.sh"), name, str(folder)]
        subprocess.run(command, check=True)
    return folder


def boot(staged: Path, edge: Edge, name: str, logs: Path) -> tuple[Process, str]:
    """Start one function; return its process and address."""
    (port,) = free_ports(1)
    source = str(staged / name / "main.py")
    command = [str(COMMAND), "--source", source, "--target", name]
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(logs), **edge.environment(name)}
    process = Process(name, [*command, "--host", "127.0.0.1", "--port", str(port)], environ, logs)
    process.listening(port)
    return process, f"http://127.0.0.1:{port}"
