"""Which version of each secret the local functions run with, as Cloud Run's revisions hold it.

Secrets are read as Cloud Run reads them: by pinned version, with the function's own account, so
that a function whose account may not read a secret does not start with it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from google.api_core.exceptions import AlreadyExists, Conflict
from google.cloud.secretmanager_v1 import Secret
from google.oauth2.credentials import Credentials

from infra.local.identity.projects import HOME_PROJECT, account
from infra.local.identity.tokens import issue
from infra.secrets_admin import contents
from infra.secrets_admin.store import ProjectSecrets, connect

OPERATOR = "operator"
FILE = Path("data") / "pins.json"  # inside a stack's folder
ACCESSOR = "roles/secretmanager.secretAccessor"
Pins = Mapping[str, tuple[str, int]]  # variable -> (secret, version)


def opened(url: str, name: str) -> ProjectSecrets:
    """Return the local project's secrets as the account called `name` sees them."""
    return connect(HOME_PROJECT, Credentials(token=issue(account(name))), url)


def seed(store: ProjectSecrets, first: Mapping[str, str]) -> None:
    """Make what infra/cloud/secrets.sh makes: secrets, their readers, their first versions.

    Args: store: seen by the operator. first: secret -> text, for secrets without a version.
    """
    for name in contents.NAMES:
        secret = Secret(replication={"automatic": {}})
        try:
            store.client.create_secret(parent=store.parent, secret_id=name, secret=secret)
        except (AlreadyExists, Conflict):
            continue
        readers = [
            f"serviceAccount:{account(function.replace('_', '-'))}"
            for function, uses in contents.USES.items()
            if name in uses.values()
        ]
        policy = {"bindings": [{"role": ACCESSOR, "members": readers}]}
        store.client.set_iam_policy(request={"resource": store.place(name), "policy": policy})
    contents.seed(store, first)


def environment(url: str, function: str, pins: Pins) -> dict[str, str]:
    """Return variable -> text, read as the function's own account.

    Raises: google.api_core.exceptions.Forbidden: the account may not read one of them.
    """
    store = opened(url, function.replace("_", "-"))
    return {variable: store.read(*pin) for variable, pin in pins.items()}


class PinFile:
    """What every function runs with, kept between starts as Cloud Run keeps a revision."""

    def __init__(self, path: Path) -> None:
        """Keep the file's place."""
        self._path = path

    def pins(self, function: str) -> dict[str, tuple[str, int]]:
        """Return variable -> (secret, version); nothing for a function that never ran."""
        kept = self._read().get(function, {"pins": {}})["pins"]
        return {variable: (name, version) for variable, (name, version) in kept.items()}

    def made(self, function: str) -> float:
        """Return when the function's revision was made, Unix s."""
        return float(self._read()[function]["made"])

    def write(self, function: str, pins: Pins, made: float) -> None:
        """Keep the pins of one function; a reader sees the old or the new ones, never half."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        entry = {"pins": dict(pins), "made": made}
        fresh.write_text(json.dumps({**self._read(), function: entry}, indent=1))
        fresh.replace(self._path)

    def _read(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._path.read_text()) if self._path.exists() else {}
        return found
