"""Notes: the index hears of a session in time, and Firestore is not asked more than it must be."""

from typing import Any

import pytest
from msgspec.structs import replace

from lib.edge.notes import (
    EVERY,
    MAX_PATH_CHARS,
    MAX_PATHS,
    MAX_WAITING,
    MINUTE_S,
    NOTES_A_MINUTE,
    REMEMBERED_SESSIONS,
    Notes,
    Seen,
    session_write,
)
from lib.identifiers import PageId, SessionId
from lib.privacy.summaries import Summary
from tests.edge_world import Clock
from tests.lib.edge.test_outcomes import seen as outcome
from tests.lib.edge.test_quotas import TENANT
from tests.lib.tokens_world import CLAIM


def seen(**changes: Any) -> Seen:
    return outcome(**{"summary": Summary(first_ms=1_000, last_ms=2_000), **changes})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notes(clock: Clock) -> Notes:
    return Notes(clock)


@pytest.mark.parametrize(
    ("facts", "noted"),
    [
        ({"seq": 0}, True),
        ({"seq": 1}, False),
        ({"seq": 2}, False),
        ({"seq": EVERY}, True),
        ({"seq": 1, "final": True}, True),
        ({"seq": 1, "summary": Summary(errors=1)}, True),
        ({"seq": 1, "summary": Summary(navigations=1)}, True),
        ({"seq": 1, "summary": Summary(clicks=9)}, False),
    ],
)
def test_the_rule_needs_no_memory(notes: Notes, facts: dict[str, Any], noted: bool) -> None:
    assert bool(notes.due(TENANT, seen(**facts))) == noted


def test_a_minute_takes_so_many_notes_and_what_exceeds_them_joins_the_next(
    notes: Notes, clock: Clock
) -> None:
    click = Summary(clicks=1)
    sent = [
        len(notes.due(TENANT, seen(seq=EVERY * n, summary=click)))
        for n in range(NOTES_A_MINUTE + 2)
    ]
    assert sent == [1] * NOTES_A_MINUTE + [0, 0]
    clock.now += MINUTE_S - 1
    assert notes.due(TENANT, seen(seq=90, summary=click)) == []
    clock.now += 1
    (note,) = notes.due(TENANT, seen(seq=93, summary=click))
    assert note.add == {("clicks",): 4}


def test_batches_that_waited_are_one_write_with_the_effect_of_each(
    notes: Notes, clock: Clock
) -> None:
    for number in range(NOTES_A_MINUTE):
        notes.due(TENANT, seen(seq=EVERY * number))
    early = Summary(first_ms=500, last_ms=9_000, paths=("/a",), clicks=2)
    late = Summary(first_ms=700, last_ms=8_000, paths=("/b",), clicks=3)
    other = replace(CLAIM, page=PageId("p_" + "e" * 16))
    notes.due(TENANT, seen(seq=30, dropped=4, final=True, summary=early))
    notes.due(TENANT, seen(seq=0, claim=other, summary=early))
    clock.now += MINUTE_S
    (note,) = notes.due(TENANT, seen(seq=27, summary=late))
    page, elsewhere = ("pages", CLAIM.page), ("pages", other.page)
    assert note.maximum[("last_ms",)] == note.maximum[(*page, "last_ms")] == 9_000
    assert (note.maximum[(*page, "seq")], note.maximum[(*page, "dropped")]) == (30, 4)
    assert note.minimum[(*page, "first_ms")] == 500
    assert note.set[(*page, "final")] is True
    assert note.add == {("clicks",): 7}
    assert note.union == {(*page, "paths"): ["/a", "/b"], (*elsewhere, "paths"): ["/a"]}
    assert note.maximum[(*elsewhere, "seq")] == 0


def test_what_waits_is_bounded(notes: Notes, clock: Clock) -> None:
    for number in range(NOTES_A_MINUTE + MAX_WAITING + 9):
        notes.due(TENANT, seen(seq=EVERY * number, summary=Summary(clicks=1)))
    clock.now += MINUTE_S
    (note,) = notes.due(TENANT, seen(seq=0, summary=Summary(clicks=1)))
    assert note.add == {("clicks",): MAX_WAITING + 1}


def test_remembered_sessions_are_bounded(notes: Notes) -> None:
    for number in range(REMEMBERED_SESSIONS + 5):
        notes.due(TENANT, seen(claim=replace(CLAIM, session=SessionId(f"s_{number}"))))
    assert len(notes._sessions) == REMEMBERED_SESSIONS


def test_an_erased_session_is_never_noted(notes: Notes) -> None:
    erased = replace(TENANT, tombstones={CLAIM.session: 1})
    assert notes.due(erased, seen()) == []


def test_times_are_on_the_servers_clock() -> None:
    write = session_write(TENANT, seen(offset=-400))
    page = ("pages", CLAIM.page)
    assert write.maximum[("last_ms",)] == write.maximum[(*page, "last_ms")] == 1_600
    assert write.minimum[(*page, "first_ms")] == 600


def test_a_repeated_batch_adds_no_signal_twice() -> None:
    summary = Summary(errors=2, clicks=3, masked=4)
    assert session_write(TENANT, seen(summary=summary)).add == {
        ("errors",): 2,
        ("clicks",): 3,
        ("masked",): 4,
    }
    assert session_write(TENANT, seen(summary=summary, repeated=True)).add == {}


def test_only_the_last_batch_marks_its_page_final() -> None:
    key = ("pages", CLAIM.page, "final")
    assert key not in session_write(TENANT, seen()).set
    assert session_write(TENANT, seen(final=True)).set[key] is True


def test_paths_are_few_and_short() -> None:
    paths = tuple("/" + "x" * 500 for _ in range(MAX_PATHS + 5))
    union = session_write(TENANT, seen(summary=Summary(paths=paths))).union
    (kept,) = union.values()
    assert len(kept) == MAX_PATHS
    assert all(len(path) == MAX_PATH_CHARS for path in kept)
