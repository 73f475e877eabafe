"""The list is the index's; opening a session brings the index to what the bucket holds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from lib.errors import Malformed
from lib.identifiers import PageId, SessionId, TabId, TenantId
from lib.recordings import Batch, Page
from lib.sessions import MAX_MISSING, Sessions, detail, row
from lib.tenants import Tenant
from tests.local_services import Firestore

NOW = datetime(2026, 11, 23, 15, 0, 0, 123_456, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
DAYS = 30
ACME = Tenant(
    id=TenantId("tn_" + "a" * 16),
    name="acme",
    state="active",
    bucket="st-" + "a" * 26,
    location="europe-west1",
    policy_version=1,
    retention_days=DAYS,
    epoch=1,
)
A, B = PageId("p_" + "a" * 16), PageId("p_" + "b" * 16)
TAB = TabId("t_" + "a" * 16)


def session_id(letter: str) -> SessionId:
    return SessionId("s_" + letter * 26)


def page(name: PageId, *seqs: int, size: int = 100, final: bool = True, dropped: int = 0) -> Page:
    return Page(
        name,
        tuple(
            Batch(
                session=session_id("a"),
                page=name,
                seq=seq,
                tab=TAB,
                size=size,
                generation=1,
                start=NOW,
                received=NOW_MS,
                sent=NOW_MS + 10_000 * (seq + 1) - 500,
                offset=500,
                dropped=dropped,
                final=final and seq == seqs[-1],
                previous=None,
                policy=1,
                sdk="0.1.0",
            )
            for seq in seqs
        ),
    )


@pytest.fixture
def sessions(firestore: Firestore, project: str) -> Callable[..., Sessions]:
    index = firestore.client("edge-index", project)

    def make(tenant: Tenant = ACME, *, now: datetime = NOW) -> Sessions:
        return Sessions(index, tenant, clock=now.timestamp)

    return make


def note(sessions: Sessions, letter: str, *, age_s: float = 0, **changes: Any) -> None:
    """Write an entry as ingest does."""
    start = NOW - timedelta(seconds=age_s)
    fields = {
        "start": start,
        "expire_at": start + timedelta(days=DAYS),
        "last_ms": int(start.timestamp() * 1000) + 60_000,
        "pages": {A: {"tab": TAB, "first_ms": 1, "bytes": 10, "paths": ["/"], "seq": 0}},
        **changes,
    }
    sessions._db.document(f"{sessions._path}/{session_id(letter)}").set(fields)


def walk(sessions: Sessions, limit: int) -> list[str]:
    found, cursor = [], None
    while True:
        rows, cursor = sessions.listed(limit, cursor)
        found += [each["id"][2] for each in rows]
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 5, 6, 200])
def test_every_session_is_listed_once_newest_first(
    sessions: Callable[..., Sessions], limit: int
) -> None:
    mine = sessions()
    for age, letter in enumerate("abcde"):
        note(mine, letter, age_s=age)
    assert walk(mine, limit) == list("abcde")


def test_sessions_of_the_same_instant_are_all_listed(sessions: Callable[..., Sessions]) -> None:
    mine = sessions()
    for letter in "bdac":
        note(mine, letter)
    assert sorted(walk(mine, 1)) == list("abcd")


def test_another_tenants_sessions_are_not_listed(sessions: Callable[..., Sessions]) -> None:
    note(sessions(), "a")
    assert walk(sessions(replace(ACME, id=TenantId("tn_" + "b" * 16))), 10) == []


def test_what_is_past_its_retention_or_erased_is_not_listed(
    sessions: Callable[..., Sessions],
) -> None:
    mine = sessions()
    note(mine, "a", age_s=DAYS * 86_400 - 1)
    note(mine, "b", age_s=DAYS * 86_400)
    note(mine, "c", age_s=100, expire_at=NOW)
    note(mine, "d")
    assert walk(mine, 10) == ["d", "a"]
    assert walk(sessions(replace(ACME, tombstones={session_id("d"): 1})), 10) == ["a"]
    assert walk(sessions(replace(ACME, retention_days=1)), 10) == ["d"]


@pytest.mark.parametrize("cursor", ["x", "1.s_", "1.2", "/" * 50, f"9.{session_id('a')}0", "\x00"])
def test_a_cursor_that_no_answer_held_is_refused(
    sessions: Callable[..., Sessions], cursor: str
) -> None:
    with pytest.raises(Malformed):
        sessions().listed(10, cursor)


def test_a_row_adds_pages_up() -> None:
    pages = {
        B: {"first_ms": 20, "bytes": 5, "dropped": 1, "paths": ["/cart", "/pay"]},
        A: {"first_ms": 10, "bytes": 7, "dropped": 0, "paths": ["/"]},
    }
    shown = row(
        session_id("a"),
        {"start": NOW, "last_ms": NOW_MS + 9, "pages": pages, "errors": 2, "browser": "Chrome 131"},
    )
    assert shown["paths"] == ["/", "/cart", "/pay"]
    assert (shown["page_count"], shown["bytes"], shown["dropped"]) == (2, 12, 1)
    assert (shown["start_ms"], shown["duration_ms"], shown["errors"]) == (NOW_MS, 9, 2)
    assert (shown["browser"], shown["user"], shown["clicks"]) == ("Chrome 131", None, 0)


def test_an_entry_that_was_lost_is_made_from_the_bucket(
    sessions: Callable[..., Sessions],
) -> None:
    mine, pages = sessions(), [page(A, 0, 1), page(B, 0)]
    made = mine.mend(session_id("a"), pages)
    assert walk(mine, 10) == ["a"]
    assert made["expire_at"] == NOW + timedelta(days=DAYS)
    assert made["pages"][A] == {
        "tab": TAB,
        "first_ms": NOW_MS + 10_000,
        "last_ms": NOW_MS + 20_000,
        "seq": 1,
        "final": True,
        "bytes": 200,
        "dropped": 0,
    }
    shown = detail(session_id("a"), made, pages)
    assert (shown["batches"], shown["complete"], shown["page_count"]) == (3, True, 2)


def test_an_entry_that_lags_is_mended_and_keeps_what_only_it_knows(
    sessions: Callable[..., Sessions],
) -> None:
    mine = sessions()
    note(mine, "a", errors=3, browser="Chrome 131")
    made = mine.mend(session_id("a"), [page(A, 0, 1, 2, size=50, dropped=4)])
    stored, _ = mine.listed(10, None)
    assert stored[0]["bytes"] == 150
    assert stored[0]["dropped"] == 4
    assert (stored[0]["errors"], stored[0]["browser"], stored[0]["paths"]) == (
        3,
        "Chrome 131",
        ["/"],
    )
    assert made["pages"][A]["first_ms"] == 1
    assert made["last_ms"] == NOW_MS + 60_000


def test_mending_twice_writes_once(sessions: Callable[..., Sessions]) -> None:
    mine, pages = sessions(), [page(A, 0)]
    mine.mend(session_id("a"), pages)
    document = mine._db.document(f"{mine._path}/{session_id('a')}")
    before = document.get().update_time
    assert mine.mend(session_id("a"), pages) == document.get().to_dict()
    assert document.get().update_time == before


def test_what_is_missing_from_a_page_is_listed_up_to_a_bound() -> None:
    fields = {"start": NOW, "pages": {A: {"first_ms": 1, "last_ms": 2}}}
    shown = detail(session_id("a"), fields, [page(A, 0, 3, final=False)])
    assert shown["pages"][0]["missing"] == [1, 2]
    assert shown["pages"][0]["final"] is False
    assert shown["complete"] is False
    hostile = detail(session_id("a"), fields, [page(A, 999_999)])
    assert len(hostile["pages"][0]["missing"]) == MAX_MISSING
