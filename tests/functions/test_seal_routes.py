"""An owner changes the seal over HTTP, an operator a tenant's state; others may not."""

import time

import pytest

from lib.seal.proofs import LABEL
from tests.functions.console_visitors import Customer, Installation, Person, new_id
from tests.local_services import account
from tests.seal_world import REGION, Vault

OURS = {"mode": "customer_managed"}


@pytest.fixture(autouse=True)
def _real_time(vault: Vault) -> None:
    """Other tests move the vault's clock; here functions run by their own."""
    vault.set_clock(time.time())


@pytest.fixture
def customer(installation: Installation) -> Customer:
    return installation.customer()


@pytest.fixture
def owner(installation: Installation, customer: Customer) -> Person:
    return installation.owner(customer)


def test_a_fresh_tenant_is_sealed_by_google(owner: Person) -> None:
    assert owner.get("/v1/seal").json() == {
        "mode": "google_managed",
        "kms_key": None,
        "location": REGION,
        "state": "available",
        "reason": None,
        "operation": None,
    }


def test_an_owner_orders_a_key_and_a_tick_switches_to_it(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    ordered = owner.put("/v1/seal", OURS)
    assert ordered.status_code == 202
    assert ordered.json()["operation"]["abortable"]
    installation.operator.post("/v1/tick").raise_for_status()
    found = owner.get("/v1/seal").json()
    assert (found["mode"], found["operation"]["step"]) == ("customer_managed", "reseal")
    assert not found["operation"]["abortable"]
    bucket = installation.storage.client("ingest").bucket(customer.bucket)
    bucket.blob("s/x").upload_from_string(b"x", if_generation_match=0)
    witness = installation.storage.client("witness").bucket(customer.bucket)
    sealed = witness.get_blob("s/x").kms_key_name
    assert sealed == f"{found['kms_key']}/cryptoKeyVersions/1"


def test_a_proof_is_asked_for_with_all_that_its_owner_needs(
    installation: Installation, owner: Person
) -> None:
    key = f"projects/customer-keys/locations/{REGION}/keyRings/r/cryptoKeys/{new_id('k', 8)}"
    owner.put("/v1/seal", {"mode": "customer_managed", "kms_key": key})
    installation.operator.post("/v1/tick").raise_for_status()
    proof = owner.get("/v1/seal").json()["operation"]["proof"]
    assert (proof["key"], proof["label"]) == (key, LABEL)
    assert len(proof["value"]) == 26
    assert proof["agent"].endswith("@gs-project-accounts.iam.gserviceaccount.com")
    assert proof["viewer"] == account("provision-bucket")
    assert owner.put("/v1/seal", OURS).json()["code"] == "seal_busy"
    aborted = owner.post("/v1/seal/abort", {}).json()["operation"]
    assert (aborted["aborted"], aborted["abortable"], aborted["proof"]) == (True, False, None)
    installation.operator.post("/v1/tick").raise_for_status()
    assert owner.get("/v1/seal").json()["operation"]["error"] == "seal_aborted"
    assert owner.post("/v1/seal/abort", {}).json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "malformed"),
        ({"mode": "none"}, "malformed"),
        ({"mode": "google_managed", "kms_key": "projects/p"}, "malformed"),
        ({"mode": "customer_managed", "kms_key": 7}, "malformed"),
        ({"mode": "customer_managed", "kms_key": "k" * 300}, "malformed"),
        (
            {
                "mode": "customer_managed",
                "kms_key": "projects/some-keys/locations/us-east1/keyRings/r/cryptoKeys/k",
            },
            "seal_key_refused",
        ),
        ({"mode": "customer_managed", "more": 1}, "malformed"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_at_once(
    owner: Person, body: dict[str, object], code: str
) -> None:
    assert owner.put("/v1/seal", body).json()["code"] == code


def test_without_a_key_there_is_nothing_to_reseal_by(owner: Person) -> None:
    assert owner.post("/v1/seal/reseal", {}).json()["code"] == "malformed"


@pytest.mark.parametrize("role", ["admin", "viewer", "auditor"])
def test_only_an_owner_changes_the_seal(
    installation: Installation, customer: Customer, owner: Person, role: str
) -> None:
    me = owner.get("/v1/me").json()["user"]["id"]
    console = installation.firestore.client("console")
    console.document(f"tenants/{customer.tenant}/members/{me}").update({"role": role})
    answers = [
        owner.put("/v1/seal", OURS),
        owner.post("/v1/seal/abort", {}),
        owner.post("/v1/seal/reseal", {}),
    ]
    assert [answer.json()["code"] for answer in answers] == ["role_insufficient"] * 3
    assert owner.get("/v1/seal").status_code == (403 if role == "viewer" else 200)


def test_an_operator_suspends_resumes_and_retires(
    installation: Installation, customer: Customer
) -> None:
    def ask(verb: str, **body: str) -> tuple[int, str]:
        answer = installation.operator.post(f"/v1/tenants/{customer.tenant}/{verb}", json=body)
        found = answer.json()
        return answer.status_code, found.get("code") or found["operation"]

    def state() -> str:
        installation.operator.post("/v1/tick").raise_for_status()
        rows = installation.operator.get("/v1/tenants").json()["tenants"]
        return str(next(row["state"] for row in rows if row["id"] == customer.tenant))

    assert ask("resume")[0] == 202  # it is active: nothing will change
    assert ask("retire", name=customer.name) == (409, "tenant_state")
    first = ask("suspend")
    assert first[0] == 202
    assert ask("suspend") == (200, first[1])
    assert state() == "suspended"
    assert ask("suspend") == (200, first[1])
    assert ask("resume")[0] == 202
    assert state() == "active"
    assert ask("suspend")[0] == 202
    assert state() == "suspended"
    assert ask("retire", name="another") == (400, "malformed")
    retiring = ask("retire", name=customer.name)
    assert retiring[0] == 202
    assert state() == "retiring"
    assert ask("retire", name=customer.name) == (200, retiring[1])
    assert ask("resume") == (409, "tenant_state")


def test_an_unknown_tenant_is_not_found(installation: Installation) -> None:
    for name in ("tn_" + "z" * 16, "x", "tn_" + "A" * 16):
        assert installation.operator.post(f"/v1/tenants/{name}/suspend", json={}).status_code == 404
