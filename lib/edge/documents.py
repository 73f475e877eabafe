"""Firestore over REST for the hot functions: batchGet and commit, nothing else.

Source: https://docs.cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.documents
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct, field

from lib.edge.access_tokens import AccessTokens
from lib.edge.fetches import Fetcher
from lib.errors import Unavailable

CONFLICT = 409
SIMPLE_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class DocumentExists(Exception):
    """A create-only write met a document of that name.

    `ambiguous`: an earlier attempt of this very call may have created it.
    """

    def __init__(self, *, ambiguous: bool) -> None:
        """Keep the doubt."""
        super().__init__(ambiguous)
        self.ambiguous = ambiguous


class Write(Struct, frozen=True):
    """One document's change; all of it may be sent twice with the same effect, `add` aside.

    `set` and its kin map a field path (a tuple of names) to a value.
    """

    path: str
    set: Mapping[tuple[str, ...], Any] = field(default_factory=dict)
    maximum: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    minimum: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    add: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    union: Mapping[tuple[str, ...], list[str]] = field(default_factory=dict)
    create: bool = False


class Documents:
    """One Firestore database."""

    def __init__(
        self, fetcher: Fetcher, tokens: AccessTokens, url: str, project: str, database: str
    ) -> None:
        """Keep `url` (scheme and host of the API) and the database's place."""
        self._fetcher = fetcher
        self._tokens = tokens
        self._root = f"projects/{project}/databases/{database}/documents"
        self._base = f"{url}/v1/{self._root}"

    async def get(self, path: str) -> dict[str, Any] | None:
        """Return the document's fields, or None if there is none.

        Raises: Unavailable: Firestore did not answer in time.
        """
        body = {"documents": [f"{self._root}/{path}"]}
        for found in await self._post(":batchGet", body):
            if "found" in found:
                return decode_fields(found["found"].get("fields", {}))
        return None

    async def commit(self, writes: Iterable[Write]) -> None:
        """Apply the writes together or not at all.

        Raises: DocumentExists: a `create` met its document. Unavailable.
        """
        await self._post(":commit", {"writes": [self._encode(write) for write in writes]})

    async def _post(self, method: str, body: object) -> Any:
        answer = await self._fetcher.send(
            "POST",
            self._base + method,
            headers={
                "Authorization": await self._tokens.authorization(),
                "Content-Type": "application/json",
            },
            body=msgspec.json.encode(body),
        )
        if answer.status == CONFLICT:
            raise DocumentExists(ambiguous=answer.ambiguous)
        if answer.status != 200:
            raise Unavailable("the index is not reachable at the moment", retry_after_s=5)
        return msgspec.json.decode(answer.body)

    def _encode(self, write: Write) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for path, value in write.set.items():
            place = fields
            for name in path[:-1]:
                place = place.setdefault(name, {"mapValue": {"fields": {}}})["mapValue"]["fields"]
            place[path[-1]] = encode_value(value)
        transforms = [
            {"fieldPath": field_path(path), kind: operand}
            for kind, operands in (
                ("maximum", {path: encode_value(n) for path, n in write.maximum.items()}),
                ("minimum", {path: encode_value(n) for path, n in write.minimum.items()}),
                ("increment", {path: encode_value(n) for path, n in write.add.items()}),
                (
                    "appendMissingElements",
                    {path: encode_value(v)["arrayValue"] for path, v in write.union.items()},
                ),
            )
            for path, operand in operands.items()
        ]
        encoded: dict[str, Any] = {
            "update": {"name": f"{self._root}/{write.path}", "fields": fields},
            "updateTransforms": transforms,
        }
        if write.create:
            encoded["currentDocument"] = {"exists": False}
        else:
            encoded["updateMask"] = {"fieldPaths": [field_path(path) for path in write.set]}
        return encoded


def field_path(path: tuple[str, ...]) -> str:
    """Return the path in Firestore's notation, names quoted where they must be."""
    return ".".join(name if SIMPLE_FIELD.fullmatch(name) else _quoted(name) for name in path)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


def encode_value(value: Any) -> dict[str, Any]:
    """Return Firestore's Value for str, bool, int, float, bytes, datetime, None, list or dict."""
    match value:
        case None:
            return {"nullValue": None}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case bytes():
            return {"bytesValue": b64encode(value).decode()}
        case datetime():
            return {"timestampValue": value.astimezone(UTC).isoformat().replace("+00:00", "Z")}
        case list() | tuple():
            return {"arrayValue": {"values": [encode_value(item) for item in value]}}
        case dict():
            fields = {name: encode_value(item) for name, item in value.items()}
            return {"mapValue": {"fields": fields}}
    raise TypeError(f"Firestore has no value for {type(value).__name__}")


def decode_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values for a document's fields."""
    return {name: decode_value(value) for name, value in fields.items()}


def decode_value(value: Mapping[str, Any]) -> Any:
    """Return the plain value of one Firestore Value."""
    ((kind, content),) = value.items()
    match kind:
        case "integerValue":
            return int(content)
        case "bytesValue":
            return b64decode(content)
        case "timestampValue":
            return datetime.fromisoformat(content)
        case "arrayValue":
            return [decode_value(item) for item in content.get("values", [])]
        case "mapValue":
            return decode_fields(content.get("fields", {}))
    return content
