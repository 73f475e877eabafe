"""The whole of Sealtape on one machine: stand-ins, then the four functions, each its own process.

`make dev` and the system tests start the same thing; only the ports and the folder differ.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

from infra.local import keyrings, pins
from infra.local.identity.projects import HOME_PROJECT, PROJECT_NUMBER, account
from infra.local.ports import Ports
from infra.local.processes import Process, free_ports
from infra.local.revisions import Revisions
from infra.secrets_admin import contents

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / "infra" / "local"
FUNCTIONS = ("handshake", "ingest", "console_api", "provision_bucket")
FRONTED = ("handshake", "ingest")  # those whose instances a rotation replaces
ACCOUNTS = ("handshake", "ingest", "console-api", "provision-bucket", "resealer")

Progress = Callable[[str], None]


class Stack:
    """A running stack; leaving the `with` block ends every process."""

    def __init__(
        self,
        folder: Path,
        ports: Ports,
        *,
        persist: bool,
        progress: Progress,
        storage_iam: Path = LOCAL / "storage_iam.json",
        fronts: bool = False,
    ) -> None:
        """Keep the arguments.

        Args: folder: logs, secrets and, with `persist`, data. progress: told each step.
        storage_iam: what each account may do in the project. fronts: put the public functions
        behind front ends, so that `make rotate-signing-key` can replace their instances.
        """
        self._storage_iam = storage_iam
        self.folder = folder
        self.ports = ports
        self.processes: dict[str, Process] = {}
        self._persist = persist
        self._fronts = fronts
        self._pin_file = pins.PinFile(folder / pins.FILE)
        self._progress = progress
        first = keyrings.load(folder / "keyring.json").by_secret()
        self._first = first
        self._secrets = {  # until the stack is started, of a stack that only tells environments
            function: {variable: first[name] for variable, name in uses.items()}
            for function, uses in contents.USES.items()
        }
        self._ends = ExitStack()

    @property
    def logs(self) -> Path:
        """Return the folder of every process's log."""
        return self.folder / "logs"

    def url(self, function: str) -> str:
        """Return a function's URL; the console's is on localhost, which passkeys need."""
        host = "localhost" if function == "console_api" else "127.0.0.1"
        return f"http://{host}:{getattr(self.ports, function)}"

    def __enter__(self) -> Self:
        """Start everything. Raises: StartFailed."""
        try:
            self._progress("stand-ins for Firestore, Cloud Storage, Secret Manager and KMS")
            self._start_stand_ins()
            self._read_secrets()
            behind = FRONTED if self._fronts else ()
            inner = dict(zip(behind, free_ports(len(behind)), strict=True))
            for name in FUNCTIONS:
                self._progress(name)
                self.start_function(name, wait=False, port=inner.get(name, 0))
            for name in FUNCTIONS:
                self.processes[name].listening(inner.get(name, getattr(self.ports, name)))
            for name, port in inner.items():
                front = self.revisions.serve(name, self.processes[name], port)
                self._ends.enter_context(front.on(getattr(self.ports, name)))
        except BaseException:
            self._ends.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every process, the functions all at once before the stand-ins."""
        for name, process in self.processes.items():
            if name in FUNCTIONS:
                process.ask_to_stop()
        self._ends.close()

    def start_function(
        self,
        name: str,
        *,
        wait: bool = True,
        port: int = 0,
        secrets: Mapping[str, str] | None = None,
    ) -> Process:
        """Start a function by the command line that the buildpack uses.

        Args: port: where, if not at its own. secrets: other ones than the stack started with.
        """
        port = port or getattr(self.ports, name)
        command = [
            str(Path(sys.executable).parent / "functions-framework"),
            "--source",
            str(ROOT / "build" / name / "main.py"),
            "--target",
            name,
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ]
        process = self.start(name, command, self.environment(name) | dict(secrets or {}))
        if wait:
            process.listening(port)
        return process

    def start(self, name: str, command: list[str], environ: dict[str, str]) -> Process:
        """Start any process that ends with the stack."""
        process = Process(name, command, environ, self.logs)
        self.processes[name] = process
        self._ends.callback(process.stop)
        return process

    def environment(self, name: str) -> dict[str, str]:
        """Return the environment of one function: no more than it needs."""
        ports = self.ports
        common = base_environment(self.folder) | {
            "GOOGLE_CLOUD_PROJECT": HOME_PROJECT,
            "GCE_METADATA_HOST": f"127.0.0.1:{getattr(ports, f'metadata_{name}')}",
        }
        rest = {
            "FIRESTORE_URL": f"http://127.0.0.1:{ports.firestore_rest}",
            "STORAGE_URL": f"http://127.0.0.1:{ports.storage}",
        }
        clients = {
            "FIRESTORE_EMULATOR_HOST": f"127.0.0.1:{ports.firestore_grpc}",
            "STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{ports.storage}",
        }
        own = {
            "handshake": rest
            | {
                "INGEST_URL": self.url("ingest") + "/v1/ingest",
                "CONSOLE_URL": self.url("console_api"),
            },
            "ingest": rest,
            "console_api": clients
            | {
                "CONSOLE_ORIGIN": self.url("console_api"),
                "HANDSHAKE_URL": self.url("handshake"),
                "PROJECT_NUMBER": PROJECT_NUMBER,
                "INGEST_ACCOUNT": account("ingest"),
                "CONSOLE_API_ACCOUNT": account("console-api"),
                "RESEALER_ACCOUNT": account("resealer"),
                "STS_URL": f"http://127.0.0.1:{ports.metadata_console_api}/v1/token",
            },
            "provision_bucket": clients
            | {
                "PROJECT_NUMBER": PROJECT_NUMBER,
                "INGEST_ACCOUNT": account("ingest"),
                "CONSOLE_API_ACCOUNT": account("console-api"),
                "PROVISION_BUCKET_ACCOUNT": account("provision-bucket"),
                "RESEALER_ACCOUNT": account("resealer"),
                "IAM_URL": f"http://127.0.0.1:{ports.metadata_provision_bucket}",
                "KMS_URL": f"http://127.0.0.1:{ports.secrets}",
            },
        }
        return common | own[name] | self._secrets[name]

    def _read_secrets(self) -> None:
        """Seed Secret Manager on the first start, then read each function's pinned versions."""
        url = f"http://127.0.0.1:{self.ports.secrets}"
        operator = pins.opened(url, pins.OPERATOR)
        pins.seed(operator, self._first)
        self.revisions = Revisions(url, self._start_revision, self._pin_file, time.time)
        for function in FUNCTIONS:
            newest = contents.newest(operator, function)
            kept = self._pin_file.pins(function) if self._persist else {}
            chosen = {variable: kept.get(variable, pin) for variable, pin in newest.items()}
            if chosen != kept:
                self._pin_file.write(function, chosen, time.time())
            self._secrets[function] = pins.environment(url, function, chosen)

    def _start_revision(self, name: str, port: int, secrets: Mapping[str, str]) -> Process:
        return self.start_function(name, port=port, secrets=secrets)

    def start_metadata(self) -> Process:
        """Start the metadata stand-in: one port for each account, as each function sees its own."""
        ports = asdict(self.ports)
        accounts = [
            text
            for name in ACCOUNTS
            for text in (
                "--account",
                f"{account(name)}={ports['metadata_' + name.replace('-', '_')]}",
            )
        ]
        return self.start(
            "metadata",
            [
                sys.executable,
                "-m",
                "infra.local.metadata",
                *accounts,
                "--iam",
                str(self._storage_iam),
            ],
            base_environment(self.folder) | {"PYTHONPATH": str(ROOT)},
        )

    def _start_stand_ins(self) -> None:
        ports = asdict(self.ports)
        data = self.folder / "data"
        environ = base_environment(self.folder) | {"PYTHONPATH": str(ROOT)}

        def run(name: str, arguments: dict[str, object]) -> None:
            flags = [text for flag, value in arguments.items() for text in (flag, str(value))]
            self.start(name, [sys.executable, "-m", f"infra.local.{name}", *flags], environ)

        def kept(flag: str, place: Path) -> dict[str, object]:
            place.parent.mkdir(parents=True, exist_ok=True)
            return {flag: place} if self._persist else {}

        run(
            "firestore",
            {
                "--grpc-port": ports["firestore_grpc"],
                "--rest-port": ports["firestore_rest"],
                "--indexes": ROOT / "infra" / "firestore.indexes.json",
                "--iam": LOCAL / "firestore_iam.json",
                **kept("--data", data / "firestore.sqlite"),
            },
        )
        run(
            "storage",
            {
                "--port": ports["storage"],
                "--iam": self._storage_iam,
                "--kms-url": f"http://127.0.0.1:{ports['secrets']}",
                **kept("--data", data / "storage"),
            },
        )
        run(
            "secrets",
            {
                "--port": ports["secrets"],
                "--iam": self._storage_iam,
                **kept("--data", data / "secrets.sqlite"),
            },
        )
        self.start_metadata()
        for name in ("firestore", "storage", "secrets", "metadata"):
            self.processes[name].announced()


def base_environment(folder: Path) -> dict[str, str]:
    """Return what any process needs, with no way to a developer's own Google credentials."""
    nowhere = folder / "no-gcloud"
    nowhere.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": tempfile.gettempdir(),
        "LANG": "C.UTF-8",
        "CLOUDSDK_CONFIG": str(nowhere),
        "PYTHONUNBUFFERED": "1",
    }
