"""The deploy scripts, run with a gcloud that does nothing but write down what it was asked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from google.cloud.secretmanager_v1 import Secret

from infra.local import pins
from infra.local.identity.projects import PROJECT_NUMBER, account
from infra.secrets_admin import contents
from tests.infra import gcloud_parser
from tests.local_services import PROJECT, process

# What gcloud says when a command is in order and nobody is signed in.
NOBODY = "You do not currently have an active account selected"
ROOT = Path(__file__).parents[2]
CLOUD = ROOT / "infra" / "cloud"
REGION = "europe-west1"
SCRIPT_S = 120
BETWEEN, END = "\x1f", "\x1e"  # arguments, commands

GCLOUD = """#!/usr/bin/env bash
line=$(printf '%s\\x1f' "$@")
printf '%s\\x1e' "$line" >>"$RECORD" # at once: a script may run two commands side by side
case "$*" in
"auth print-access-token"*) echo "$TOKEN" ;;
"projects describe"*) echo "$NUMBER_OF_PROJECT" ;;
"run services list"*) [ -z "$EXISTS" ] || printf 'handshake\\ningest\\nconsole-api\\n' ;;
"run services describe"*) echo "$SERVICE" ;;
"run revisions describe"*) echo "$REVISION" ;;
*" describe "*) [ -n "$EXISTS" ] ;;
esac
"""
CURL = """#!/usr/bin/env bash
printf 'curl\\x1f%s\\x1e' "$*" >>"$RECORD"
echo '{"name": "projects/x/rulesets/1"}'
"""
# What Cloud Run says of a service whose signing key is pinned while a newer one lies there.
SERVICE = {"status": {"traffic": [{"percent": 100, "revisionName": "serving-1"}]}}
PINNED = {
    "name": "SESSION_SIGNING_KEY",
    "valueFrom": {"secretKeyRef": {"name": "session-signing-key", "key": "1"}},
}
PLAIN = {"name": "GOOGLE_CLOUD_PROJECT", "value": PROJECT}
REVISION = {
    "metadata": {"name": "serving-1", "creationTimestamp": "2026-11-23T12:00:00.5Z"},
    "spec": {"containers": [{"env": [PLAIN, PINNED]}]},
}

Command = tuple[str, ...]


@dataclass(frozen=True)
class Runs:
    """What each run of the scripts asked gcloud for."""

    fresh: list[Command]  # in an empty project
    again: list[Command]  # in one that has everything

    @property
    def every(self) -> list[Command]:
        """Return all of them, each once."""
        return list(dict.fromkeys(self.fresh + self.again))


@contextmanager
def secret_manager() -> Iterator[str]:
    """A Secret Manager that holds every secret; the signing key has a second version."""
    with process("infra.local.secrets") as ready:
        url = f"http://127.0.0.1:{ready['port']}"
        store = pins.opened(url, pins.OPERATOR)
        for name in contents.NAMES:
            secret = Secret(replication={"automatic": {}})
            store.client.create_secret(parent=store.parent, secret_id=name, secret=secret)
        contents.seed(store, contents.fresh())
        store.add(contents.SIGNING, contents.new_signing_key())
        yield url


def run(folder: Path, secrets_url: str, *, exists: bool) -> list[Command]:
    """Run every script, and return the commands. Args: exists: what `describe` answers."""
    tools, record = folder / "tools", folder / f"record-{exists}"
    tools.mkdir(exist_ok=True)
    for name, text in (("gcloud", GCLOUD), ("curl", CURL)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    environ = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "PYTHON": sys.executable,
        "PROJECT": PROJECT,
        "REGION": REGION,
        "OPERATORS": "group:operators@example.com",
        "RECORD": str(record),
        "TOKEN": f"local.{account(pins.OPERATOR)}.0",
        "NUMBER_OF_PROJECT": PROJECT_NUMBER,
        "EXISTS": "yes" if exists else "",
        "COUNTRY_HEADER": "X-Visitor-Country" if exists else "",
        "SERVICE": json.dumps(SERVICE),
        "REVISION": json.dumps(REVISION),
        "SECRET_MANAGER_URL": secrets_url,
    }
    for script in ("deploy.sh", "policies.sh"):
        command = ["bash", str(CLOUD / script)]
        done = subprocess.run(
            command, env=environ, capture_output=True, text=True, timeout=SCRIPT_S, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    commands = record.read_text().split(END)[:-1]
    return [tuple(text.rstrip(BETWEEN).split(BETWEEN)) for text in commands]


def flags(command: Command, name: str) -> list[str]:
    """Return the values of a flag."""
    return [part.partition("=")[2] for part in command if part.startswith(f"--{name}=")]


def deployed(runs: Runs) -> dict[str, Command]:
    """Return service -> the command that deploys it, in an empty project."""
    return {each[2]: each for each in runs.fresh if each[:2] == ("run", "deploy")}


def parsed(commands: list[Command], folder: Path) -> list[str]:
    """Return what gcloud says to each command, with nobody signed in."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "CLOUDSDK_CONFIG": str(folder)}
    where = "value[separator=' '](basic.python_location,installation.sdk_root)"
    places = ["gcloud", "info", f"--format={where}"]
    found = subprocess.run(places, env=environ, capture_output=True, text=True, check=True)
    python, root = found.stdout.split()
    done = subprocess.run(
        [python, "-S", gcloud_parser.__file__, root],
        env=environ,
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        check=True,
    )
    answers: list[str] = json.loads(done.stdout)
    return answers
