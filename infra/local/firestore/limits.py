"""What a document may hold, and how large Firestore counts it.

Source: https://cloud.google.com/firestore/quotas#collections_documents_and_fields
and https://cloud.google.com/firestore/docs/storage-size
"""

import re

from infra.local.firestore import names
from infra.local.firestore.errors import invalid
from infra.local.firestore.protos import Document, Value

MAX_DOCUMENT_BYTES = 1_048_576  # 1 MiB
MAX_VALUE_BYTES = MAX_DOCUMENT_BYTES - 89  # one string, or bytes
MAX_NESTING = 20  # maps and arrays inside one another
MAX_FIELD_NAME_BYTES = 1500
DOCUMENT_OVERHEAD_BYTES = 32
NAME_OVERHEAD_BYTES = 16
NANOS_PER_MICROSECOND = 1000

_RESERVED = re.compile(r"__.*__", re.DOTALL)
_FIXED_BYTES = {
    None: 1,
    "null_value": 1,
    "boolean_value": 1,
    "integer_value": 8,
    "double_value": 8,
    "timestamp_value": 8,
    "geo_point_value": 16,
}


def admit(document: Document) -> None:
    """Refuse a document that Firestore would not store; cut its timestamps to microseconds.

    Raises: Refused: INVALID_ARGUMENT for its size, depth, field names or an array in an array.
    """
    size = _name_bytes(document.name) + DOCUMENT_OVERHEAD_BYTES
    for field in document.fields:
        size += _field_bytes(field, document.fields[field], 1)
    if size > MAX_DOCUMENT_BYTES:
        raise invalid(
            f"Document '{document.name}' cannot be written because its size ({size:,} bytes) "
            f"exceeds the maximum allowed size of {MAX_DOCUMENT_BYTES:,} bytes."
        )


def _name_bytes(name: str) -> int:
    return sum(len(part.encode()) + 1 for part in names.segments(name)) + NAME_OVERHEAD_BYTES


def _field_bytes(field: str, value: Value, depth: int) -> int:
    size = len(field.encode())
    if not field or size > MAX_FIELD_NAME_BYTES or _RESERVED.fullmatch(field):
        raise invalid(f'Field name "{field[:80]}" is empty, too long or reserved.')
    return size + 1 + _value_bytes(value, depth)


def _value_bytes(value: Value, depth: int) -> int:
    kind = value.WhichOneof("value_type")
    if kind == "string_value":
        return _bounded(len(value.string_value.encode())) + 1
    if kind == "map_value":
        _check_depth(depth)
        fields = value.map_value.fields
        return sum(_field_bytes(field, fields[field], depth + 1) for field in fields)
    if kind == "array_value":
        _check_depth(depth)
        if any(each.HasField("array_value") for each in value.array_value.values):
            raise invalid("Cannot convert an array value in an array value.")
        return sum(_value_bytes(each, depth + 1) for each in value.array_value.values)
    if kind == "bytes_value":
        return _bounded(len(value.bytes_value))
    if kind == "reference_value":
        return _name_bytes(value.reference_value)
    if kind == "timestamp_value":
        stamp = value.timestamp_value
        stamp.nanos -= stamp.nanos % NANOS_PER_MICROSECOND
    return _FIXED_BYTES[kind]


def _bounded(size: int) -> int:
    if size > MAX_VALUE_BYTES:
        raise invalid(f"A value is longer than {MAX_VALUE_BYTES} bytes.")
    return size


def _check_depth(depth: int) -> None:
    if depth > MAX_NESTING:
        raise invalid(f"A value is nested more than {MAX_NESTING} levels deep.")
