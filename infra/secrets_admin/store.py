"""Secret Manager as the operator's tools use it: numbered versions, never `latest`.

Google's own client over REST, against Google or, with another `url`, against the stand-in.
"""

from typing import Protocol

import google_crc32c
from google.auth.credentials import Credentials
from google.cloud.secretmanager_v1 import SecretManagerServiceClient, SecretVersion
from google.cloud.secretmanager_v1.services.secret_manager_service.transports import (
    SecretManagerServiceRestTransport,
)

GOOGLE_URL = "https://secretmanager.googleapis.com"


class PayloadDamaged(Exception):
    """A secret's bytes differ from their checksum."""


class Secrets(Protocol):
    """What seeding and rotating need of a project's secrets."""

    def versions(self, name: str) -> list[int]:
        """Return the numbers of the enabled versions, oldest first."""

    def read(self, name: str, version: int) -> str:
        """Return one version's text."""

    def add(self, name: str, text: str) -> int:
        """Add a version and return its number."""

    def destroy(self, name: str, version: int) -> None:
        """Destroy one version's bytes for good."""


class ProjectSecrets:
    """The secrets of one project."""

    def __init__(self, client: SecretManagerServiceClient, project: str) -> None:
        """Keep a client (see `connect`) and the project's id."""
        self.client = client
        self.parent = f"projects/{project}"

    def versions(self, name: str) -> list[int]:
        """Return the numbers of the enabled versions, oldest first."""
        request = {"parent": self.place(name), "filter": "state:ENABLED"}
        return sorted(
            int(version.name.rpartition("/")[2])
            for version in self.client.list_secret_versions(request=request)
            if version.state == SecretVersion.State.ENABLED
        )

    def read(self, name: str, version: int) -> str:
        """Return one version's text. Raises: PayloadDamaged; google.api_core's errors."""
        place = f"{self.place(name)}/versions/{version}"
        payload = self.client.access_secret_version(name=place).payload
        if google_crc32c.value(payload.data) != payload.data_crc32c:
            raise PayloadDamaged(f"{name}, version {version}")
        text: str = payload.data.decode()
        return text

    def add(self, name: str, text: str) -> int:
        """Add a version, enabled, and return its number."""
        data = text.encode()
        payload = {"data": data, "data_crc32c": google_crc32c.value(data)}
        request = {"parent": self.place(name), "payload": payload}
        added = self.client.add_secret_version(request=request)
        return int(added.name.rpartition("/")[2])

    def destroy(self, name: str, version: int) -> None:
        """Destroy one version's bytes for good."""
        self.client.destroy_secret_version(name=f"{self.place(name)}/versions/{version}")

    def place(self, name: str) -> str:
        """Return a secret's full name."""
        return f"{self.parent}/secrets/{name}"


def connect(project: str, credentials: Credentials, url: str = GOOGLE_URL) -> ProjectSecrets:
    """Return the project's secrets. Args: url: scheme and host of the service."""
    scheme, _, host = url.partition("://")
    transport = SecretManagerServiceRestTransport(
        host=host, url_scheme=scheme, credentials=credentials
    )
    return ProjectSecrets(SecretManagerServiceClient(transport=transport), project)
