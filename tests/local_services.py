"""The stand-ins as processes on free loopback ports, and Google's clients that speak to them."""

import json
import os
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from google.cloud import firestore as google_firestore
from google.cloud import storage as google_storage
from google.oauth2.credentials import Credentials

from infra.local.identity.tokens import issue

PROJECT = "sealtape-local"
DOMAIN = f"{PROJECT}.iam.gserviceaccount.com"
ACCOUNTS = ("handshake", "ingest", "console-api", "provision-bucket", "resealer")
STOP_S = 10


def account(name: str) -> str:
    """Return the address of one of our service accounts."""
    return f"{name}@{DOMAIN}"


def credentials(name: str) -> Credentials:
    """Return what the metadata stand-in would hand to the function of this account."""
    return Credentials(token=issue(account(name)))


@contextmanager
def process(module: str, *arguments: str) -> Iterator[dict[str, Any]]:
    """Run `python -m module`, yield the line of JSON that it prints when ready, and stop it."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        try:
            assert line, f"{module} ended before it was ready"
            yield json.loads(line)
        finally:
            child.terminate()
            child.wait(STOP_S)


def control(base: str, path: str, body: object) -> Any:
    """POST to a stand-in's `/_standin/` controls."""
    url = f"{base}/_standin/{path}"
    request = urllib.request.Request(url, json.dumps(body).encode(), method="POST")
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=STOP_S) as answer:
        return json.loads(answer.read() or b"null")


@dataclass
class Firestore:
    """The Firestore stand-in. Every `project` is empty until written to: take one per test."""

    grpc: int
    rest: int
    clients: dict[tuple[str, str], google_firestore.Client] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """What a function's process needs."""
        return {
            "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{self.grpc}",
            "FIRESTORE_URL": f"http://127.0.0.1:{self.rest}",
        }

    def client(self, database: str, project: str = PROJECT) -> google_firestore.Client:
        """Return Google's client of one database, the same each time: connecting takes long."""
        known = self.clients.get((database, project))
        if known is None:
            with mock.patch.dict(os.environ, self.environment):
                known = google_firestore.Client(
                    project=project, credentials=credentials("console-api"), database=database
                )
            self.clients[database, project] = known
        return known


@dataclass
class Storage:
    """The Cloud Storage stand-in, which enforces the IAM of infra's grants for our accounts."""

    port: int

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a function's process needs."""
        return {"STORAGE_EMULATOR_HOST": self.url, "STORAGE_URL": self.url}

    def client(self, name: str) -> google_storage.Client:
        """Return Google's client as one of our accounts."""
        with mock.patch.dict(os.environ, self.environment):
            return google_storage.Client(project=PROJECT, credentials=credentials(name))


@dataclass
class Metadata:
    """The metadata stand-in: a port per account; any of them also exchanges tokens."""

    ports: dict[str, int]

    def environment(self, name: str) -> dict[str, str]:
        """What the process of the function with this account needs."""
        host = f"127.0.0.1:{self.ports[account(name)]}"
        return {"GCE_METADATA_HOST": host, "STS_URL": f"http://{host}/v1/token"}

    def iam_url(self, name: str) -> str:
        """Return where tokens of other accounts are made for the one called `name`."""
        return f"http://127.0.0.1:{self.ports[account(name)]}"


def forget_faults(base: str) -> None:
    """Take back every fault that is armed in a stand-in."""
    request = urllib.request.Request(f"{base}/_standin/faults", method="DELETE")
    with urllib.request.urlopen(request, timeout=STOP_S) as answer:
        answer.read()


def fresh_project() -> str:
    """Return a project id that no other test uses, so that its databases are empty."""
    return f"test-{secrets.token_hex(6)}"
