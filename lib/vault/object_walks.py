"""Walks over every object of one bucket, a page at a time, by the account `resealer`.

A walk keeps no memory but the last name it saw, so it goes on wherever it was killed.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

from google.api_core.exceptions import from_http_status
from google.auth.credentials import Credentials
from google.auth.transport.requests import AuthorizedSession, Request
from google.cloud.storage import Client
from requests import Response
from requests.adapters import HTTPAdapter

PAGE = 1_000  # objects per list call, Cloud Storage's most; a page is done within seconds
THREADS = 32  # calls in flight: at 50 ms each, about 600 a second, under the first ramp of 1,000
DEADLINE_S = 30.0  # of one call; well under the lease that the walk is made under
FIELDS = "items(name,generation,kmsKeyName),nextPageToken"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stored:
    """One object as a listing shows it. `key` is the key version that sealed it."""

    name: str
    generation: int
    key: str | None


class ObjectWalks:
    """Lists and changes objects of any bucket in which the account holds a grant."""

    def __init__(self, credentials: Credentials, project: str, *, threads: int = THREADS) -> None:
        """Keep the resealer's credentials."""
        self._credentials = credentials
        self.client = Client(project=project, credentials=credentials)
        self._threads = threads
        self._session = AuthorizedSession(credentials)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=threads))

    def page(self, bucket: str, after: str) -> list[Stored]:
        """Return up to PAGE objects whose names come after `after`, in order."""
        rows = self.client.list_blobs(
            bucket, start_offset=after or None, max_results=PAGE, fields=FIELDS
        )
        found = [Stored(row.name, int(row.generation), row.kms_key_name) for row in rows]
        # The offset is inclusive.
        return found[1:] if found and found[0].name == after else found

    def each(self, objects: Sequence[Stored], work: Callable[[Stored], T]) -> list[T]:
        """Do `work` with every object, THREADS at a time, and return the results in order.

        All of them are tried; then the first failure is raised.
        """
        if not objects:
            return []
        if not self._credentials.valid:  # once, not once in every thread
            self._credentials.refresh(Request())
        with ThreadPoolExecutor(self._threads) as pool:
            return [done.result() for done in [pool.submit(work, each) for each in objects]]

    def send(self, method: str, path: str, params: dict[str, Any]) -> Response:
        """Call the JSON API without a body.

        Args: path: under /storage/v1, its parts quoted.
        Raises: GoogleAPICallError: the service is overloaded or failed.
        """
        url = f"{self.client.api_endpoint}/storage/v1{path}"
        answer: Response = self._session.request(method, url, params=params, timeout=DEADLINE_S)
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or answer.status_code >= 500:
            raise from_http_status(answer.status_code, f"{method} of an object")
        return answer


def path_of(bucket: str, name: str) -> str:
    """Return the JSON API's path of an object."""
    return f"/b/{quote(bucket, safe='')}/o/{quote(name, safe='')}"
