"""Ticks: the scheduler's call that advances leased operations, for less than a minute."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from lib import logs
from lib.errors import Refusal
from lib.google_failures import PASSING
from lib.operations import LeaseLost, Operation, Operations

BUDGET_S = 50.0  # the scheduler calls every minute, and a request should end before the next
PATIENCE_S = 5.0  # wait inside a tick for an operation that is due this soon
MAX_ATTEMPTS = 60  # failures in a row at one step: about 4 h of backing off, then a person looks
FIRST_PAUSE_S = 2.0
MAX_PAUSE_S = 300.0
UNDO = "undo"  # the step in which an operation that cannot go on clears up; cursor: the reason


class Later(Exception):
    """Raised by a step that has to wait: `until` Unix s, then go on from `cursor`."""

    def __init__(self, until: float, cursor: str) -> None:
        """Keep when to come back, and with what."""
        super().__init__(until)
        self.until = until
        self.cursor = cursor


class Plan(Protocol):
    """One kind of operation: its steps in order, and how to run one."""

    steps: tuple[str, ...]

    def run(self, operation: Operation) -> str | None:
        """Do `operation.step` from `operation.cursor`, idempotently.

        Returns: the cursor to go on from in the same step, or None when the step is done.
        Raises: Later, Refusal (the operation fails), or what Google's clients raise (again later).
        """


@runtime_checkable
class Undoable(Protocol):
    """A plan that clears up before its operation fails, as resumably as it works."""

    def undo(self, operation: Operation) -> None:
        """Take back what was begun, idempotently. Raises: what `Plan.run` may raise."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one tick did: steps advanced, operations still open."""

    advanced: int
    pending: int


class Ticker:
    """Runs due operations until the budget is spent."""

    def __init__(
        self,
        operations: Operations,
        plans: Mapping[str, Plan],
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        chores: Sequence[Callable[[], object]] = (),
    ) -> None:
        """Keep the plans by kind.

        Args: clock: Unix seconds. sleep: seconds. chores: short work of every tick.
        """
        self._operations = operations
        self._plans = plans
        self._clock = clock
        self._sleep = sleep
        self._chores = chores

    def tick(self, budget_s: float = BUDGET_S) -> Outcome:
        """Advance what is due for at most about `budget_s` seconds."""
        deadline = self._clock() + budget_s
        advanced = 0
        for chore in self._chores:
            self._do(chore)
        while self._clock() < deadline:
            operation = self._operations.claim(self._clock())
            if operation is not None:
                advanced += self._work(operation, deadline)
                continue
            due = self._operations.next_due()
            now = self._clock()
            if due is None or due > min(now + PATIENCE_S, deadline):
                break
            self._sleep(max(due - now, 0.01))
        return Outcome(advanced, self._operations.pending())

    def _do(self, chore: Callable[[], object]) -> None:
        try:
            chore()
        except PASSING as failure:  # the next tick does it
            logs.write("chore_failed", "WARNING", kind=type(failure).__name__)

    def _work(self, operation: Operation, deadline: float) -> int:
        """Run steps of one leased operation until it is done, has to wait, or time is up."""
        advanced = 0
        try:
            while self._clock() < deadline:
                done, following = self._step_or_settle(operation)
                advanced += done
                if following is None:
                    return advanced
                operation = following
            self._operations.postpone(operation, self._clock(), self._clock(), error=None)
        except LeaseLost:
            logs.write("lease_lost", "WARNING", operation=operation.id)
        return advanced

    def _step_or_settle(self, operation: Operation) -> tuple[int, Operation | None]:
        """Run one step; return how many advanced, and no operation if it ended or has to wait."""
        try:
            return 1, self._step(operation)
        except Later as later:
            now = self._clock()
            waiting = self._operations.advance(operation, operation.step, later.cursor, now)
            self._operations.postpone(waiting, later.until, now, error=None)
        except Refusal as refusal:
            if refusal.retry:
                return 0, self._back_off(operation, refusal.code)
            return 0, self._give_up(operation, refusal.code)
        except PASSING as failure:
            return 0, self._back_off(operation, type(failure).__name__)
        return 0, None

    def _step(self, operation: Operation) -> Operation | None:
        plan = self._plans[operation.kind]
        if operation.step == UNDO and isinstance(plan, Undoable):
            plan.undo(operation)
            self._fail(operation, operation.cursor)
            return None
        cursor = plan.run(operation)
        now = self._clock()
        if cursor is not None:
            return self._operations.advance(operation, operation.step, cursor, now)
        index = plan.steps.index(operation.step) + 1
        if index == len(plan.steps):
            self._operations.finish(operation, now)
            logs.write("operation_done", operation=operation.id, kind=operation.kind)
            return None
        return self._operations.advance(operation, plan.steps[index], "", now)

    def _back_off(self, operation: Operation, kind: str) -> Operation | None:
        now = self._clock()
        logs.write("operation_waits", "WARNING", operation=operation.id, kind=kind)
        if operation.attempts >= MAX_ATTEMPTS:
            return self._give_up(operation, "attempts_exhausted")
        pause = min(FIRST_PAUSE_S * 2.0 ** min(operation.attempts, 10), MAX_PAUSE_S)
        self._operations.postpone(operation, now + pause, now, error=kind)
        return None

    def _give_up(self, operation: Operation, code: str) -> Operation | None:
        """Fail, after clearing up where the plan knows how; return the operation to go on with."""
        plan = self._plans[operation.kind]
        if isinstance(plan, Undoable) and operation.step != UNDO:
            return self._operations.advance(operation, UNDO, code, self._clock())
        self._fail(operation, operation.cursor if operation.step == UNDO else code)
        return None

    def _fail(self, operation: Operation, code: str) -> None:
        logs.write("operation_failed", "ERROR", operation=operation.id, code=code)
        self._operations.fail(operation, code, self._clock())
