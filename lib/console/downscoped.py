"""The one place where console_api gets access to buckets: a token for one tenant's bucket.

The function's own account may read every tenant's bucket; it never uses that right directly. What
it holds while it answers is exchanged for a token that Cloud Storage refuses anywhere else.
Source: https://docs.cloud.google.com/iam/docs/downscoping-short-lived-credentials
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from google.auth import downscoped
from google.auth.credentials import Credentials
from google.auth.transport.requests import Request
from google.cloud.storage import Bucket, Client
from google.oauth2.credentials import Credentials as Refreshing

Transport = Callable[..., Any]  # google.auth.transport.Request's call
Bound = Callable[[str], downscoped.CredentialAccessBoundary]  # by the bucket's name

STS_URL = "https://sts.googleapis.com/v1/token"
RECORDINGS = "s/"  # the prefix of every recording
EXPORTS = "x/"  # the prefix of every part of an export
MAX_BUCKETS = 64  # clients kept; each holds one token and a few pooled connections
READER = "inRole:roles/storage.objectViewer"
INSPECTOR = "sealtapeInspector"  # a role of the project's own: buckets.get and getIamPolicy


def exchange(sts_url: str | None = None) -> Transport:
    """Return the transport of token exchanges; `sts_url` sends them to a stand-in.

    google-auth fixes the exchange's address, so the address is replaced on the way out.
    """
    request = Request()
    if sts_url is None:
        return request

    def send(
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Any:
        return request(sts_url if url == STS_URL else url, method, body, headers, **options)

    return send


def boundary(bucket: str, prefix: str = RECORDINGS) -> downscoped.CredentialAccessBoundary:
    """Return the bound: read and list objects under `prefix` in this one bucket."""
    names = f"resource.name.startsWith('projects/_/buckets/{bucket}/objects/{prefix}')"
    lists = (
        "api.getAttribute('storage.googleapis.com/objectListPrefix', '')"
        f".startsWith('{prefix}')"  # without this second form, listing is refused
    )
    rule = downscoped.AccessBoundaryRule(
        available_resource=f"//storage.googleapis.com/projects/_/buckets/{bucket}",
        available_permissions=[READER],
        availability_condition=downscoped.AvailabilityCondition(f"{names} || {lists}"),
    )
    return downscoped.CredentialAccessBoundary(rules=[rule])


def exports_boundary(bucket: str) -> downscoped.CredentialAccessBoundary:
    """Return the bound: read and list parts of exports in this one bucket."""
    return boundary(bucket, EXPORTS)


def settings_boundary(bucket: str, project: str) -> downscoped.CredentialAccessBoundary:
    """Return the bound: this one bucket's settings and IAM policy, and no object in it."""
    rule = downscoped.AccessBoundaryRule(
        available_resource=f"//storage.googleapis.com/projects/_/buckets/{bucket}",
        available_permissions=[f"inRole:projects/{project}/roles/{INSPECTOR}"],
    )
    return downscoped.CredentialAccessBoundary(rules=[rule])


class Readers:
    """Hands out buckets to read, each with a token that is good for that bucket alone."""

    def __init__(self, source: Credentials, project: str, transport: Transport) -> None:
        """Keep the account's own credentials, which leave this class only downscoped."""
        self._source = source
        self._project = project
        self._transport = transport
        self._open = lru_cache(MAX_BUCKETS)(self._connect)

    def bucket(self, name: str) -> Bucket:
        """Return the bucket `name`, as Google's client sees it with the downscoped token."""
        found: Bucket = self._open(boundary, name).bucket(name)
        return found

    def exports(self, name: str) -> Bucket:
        """Return the bucket `name` by a token that is good for its exports alone."""
        found: Bucket = self._open(exports_boundary, name).bucket(name)
        return found

    def settings(self, name: str) -> Bucket:
        """Return the bucket `name` with a token that sees its settings and no recording."""
        found: Bucket = self._open(self._settings_boundary, name).bucket(name)
        return found

    def _settings_boundary(self, name: str) -> downscoped.CredentialAccessBoundary:
        return settings_boundary(name, self._project)

    def _connect(self, bound: Bound, name: str) -> Client:
        def refresh(_request: object, **_scopes: object) -> tuple[str | None, datetime | None]:
            narrowed = downscoped.Credentials(self._source, bound(name))
            narrowed.refresh(self._transport)
            return narrowed.token, narrowed.expiry

        return Client(project=self._project, credentials=Refreshing(None, refresh_handler=refresh))
