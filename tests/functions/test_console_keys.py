"""Owners and admins make, change, rotate and disable SDK keys; each change is on record first."""

import hashlib
from typing import Any

import pytest

from lib import keys
from lib.sdk_keys import MAX_LIVE_KEYS
from tests.functions.console_visitors import (
    Customer,
    Installation,
    Person,
    audit,
    code,
    public_pem,
)

ORIGINS = ["https://shop.example", "https://*.shop.example"]
NEW = {"label": "Shop", "origins": ORIGINS}


@pytest.fixture
def customer(installation: Installation) -> Customer:
    return installation.customer()


@pytest.fixture
def owner(installation: Installation, customer: Customer) -> Person:
    return installation.owner(customer)


def stored(installation: Installation, key: str) -> dict[str, Any]:
    """Return what `edge-config` holds of a key, as the public functions read it."""
    config = installation.firestore.client("edge-config")
    return config.document(f"sdkKeys/{key}").get().to_dict() or {}


def made(owner: Person, **changes: Any) -> dict[str, Any]:
    """Make a key and return the one answer that shows it."""
    answer = owner.post("/v1/keys", {**NEW, **changes})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_key_is_shown_once_and_only_its_hash_is_stored(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    shown = made(owner)
    key = keys.parse(shown["key"])
    fields = stored(installation, key.id)
    assert fields["hash"] == hashlib.sha256(key.random.encode()).digest()
    assert (fields["tenant"], fields["origins"]) == (customer.tenant, ORIGINS)
    assert (fields["state"], fields["epoch"], fields["expires_at"]) == ("active", 1, None)
    assert key.random not in repr(fields)
    listed = owner.get("/v1/keys")
    assert key.random not in listed.text
    assert [row["label"] for row in listed.json()["keys"]] == ["Shop", "first"]
    assert listed.json()["keys"][0] == {name: shown[name] for name in shown if name != "key"}


def test_a_key_is_given_another_label_allowlist_and_strict_mode(
    installation: Installation, owner: Person
) -> None:
    shown = made(owner)
    path = f"/v1/keys/{shown['id']}"
    changed = owner.patch(path, {"label": "  Outlet ", "assertion_key": public_pem()})
    assert changed.status_code == 200, changed.text
    assert changed.json()["label"] == "Outlet"
    assert changed.json()["origins"] == ORIGINS
    fields = stored(installation, shown["id"])
    assert fields["assertion_key"] == public_pem()
    assert fields["epoch"] == 1
    back = owner.patch(path, {"assertion_key": None})
    assert back.json()["assertion_key"] is None
    assert back.json()["label"] == "Outlet"


@pytest.mark.parametrize(
    ("origins", "epoch"),
    [
        ([*ORIGINS, "https://other.example"], 1),
        (ORIGINS[::-1], 1),
        (ORIGINS[:1], 2),
        (["https://other.example"], 2),
    ],
)
def test_an_origin_that_is_taken_away_takes_its_tokens_along(
    installation: Installation, owner: Person, origins: list[str], epoch: int
) -> None:
    shown = made(owner)
    assert owner.patch(f"/v1/keys/{shown['id']}", {"origins": origins}).status_code == 200
    assert stored(installation, shown["id"])["epoch"] == epoch


def test_both_keys_of_a_rotation_live_through_its_overlap(
    installation: Installation, owner: Person
) -> None:
    old = made(owner, assertion_key=public_pem())
    answer = owner.post(f"/v1/keys/{old['id']}/rotate", {"overlap_hours": 48})
    assert answer.status_code == 201, answer.text
    new = answer.json()
    assert keys.parse(new["key"]).id == new["id"] != old["id"]
    same = ("label", "origins", "assertion_key")
    assert [new[name] for name in same] == [old[name] for name in same]
    rows = {row["id"]: row for row in owner.get("/v1/keys").json()["keys"]}
    assert rows[new["id"]]["expires_ms"] is None
    assert rows[old["id"]]["state"] == "active"
    assert rows[old["id"]]["expires_ms"] - rows[new["id"]]["created_ms"] == 48 * 3_600_000
    again = owner.post(f"/v1/keys/{old['id']}/rotate", {"overlap_hours": 48})
    assert code(again) == (409, "key_retired")


def test_a_rotation_without_overlap_ends_the_old_key_at_once(owner: Person) -> None:
    old = made(owner)
    assert owner.post(f"/v1/keys/{old['id']}/rotate", {"overlap_hours": 0}).status_code == 201
    assert code(owner.patch(f"/v1/keys/{old['id']}", {"label": "x"})) == (409, "key_retired")


def test_a_disabled_key_is_dead_for_good_and_its_epoch_is_raised(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    shown = made(owner)
    path = f"/v1/keys/{shown['id']}"
    for _ in range(2):
        answer = owner.post(f"{path}/disable", {})
        assert (answer.status_code, answer.json()["state"]) == (200, "disabled")
    fields = stored(installation, shown["id"])
    assert (fields["state"], fields["epoch"]) == ("disabled", 2)
    assert code(owner.patch(path, {"label": "again"})) == (409, "key_retired")
    assert code(owner.post(f"{path}/rotate", {})) == (409, "key_retired")
    actions = [row["action"] for row in audit(installation, customer)]
    assert actions.count("key_disabled") == 1


def test_every_change_is_on_record_by_opaque_ids(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    shown = made(owner)
    path = f"/v1/keys/{shown['id']}"
    owner.patch(path, {"label": "Outlet"}).raise_for_status()
    new = owner.post(f"{path}/rotate", {"overlap_hours": 1}).json()
    owner.post(f"{path}/disable", {}).raise_for_status()
    log = audit(installation, customer)[-4:]
    user = owner.get("/v1/me").json()["user"]["id"]
    assert [row["action"] for row in log] == [
        "key_created",
        "key_changed",
        "key_rotated",
        "key_disabled",
    ]
    assert {row["actor"] for row in log} == {user}
    assert {row["subject"] for row in log} == {shown["id"]}
    assert log[2]["detail"] == {"successor": new["id"], "overlap_hours": 1}
    assert "Outlet" not in repr(log)


def test_what_the_log_cannot_note_does_not_happen(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    head = installation.firestore.client("console").document(f"tenants/{customer.tenant}")
    before = (head.get().to_dict() or {})["audit_seq"]
    head.update({"audit_seq": "no number"})
    assert owner.post("/v1/keys", NEW).status_code == 500
    head.update({"audit_seq": before})
    assert [row["label"] for row in owner.get("/v1/keys").json()["keys"]] == ["first"]


def test_one_more_live_key_than_allowed_is_refused_until_one_is_disabled(owner: Person) -> None:
    shown = [made(owner) for _ in range(MAX_LIVE_KEYS - 1)]
    assert code(owner.post("/v1/keys", NEW)) == (409, "keys_too_many")
    first = f"/v1/keys/{shown[0]['id']}"
    assert code(owner.post(f"{first}/rotate", {"overlap_hours": 1})) == (409, "keys_too_many")
    assert owner.post(f"{first}/rotate", {"overlap_hours": 0}).status_code == 201
    owner.post(f"/v1/keys/{shown[1]['id']}/disable", {}).raise_for_status()
    assert owner.post("/v1/keys", NEW).status_code == 201
