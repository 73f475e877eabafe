"""The functions as Cloud Run services: a `Deployment` of infra/rotations.py, by gcloud.

Cloud Run starts instances of the new revision, moves the traffic, and lets the old ones finish.
Source: https://docs.cloud.google.com/run/docs/configuring/services/secrets
"""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.oauth2.credentials import Credentials

from infra.secrets_admin.contents import USES
from infra.secrets_admin.store import ProjectSecrets, connect

Run = Callable[[Sequence[str]], str]


class CommandFailed(Exception):
    """gcloud said no; the message is what it wrote."""


def gcloud(arguments: Sequence[str]) -> str:
    """Run gcloud and return what it prints. Raises: CommandFailed."""
    done = subprocess.run(  # noqa: S603 - arguments are ours, and no shell reads them
        ["gcloud", *arguments, "--quiet"],  # noqa: S607 - the operator's own, from PATH
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandFailed(done.stderr.strip())
    return done.stdout


def secrets(project: str, url: str, run: Run = gcloud) -> ProjectSecrets:
    """Return the project's secrets, as the account that gcloud is signed in with sees them."""
    token = run(["auth", "print-access-token"]).strip()
    return connect(project, Credentials(token=token), url)


@dataclass(frozen=True)
class CloudRun:
    """The services of one project and region."""

    project: str
    region: str
    run: Run = gcloud

    def serves(self, function: str) -> bool:
        """Say whether a revision of the function serves here."""
        found = self._gcloud("run", "services", "list", "--format=value(metadata.name)")
        return _service(function) in found.split() and bool(self._traffic(function))

    def pinned(self, function: str) -> dict[str, int]:
        """Return variable -> version of its secret that the serving revision holds.

        Not of the service: it tells what was asked for last, also if that never started.
        Raises: CommandFailed: not one revision serves; ValueError: a version is no number.
        """
        variables = self._serving(function)["spec"]["containers"][0].get("env", [])
        return {
            variable["name"]: int(variable["valueFrom"]["secretKeyRef"]["key"])
            for variable in variables
            if "valueFrom" in variable
        }

    def changed(self, function: str) -> float:
        """Return when the serving revision was made, Unix s."""
        made: str = self._serving(function)["metadata"]["creationTimestamp"]
        return datetime.fromisoformat(made).timestamp()

    def deploy(self, function: str, versions: dict[str, int]) -> None:
        """Make a revision with other versions of secrets; gcloud waits until it serves.

        Raises: CommandFailed: it does not, for example because traffic is tied to another one.
        """
        pins = pin_text({name: (USES[function][name], n) for name, n in versions.items()})
        service = _service(function)
        self._gcloud("run", "services", "update", service, f"--update-secrets={pins}")
        if not versions.items() <= self.pinned(function).items():
            raise CommandFailed(f"{service} has a new revision, but another one serves")

    def _traffic(self, function: str) -> list[str]:
        """Return the names of the revisions that get requests."""
        status = self._described("services", _service(function)).get("status", {})
        shares = status.get("traffic", [])
        return [share["revisionName"] for share in shares if share.get("percent")]

    def _serving(self, function: str) -> dict[str, Any]:
        names = self._traffic(function)
        if len(names) != 1:
            raise CommandFailed(f"{len(names)} revisions of {_service(function)} serve, not one")
        return self._described("revisions", names[0])

    def _described(self, kind: str, name: str) -> dict[str, Any]:
        found = self._gcloud("run", kind, "describe", name, "--format=json")
        described: dict[str, Any] = json.loads(found)
        return described

    def _gcloud(self, *arguments: str) -> str:
        return self.run([*arguments, f"--region={self.region}", f"--project={self.project}"])


def pin_text(pins: dict[str, tuple[str, int]]) -> str:
    """Return the value of --set-secrets: VARIABLE=secret:version, commas between them."""
    return ",".join(f"{variable}={name}:{number}" for variable, (name, number) in pins.items())


def _service(function: str) -> str:
    return function.replace("_", "-")  # names of services have no underscore
