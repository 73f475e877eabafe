"""Field transforms: changes that are computed from the stored value.

Source: https://cloud.google.com/firestore/docs/reference/rest/v1/Write#fieldtransform
"""

from collections.abc import Iterable
from typing import Any

from infra.local.firestore import fields, order
from infra.local.firestore.errors import invalid
from infra.local.firestore.protos import Document, Value, serialized
from infra.local.firestore.store import timestamp

MAX_TRANSFORMS = 500  # per document and commit; https://cloud.google.com/firestore/quotas#writes
INTEGER_MIN, INTEGER_MAX = -(2**63), 2**63 - 1

_NUMERIC = ("integer_value", "double_value")


def apply(document: Document, transforms: Iterable[Any], now_us: int) -> list[Value]:
    """Change the document by each transform in turn; return the results that Firestore reports."""
    return [_apply_one(document, transform, now_us) for transform in transforms]


def number(value: Value) -> int | float:
    """Return the number inside a numeric value."""
    whole = value.WhichOneof("value_type") == "integer_value"
    return int(value.integer_value) if whole else float(value.double_value)


def is_numeric(value: Value | None) -> bool:
    """Tell whether there is a value and it is a number."""
    return value is not None and value.WhichOneof("value_type") in _NUMERIC


def sum_of(total: int | float, *, clamp: bool) -> Value:
    """Return a sum as a value.

    Args: clamp: keep an integer past 64 bits at its bound (increments); else make it a double.
    """
    if isinstance(total, int) and clamp:
        return Value(integer_value=max(INTEGER_MIN, min(INTEGER_MAX, total)))
    if isinstance(total, int) and INTEGER_MIN <= total <= INTEGER_MAX:
        return Value(integer_value=total)
    return Value(double_value=float(total))


def _apply_one(document: Document, transform: Any, now_us: int) -> Any:
    path = fields.parse(transform.field_path)
    current = fields.get(document.fields, path)
    match transform.WhichOneof("transform_type"):
        case "set_to_server_value":
            result = reported = Value(timestamp_value=timestamp(now_us))
        case "increment" | "maximum" | "minimum" as kind:
            result = reported = _combined(kind, current, getattr(transform, kind))
        case "append_missing_elements":
            result, reported = _appended(current, transform.append_missing_elements.values), _null()
        case "remove_all_from_array":
            result, reported = _without(current, transform.remove_all_from_array.values), _null()
        case _:
            raise invalid(f'The transform of "{transform.field_path}" has no kind.')
    fields.put(document.fields, path, result)
    # A copy: a later transform of the same field must not change what this one reports.
    return Value.FromString(serialized(reported))


def _null() -> Value:
    return Value(null_value=0)


def _combined(kind: str, current: Value | None, operand: Value) -> Value:
    if not is_numeric(operand):
        raise invalid(f"The operand of {kind} must be a number.")
    if current is None or not is_numeric(current):
        return operand
    if kind == "increment":
        return sum_of(number(current) + number(operand), clamp=True)
    left, right = order.key(current), order.key(operand)
    if order.NAN in (left, right):
        return current if left == order.NAN else operand
    return operand if (right > left if kind == "maximum" else right < left) else current


def _elements(current: Value | None) -> list[Value]:
    if current is None or not current.HasField("array_value"):
        return []
    return list(current.array_value.values)


def _array(elements: list[Value]) -> Value:
    value = Value()
    value.array_value.SetInParent()
    value.array_value.values.extend(elements)
    return value


def _appended(current: Value | None, wanted: Iterable[Value]) -> Value:
    elements = _elements(current)
    present = {order.key(each) for each in elements}
    for each in wanted:
        if order.key(each) not in present:
            present.add(order.key(each))
            elements.append(each)
    return _array(elements)


def _without(current: Value | None, unwanted: Iterable[Value]) -> Value:
    gone = {order.key(each) for each in unwanted}
    return _array([each for each in _elements(current) if order.key(each) not in gone])
