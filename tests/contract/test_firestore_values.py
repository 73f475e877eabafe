"""What a document may hold and be called, and that it comes back as it was stored."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.contract.firestore_faces import Database, Refusal

MAX_DOCUMENT_BYTES = 1_048_576
MAX_VALUE_BYTES = 1_048_487
# projects/.../things/x counts as things + x with a byte each, 16 for the name, 32 for the document
# and "a", "b" with a byte each, their texts with a byte each; https://cloud.google.com/firestore/docs/storage-size
OVERHEAD_BYTES = 7 + 2 + 16 + 32 + 2 * (2 + 1)


def refused(status: str) -> Any:
    """Expect a refusal with this status."""
    return pytest.raises(Refusal, match=f"^{status}")


def test_values_come_back_as_they_were_stored(database: Database) -> None:
    fields = {
        "text": "é😀\u0000 ",
        "whole": 2**53 + 1,
        "least": -(2**63),
        "real": 1.5,
        "infinite": float("-inf"),
        "yes": True,
        "nothing": None,
        "bytes": bytes(range(256)),
        "time": datetime(2026, 11, 23, 15, 0, 0, 123456, tzinfo=UTC),
        "list": [1, "a", {"deep": [None]}, {}],
        "empty": [],
        "map": {"a-b": {"c.d": 1}},
    }
    database.set("things/x", fields)
    assert database.fields("things/x") == fields


def test_nanoseconds_are_cut_to_microseconds(database: Database) -> None:
    write = database.update("things/x", {})
    write["update"]["fields"] = {"t": {"timestampValue": "2026-11-23T15:00:00.123456789Z"}}
    database.commit(write)
    stored = database.stored("things/x") or {}
    assert stored["fields"]["t"] == {"timestampValue": "2026-11-23T15:00:00.123456Z"}


def test_an_array_in_an_array_is_refused(database: Database) -> None:
    with refused("INVALID_ARGUMENT"):
        database.set("things/x", {"l": [[1]]})
    database.set("things/x", {"l": [{"l": [1]}]})


@pytest.mark.parametrize("name", ["things/__x__", "things", "things/a/b", "things/.", "things/.."])
def test_a_name_that_is_no_documents_is_refused(database: Database, name: str) -> None:
    with refused("INVALID_ARGUMENT"):
        database.set(name, {"n": 1})


@pytest.mark.parametrize("field", ["__x__", ""])
def test_a_reserved_or_empty_field_is_refused(database: Database, field: str) -> None:
    with refused("INVALID_ARGUMENT"):
        database.set("things/x", {field: 1})


def test_an_id_of_1500_bytes_is_the_longest(database: Database) -> None:
    database.set("things/" + "i" * 1500, {"n": 1})
    with refused("INVALID_ARGUMENT"):
        database.set("things/" + "i" * 1501, {"n": 1})


def test_a_document_of_1_mib_is_the_largest(database: Database) -> None:
    rest = MAX_DOCUMENT_BYTES - OVERHEAD_BYTES - 600_000
    database.set("things/x", {"a": "x" * 600_000, "b": "x" * rest})
    with refused("INVALID_ARGUMENT"):
        database.set("things/x", {"a": "x" * 600_000, "b": "x" * (rest + 1)})


def test_a_text_of_1_mib_less_89_bytes_is_the_longest(database: Database) -> None:
    database.set("things/x", {"a": "x" * MAX_VALUE_BYTES})
    with refused("INVALID_ARGUMENT"):
        database.set("things/x", {"a": "x" * (MAX_VALUE_BYTES + 1)})
