"""Resealing: every object of a bucket under the key that it should have.

Source: https://docs.cloud.google.com/storage/docs/json_api/v1/objects/rewrite
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from google.api_core.exceptions import from_http_status

from lib.seals import SealUnavailable, names_the_key
from lib.vault.object_walks import ObjectWalks, Stored, path_of

DESTROYED = "DESTROYED"

Result = Literal["sealed", "changed", "shredded"]


@dataclass(frozen=True, slots=True)
class Target:
    """What objects should be sealed by: `key` None is Google's. `version` None is any of it."""

    key: str | None
    version: str | None

    def seals(self, found: str | None) -> bool:
        """Say whether an object under the key version `found` is as it should be."""
        if self.key is None or found is None:
            return found is None and self.key is None
        if self.version is None:
            return found.partition("/cryptoKeyVersions/")[0] == self.key
        return found == self.version


@dataclass(frozen=True, slots=True)
class Page:
    """What became of one page: `last` is the last name seen, None past the end."""

    last: str | None
    seen: int
    rewritten: int
    shredded: int


class Resealing:
    """Rewrites objects in place, each only if nobody changed it since it was listed."""

    def __init__(self, walks: ObjectWalks, version_state: Callable[[str], str | None]) -> None:
        """Keep how to walk. Args: version_state: of a key version, None if it cannot be seen."""
        self._walks = walks
        self._version_state = version_state

    def page(self, bucket: str, after: str, target: Target) -> Page:
        """Reseal the page of objects after the name `after`.

        Objects whose key is destroyed are counted and left: nobody can read them any more.
        Raises: SealUnavailable: a key refused, but may come back. GoogleAPICallError.
        """
        found = self._walks.page(bucket, after)
        wrong = [each for each in found if not target.seals(each.key)]
        results = self._walks.each(wrong, lambda each: self._rewrite(bucket, each, target))
        return Page(
            last=found[-1].name if found else None,
            seen=len(found),
            rewritten=len(results) - results.count("shredded"),
            shredded=results.count("shredded"),
        )

    def _rewrite(self, bucket: str, stored: Stored, target: Target) -> Result:
        """Rewrite one object; the body is empty, so metadata and customTime go along."""
        path = path_of(bucket, stored.name)
        query = {
            "ifGenerationMatch": str(stored.generation),
            "ifSourceGenerationMatch": str(stored.generation),
            "fields": "done,rewriteToken",
        }
        if target.key:
            query["destinationKmsKeyName"] = target.key
        while True:
            answer = self._walks.send("POST", f"{path}/rewriteTo{path}", query)
            if answer.status_code != HTTPStatus.OK:
                return self._explain(answer.status_code, answer.content, stored)
            progress = answer.json()
            if progress["done"]:
                return "sealed"
            query["rewriteToken"] = progress["rewriteToken"]  # a large object, in several calls

    def _explain(self, status: int, body: bytes, stored: Stored) -> Result:
        if status == HTTPStatus.NOT_FOUND:
            return "changed"  # deleted since
        if names_the_key(body):
            if stored.key and self._version_state(stored.key) == DESTROYED:
                return "shredded"
            raise SealUnavailable("a key refuses: enable it, or restore its permission")
        if status == HTTPStatus.PRECONDITION_FAILED:
            return "changed"  # by somebody else since; the next pass looks again
        raise from_http_status(status, "a rewrite was refused")
