"""Refusals: one small document a minute, whoever is refused and however often."""

import os

import pytest

from lib.edge.refusals import EVERY_S, KEPT, Refusals
from lib.identifiers import KeyId, random_base32
from lib.refusal_reasons import MAX_KEYS, REASONS
from tests.edge_world import NOW, Clock, utc

KEY = KeyId("a" * 12)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def refusals(clock: Clock) -> Refusals:
    return Refusals(clock, os.urandom)


def test_nothing_refused_is_nothing_written(refusals: Refusals, clock: Clock) -> None:
    clock.now += 10 * EVERY_S
    assert refusals.due() == []


def test_a_minute_of_refusals_is_one_new_document(refusals: Refusals, clock: Clock) -> None:
    for reason in REASONS:
        refusals.count(KEY, reason)
    refusals.count(KEY, "wrong_origin")
    clock.now += EVERY_S - 1
    assert refusals.due() == []
    clock.now += 1
    (write,) = refusals.due()
    assert write.create
    assert write.set == {
        ("day",): "20261123",
        ("keys",): {KEY: {**dict.fromkeys(REASONS, 1), "wrong_origin": 2}},
        ("expire_at",): utc(NOW + EVERY_S) + KEPT,
    }
    clock.now += EVERY_S
    assert refusals.due() == []


def test_a_refusal_of_no_key_writes_the_same_but_empty(refusals: Refusals, clock: Clock) -> None:
    refusals.count(None, "unknown_key")
    clock.now += EVERY_S
    (write,) = refusals.due()
    assert write.set[("keys",)] == {}


def test_a_reason_of_no_list_is_not_written(refusals: Refusals, clock: Clock) -> None:
    refusals.count(KEY, "<b>")
    clock.now += EVERY_S
    assert refusals.due()[0].set[("keys",)] == {}


def test_memory_and_document_are_bounded(refusals: Refusals, clock: Clock) -> None:
    for _ in range(MAX_KEYS + 1):
        refusals.count(KeyId(random_base32(12, os.urandom)), "wrong_origin")
    clock.now += EVERY_S
    assert len(refusals.due()[0].set[("keys",)]) == MAX_KEYS


def test_what_could_not_be_written_waits_for_the_next_minute(
    refusals: Refusals, clock: Clock
) -> None:
    refusals.count(KEY, "wrong_origin")
    clock.now += EVERY_S
    refusals.restore(refusals.due())
    refusals.count(KEY, "wrong_origin")
    assert refusals.due() == []
    clock.now += EVERY_S
    assert refusals.due()[0].set[("keys",)] == {KEY: {"wrong_origin": 2}}
