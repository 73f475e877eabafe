"""Structured queries: scope, filter, order, cursors, limit, and the index that they need.

Source: https://cloud.google.com/firestore/docs/reference/rest/v1/StructuredQuery
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from infra.local.firestore import fields, names, order
from infra.local.firestore.errors import invalid, not_offered
from infra.local.firestore.filters import Filter
from infra.local.firestore.indexes import Indexes
from infra.local.firestore.protos import DESCENDING, Document, StructuredQuery
from infra.local.firestore.store import Record, Store


@dataclass(frozen=True, slots=True)
class Ordering:
    """One sort field and its direction."""

    path: str
    descending: bool

    def key(self, key: order.Key) -> Any:
        """Return the field's key as it sorts in this direction."""
        return order.Reversed(key) if self.descending else key


class Query:
    """A checked query below one parent."""

    def __init__(self, parent: str, structured: StructuredQuery) -> None:
        """Check the query.

        Args: parent: a document's name or the root, untrusted. structured: untrusted.
        Raises: Refused: INVALID_ARGUMENT, or UNIMPLEMENTED for vector search.
        """
        names.check_parent(parent)
        if structured.HasField("find_nearest"):
            raise not_offered("vector search")
        if len(structured.from_) != 1:
            raise invalid("A query needs exactly one collection selector.")
        if structured.offset < 0 or structured.limit.value < 0:
            raise invalid("Offset and limit must not be negative.")
        self._parent = parent
        self._structured = structured
        self._filter = Filter(structured.where) if structured.HasField("where") else None
        self.orderings = _orderings(structured, self._filter)
        for end in ("start_at", "end_at"):
            if len(getattr(structured, end).values) > len(self.orderings):
                raise invalid("A cursor has more values than the query has sort orders.")

    def require_index(self, indexes: Indexes, aggregated: Iterable[str] = ()) -> None:
        """Refuse the query if production would have no index to serve it from.

        Args: aggregated: fields that sums read, which their index must hold as well.
        Raises: Refused: FAILED_PRECONDITION that names the missing index.
        """
        selector = self._structured.from_[0]
        group = indexes.of(
            names.database_id(names.database_of(self._parent)),
            selector.collection_id,
            everywhere=selector.all_descendants,
        )
        orders = [(each.path, each.descending) for each in self.orderings]
        sorted_paths = {path for path, _ in orders}
        orders[-1:-1] = [(path, False) for path in aggregated if path not in sorted_paths]
        for conjunction in self._filter.alternatives if self._filter else [()]:
            group.require(
                {each.path: each.is_contains for each in conjunction if not each.is_inequality},
                orders,
            )

    def run(self, store: Store) -> list[Record]:
        """Return the matching documents in order."""
        rows = [
            (key, record)
            for record in self._scope(store)
            if (self._filter is None or self._filter.test(record))
            and (key := self._sort_key(record)) is not None
        ]
        rows.sort(key=lambda row: row[0])
        found = [record for key, record in rows if self._within_cursors(key)]
        last = None
        if self._structured.HasField("limit"):
            last = self._structured.offset + self._structured.limit.value
        return found[self._structured.offset : last]

    def answer(self, record: Record) -> Document:
        """Return the part of a document that the query selects."""
        if not self._structured.HasField("select"):
            return record.document
        selected = [each.field_path for each in self._structured.select.fields]
        return fields.project(record.document, selected)

    def _scope(self, store: Store) -> Iterable[Record]:
        selector = self._structured.from_[0]
        if not selector.all_descendants:
            return store.collection(f"{self._parent}/{selector.collection_id}").values()
        return [
            record
            for name in store.collections_under(self._parent)
            if selector.collection_id in ("", name.rpartition("/")[2])
            for record in store.collection(name).values()
        ]

    def _sort_key(self, record: Record) -> list[Any] | None:
        parts = []
        for each in self.orderings:
            key = record.key(each.path)
            if key is None:
                return None
            parts.append(each.key(key))
        return parts

    def _within_cursors(self, key: list[Any]) -> bool:
        if self._structured.HasField("start_at"):
            start = self._cursor(self._structured.start_at)
            head = key[: len(start)]
            if head < start or (head == start and not self._structured.start_at.before):
                return False
        if self._structured.HasField("end_at"):
            end = self._cursor(self._structured.end_at)
            head = key[: len(end)]
            if head > end or (head == end and self._structured.end_at.before):
                return False
        return True

    def _cursor(self, cursor: Any) -> list[Any]:
        pairs = zip(self.orderings, cursor.values, strict=False)
        return [each.key(order.key(value)) for each, value in pairs]


def _orderings(structured: StructuredQuery, where: Filter | None) -> list[Ordering]:
    """Return the asked orders, then what Firestore adds: compared fields, and the name."""
    found = [
        Ordering(each.field.field_path, each.direction == DESCENDING)
        for each in structured.order_by
    ]
    for each in found:
        if each.path != fields.NAME:
            fields.parse(each.path)
    implied = where.inequality_paths() if where else []
    for path in [*implied, fields.NAME]:
        if path not in [each.path for each in found]:
            found.append(Ordering(path, found[-1].descending if found else False))
    if found[-1].path != fields.NAME:
        raise invalid("The order by clause cannot contain more fields after the key.")
    return found
