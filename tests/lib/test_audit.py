"""The audit log counts without gaps, whoever writes at the same time, and repeats nothing."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from google.cloud.firestore import Client

from lib.audit import Audit
from lib.identifiers import TenantId
from tests.local_services import Firestore

ACME, OTHER = TenantId("tn_" + "a" * 16), TenantId("tn_" + "b" * 16)
NOW = 1_795_439_274.0


@pytest.fixture
def console(firestore: Firestore, project: str) -> Client:
    return firestore.client("console", project)


def append(audit: Audit, once: str | None = None) -> int:
    return audit.append(
        actor="u_a", action="session_watched", subject="s_a", now=NOW, detail={"n": 1}, once=once
    )


def test_entries_are_numbered_from_one(console: Client) -> None:
    audit = Audit(console, ACME, random=os.urandom)
    assert [append(audit), append(audit)] == [1, 2]
    assert append(Audit(console, OTHER, random=os.urandom)) == 1
    rows = [row.to_dict() or {} for row in console.collection(f"tenants/{ACME}/audit").stream()]
    assert sorted(row["seq"] for row in rows) == [1, 2]
    assert rows[0]["at"].timestamp() == NOW
    assert {row["action"] for row in rows} == {"session_watched"}
    assert rows[0]["detail"] == {"n": 1}


def test_writers_at_the_same_time_leave_no_gap_and_no_twin(console: Client) -> None:
    audit = Audit(console, ACME, random=os.urandom)
    with ThreadPoolExecutor(3) as pool:
        numbers = list(pool.map(lambda _: append(audit), range(9)))
    assert sorted(numbers) == list(range(1, 10))


def test_an_entry_that_is_repeated_by_a_resumed_operation_is_written_once(console: Client) -> None:
    audit = Audit(console, ACME, random=os.urandom)
    assert append(audit) == 1
    assert [append(audit, "op_a"), append(audit), append(audit, "op_a")] == [2, 3, 2]
    assert len(list(console.collection(f"tenants/{ACME}/audit").stream())) == 3


def test_the_log_has_no_way_to_change_an_entry() -> None:
    assert [name for name in vars(Audit) if not name.startswith("_")] == ["append"]
