"""Members list, open and watch their own tenant's sessions; each watching is on record first."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.functions.console_visitors import Customer, Installation, Person, audit, code, new_id
from tests.local_services import control

REFUSED = {"method": "objects.get", "status": 403, "count": 1}


def watch(person: Person, session: str) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Return all batches' manifest rows and bytes, page by page, as the player reads them."""
    rows: list[dict[str, Any]] = []
    members: list[bytes] = []
    params: dict[str, str] = {}
    while True:
        answer = person.get(f"/v1/sessions/{session}/events", **params)
        assert answer.status_code == 200, answer.text
        assert "content-encoding" not in answer.headers
        line, _, body = answer.content.partition(b"\n")
        manifest = json.loads(line)
        for row in manifest["batches"]:
            members.append(body[: row["length"]])
            body = body[row["length"] :]
        assert body == b""
        rows += manifest["batches"]
        if manifest["next"] is None:
            return rows, members
        params = {"cursor": manifest["next"]}


@pytest.fixture(scope="module")
def customer(installation: Installation) -> Customer:
    return installation.customer()


@pytest.fixture(scope="module")
def owner(installation: Installation, customer: Customer) -> Person:
    return installation.owner(customer)


@pytest.fixture
def session() -> str:
    return new_id("s_", 26)


@pytest.fixture
def page() -> str:
    return new_id("p_", 16)


def test_a_session_is_found_by_opening_it_and_then_listed(
    installation: Installation, customer: Customer, owner: Person, session: str, page: str
) -> None:
    stored = [installation.store(customer, session, page, seq) for seq in range(3)]
    opened = owner.get(f"/v1/sessions/{session}").json()
    assert (opened["id"], opened["batches"], opened["complete"]) == (session, 3, False)
    assert opened["pages"][0]["id"] == page
    assert opened["pages"][0]["missing"] == []
    assert opened["bytes"] == sum(map(len, stored))
    listed = owner.get("/v1/sessions").json()["sessions"]
    assert session in [row["id"] for row in listed]


def test_what_was_stored_is_what_is_watched(
    installation: Installation, customer: Customer, owner: Person, session: str
) -> None:
    pages = [new_id("p_", 16) for _ in range(2)]
    start = datetime.now(UTC)
    second = installation.store(customer, session, pages[1], 0, start=start, after_ms=5_000)
    first = [installation.store(customer, session, pages[0], seq, start=start) for seq in (0, 1)]
    rows, members = watch(owner, session)
    assert [(row["page"], row["seq"]) for row in rows] == [
        (pages[0], 0),
        (pages[0], 1),
        (pages[1], 0),
    ]
    assert members == [*first, second]


def test_a_long_session_comes_in_pages(
    installation: Installation, customer: Customer, owner: Person, session: str, page: str
) -> None:
    stored = [
        installation.store(customer, session, page, seq, data=bytes([seq]) * 900_000)
        for seq in range(21)
    ]
    rows, members = watch(owner, session)
    assert members == stored
    assert [row["seq"] for row in rows] == list(range(21))
    watched = [row for row in audit(installation, customer) if row["subject"] == session]
    assert [row["detail"]["batches"] for row in watched] == [9, 9, 3]


def test_threat_13_watching_is_on_record_before_the_first_byte(
    installation: Installation, customer: Customer, owner: Person, session: str, page: str
) -> None:
    installation.store(customer, session, page, 0)
    user = owner.get("/v1/me").json()["user"]["id"]
    watch(owner, session)
    entry = audit(installation, customer)[-1]
    assert (entry["action"], entry["subject"], entry["actor"]) == ("session_watched", session, user)


def test_threat_13_no_audit_entry_no_bytes(
    installation: Installation, customer: Customer, owner: Person, session: str, page: str
) -> None:
    installation.store(customer, session, page, 0)
    console = installation.firestore.client("console")
    log = console.document(f"tenants/{customer.tenant}")
    before = log.get().get("audit_seq")
    log.update({"audit_seq": "broken"})
    try:
        answer = owner.get(f"/v1/sessions/{session}/events")
    finally:
        log.update({"audit_seq": before})
    assert answer.status_code == 500
    assert b"\x1f\x8b" not in answer.content


def test_threat_14_another_tenants_session_is_not_found(
    installation: Installation, customer: Customer, owner: Person, session: str, page: str
) -> None:
    other = installation.customer()
    installation.store(other, session, page, 0)
    theirs = installation.owner(other)
    assert theirs.get(f"/v1/sessions/{session}").status_code == 200
    for path in (f"/v1/sessions/{session}", f"/v1/sessions/{session}/events"):
        answer = owner.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert session not in [row["id"] for row in owner.get("/v1/sessions").json()["sessions"]]


@pytest.mark.parametrize(
    "session_id",
    ["s_", "s_" + "A" * 26, "s_" + "a" * 27, "x", "..%2fx", "%00", "s_" + "a" * 25 + "%0a", "é"],
)
@pytest.mark.parametrize("suffix", ["", "/events"])
def test_threat_8_an_id_that_is_none_is_not_found(
    owner: Person, session_id: str, suffix: str
) -> None:
    # functions-framework answers a path with a line break by itself, so only the status is ours.
    assert owner.get(f"/v1/sessions/{session_id}{suffix}").status_code == 404


def test_an_auditor_reads_no_recordings(
    installation: Installation, customer: Customer, session: str, page: str
) -> None:
    mine = installation.customer()
    person = installation.owner(mine)
    installation.store(mine, session, page, 0)
    user = person.get("/v1/me").json()["user"]["id"]
    console = installation.firestore.client("console")
    member = console.document(f"tenants/{mine.tenant}/members/{user}")
    for role, status in (("admin", 200), ("viewer", 200), ("auditor", 403)):
        member.update({"role": role})
        for path in ("", f"/{session}", f"/{session}/events"):
            assert person.get(f"/v1/sessions{path}").status_code == status


def test_past_its_retention_a_session_is_gone_though_the_bucket_still_has_it(
    installation: Installation, customer: Customer, owner: Person, session: str, page: str
) -> None:
    old = datetime.now(UTC) - timedelta(days=30, seconds=1)
    installation.store(customer, session, page, 0, start=old)
    for suffix in ("", "/events"):
        assert code(owner.get(f"/v1/sessions/{session}{suffix}")) == (410, "session_expired")


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "", "1e2", "0002000", "9" * 5000])
def test_a_limit_outside_its_bounds_is_refused(owner: Person, limit: str) -> None:
    answer = owner.get("/v1/sessions", limit=limit)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize("limit", [1, 200])
def test_a_limit_within_them_is_kept(owner: Person, limit: int) -> None:
    assert len(owner.get("/v1/sessions", limit=limit).json()["sessions"]) <= limit


def test_a_vault_that_refuses_is_said_and_shows_no_byte(
    installation: Installation, customer: Customer, owner: Person, session: str, page: str
) -> None:
    installation.store(customer, session, page, 0)
    control(installation.storage.url, "faults", {**REFUSED, "bucket": customer.bucket})
    answer = owner.get(f"/v1/sessions/{session}/events")
    assert (answer.status_code, answer.json()["code"]) == (503, "recording_unreadable")
    assert answer.json()["retry"] is True


@pytest.mark.parametrize(
    ("reason", "words"),
    [("disabled", "your key is disabled"), (None, "the vault or its key refused")],
)
def test_why_the_key_refuses_is_said(installation: Installation, reason: str, words: str) -> None:
    customer, session = installation.customer(), new_id("s_", 26)
    owner = installation.owner(customer)
    installation.store(customer, session, new_id("p_", 16), 0)
    seal(installation, customer, "unavailable", reason)
    control(installation.storage.url, "faults", {**REFUSED, "bucket": customer.bucket})
    answer = owner.get(f"/v1/sessions/{session}/events")
    assert code(answer) == (503, "recording_unreadable")
    assert answer.json()["detail"] == f"{words}; the recording is kept"


def test_shredded_recordings_are_said_to_be_and_never_indexed_again(
    installation: Installation,
) -> None:
    customer, session = installation.customer(), new_id("s_", 26)
    owner = installation.owner(customer)
    installation.store(customer, session, new_id("p_", 16), 0)
    seal(installation, customer, "shredded", "destroyed")
    for path in ("", f"/{session}", f"/{session}/events"):
        assert code(owner.get(f"/v1/sessions{path}")) == (410, "recording_shredded")
    index = installation.firestore.client("edge-index")
    entries = index.collection(f"tenants/{customer.tenant}/sessions").stream()
    assert list(entries) == []


def seal(installation: Installation, customer: Customer, state: str, reason: str | None) -> None:
    """Say what the watch of keys would have found."""
    config = installation.firestore.client("edge-config")
    found = {"mode": "customer_managed", "kms_key": "k", "state": state, "reason": reason}
    config.document(f"tenants/{customer.tenant}").update({"seal": found})


def test_a_batch_that_fails_on_the_way_cuts_the_connection_and_never_ends_it_well(
    installation: Installation, customer: Customer, owner: Person, session: str, page: str
) -> None:
    for seq in range(3):
        installation.store(customer, session, page, seq)
    fault = {"method": "objects.get", "status": 403, "count": 1, "skip": 1}
    control(installation.storage.url, "faults", {**fault, "bucket": customer.bucket})
    with pytest.raises(httpx.RemoteProtocolError):
        owner.get(f"/v1/sessions/{session}/events")
