"""The order of values across types, as keys that Python compares.

Source: https://cloud.google.com/firestore/docs/concepts/data-types#value_type_ordering
"""

import math
from functools import total_ordering
from typing import Any

from infra.local.firestore.errors import invalid
from infra.local.firestore.protos import Value

Key = tuple[Any, ...]  # the first part is the type's rank; keys of equal values are equal

NULL: Key = (0,)
NAN: Key = (2, 0, 0)
NUMBER_RANK, STRING_RANK, REFERENCE_RANK, ARRAY_RANK, MAP_RANK = 2, 4, 6, 8, 10


def key(value: Value) -> Key:
    """Return a key that sorts as Firestore sorts the value and equals where Firestore equates."""
    match value.WhichOneof("value_type"):
        case "null_value" | None:
            return NULL
        case "boolean_value":
            return (1, value.boolean_value)
        case "integer_value":
            return (NUMBER_RANK, 1, value.integer_value)
        case "double_value":
            number = value.double_value
            return NAN if math.isnan(number) else (NUMBER_RANK, 1, number)
        case "timestamp_value":
            return (3, value.timestamp_value.seconds, value.timestamp_value.nanos)
        case "string_value":
            return (STRING_RANK, value.string_value.encode())
        case "bytes_value":
            return (5, value.bytes_value)
        case "reference_value":
            return name_key(value.reference_value)
        case "geo_point_value":
            return (7, value.geo_point_value.latitude, value.geo_point_value.longitude)
        case "array_value":
            return (ARRAY_RANK, tuple(map(key, value.array_value.values)))
        case "map_value":
            fields = value.map_value.fields
            return (MAP_RANK, tuple((name.encode(), key(fields[name])) for name in sorted(fields)))
        case other:
            raise invalid(f"Values of type {other} cannot be stored.")


def name_key(name: str) -> Key:
    """Return the key of a document's name: compared id by id, not as one string."""
    return (REFERENCE_RANK, tuple(name.split("/")))


@total_ordering
class Reversed:
    """A key in a descending order."""

    __slots__ = ("key",)

    def __init__(self, key: Key) -> None:
        self.key = key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reversed) and self.key == other.key

    def __lt__(self, other: "Reversed") -> bool:
        return other.key < self.key

    def __hash__(self) -> int:
        return hash(self.key)
