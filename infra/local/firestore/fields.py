"""Field paths, and reading and changing a document's fields by them."""

import re
from collections.abc import Iterable, MutableMapping
from functools import lru_cache

from infra.local.firestore.errors import invalid
from infra.local.firestore.protos import Document, Value

NAME = "__name__"  # the pseudo field that stands for the document's own name

FieldPath = tuple[str, ...]
Fields = MutableMapping[str, Value]

# Source: https://cloud.google.com/firestore/docs/reference/rest/v1/StructuredQuery#FieldReference
_SEGMENT = re.compile(r"(?:([A-Za-z_][A-Za-z_0-9]*)|`((?:[^`\\]|\\.)+)`)(\.|$)")


@lru_cache(maxsize=8192)
def parse(path: str) -> FieldPath:
    """Return the segments of a field path such as "pages.`a-b`.last_ms".

    Raises: Refused: INVALID_ARGUMENT for a segment that is not simple and has no backquotes.
    """
    found, at = [], 0
    while at < len(path):
        match = _SEGMENT.match(path, at)
        if match is None:
            break
        found.append(match[1] or re.sub(r"\\(.)", r"\1", match[2]))
        at = match.end()
        if not match[3]:
            return tuple(found)
    raise invalid(f'Property path "{path}" is invalid.')


def get(fields: Fields, path: FieldPath) -> Value | None:
    """Return the value at the path, or None if the document has none."""
    for segment in path[:-1]:
        if segment not in fields or not fields[segment].HasField("map_value"):
            return None
        fields = fields[segment].map_value.fields
    # A map of messages has no `get` that leaves it unchanged.
    return fields[path[-1]] if path[-1] in fields else None  # noqa: SIM401


def put(fields: Fields, path: FieldPath, value: Value) -> None:
    """Set the value at the path; what stands in its way becomes a map."""
    for segment in path[:-1]:
        step = fields[segment]
        if not step.HasField("map_value"):
            step.Clear()
            step.map_value.SetInParent()
        fields = step.map_value.fields
    fields[path[-1]].CopyFrom(value)


def remove(fields: Fields, path: FieldPath) -> None:
    """Delete the value at the path, if there is one."""
    for segment in path[:-1]:
        if segment not in fields or not fields[segment].HasField("map_value"):
            return
        fields = fields[segment].map_value.fields
    if path[-1] in fields:
        del fields[path[-1]]


def project(document: Document, paths: Iterable[str]) -> Document:
    """Return the document with only the fields of the mask."""
    kept = Document(
        name=document.name, create_time=document.create_time, update_time=document.update_time
    )
    for path in paths:
        if path != NAME and (value := get(document.fields, parse(path))) is not None:
            put(kept.fields, parse(path), value)
    return kept
