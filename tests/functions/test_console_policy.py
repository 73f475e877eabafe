"""Members read the policy, owners and admins replace it: one version after another, on record."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lib.console.tenant_policies import HISTORY
from lib.policies import parse_document
from tests.functions.console_visitors import Customer, Installation, Person, audit, code

ASKED = {"allow": ["text", "images"], "sampling": 0.5, "honour": {"gpc": True, "dnt": True}}


@pytest.fixture
def customer(installation: Installation) -> Customer:
    return installation.customer()


@pytest.fixture
def owner(installation: Installation, customer: Customer) -> Person:
    return installation.owner(customer)


def current(installation: Installation, customer: Customer) -> tuple[int, dict[str, Any]]:
    """Return the version and the document that the public functions read."""
    config = installation.firestore.client("edge-config")
    tenant = config.document(f"tenants/{customer.tenant}").get().to_dict() or {}
    version = tenant["policy_version"]
    stored = config.document(f"policies/{customer.tenant}-{version}").get().to_dict() or {}
    return version, stored


def test_a_new_tenant_reads_that_nothing_is_allowed(owner: Person) -> None:
    answer = owner.get("/v1/policy").json()
    assert (answer["version"], answer["policy"]["allow"]) == (1, [])
    assert answer["by"] == {"id": "operator", "email": None}
    assert [row["version"] for row in answer["history"]] == [1]


def test_a_change_is_the_next_version_with_who_and_when(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    answer = owner.put("/v1/policy", {"version": 1, "policy": ASKED})
    assert answer.status_code == 200, answer.text
    me = owner.get("/v1/me").json()["user"]
    shown = answer.json()
    assert (shown["version"], shown["by"]) == (2, me)
    assert shown["policy"]["allow"] == ["text", "images"]
    assert [(row["version"], row["by"]["id"]) for row in shown["history"]] == [
        (2, me["id"]),
        (1, "operator"),
    ]
    assert owner.get("/v1/policy").json() == shown
    version, stored = current(installation, customer)
    assert (version, stored["version"], stored["by"]) == (2, 2, me["id"])
    policy = parse_document(stored["document"])
    assert (policy.hash, policy.text) == (stored["hash"], stored["document"])
    assert shown["hash"] == stored["hash"]
    assert round(stored["created"].timestamp() * 1000) == shown["created_ms"]


def test_a_change_is_on_record_with_the_hash_of_what_was_asked(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    shown = owner.put("/v1/policy", {"version": 1, "policy": ASKED}).json()
    last = audit(installation, customer)[-1]
    assert (last["action"], last["subject"]) == ("policy_changed", "policy_2")
    assert last["actor"] == owner.get("/v1/me").json()["user"]["id"]
    assert last["detail"] == {"version": 2, "hash": shown["hash"]}


def test_what_the_log_cannot_note_does_not_happen(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    head = installation.firestore.client("console").document(f"tenants/{customer.tenant}")
    head.update({"audit_seq": "no number"})
    assert owner.put("/v1/policy", {"version": 1, "policy": ASKED}).status_code == 500
    assert current(installation, customer)[0] == 1


@pytest.mark.parametrize("version", [2, 3, 2**31 - 1])
def test_a_version_that_is_not_the_current_one_conflicts_and_leaves_no_trace(
    installation: Installation, customer: Customer, owner: Person, version: int
) -> None:
    before = audit(installation, customer)
    answer = owner.put("/v1/policy", {"version": version, "policy": ASKED})
    assert code(answer) == (409, "policy_conflict")
    assert audit(installation, customer) == before
    assert current(installation, customer)[0] == 1


def test_of_two_changes_at_once_one_wins_and_the_log_tells_which(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    asked = [{"version": 1, "policy": {"allow": [name]}} for name in ("text", "images", "errors")]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda body: owner.put("/v1/policy", body), asked))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    won = next(answer.json() for answer in answers if answer.status_code == 200)
    version, stored = current(installation, customer)
    assert (version, stored["hash"]) == (2, won["hash"])
    log = [row for row in audit(installation, customer) if row["action"].startswith("policy_")]
    asked_for = [row["detail"]["hash"] for row in log if row["action"] == "policy_changed"]
    refused = [row["detail"]["hash"] for row in log if row["action"] == "policy_changed_refused"]
    assert set(asked_for) - set(refused) == {won["hash"]}
    assert len(asked_for) == len(refused) + 1


def test_what_changes_nothing_makes_no_version(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    first = owner.put("/v1/policy", {"version": 1, "policy": ASKED}).json()
    before = audit(installation, customer)
    reordered = {**ASKED, "allow": ["images", "text", "text"], "paths": []}
    again = owner.put("/v1/policy", {"version": 2, "policy": reordered})
    assert again.json() == first
    assert audit(installation, customer) == before


def test_the_history_holds_the_newest_versions(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    newest = HISTORY + 2
    config = installation.firestore.client("edge-config")
    first = config.document(f"policies/{customer.tenant}-1").get().to_dict() or {}
    batch = config.batch()
    for version in range(2, newest + 1):
        document = parse_document({"version": version}).text
        fields = {**first, "version": version, "document": document}
        batch.set(config.document(f"policies/{customer.tenant}-{version}"), fields)
    batch.update(config.document(f"tenants/{customer.tenant}"), {"policy_version": newest})
    batch.commit()
    history = owner.get("/v1/policy").json()["history"]
    assert [row["version"] for row in history] == list(range(newest, newest - HISTORY, -1))


@pytest.fixture(scope="module")
def somebody(installation: Installation) -> Person:
    return installation.owner(installation.customer())


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, "malformed"),
        ({"policy": ASKED}, "malformed"),
        ({"version": 1}, "malformed"),
        ({"version": 1, "policy": []}, "malformed"),
        ({"version": "1", "policy": ASKED}, "malformed"),
        ({"version": True, "policy": ASKED}, "malformed"),
        ({"version": 0, "policy": ASKED}, "malformed"),
        ({"version": 2**31, "policy": ASKED}, "malformed"),
        ({"version": 1, "policy": ASKED, "tenant": "tn_x"}, "malformed"),
        ({"version": 1, "policy": {"allow": ["everything"]}}, "policy_malformed"),
        ({"version": 1, "policy": {"sampling": 2}}, "policy_malformed"),
        ({"version": 1, "policy": {"unknown": 1}}, "policy_malformed"),
    ],
)
def test_what_is_no_policy_is_refused(somebody: Person, body: Any, refusal: str) -> None:
    assert somebody.put("/v1/policy", body).json()["code"] == refusal
    assert somebody.get("/v1/policy").json()["version"] == 1
