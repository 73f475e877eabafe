"""A query's `where`: what it asks of a document, and what Firestore refuses to be asked.

Source: https://cloud.google.com/firestore/docs/query-data/queries#limitations
"""

import math
from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

from infra.local.firestore.conditions import MAX_DISJUNCTIONS, Condition, condition
from infra.local.firestore.errors import invalid
from infra.local.firestore.protos import CompositeOperator, FieldOperator
from infra.local.firestore.store import Record

Test = Callable[[Record], bool]
Conjunction = tuple[Condition, ...]


class Filter:
    """A checked `where`: a test of documents, and its disjunctive normal form."""

    def __init__(self, where: Any) -> None:
        """Check the filter.

        Args: where: a StructuredQuery.Filter, untrusted.
        Raises: Refused: INVALID_ARGUMENT for a combination that Firestore does not serve.
        """
        self.alternatives = _normal_form(where)
        self.test = _test(where)
        for conjunction in self.alternatives:
            _check_conjunction(conjunction)
        _check_not_in(list(_conditions(where)), len(self.alternatives) > 1)
        if sum(_weight(each) for each in self.alternatives) > MAX_DISJUNCTIONS:
            raise invalid(f"A maximum of {MAX_DISJUNCTIONS} disjunctions is allowed.")

    def inequality_paths(self) -> list[str]:
        """Return the fields that are compared by a range, in the order of their names."""
        found = {each.path for every in self.alternatives for each in every if each.is_inequality}
        return sorted(found)


def _weight(conjunction: Conjunction) -> int:
    return math.prod(each.alternatives for each in conjunction)


def _children(where: Any) -> list[Any]:
    children = list(where.composite_filter.filters)
    if not children:
        raise invalid("A composite filter needs at least one filter.")
    return children


def _is_or(where: Any) -> bool:
    return bool(where.composite_filter.op == CompositeOperator.OR)


def _normal_form(where: Any) -> list[Conjunction]:
    if not where.HasField("composite_filter"):
        return [(condition(where),)]
    parts = [_normal_form(child) for child in _children(where)]
    if _is_or(where):
        return [each for part in parts for each in part]
    joined = reduce(lambda left, right: [a + b for a in left for b in right], parts)
    if len(joined) > MAX_DISJUNCTIONS:
        raise invalid(f"A maximum of {MAX_DISJUNCTIONS} disjunctions is allowed.")
    return joined


def _conditions(where: Any) -> Iterator[Condition]:
    if not where.HasField("composite_filter"):
        yield condition(where)
        return
    for child in _children(where):
        yield from _conditions(child)


def _check_conjunction(conjunction: Conjunction) -> None:
    if sum(each.is_contains for each in conjunction) > 1:
        raise invalid("A maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction.")


def _check_not_in(conditions: list[Condition], has_or: bool) -> None:
    kinds = [each.operator for each in conditions]
    if kinds.count(FieldOperator.NOT_EQUAL) > 1:
        raise invalid("Only a single 'NOT_EQUAL' is allowed per query.")
    if FieldOperator.NOT_IN not in kinds:
        return
    others = (FieldOperator.IN, FieldOperator.ARRAY_CONTAINS_ANY, FieldOperator.NOT_EQUAL)
    if has_or or kinds.count(FieldOperator.NOT_IN) > 1 or any(each in kinds for each in others):
        raise invalid(
            "'NOT_IN' cannot be used in the same query with 'IN', 'ARRAY_CONTAINS_ANY', "
            "'NOT_EQUAL' or 'OR'."
        )


def _test(where: Any) -> Test:
    if not where.HasField("composite_filter"):
        return _test_of(condition(where))
    tests = [_test(child) for child in _children(where)]
    if _is_or(where):
        return lambda record: any(test(record) for test in tests)
    return lambda record: all(test(record) for test in tests)


def _test_of(condition: Condition) -> Test:
    matches, path = condition.matches, condition.path

    def test(record: Record) -> bool:
        key = record.key(path)
        return key is not None and matches(key)

    return test
