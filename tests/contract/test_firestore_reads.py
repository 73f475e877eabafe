"""What Sealtape relies on when it reads documents and runs queries, over both wires."""

from typing import Any

import pytest

from tests.contract.firestore_faces import Database, Refusal
from tests.contract.firestore_json import (
    all_of,
    any_of,
    cursor,
    decode,
    encode,
    ordered,
    where,
    within,
)

SESSIONS: dict[str, dict[str, Any]] = {
    "s1": {"start": 10, "user": "u1", "errors": 0, "tags": ["a", "b"]},
    "s2": {"start": 20, "user": "u2", "errors": 3, "tags": ["b"]},
    "s3": {"start": 30, "user": "u1", "errors": 1, "tags": []},
    "s4": {"start": 40, "user": "u1", "errors": 2},
    "s5": {"user": "u1", "errors": None, "tags": "a"},
}


@pytest.fixture
def sessions(database: Database) -> Database:
    """A database with a tenant's sessions, and one of another tenant."""
    writes = [database.update(f"tenants/t1/sessions/{i}", f) for i, f in SESSIONS.items()]
    database.commit(*writes, database.update("tenants/t2/sessions/s9", {"start": 25, "user": "u1"}))
    return database


def ids(sessions: Database, **query: Any) -> list[str]:
    """Run a query of the first tenant's sessions."""
    return sessions.ids(within("sessions", **query), sessions.name("tenants/t1"))


def test_documents_are_found_or_missing(sessions: Database) -> None:
    asked = [sessions.name(f"tenants/t1/sessions/{each}") for each in ("s1", "none", "s1")]
    answers = sessions.face.call("batchGet", sessions.root, {"documents": asked})
    found = [each["found"]["name"] for each in answers if "found" in each]
    assert found == [asked[0]]
    assert [each["missing"] for each in answers if "missing" in each] == [asked[1]]
    assert all("readTime" in each for each in answers)


def test_a_mask_limits_what_is_read(sessions: Database) -> None:
    name = "tenants/t1/sessions/s1"
    document = sessions.stored(name, mask={"fieldPaths": ["user", "none"]}) or {}
    assert document["fields"] == {"user": encode("u1")}
    assert document["createTime"] == document["updateTime"]


def test_a_collection_is_its_own_parents(sessions: Database) -> None:
    assert ids(sessions) == ["s1", "s2", "s3", "s4", "s5"]
    assert sessions.ids(within("sessions")) == []
    assert sessions.ids(within("sessions", group=True, orderBy=ordered("start"))) == [
        "s1",
        "s2",
        "s9",
        "s3",
        "s4",
    ]


def test_newest_first_leaves_out_what_has_no_start(sessions: Database) -> None:
    assert ids(sessions, orderBy=ordered("-start")) == ["s4", "s3", "s2", "s1"]
    assert ids(sessions, orderBy=ordered("-start"), limit=2) == ["s4", "s3"]
    assert ids(sessions, orderBy=ordered("-start"), limit=2, offset=1) == ["s3", "s2"]


@pytest.mark.parametrize(
    ("end", "before", "expected"),
    [
        ("startAt", True, ["s3", "s2", "s1"]),
        ("startAt", False, ["s2", "s1"]),
        ("endAt", True, ["s4"]),
        ("endAt", False, ["s4", "s3"]),
    ],
)
def test_cursors_cut_before_or_after_their_document(
    sessions: Database, end: str, before: bool, expected: list[str]
) -> None:
    at = {end: cursor([30], before=before)}
    assert ids(sessions, orderBy=ordered("-start"), **at) == expected


def test_a_cursor_on_the_name_pages_through_equal_values(sessions: Database) -> None:
    name = {"referenceValue": sessions.name("tenants/t1/sessions/s3")}
    after = {"values": [encode("u1"), name], "before": False}
    query = {"orderBy": ordered("user", "__name__"), "startAt": after}
    assert ids(sessions, **query) == ["s4", "s5", "s2"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (where("user", "EQUAL", "u1"), ["s1", "s3", "s4", "s5"]),
        (where("errors", "GREATER_THAN", 1), ["s4", "s2"]),
        (where("errors", "GREATER_THAN_OR_EQUAL", 1), ["s3", "s4", "s2"]),
        (where("errors", "LESS_THAN", 1), ["s1"]),
        (where("errors", "LESS_THAN_OR_EQUAL", 1.0), ["s1", "s3"]),
        (where("errors", "NOT_EQUAL", 1), ["s1", "s4", "s2"]),
        (where("errors", "IN", [0, 3, None]), ["s1", "s2"]),
        (where("errors", "NOT_IN", [0, 3]), ["s3", "s4"]),
        (where("errors", "GREATER_THAN", "text"), []),
        (where("tags", "ARRAY_CONTAINS", "a"), ["s1"]),
        (where("tags", "ARRAY_CONTAINS_ANY", ["a", "b"]), ["s1", "s2"]),
        (all_of(where("user", "EQUAL", "u1"), where("errors", "LESS_THAN", 2)), ["s1", "s3"]),
        (any_of(where("user", "EQUAL", "u2"), where("start", "EQUAL", 40)), ["s2", "s4"]),
        ({"unaryFilter": {"field": {"fieldPath": "errors"}, "op": "IS_NULL"}}, ["s5"]),
        (
            {"unaryFilter": {"field": {"fieldPath": "errors"}, "op": "IS_NOT_NULL"}},
            ["s1", "s3", "s4", "s2"],
        ),
    ],
)
def test_filters(sessions: Database, condition: Any, expected: list[str]) -> None:
    assert ids(sessions, where=condition) == expected


def test_names_are_ordered_id_by_id(database: Database) -> None:
    """As strings `a-b/...` would come before `a/...`."""
    database.commit(*(database.update(f"t/{each}/k/{each}", {}) for each in ("a-b", "a", "b")))
    assert database.ids(within("k", group=True)) == ["a", "a-b", "b"]


def test_selecting_fields(sessions: Database) -> None:
    select = {"fields": [{"fieldPath": "user"}]}
    query = within("sessions", select=select, limit=1)
    (document,) = sessions.query(query, sessions.name("tenants/t1"))
    assert document["fields"] == {"user": encode("u1")}
    query = within("sessions", select={"fields": [{"fieldPath": "__name__"}]}, limit=1)
    (document,) = sessions.query(query, sessions.name("tenants/t1"))
    assert "fields" not in document


def test_a_query_without_matches_still_says_when_it_read(database: Database) -> None:
    body = {"structuredQuery": within("nothing")}
    (answer,) = database.face.call("runQuery", database.root, body)
    assert "readTime" in answer
    assert "document" not in answer


def test_counting_and_summing(sessions: Database) -> None:
    asked = {
        "structuredQuery": within("sessions", where=where("user", "EQUAL", "u1")),
        "aggregations": [
            {"alias": "all", "count": {}},
            {"alias": "some", "count": {"upTo": "2"}},
            {"alias": "starts", "sum": {"field": {"fieldPath": "start"}}},
        ],
    }
    body = {"structuredAggregationQuery": asked}
    (answer,) = sessions.face.call("runAggregationQuery", sessions.name("tenants/t1"), body)
    fields = answer["result"]["aggregateFields"]
    assert {name: decode(each) for name, each in fields.items()} == {
        "all": 3,  # not s5, which has no start to sum
        "some": 2,
        "starts": 80,
    }


@pytest.mark.parametrize(
    "query",
    [
        within("s", where=where("a", "IN", [])),
        within("s", where=where("a", "IN", list(range(31)))),
        within("s", where=where("a", "NOT_IN", list(range(11)))),
        within("s", where=where("a-b", "EQUAL", 1)),
        within("s", where=all_of(*[where("a", "ARRAY_CONTAINS", each) for each in (1, 2)])),
        within("s", orderBy=ordered("__name__", "a")),
        within("s", orderBy=ordered("a"), startAt=cursor([1, 2, 3], before=True)),
        within("s", limit=-1),
        within("s", offset=-1),
    ],
)
def test_impossible_queries_are_refused(database: Database, query: Any) -> None:
    with pytest.raises(Refusal, match=r"^INVALID_ARGUMENT"):
        database.query(query)


def test_30_alternatives_are_the_most(database: Database) -> None:
    assert database.ids(within("s", where=where("a", "IN", list(range(30))))) == []
    both = all_of(where("a", "IN", list(range(6))), where("b", "IN", list(range(5))))
    assert database.ids(within("s", where=both)) == []
    both = all_of(where("a", "IN", list(range(6))), where("b", "IN", list(range(6))))
    with pytest.raises(Refusal, match=r"^INVALID_ARGUMENT"):
        database.query(within("s", where=both))
