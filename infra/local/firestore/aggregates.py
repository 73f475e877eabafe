"""Aggregations over a query: count and sum.

Source: https://cloud.google.com/firestore/docs/query-data/aggregation-queries
"""

from collections.abc import Sequence
from typing import Any

from infra.local.firestore import fields
from infra.local.firestore.errors import invalid, not_offered
from infra.local.firestore.protos import Value
from infra.local.firestore.store import Record
from infra.local.firestore.transforms import is_numeric, number, sum_of

MAX_AGGREGATIONS = 5  # per query


def check(aggregations: Sequence[Any]) -> None:
    """Refuse what Firestore or the stand-in does not compute."""
    if not 1 <= len(aggregations) <= MAX_AGGREGATIONS:
        raise invalid(f"A query takes 1 to {MAX_AGGREGATIONS} aggregations.")
    if any(each.HasField("avg") for each in aggregations):
        raise not_offered("averages")


def summed_paths(aggregations: Sequence[Any]) -> list[str]:
    """Return the fields that are summed."""
    return [each.sum.field.field_path for each in aggregations if each.HasField("sum")]


def compute(aggregations: Sequence[Any], records: Sequence[Record]) -> dict[str, Value]:
    """Return each aggregation's value by its alias, or by `field_1`, `field_2` and so on."""
    summed = summed_paths(aggregations)
    # The index holds every summed field: a document without one of them is not even counted.
    records = [each for each in records if all(each.key(path) is not None for path in summed)]
    results = {}
    for place, each in enumerate(aggregations, 1):
        alias = each.alias or f"field_{place}"
        if each.HasField("sum"):
            results[alias] = _sum(each.sum.field.field_path, records)
        else:
            most = each.count.up_to.value if each.count.HasField("up_to") else len(records)
            results[alias] = Value(integer_value=min(len(records), most))
    return results


def _sum(path: str, records: Sequence[Record]) -> Value:
    values = [fields.get(each.document.fields, fields.parse(path)) for each in records]
    total = sum(number(each) for each in values if each is not None and is_numeric(each))
    return sum_of(total, clamp=False)
