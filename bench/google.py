"""The stand-ins of infra/local for what must speak to Google's own clients, or count as they do."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.identity.projects import HOME_PROJECT, account
from infra.local.processes import Process
from infra.local.stack import ROOT, base_environment

HOST = "127.0.0.1"
ANSWER_S = 10


@dataclass(frozen=True, slots=True)
class StandIns:
    """Running stand-ins for Firestore, Cloud Storage and the metadata server."""

    firestore_grpc: int
    firestore_rest: int
    storage: int
    metadata: int

    @property
    def environment(self) -> dict[str, str]:
        """Return what points Google's own clients to them."""
        return {
            "FIRESTORE_EMULATOR_HOST": f"{HOST}:{self.firestore_grpc}",
            "STORAGE_EMULATOR_HOST": self.storage_url,
            "GCE_METADATA_HOST": f"{HOST}:{self.metadata}",
        }

    @property
    def firestore_url(self) -> str:
        """Return Firestore's base address for REST."""
        return f"http://{HOST}:{self.firestore_rest}"

    @property
    def storage_url(self) -> str:
        """Return Cloud Storage's base address."""
        return f"http://{HOST}:{self.storage}"

    def counts(self) -> tuple[int, int]:
        """Return how many documents and how many objects have been written."""
        documents = _send(f"{self.firestore_url}/_standin/counts")["writes"]
        objects = _send(f"{self.storage_url}/_standin/counts")
        return sum(documents.values()), objects.get("objects.insert", 0)


@contextmanager
def stand_ins(folder: Path, bucket: str) -> Iterator[StandIns]:
    """Run the stand-ins, with one bucket; what an account may do is not their subject here."""
    environ = base_environment(folder) | {"PYTHONPATH": str(ROOT)}
    ingest = account("ingest")
    with ExitStack() as ends:

        def run(name: str, *flags: str) -> dict[str, Any]:
            command = [sys.executable, "-m", f"infra.local.{name}", *flags]
            process = Process(f"stand-in-{name}", command, environ, folder / "logs")
            ends.callback(process.stop)
            return process.announced()

        firestore, storage = run("firestore"), run("storage")["port"]
        metadata = run("metadata", "--account", ingest)["ports"][ingest]
        _send(f"http://{HOST}:{storage}/storage/v1/b?project={HOME_PROJECT}", {"name": bucket})
        yield StandIns(firestore["grpc"], firestore["rest"], storage, metadata)


def _send(url: str, body: object = None) -> dict[str, Any]:
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
        found: dict[str, Any] = json.load(answer)
        return found
