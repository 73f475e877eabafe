"""The indexes that production would have, and whether a query could be served from them.

Firestore keeps an index of every single field by itself; every other one has to be declared.
A query is served by indexes that all end in its sort order and whose leading fields, merged,
are the fields that it compares for equality.

Source: https://cloud.google.com/firestore/docs/query-data/index-overview and, for the file,
https://firebase.google.com/docs/reference/firestore/indexes
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.firestore.errors import Code, Refused
from infra.local.firestore.fields import NAME

CONTAINS = "CONTAINS"
_MODES = {"ASCENDING": "ASC", "DESCENDING": "DESC", CONTAINS: CONTAINS}
_AUTOMATIC = ("ASC", "DESC", CONTAINS)

Entry = tuple[str, str]  # field path, mode


@dataclass(frozen=True, slots=True)
class Group:
    """The indexes of one collection id in one scope."""

    collection: str
    everywhere: bool
    composites: Sequence[tuple[Entry, ...]]
    overrides: Mapping[str, tuple[str, ...]]  # field path -> modes that are indexed

    def require(self, equal: Mapping[str, bool], orders: Sequence[tuple[str, bool]]) -> None:
        """Refuse a query that no index serves.

        Args: equal: paths compared for equality -> whether inside an array.
            orders: path and whether descending, the name last.
        Raises: Refused: FAILED_PRECONDITION with the index that is missing.
        """
        ending = tuple(
            (path, "DESC" if descending else "ASC")
            for path, descending in orders
            if path not in equal
        )
        wanted = {path: inside for path, inside in equal.items() if path != NAME}
        if not wanted and ending in ((), ((NAME, "ASC"),)):
            return
        covered: set[str] = set()
        for index in self._candidates([*wanted, *(path for path, _ in ending)]):
            split = len(index) - len(ending)
            if split < 0 or index[split:] != ending or not _leads(index[:split], wanted):
                continue
            covered |= {path for path, _ in index[:split]}
            if covered == set(wanted):
                return
        raise Refused(Code.FAILED_PRECONDITION, self._advice(wanted, ending))

    def _candidates(self, paths: Sequence[str]) -> list[tuple[Entry, ...]]:
        single = [
            _with_name(((path, mode),))
            for path in paths
            if path != NAME
            for mode in self._modes(path)
        ]
        return [*single, *self.composites]

    def _modes(self, path: str) -> tuple[str, ...]:
        """Return how a field is indexed by itself; a map's exemption holds for what is in it."""
        at = path
        while at:
            if at in self.overrides:
                return self.overrides[at]
            at = at.rpartition(".")[0]
        return self.overrides.get("*", () if self.everywhere else _AUTOMATIC)

    def _advice(self, equal: Mapping[str, bool], ending: Sequence[Entry]) -> str:
        long = {short: name for name, short in _MODES.items()}
        fields = [
            {"fieldPath": path, "arrayConfig": CONTAINS}
            if inside
            else {"fieldPath": path, "order": "ASCENDING"}
            for path, inside in sorted(equal.items())
        ]
        fields += [{"fieldPath": path, "order": long[mode]} for path, mode in ending]
        index = {
            "collectionGroup": self.collection,
            "queryScope": _scope(self.everywhere),
            "fields": fields,
        }
        return f"The query requires an index. Declare it in the index file: {json.dumps(index)}"


@dataclass(frozen=True, slots=True)
class Indexes:
    """The declared indexes of every database."""

    databases: Mapping[str, Mapping[str, Any]]

    def of(self, database: str, collection: str, *, everywhere: bool) -> Group:
        """Return the indexes of one collection id.

        Args: database: its id. everywhere: for a collection group query.
        """
        declared = self.databases.get(database, {})
        scope = _scope(everywhere)
        return Group(
            collection,
            everywhere,
            [
                _with_name(tuple(_entry(each) for each in index["fields"]))
                for index in declared.get("indexes", ())
                if index["collectionGroup"] == collection and index["queryScope"] == scope
            ],
            {
                override["fieldPath"]: tuple(
                    _entry(each | {"fieldPath": ""})[1]
                    for each in override["indexes"]
                    if each["queryScope"] == scope
                )
                for override in declared.get("fieldOverrides", ())
                if override["collectionGroup"] == collection
            },
        )


def load(file: Path) -> Indexes:
    """Read the index file: database id -> what Firebase's firestore.indexes.json holds."""
    return Indexes(json.loads(file.read_text(encoding="utf-8")))


def _scope(everywhere: bool) -> str:
    return "COLLECTION_GROUP" if everywhere else "COLLECTION"


def _entry(declared: Mapping[str, str]) -> Entry:
    return declared["fieldPath"], _MODES[declared.get("arrayConfig") or declared["order"]]


def _with_name(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Add the document's name, which ends every index, in the direction of the last field."""
    path, mode = entries[-1]
    if path == NAME:
        return entries
    return (*entries, (NAME, "DESC" if mode == "DESC" else "ASC"))


def _leads(leading: Sequence[Entry], equal: Mapping[str, bool]) -> bool:
    return all(path in equal and (mode == CONTAINS) == equal[path] for path, mode in leading)
