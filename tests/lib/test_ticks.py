"""A tick works through what is due within its budget, and a bad operation stops no other."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from google.api_core.exceptions import Forbidden, ServiceUnavailable
from requests.exceptions import ConnectionError

from lib.errors import Refusal, Unavailable
from lib.identifiers import OperationId, TenantId
from lib.operations import Operation, Operations
from lib.ticks import MAX_ATTEMPTS, MAX_PAUSE_S, Later, Ticker
from tests.local_services import Firestore

NOW = 1_795_439_274.0


class Impossible(Refusal):
    status, code = HTTPStatus.CONFLICT, "impossible"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Script:
    """A plan of two steps whose work is a function that a test gives."""

    steps: tuple[str, ...] = ("first", "second")

    def __init__(self, work: Callable[[Operation], str | None]) -> None:
        self.run = work


class Desk:
    """Operations, a clock, and a ticker for one plan."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        self.clock = Clock()
        self.ran: list[str] = []

    def start(self, letter: str = "a") -> str:
        operation = Operation(
            id=OperationId("op_" + letter * 16),
            kind="test",
            tenant=TenantId("tn_" + "a" * 16),
            step="first",
            cursor="",
            state="pending",
            attempts=0,
            error=None,
            created=datetime.fromtimestamp(self.clock.now, UTC),
            input={},
            owner="",
        )
        self.operations.start(operation)
        return operation.id

    def ticker(self, work: Callable[[Operation], str | None]) -> Ticker:
        def noted(operation: Operation) -> str | None:
            self.ran.append(f"{operation.id[3]} {operation.step} {operation.cursor}".strip())
            return work(operation)

        plans = {"test": Script(noted)}
        return Ticker(self.operations, plans, clock=self.clock, sleep=self.clock.sleep)


@pytest.fixture
def desk(firestore: Firestore, project: str) -> Desk:
    return Desk(Operations(firestore.client("console", project), random=os.urandom))


def test_steps_run_in_order_and_the_operation_is_done(desk: Desk) -> None:
    name = desk.start()
    outcome = desk.ticker(lambda _: None).tick()
    assert desk.ran == ["a first", "a second"]
    assert (outcome.advanced, outcome.pending) == (2, 0)
    assert desk.operations.get(name).state == "done"


def test_a_step_goes_on_from_its_cursor(desk: Desk) -> None:
    desk.start()
    cursors = {"": "1", "1": "2", "2": None}
    desk.ticker(lambda operation: cursors[operation.cursor]).tick()
    assert desk.ran[:3] == ["a first", "a first 1", "a first 2"]


def test_work_that_takes_longer_than_the_budget_is_left_to_the_next_tick(desk: Desk) -> None:
    name = desk.start()

    def slow(_: Operation) -> None:
        desk.clock.now += 40

    first = desk.ticker(slow).tick(budget_s=30)
    assert (first.advanced, first.pending) == (1, 1)
    assert desk.operations.get(name).step == "second"
    assert desk.ticker(slow).tick(budget_s=30).pending == 0


def test_a_refusal_fails_the_operation_and_no_other(desk: Desk) -> None:
    bad, good = desk.start("a"), desk.start("b")

    def work(operation: Operation) -> None:
        if operation.id == bad:
            raise Impossible

    assert desk.ticker(work).tick().pending == 0
    assert desk.operations.get(bad).error == "impossible"
    assert desk.operations.get(good).state == "done"


@pytest.mark.parametrize(
    "failure", [Forbidden("x"), ServiceUnavailable("x"), Unavailable("x"), ConnectionError("x")]
)
def test_a_failure_that_passes_is_tried_again_later(desk: Desk, failure: Exception) -> None:
    name = desk.start()
    left = [failure, failure]

    def work(_: Operation) -> None:
        if left:
            raise left.pop()

    assert desk.ticker(work).tick(budget_s=1).pending == 1
    assert desk.operations.get(name).error is not None
    desk.clock.now += MAX_PAUSE_S
    desk.ticker(work).tick()
    desk.clock.now += MAX_PAUSE_S
    desk.ticker(work).tick()
    assert desk.operations.get(name).state == "done"
    assert desk.operations.get(name).error is None


def test_a_failure_that_stays_fails_the_operation_in_the_end(desk: Desk) -> None:
    name = desk.start()

    def work(_: Operation) -> None:
        raise Forbidden("x")

    for _ in range(MAX_ATTEMPTS):
        desk.ticker(work).tick(budget_s=1)
        desk.clock.now += MAX_PAUSE_S
    assert desk.operations.get(name).error == "attempts_exhausted"
    assert len(desk.ran) == MAX_ATTEMPTS


def test_a_step_that_has_to_wait_keeps_its_cursor_and_its_turn(desk: Desk) -> None:
    desk.start()

    def work(operation: Operation) -> None:
        if operation.step == "first" and not operation.cursor:
            raise Later(NOW + 3, "turn")

    assert desk.ticker(work).tick().pending == 0
    assert desk.ran == ["a first", "a first turn", "a second"]
    assert desk.clock.now >= NOW + 3


def test_a_bug_is_not_swallowed_and_the_operation_waits_for_its_lease(desk: Desk) -> None:
    name = desk.start()

    def work(_: Operation) -> None:
        raise KeyError("bug")

    with pytest.raises(KeyError):
        desk.ticker(work).tick()
    assert desk.operations.get(name).state == "running"
    assert desk.operations.claim(desk.clock.now) is None


class Clearing(Script):
    """A plan that clears up; it can be told to fail at that."""

    def __init__(self, work: Callable[[Operation], str | None]) -> None:
        super().__init__(work)
        self.cleared: list[str] = []
        self.failures = 0

    def undo(self, operation: Operation) -> None:
        self.cleared.append(operation.cursor)
        if self.failures:
            self.failures -= 1
            raise ServiceUnavailable("away")


def test_a_plan_that_can_clear_up_does_so_before_its_operation_fails(desk: Desk) -> None:
    def work(operation: Operation) -> str | None:
        raise Impossible("no")

    started = desk.start()
    plan = Clearing(work)
    plan.failures = 1
    clock = desk.clock
    ticker = Ticker(desk.operations, {"test": plan}, clock=clock, sleep=clock.sleep)
    ticker.tick(budget_s=1)
    waiting = desk.operations.get(started)
    assert (waiting.state, waiting.step, waiting.error) == ("running", "undo", "ServiceUnavailable")
    desk.clock.sleep(MAX_PAUSE_S)
    ticker.tick()
    ended = desk.operations.get(started)
    assert (ended.state, ended.error) == ("failed", "impossible")
    assert plan.cleared == ["impossible", "impossible"]


def test_progress_is_kept_beside_the_step(desk: Desk) -> None:
    started = desk.start()

    def work(operation: Operation) -> str | None:
        desk.operations.count(operation, desk.clock.now, done=0, total=7)
        desk.operations.count(operation, desk.clock.now, done=3)
        return None

    desk.ticker(work).tick()
    ended = desk.operations.get(started)
    assert (ended.state, ended.done, ended.total) == ("done", 3, 7)
