"""How often one account may be tried, whether or not anybody has it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.console.throttles import FORGET, FREE_TRIES, MAX_WAIT_S, SignInThrottled, Throttles, wait_s
from tests.local_services import Firestore

NOW_S = 1_795_439_274.0


@pytest.fixture
def throttles(firestore: Firestore, project: str) -> Throttles:
    return Throttles(firestore.client("console", project))


def test_an_account_may_be_tried_a_few_times_and_then_rests(throttles: Throttles) -> None:
    for _ in range(FREE_TRIES):
        throttles.admit("key", now=NOW_S)
    with pytest.raises(SignInThrottled) as refused:
        throttles.admit("key", now=NOW_S)
    assert refused.value.retry_after_s == wait_s(FREE_TRIES)
    with pytest.raises(SignInThrottled):
        throttles.admit("key", now=NOW_S + wait_s(FREE_TRIES) - 1)
    throttles.admit("key", now=NOW_S + wait_s(FREE_TRIES))
    throttles.admit("another", now=NOW_S)


def test_a_success_and_a_day_forget_failures(throttles: Throttles) -> None:
    for key in ("cleared", "old"):
        for _ in range(FREE_TRIES):
            throttles.admit(key, now=NOW_S)
    throttles.clear("cleared")
    throttles.admit("cleared", now=NOW_S)
    later = NOW_S + FORGET.total_seconds()
    for _ in range(FREE_TRIES):
        throttles.admit("old", now=later)


def test_guesses_sent_at_once_are_each_counted(throttles: Throttles) -> None:
    def guess(_: int) -> bool:
        try:
            throttles.admit("key", now=NOW_S)
        except SignInThrottled:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(guess, range(FREE_TRIES * 2))) <= FREE_TRIES


def test_waits_grow_to_a_bound() -> None:
    waits = [wait_s(failed) for failed in range(1, 200)]
    assert waits == sorted(waits)
    assert waits[FREE_TRIES - 2] == 0
    assert waits[-1] == MAX_WAIT_S
