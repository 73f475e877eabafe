"""What Sealtape relies on when it writes, over both wires."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contract.firestore_faces import Database, Refusal
from tests.contract.firestore_json import decode, encode


def refused(status: str) -> Any:
    """Expect a refusal with this status."""
    return pytest.raises(Refusal, match=f"^{status}")


def test_create_only_once(database: Database) -> None:
    create = database.update("things/x", {"n": 1}, condition={"exists": False})
    database.commit(create)
    with refused("ALREADY_EXISTS"):
        database.commit(database.update("things/x", {"n": 2}, condition={"exists": False}))
    assert database.fields("things/x") == {"n": 1}


def test_a_required_document_must_exist(database: Database) -> None:
    with refused("NOT_FOUND"):
        database.set("things/x", {"n": 1}, condition={"exists": True})
    assert database.fields("things/x") is None
    database.set("things/x", {"n": 1})
    database.set("things/x", {"n": 2}, condition={"exists": True})
    assert database.fields("things/x") == {"n": 2}


def test_a_version_that_has_passed_is_refused(database: Database) -> None:
    first = database.set("things/x", {"n": 1})["writeResults"][0]["updateTime"]
    database.set("things/x", {"n": 2}, condition={"updateTime": first})
    with refused("FAILED_PRECONDITION"):
        database.set("things/x", {"n": 3}, condition={"updateTime": first})
    with refused("FAILED_PRECONDITION"):
        database.set("things/none", {"n": 3}, condition={"updateTime": first})
    assert database.fields("things/x") == {"n": 2}


def test_one_failed_precondition_stops_the_whole_commit(database: Database) -> None:
    with refused("NOT_FOUND"):
        database.commit(
            database.update("things/a", {"n": 1}),
            database.update("things/b", {"n": 1}, condition={"exists": True}),
        )
    assert database.fields("things/a") is None


def test_later_writes_of_a_commit_see_the_earlier_ones(database: Database) -> None:
    database.commit(
        database.update("things/x", {"n": 1}, condition={"exists": False}),
        database.update("things/x", {"m": 2}, mask=["m"], condition={"exists": True}),
    )
    assert database.fields("things/x") == {"n": 1, "m": 2}


def test_a_masked_update_touches_only_its_paths(database: Database) -> None:
    database.set("things/x", {"keep": 1, "gone": 2, "pages": {"p-1": {"last": 1}, "p_2": 5}})
    database.set(
        "things/x", {"pages": {"p-1": {"last": 9}}}, mask=["gone", "pages.`p-1`.last", "no.such"]
    )
    expected = {"keep": 1, "pages": {"p-1": {"last": 9}, "p_2": 5}}
    assert database.fields("things/x") == expected


def test_a_masked_update_creates_what_is_not_there(database: Database) -> None:
    database.set("things/x", {"a": {"b": 1}}, mask=["a.b"])
    assert database.fields("things/x") == {"a": {"b": 1}}


def test_an_update_without_a_mask_replaces_everything(database: Database) -> None:
    database.set("things/x", {"old": 1})
    database.set("things/x", {"new": 1})
    assert database.fields("things/x") == {"new": 1}


@pytest.mark.parametrize("path", ["p-1", "1st", "a..b", "a.", "`open", "a b"])
def test_a_path_that_is_not_simple_needs_backquotes(database: Database, path: str) -> None:
    with refused("INVALID_ARGUMENT"):
        database.set("things/x", {}, mask=[path])


def test_deleting_twice_is_no_error_unless_asked(database: Database) -> None:
    database.set("things/x", {"n": 1})
    database.commit(database.delete("things/x"))
    database.commit(database.delete("things/x"))
    with refused("NOT_FOUND"):
        database.commit(database.delete("things/x", exists=True))


def test_an_update_that_changes_nothing_keeps_the_version(database: Database) -> None:
    first = database.set("things/x", {"n": 1})["writeResults"][0]["updateTime"]
    assert database.set("things/x", {"n": 1})["writeResults"][0]["updateTime"] == first
    assert database.set("things/x", {"n": 2})["writeResults"][0]["updateTime"] > first


@pytest.mark.parametrize(
    ("kind", "stored", "operand", "expected"),
    [
        ("increment", None, 2, 2),
        ("increment", 5, 2, 7),
        ("increment", 5, 0.5, 5.5),
        ("increment", "text", 2, 2),
        ("increment", 2**63 - 1, 1, 2**63 - 1),
        ("increment", -(2**63), -1, -(2**63)),
        ("maximum", None, 3, 3),
        ("maximum", 2, 3, 3),
        ("maximum", 4, 3, 4),
        ("maximum", "text", 3, 3),
        ("maximum", 3, 3.0, 3),
        ("minimum", 2, 3, 2),
        ("minimum", 4, 3, 3),
        ("minimum", 4, 3.5, 3.5),
    ],
)
def test_numeric_transforms(
    database: Database, kind: str, stored: Any, operand: Any, expected: Any
) -> None:
    database.set("things/x", {} if stored is None else {"n": stored})
    transform = {"fieldPath": "n", kind: encode(operand)}
    answer = database.set("things/x", {}, mask=[], transforms=[transform])
    (result,) = answer["writeResults"][0]["transformResults"]
    assert decode(result) == expected
    assert database.fields("things/x") == {"n": expected}
    assert type(decode(result)) is type(expected)


def test_transforms_of_one_field_each_report_their_own_result(database: Database) -> None:
    lower = {"fieldPath": "n", "minimum": encode(9)}
    raise_by_one = {"fieldPath": "n", "increment": encode(1)}
    answer = database.set("things/x", {"n": 5}, transforms=[lower, raise_by_one])
    reported = answer["writeResults"][0]["transformResults"]
    assert [decode(each) for each in reported] == [5, 6]


@pytest.mark.parametrize("stored", [None, [1, 2], [2, 2, 3], "no array"])
def test_array_transforms(database: Database, stored: Any) -> None:
    database.set("things/x", {"l": stored})
    values = {"values": [encode(2), encode(5), encode(5)]}
    add = {"fieldPath": "l", "appendMissingElements": values}
    take = {"fieldPath": "l", "removeAllFromArray": {"values": [encode(2.0)]}}
    kept = stored if isinstance(stored, list) else []
    added = [*kept, *([] if 2 in kept else [2]), 5]
    database.set("things/x", {}, mask=[], transforms=[add])
    assert database.fields("things/x") == {"l": added}
    database.set("things/x", {}, mask=[], transforms=[take])
    assert database.fields("things/x") == {"l": [each for each in added if each != 2]}


def test_the_servers_time_can_be_stored(database: Database) -> None:
    transform = {"fieldPath": "at", "setToServerValue": "REQUEST_TIME"}
    answer = database.set("things/x", {}, transforms=[transform])
    fields = database.fields("things/x") or {}
    assert abs(fields["at"] - datetime.now(UTC)) < timedelta(minutes=1)
    assert decode(answer["writeResults"][0]["transformResults"][0]) == fields["at"]


def test_a_batch_applies_what_it_can(database: Database) -> None:
    body = {
        "writes": [
            database.update("things/a", {"n": 1}),
            database.update("things/b", {"n": 1}, condition={"exists": True}),
            database.delete("things/c"),
        ]
    }
    answer = database.face.call("batchWrite", database.root, body)
    assert [each.get("code", 0) for each in answer["status"]] == [0, 5, 0]
    assert database.fields("things/a") == {"n": 1}
    assert database.fields("things/b") is None


def test_databases_do_not_see_one_another(database: Database) -> None:
    database.set("things/x", {"n": 1})
    other = Database(database.face)
    other.root = database.root.replace("/edge-index/", "/console/")
    assert other.fields("things/x") is None
