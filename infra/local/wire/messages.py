"""What a stand-in receives and what it answers."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Json = dict[str, Any]

JSON_TYPE = "application/json; charset=UTF-8"


class Malformed(ValueError):
    """A request whose body is not what its headers say."""


@dataclass
class Request:
    """One request, read to its end.

    Args: target: as sent, still percent-encoded. headers: lower-case names.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @cached_property
    def path(self) -> str:
        """The path, still percent-encoded, so that `%2F` in an object's name is no separator."""
        return urlsplit(self.target).path

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """The query's fields in order, for those that may come more than once."""
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's fields; of a repeated one, the last."""
        return dict(self.pairs)

    @cached_property
    def json(self) -> Json:
        """The body as a JSON object; an empty body is an empty object.

        Raises: Malformed: it is something else.
        """
        try:
            raw = self.body
            if self.headers.get("content-encoding") == "gzip":
                raw = gzip.decompress(raw)
            parsed = json.loads(raw) if raw else {}
        except (ValueError, OSError) as error:
            raise Malformed(f"the body is not JSON: {error}") from error
        if not isinstance(parsed, dict):
            raise Malformed("the body is not a JSON object")
        return parsed

    @property
    def bearer(self) -> str | None:
        """The bearer token, or None. Source: RFC 6750 section 2.1."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None


@dataclass
class Answer:
    """What goes back. `cut` closes the connection instead, as a broken network would."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False

    @classmethod
    def of(cls, document: Any, status: int = 200) -> "Answer":
        """`document` as JSON."""
        return cls(status, json.dumps(document).encode(), {"Content-Type": JSON_TYPE})


CUT = Answer(cut=True)
