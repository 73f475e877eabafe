"""Members order erasures and get receipts that anybody can check."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.function_processes import ROOT
from tests.functions.console_visitors import Customer, Installation, Person, audit, code, new_id

SESSION, PAGE = new_id("s_", 26), new_id("p_", 16)
LONG_AGO = datetime.now(UTC) - timedelta(days=2)


@pytest.fixture
def customer(installation: Installation) -> Customer:
    return installation.customer()


@pytest.fixture
def owner(installation: Installation, customer: Customer) -> Person:
    return installation.owner(customer)


def become(installation: Installation, customer: Customer, owner: Person, role: str) -> None:
    """Give the owner another role."""
    user = owner.get("/v1/me").json()["user"]["id"]
    console = installation.firestore.client("console")
    console.document(f"tenants/{customer.tenant}/members/{user}").update({"role": role})


def test_a_session_is_erased_on_order_and_the_receipt_is_checked_offline(
    installation: Installation, customer: Customer, owner: Person, tmp_path: Path
) -> None:
    for seq in range(3):
        installation.store(customer, SESSION, PAGE, seq, start=LONG_AGO)
    assert owner.get(f"/v1/sessions/{SESSION}").status_code == 200
    ordered = owner.post("/v1/erasures", {"kind": "session", "session": SESSION})
    assert ordered.status_code == 202, ordered.text
    gone = (410, "session_erased")
    assert code(owner.get(f"/v1/sessions/{SESSION}")) == gone  # at once
    name = ordered.json()["id"]
    assert owner.get(f"/v1/erasures/{name}").json()["receipt"] is None
    installation.finish(name)
    config = installation.firestore.client("edge-config").document(f"tenants/{customer.tenant}")
    config.update({"tombstones": {}})  # a tombstone lasts for hours, the ledger for good
    assert code(owner.get(f"/v1/sessions/{SESSION}/events")) == gone
    answer = owner.get(f"/v1/erasures/{name}").json()
    assert answer["by"] == owner.get("/v1/me").json()["user"]
    assert (answer["state"], answer["error"]) == ("done", None)
    assert answer["erased"]["objects"] == 3
    assert owner.get(f"/v1/erasures/{name}").json()["receipt"] == answer["receipt"]
    assert [row["id"] for row in owner.get("/v1/erasures").json()["erasures"]] == [name]

    (tmp_path / "answer.json").write_text(json.dumps(answer))
    keys = tmp_path / "keys.json"
    keys.write_text(installation.member.get("/v1/receipts/keys").text)
    checked = check(tmp_path / "answer.json", keys)
    assert checked.returncode == 0, checked.stderr
    said = json.loads(checked.stdout)
    assert said["what"] == {"kind": "session", "session": SESSION}
    assert (said["tenant"], said["erasure"]) == (customer.tenant, name)
    assert (said["objects"], said["sessions"], said["index_entries"]) == (3, 1, 1)
    assert said["recordings_left"] == said["index_entries_left"] == said["exports_left"] == 0
    assert said["ordered_ms"] < said["done_ms"]

    head, body, signature = answer["receipt"].split(".")
    (tmp_path / "forged").write_text(f"{head}.{body[:-4]}AAAA.{signature}")
    assert check(tmp_path / "forged", keys).returncode == 1
    assert [row["action"] for row in audit(installation, customer)][-4:] == [
        "erasure_ordered",
        "resealer_granted",
        "resealer_revoked",
        "erased",
    ]


def check(file: Path, keys: Path) -> "subprocess.CompletedProcess[str]":
    """Check a receipt by the documented command."""
    command = [sys.executable, "-m", "lib.receipts", str(file), str(keys)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("role", "kind", "status"),
    [
        ("admin", "session", 202),
        ("viewer", "session", 403),
        ("auditor", "session", 403),
        ("admin", "tenant", 403),
        ("owner", "tenant", 202),
    ],
)
def test_who_may_erase_what(
    installation: Installation,
    customer: Customer,
    owner: Person,
    role: str,
    kind: str,
    status: int,
) -> None:
    become(installation, customer, owner, role)
    named = {"session": SESSION} if kind == "session" else {"name": customer.name}
    assert owner.post("/v1/erasures", {"kind": kind, **named}).status_code == status


def test_an_auditor_reads_what_was_erased_and_a_viewer_does_not(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    name = owner.post("/v1/erasures", {"kind": "session", "session": SESSION}).json()["id"]
    become(installation, customer, owner, "auditor")
    assert owner.get(f"/v1/erasures/{name}").status_code == 200
    become(installation, customer, owner, "viewer")
    assert code(owner.get(f"/v1/erasures/{name}")) == (403, "role_insufficient")
    assert code(owner.get("/v1/erasures")) == (403, "role_insufficient")


def test_another_tenants_erasure_is_not_found(installation: Installation, owner: Person) -> None:
    name = owner.post("/v1/erasures", {"kind": "session", "session": SESSION}).json()["id"]
    stranger = installation.owner(installation.customer())
    assert code(stranger.get(f"/v1/erasures/{name}")) == (404, "not_found")
    assert code(stranger.get("/v1/erasures/op_" + "a" * 16)) == (404, "not_found")
    assert code(stranger.get("/v1/erasures/nonsense")) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "everything"},
        {"kind": "session"},
        {"kind": "session", "session": "s_short"},
        {"kind": "session", "session": SESSION, "user": "0" * 16},
        {"kind": "user", "user": "0" * 15},
        {"kind": "user", "user": "X" * 16},
        {"kind": "range", "from_ms": 5, "to_ms": 5},
        {"kind": "range", "from_ms": -1, "to_ms": 5},
        {"kind": "range", "from_ms": True, "to_ms": 5},
        {"kind": "range", "from_ms": 1, "to_ms": 2**53},
        {"kind": "tenant", "name": "another"},
    ],
)
def test_an_order_that_is_not_clear_is_refused(owner: Person, body: dict[str, object]) -> None:
    assert code(owner.post("/v1/erasures", body)) == (400, "malformed")
