"""What the Firestore contract runs against: the stand-in, and Google's emulator if it is here."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.contract.firestore_faces import Database, Face, GrpcFace, RestFace
from tests.local_services import process

JAR_VARIABLE = "FIRESTORE_EMULATOR_JAR"
JAR_IN_SDK = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
EMULATOR_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
START_DEADLINE_S = 60  # a Java machine on a busy machine
STOP_DEADLINE_S = 10
POLL_S = 0.1

skipped: dict[str, int] = {}  # why -> how many tests


@dataclass(frozen=True)
class Target:
    """A running Firestore; addresses are host:port."""

    grpc: str
    rest: str

    def face(self, wire: str) -> Face:
        """Return a way to reach it over `grpc` or `rest`."""
        return GrpcFace(self.grpc) if wire == "grpc" else RestFace(self.rest)


@contextmanager
def stand_in(*options: str) -> Iterator[Target]:
    """Run the stand-in on free ports."""
    with process("infra.local.firestore", *options) as ports:
        yield Target(f"127.0.0.1:{ports['grpc']}", f"127.0.0.1:{ports['rest']}")


def find_emulator() -> tuple[Path | None, str]:
    """Return the emulator's jar, or why there is none to run."""
    named = os.environ.get(JAR_VARIABLE)
    gcloud = shutil.which("gcloud")
    if named:
        jar = Path(named)
    elif gcloud:
        jar = Path(gcloud).resolve().parents[1] / JAR_IN_SDK
    else:
        return None, f"no gcloud on PATH and {JAR_VARIABLE} is not set"
    if not jar.is_file():
        return None, f"no emulator at {jar} (set {JAR_VARIABLE} to name another)"
    if not shutil.which("java"):
        return None, "no java on PATH"
    return jar, ""


@contextmanager
def emulator(jar: Path) -> Iterator[Target]:
    """Run Google's emulator. It has one port for both wires."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with TemporaryDirectory() as folder:
        child = subprocess.Popen(
            ["java", "-cp", str(jar), EMULATOR_CLASS, "--host=127.0.0.1", f"--port={port}"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(port, child)
            yield Target(f"127.0.0.1:{port}", f"127.0.0.1:{port}")
        finally:
            child.kill()
            child.wait(STOP_DEADLINE_S)


def _wait_for(port: int, child: subprocess.Popen[bytes]) -> None:
    """Google's clients retry in silence where nothing listens, so look first."""
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline and child.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(POLL_S)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(POLL_S)
    pytest.fail("the Firestore emulator did not start")


@contextmanager
def noted_skip() -> Iterator[None]:
    """Count a skip, so that the end of the run can say what was not checked."""
    try:
        yield
    except pytest.skip.Exception as skip:
        skipped[str(skip)] = skipped.get(str(skip), 0) + 1
        raise


@pytest.fixture(scope="session")
def firestore_stand_in() -> Iterator[Target]:
    """One stand-in for all contract tests, without index rules, as the emulator."""
    with stand_in() as target:
        yield target


@pytest.fixture(scope="session")
def firestore_emulator() -> Iterator[Target]:
    """One emulator for all contract tests; they are skipped where there is none."""
    jar, reason = find_emulator()
    if jar is None:
        pytest.skip(f"official Firestore emulator: {reason}")
    with emulator(jar) as target:
        yield target


@pytest.fixture(params=["stand_in", "emulator"])
def firestore_target(request: pytest.FixtureRequest) -> Target:
    """Each Firestore in turn."""
    with noted_skip():
        target: Target = request.getfixturevalue(f"firestore_{request.param}")
    return target


@pytest.fixture(params=["grpc", "rest"])
def database(request: pytest.FixtureRequest, firestore_target: Target) -> Database:
    """An empty database, over each wire of each Firestore."""
    return Database(firestore_target.face(request.param))
