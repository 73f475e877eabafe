"""The stand-in refuses exactly the queries for which production would have no index."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.firestore_faces import Database, Refusal, RestFace
from tests.contract.firestore_json import all_of, any_of, ordered, where, within
from tests.contract.firestore_targets import stand_in

ROOT = Path(__file__).parents[2]
DECLARED = ROOT / "infra" / "firestore.indexes.json"


def index(*fields: str, scope: str = "COLLECTION") -> dict[str, Any]:
    """Return a composite index; `-` is descending, `[]` looks into an array."""
    return {
        "collectionGroup": "k",
        "queryScope": scope,
        "fields": [
            {"fieldPath": each.strip("-[]")}
            | (
                {"arrayConfig": "CONTAINS"}
                if each.endswith("[]")
                else {"order": "DESCENDING" if each.startswith("-") else "ASCENDING"}
            )
            for each in fields
        ],
    }


INDEXES = {
    "edge-index": {
        "indexes": [
            index("user", "-start"),
            index("device", "-start"),
            index("tags[]", "start"),
            index("p", "q"),
            index("g", "h", scope="COLLECTION_GROUP"),
        ],
        "fieldOverrides": [
            {"collectionGroup": "k", "fieldPath": "pages", "indexes": []},
            {
                "collectionGroup": "k",
                "fieldPath": "shared",
                "indexes": [
                    {"queryScope": "COLLECTION", "order": "ASCENDING"},
                    {"queryScope": "COLLECTION_GROUP", "order": "ASCENDING"},
                ],
            },
        ],
    }
}
USER, DEVICE = where("user", "EQUAL", "u"), where("device", "EQUAL", "d")
SERVED = {
    "everything": within("k"),
    "every collection": within("k", group=True),
    "one equality": within("k", where=USER),
    "merged equalities": within("k", where=all_of(USER, DEVICE, where("x", "EQUAL", 1))),
    "equality and array": within("k", where=all_of(USER, where("tags", "ARRAY_CONTAINS", "a"))),
    "one range": within("k", where=where("x", "GREATER_THAN", 1)),
    "range in its order": within("k", where=where("x", "NOT_EQUAL", 1), orderBy=ordered("-x")),
    "one order": within("k", orderBy=ordered("-x")),
    "order of an equal field": within("k", where=USER, orderBy=ordered("user")),
    "name descending in one value": within("k", where=USER, orderBy=ordered("-__name__")),
    "name range": within("k", where=USER, orderBy=ordered("__name__")),
    "in": within("k", where=where("x", "IN", [1, 2])),
    "or of equalities": within("k", where=any_of(USER, where("x", "EQUAL", 1))),
    "composite": within("k", where=USER, orderBy=ordered("-start")),
    "composite with in": within(
        "k", where=where("user", "IN", ["u", "v"]), orderBy=ordered("-start")
    ),
    "composite range": within(
        "k",
        where=all_of(USER, where("start", "LESS_THAN", 9)),
        orderBy=ordered("-start"),
    ),
    "merged composites": within("k", where=all_of(USER, DEVICE), orderBy=ordered("-start")),
    "array composite": within(
        "k", where=where("tags", "ARRAY_CONTAINS_ANY", ["a"]), orderBy=ordered("start")
    ),
    "equalities of a composite": within("k", where=where("p", "EQUAL", 1), orderBy=ordered("q")),
    "two orders": within("k", orderBy=ordered("p", "q")),
    "two ranges": within(
        "k", where=all_of(where("p", "GREATER_THAN", 1), where("q", "GREATER_THAN", 1))
    ),
    "group composite": within("k", group=True, where=where("g", "EQUAL", 1), orderBy=ordered("h")),
    "group single field": within("k", group=True, where=where("shared", "EQUAL", 1)),
}
REFUSED = {
    "equality and other order": within("k", where=USER, orderBy=ordered("x")),
    "other direction": within("k", where=USER, orderBy=ordered("start")),
    "equality and other range": within("k", where=all_of(USER, where("x", "GREATER_THAN", 1))),
    "merge without its second half": within(
        "k", where=all_of(USER, where("x", "EQUAL", 1)), orderBy=ordered("-start")
    ),
    "array with other order": within(
        "k", where=where("tags", "ARRAY_CONTAINS", "a"), orderBy=ordered("-start")
    ),
    "array index for a plain equality": within(
        "k", where=where("tags", "EQUAL", "a"), orderBy=ordered("start")
    ),
    "two orders the other way": within("k", orderBy=ordered("q", "p")),
    "mixed directions": within("k", orderBy=ordered("p", "-q")),
    "name against the order": within("k", orderBy=ordered("x", "-__name__")),
    "name descending": within("k", orderBy=ordered("-__name__")),
    "one bad alternative": within(
        "k", where=any_of(USER, where("x", "EQUAL", 1)), orderBy=ordered("-start")
    ),
    "exempt field": within("k", where=where("pages", "EQUAL", 1)),
    "in an exempt map": within("k", orderBy=ordered("pages.p1.last_ms")),
    "direction without an index": within("k", orderBy=ordered("-shared")),
    "group single field": within("k", group=True, where=USER),
    "group composite in one collection": within(
        "k", where=where("g", "EQUAL", 1), orderBy=ordered("h")
    ),
    "composite of another collection": within("other", where=USER, orderBy=ordered("-start")),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The REST address of a stand-in with the indexes above."""
    file = tmp_path_factory.mktemp("indexes") / "indexes.json"
    file.write_text(json.dumps(INDEXES))
    with stand_in("--indexes", str(file)) as target:
        yield target.rest


@pytest.mark.parametrize("query", SERVED.values(), ids=SERVED)
def test_a_query_with_its_index_is_served(address: str, query: Any) -> None:
    assert Database(RestFace(address)).ids(query) == []


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED)
def test_a_query_without_its_index_is_refused(address: str, query: Any) -> None:
    with pytest.raises(Refusal, match=r"^FAILED_PRECONDITION: .*requires an index"):
        Database(RestFace(address)).ids(query)


def test_another_database_has_its_own_indexes(address: str) -> None:
    with pytest.raises(Refusal, match=r"^FAILED_PRECONDITION"):
        Database(RestFace(address), "console").ids(SERVED["composite"])


@pytest.mark.parametrize(
    ("condition", "path", "served"),
    [
        (None, "x", True),
        (USER, "x", False),
        (where("p", "EQUAL", 1), "q", True),
        (where("x", "GREATER_THAN", 1), "x", True),
    ],
)
def test_a_sum_needs_its_field_in_the_index(
    address: str, condition: Any, path: str, served: bool
) -> None:
    database = Database(RestFace(address))
    asked = {
        "structuredQuery": within("k") | ({"where": condition} if condition else {}),
        "aggregations": [{"sum": {"field": {"fieldPath": path}}}],
    }
    body = {"structuredAggregationQuery": asked}
    if served:
        assert database.face.call("runAggregationQuery", database.root, body)
        return
    with pytest.raises(Refusal, match=r"^FAILED_PRECONDITION"):
        database.face.call("runAggregationQuery", database.root, body)


def test_the_refusal_says_what_to_declare(address: str) -> None:
    with pytest.raises(Refusal) as refused:
        Database(RestFace(address)).ids(REFUSED["equality and other order"])
    advice = json.loads(str(refused.value).partition("file: ")[2])
    assert advice["collectionGroup"] == "k"
    assert [each["fieldPath"] for each in advice["fields"]] == ["user", "x", "__name__"]


def test_what_is_declared_serves_the_console() -> None:
    with stand_in("--indexes", str(DECLARED)) as target:
        sessions = Database(RestFace(target.rest))
        newest = within("sessions", orderBy=ordered("-start"), limit=50)
        assert sessions.ids(newest) == []
        assert sessions.ids(newest | {"where": USER}) == []
        operations = Database(RestFace(target.rest), "console")
        due = where("lease_until", "LESS_THAN_OR_EQUAL", 1)
        waiting = where("state", "IN", ["pending", "running"])
        assert operations.ids(within("operations", where=all_of(waiting, due))) == []
        with pytest.raises(Refusal, match=r"^FAILED_PRECONDITION"):
            sessions.ids(within("sessions", orderBy=ordered("last_ms")))
