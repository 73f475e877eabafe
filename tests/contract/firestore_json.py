"""Values, filters and queries as JSON of Firestore's v1 API.

Source: https://cloud.google.com/firestore/docs/reference/rest/v1/StructuredQuery
"""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]


def encode(value: Any) -> Json:
    """Return a Python value as Firestore's JSON."""
    match value:
        case None:
            return {"nullValue": None}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case float():
            return {"doubleValue": value if abs(value) < float("inf") else _special(value)}
        case str():
            return {"stringValue": value}
        case bytes():
            return {"bytesValue": base64.b64encode(value).decode()}
        case datetime():
            return {"timestampValue": value.astimezone(UTC).isoformat().replace("+00:00", "Z")}
        case list():
            return {"arrayValue": {"values": [encode(each) for each in value]}}
        case dict():
            return {"mapValue": {"fields": encode_fields(value)}}
    raise TypeError(value)


def encode_fields(fields: Json) -> Json:
    """Return Python values by name as Firestore's JSON."""
    return {name: encode(each) for name, each in fields.items()}


def decode(value: Json) -> Any:
    """Return Firestore's JSON as a Python value."""
    ((kind, content),) = value.items()
    match kind:
        case "integerValue":
            return int(content)
        case "doubleValue":
            return float(content)
        case "bytesValue":
            return base64.b64decode(content)
        case "timestampValue":
            return datetime.fromisoformat(content)
        case "arrayValue":
            return [decode(each) for each in content.get("values", ())]
        case "mapValue":
            return decode_fields(content.get("fields", {}))
    return content


def decode_fields(fields: Json) -> Json:
    """Return Firestore's JSON by name as Python values."""
    return {name: decode(each) for name, each in fields.items()}


def where(path: str, operator: str, value: Any) -> Json:
    """Return a filter on one field."""
    return {"fieldFilter": {"field": {"fieldPath": path}, "op": operator, "value": encode(value)}}


def all_of(*filters: Json) -> Json:
    """Return a filter that all filters must pass."""
    return {"compositeFilter": {"op": "AND", "filters": list(filters)}}


def any_of(*filters: Json) -> Json:
    """Return a filter that one of the filters must pass."""
    return {"compositeFilter": {"op": "OR", "filters": list(filters)}}


def ordered(*paths: str) -> list[Json]:
    """Return sort orders; a path that begins with a minus is descending."""
    return [
        {
            "field": {"fieldPath": path.lstrip("-")},
            "direction": "DESCENDING" if path.startswith("-") else "ASCENDING",
        }
        for path in paths
    ]


def within(collection: str, *, group: bool = False, **query: Any) -> Json:
    """Return a query of one collection, or of all collections of that id."""
    return {"from": [{"collectionId": collection, "allDescendants": group}], **query}


def cursor(values: Iterable[Any], *, before: bool) -> Json:
    """Return a cursor at the values of the sort orders."""
    return {"values": [encode(each) for each in values], "before": before}


def _special(value: float) -> str:
    return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
