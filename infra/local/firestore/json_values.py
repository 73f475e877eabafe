"""Documents as JSON and back, by hand: google.protobuf.json_format takes ten times as long.

Source: https://cloud.google.com/firestore/docs/reference/rest/Shared.Types/ArrayValue#Value
"""

import base64
import binascii
import math
from typing import Any

from infra.local.firestore.errors import invalid
from infra.local.firestore.protos import Document, Timestamp, Value

Json = dict[str, Any]


def to_value(json: Any) -> Value:
    """Return the value that a JSON object such as {"stringValue": "x"} stands for.

    Raises: Refused: INVALID_ARGUMENT.
    """
    try:
        value = Value()
        _fill(value, json)
    except (AttributeError, TypeError, ValueError, binascii.Error) as wrong:
        raise invalid(f"Invalid value: {wrong}") from wrong
    return value


def _fill(value: Value, json: Json) -> None:
    ((kind, content),) = json.items()
    match kind:
        case "stringValue":
            value.string_value = content
        case "integerValue":
            value.integer_value = int(content)
        case "mapValue":
            value.map_value.SetInParent()
            for name, each in content.get("fields", {}).items():
                _fill(value.map_value.fields[name], each)
        case "arrayValue":
            value.array_value.SetInParent()
            for each in content.get("values", ()):
                _fill(value.array_value.values.add(), each)
        case "timestampValue":
            value.timestamp_value.FromJsonString(content)
        case "booleanValue":
            value.boolean_value = content
        case "doubleValue":
            value.double_value = float(content)
        case "nullValue":
            value.null_value = 0
        case "bytesValue":
            value.bytes_value = base64.b64decode(content.replace("-", "+").replace("_", "/"))
        case "referenceValue":
            value.reference_value = content
        case "geoPointValue":
            value.geo_point_value.latitude = content.get("latitude", 0)
            value.geo_point_value.longitude = content.get("longitude", 0)
        case other:
            raise ValueError(f"unknown kind {other!r}")


def from_value(value: Value) -> Json:
    """Return the JSON object that stands for the value."""
    match value.WhichOneof("value_type"):
        case "string_value":
            return {"stringValue": value.string_value}
        case "integer_value":
            return {"integerValue": str(value.integer_value)}
        case "map_value":
            fields = value.map_value.fields
            return {"mapValue": {"fields": _from_fields(fields)} if fields else {}}
        case "array_value":
            values = value.array_value.values
            return {
                "arrayValue": {"values": [from_value(each) for each in values]} if values else {}
            }
        case "timestamp_value":
            return {"timestampValue": value.timestamp_value.ToJsonString()}
        case "boolean_value":
            return {"booleanValue": value.boolean_value}
        case "double_value":
            return {"doubleValue": _from_double(value.double_value)}
        case "bytes_value":
            return {"bytesValue": base64.b64encode(value.bytes_value).decode()}
        case "reference_value":
            return {"referenceValue": value.reference_value}
        case "geo_point_value":
            point = value.geo_point_value
            return {"geoPointValue": {"latitude": point.latitude, "longitude": point.longitude}}
    return {"nullValue": None}


def from_document(document: Document) -> Json:
    """Return a stored document, or the name alone of one that is not stored."""
    json: Json = {"name": document.name}
    if document.fields:
        json["fields"] = _from_fields(document.fields)
    if document.HasField("create_time"):
        json["createTime"] = from_timestamp(document.create_time)
        json["updateTime"] = from_timestamp(document.update_time)
    return json


def from_timestamp(stamp: Timestamp) -> str:
    """Return an RFC 3339 time."""
    text: str = stamp.ToJsonString()
    return text


def _from_fields(fields: Any) -> Json:
    return {name: from_value(fields[name]) for name in fields}


def _from_double(number: float) -> float | str:
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
