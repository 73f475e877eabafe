"""One filter on one field: what it asks of the field's value.

Source: https://cloud.google.com/firestore/docs/query-data/queries#query_operators
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.local.firestore import fields, order
from infra.local.firestore.errors import invalid
from infra.local.firestore.protos import FieldOperator, UnaryOperator

MAX_DISJUNCTIONS = 30  # alternatives after all `in` and `or` are multiplied out
MAX_NOT_IN = 10

_COMPARISONS: dict[int, Callable[[Any, Any], bool]] = {
    FieldOperator.LESS_THAN: operator.lt,
    FieldOperator.LESS_THAN_OR_EQUAL: operator.le,
    FieldOperator.GREATER_THAN: operator.gt,
    FieldOperator.GREATER_THAN_OR_EQUAL: operator.ge,
}
_UNARY: dict[int, Callable[[order.Key], bool]] = {
    UnaryOperator.IS_NULL: lambda key: key == order.NULL,
    UnaryOperator.IS_NAN: lambda key: key == order.NAN,
    UnaryOperator.IS_NOT_NULL: lambda key: key != order.NULL,
    UnaryOperator.IS_NOT_NAN: lambda key: key not in (order.NULL, order.NAN),
}
_LISTS = (FieldOperator.IN, FieldOperator.NOT_IN, FieldOperator.ARRAY_CONTAINS_ANY)
_CONTAINS = (FieldOperator.ARRAY_CONTAINS, FieldOperator.ARRAY_CONTAINS_ANY)
_UNKNOWN = (order.NULL, order.NAN)


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of one field.

    `operand` is an order key; for the operators that take a list, a key of an array. A unary filter
    counts as a comparison for equality, or inequality, with an empty operand.
    """

    path: str
    operator: int
    operand: order.Key
    matches: Callable[[order.Key], bool]

    @property
    def is_inequality(self) -> bool:
        """Whether matches lie in a range of the field's index, not at one point."""
        if self.operator in _COMPARISONS:
            return self.operand not in _UNKNOWN
        if self.operator == FieldOperator.NOT_EQUAL:
            return self.operand != order.NULL
        return self.operator == FieldOperator.NOT_IN

    @property
    def is_contains(self) -> bool:
        """Whether it looks into an array."""
        return self.operator in _CONTAINS

    @property
    def alternatives(self) -> int:
        """How many disjunctions it counts for."""
        split = self.operator in (FieldOperator.IN, FieldOperator.ARRAY_CONTAINS_ANY)
        return len(self.operand[1]) if split else 1


def condition(where: Any) -> Condition:
    """Return the condition of a filter that is not composite.

    Raises: Refused: INVALID_ARGUMENT.
    """
    if where.HasField("unary_filter"):
        unary = where.unary_filter
        if unary.op not in _UNARY:
            raise invalid("A unary filter needs an operator.")
        negative = unary.op in (UnaryOperator.IS_NOT_NULL, UnaryOperator.IS_NOT_NAN)
        kind = FieldOperator.NOT_EQUAL if negative else FieldOperator.EQUAL
        return _checked(unary.field.field_path, kind, (), _UNARY[unary.op])
    if not where.HasField("field_filter"):
        raise invalid("A filter needs a field.")
    field = where.field_filter
    operand = order.key(field.value)
    if not field.op:
        raise invalid("A field filter needs an operator.")
    if field.op in _LISTS:
        _check_list(FieldOperator(field.op), operand)
    return _checked(field.field.field_path, field.op, operand, _match(field.op, operand))


def _checked(
    path: str, kind: int, operand: order.Key, matches: Callable[[order.Key], bool]
) -> Condition:
    if path != fields.NAME:
        fields.parse(path)
    return Condition(path, kind, operand, matches)


def _check_list(kind: FieldOperator, operand: order.Key) -> None:
    if operand[0] != order.ARRAY_RANK or not operand[1]:
        raise invalid(f"'{kind.name}' requires a non-empty ArrayValue.")
    most = MAX_NOT_IN if kind == FieldOperator.NOT_IN else MAX_DISJUNCTIONS
    if len(operand[1]) > most:
        raise invalid(f"'{kind.name}' supports up to {most} comparison values.")


def _match(kind: int, operand: order.Key) -> Callable[[order.Key], bool]:
    """Return a test of a field's key. A field that is absent never matches.

    As in SQL nothing equals, follows or differs from null or NaN; only the unary filters find them.
    """
    known = operand not in _UNKNOWN
    if kind == FieldOperator.EQUAL:
        return lambda key: known and key == operand
    if kind == FieldOperator.NOT_EQUAL:
        differs = operand != order.NULL
        return lambda key: differs and key != order.NULL and not (known and key == operand)
    if kind == FieldOperator.ARRAY_CONTAINS:
        return lambda key: known and key[0] == order.ARRAY_RANK and operand in key[1]
    if kind in _COMPARISONS:
        compare = _COMPARISONS[kind]
        return lambda key: (
            known and key[0] == operand[0] and key != order.NAN and compare(key, operand)
        )
    wanted = {each for each in operand[1] if each not in _UNKNOWN}
    if kind == FieldOperator.IN:
        return lambda key: key in wanted
    if kind == FieldOperator.ARRAY_CONTAINS_ANY:
        return lambda key: key[0] == order.ARRAY_RANK and not wanted.isdisjoint(key[1])
    without_null = order.NULL not in operand[1]
    return lambda key: without_null and key != order.NULL and key not in wanted
