"""An operation is worked on by one holder at a time, and by the next when that one dies."""

import os
from datetime import UTC, datetime

import pytest

from lib.errors import NotFound
from lib.identifiers import OperationId, TenantId
from lib.operating.paces import Pace
from lib.operations import LEASE_S, LeaseLost, Operation, Operations
from tests.local_services import Firestore

NOW = 1_795_439_274.0


def operation(letter: str = "a", *, at: float = NOW) -> Operation:
    return Operation(
        id=OperationId("op_" + letter * 16),
        kind="test",
        tenant=TenantId("tn_" + "a" * 16),
        step="first",
        cursor="",
        state="pending",
        attempts=0,
        error=None,
        created=datetime.fromtimestamp(at, UTC),
        input={"name": "acme"},
        owner="",
    )


@pytest.fixture
def operations(firestore: Firestore, project: str) -> Operations:
    return Operations(firestore.client("console", project), random=os.urandom)


def test_an_operation_is_started_once(operations: Operations) -> None:
    assert operations.start(operation())
    assert not operations.start(operation())
    assert operations.get("op_" + "a" * 16).input == {"name": "acme"}
    assert operations.pending() == 1


@pytest.mark.parametrize("name", ["", "op_", "op_" + "b" * 16, "../users/u", "op_" + "A" * 16])
def test_an_operation_that_nobody_started_is_not_found(operations: Operations, name: str) -> None:
    with pytest.raises(NotFound):
        operations.get(name)


def test_a_lease_excludes_others_until_its_last_second(operations: Operations) -> None:
    operations.start(operation())
    assert operations.claim(NOW - 1) is None
    held = operations.claim(NOW)
    assert held is not None
    assert operations.claim(NOW + LEASE_S - 1) is None
    taken = operations.claim(NOW + LEASE_S)
    assert taken is not None
    assert (taken.attempts, held.attempts) == (2, 1)


def test_a_holder_that_lost_its_lease_changes_nothing(operations: Operations) -> None:
    operations.start(operation())
    slow = operations.claim(NOW)
    quick = operations.claim(NOW + LEASE_S)
    assert slow is not None
    assert quick is not None
    for write in (
        lambda: operations.advance(slow, "second", "", NOW),
        lambda: operations.postpone(slow, NOW, NOW, error=None),
        lambda: operations.fail(slow, "x", NOW),
        lambda: operations.finish(slow, NOW),
    ):
        with pytest.raises(LeaseLost):
            write()
    operations.finish(quick, NOW)
    assert operations.get(slow.id).state == "done"


def test_the_longest_due_comes_first_and_closed_ones_never(operations: Operations) -> None:
    operations.start(operation("a", at=NOW - 1))
    operations.start(operation("b", at=NOW - 2))
    operations.start(operation("c", at=NOW - 3))
    first = operations.claim(NOW)
    assert first is not None
    operations.fail(first, "broken", NOW)
    second = operations.claim(NOW)
    third = operations.claim(NOW)
    assert [each.id[3] for each in (first, second, third) if each] == ["c", "b", "a"]
    assert operations.claim(NOW) is None
    assert operations.get(first.id).error == "broken"
    assert operations.pending() == 2


def test_work_goes_on_where_it_was_left(operations: Operations) -> None:
    operations.start(operation())
    held = operations.claim(NOW)
    assert held is not None
    held = operations.advance(held, "second", "page 7", NOW)
    operations.postpone(held, NOW + 5, NOW, error="Forbidden")
    assert operations.claim(NOW + 4) is None
    assert operations.next_due() == NOW + 5
    again = operations.claim(NOW + 5)
    assert again is not None
    assert (again.step, again.cursor, again.error) == ("second", "page 7", "Forbidden")


def test_nothing_open_is_never_due(operations: Operations) -> None:
    assert operations.next_due() is None
    operations.start(operation())
    held = operations.claim(NOW)
    assert held is not None
    operations.finish(held, NOW)
    assert operations.next_due() is None


def test_turns_are_handed_out_at_their_distance(firestore: Firestore, project: str) -> None:
    pace = Pace(firestore.client("console", project), "buckets", 2.0)
    assert [pace.take(NOW), pace.take(NOW), pace.take(NOW + 1)] == [NOW, NOW + 2, NOW + 4]
    assert pace.take(NOW + 100) == NOW + 100
