"""Every promise is checked live: break one control, and exactly its row turns red."""

import json
import secrets
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.cloud.storage import Bucket
from google.cloud.storage.bucket import EncryptionEnforcementConfig

from infra.local.identity.projects import HOME_PROJECT, STORAGE_AGENT
from tests.function_processes import ROOT
from tests.functions.console_visitors import Customer, Installation, Person, audit, code, new_id
from tests.functions.test_console_erasures import LONG_AGO, become
from tests.local_services import account
from tests.seal_world import REGION, Vault

SESSION = new_id("s_", 26)
ALWAYS_SKIPPED = {"key_state", "key_age", "second_factors", "audit_chain", "erasures"}


@pytest.fixture
def customer(installation: Installation) -> Customer:
    return installation.customer()


@pytest.fixture
def owner(installation: Installation, customer: Customer) -> Person:
    return installation.owner(customer)


@pytest.fixture
def bucket(installation: Installation, customer: Customer) -> Bucket:
    """The customer's bucket in an administrator's hands."""
    found: Bucket = installation.storage.client("witness").get_bucket(customer.bucket)
    return found


def rows(person: Person) -> dict[str, dict[str, Any]]:
    """Return the checks by their ids."""
    answer = person.get("/v1/posture")
    assert answer.status_code == 200, answer.text
    return {row["id"]: row for row in answer.json()["checks"]}


def states(person: Person, state: str) -> set[str]:
    """Return the ids of the checks in this state."""
    return {name for name, row in rows(person).items() if row["state"] == state}


def test_a_fresh_tenant_keeps_every_promise_and_each_row_says_what_was_read(
    owner: Person, customer: Customer
) -> None:
    answer = owner.get("/v1/posture").json()
    assert [row["id"] for row in answer["checks"] if row["state"] == "fail"] == []
    assert states(owner, "not_applicable") == ALWAYS_SKIPPED
    assert answer["standing"] == "pass"
    assert answer["counts"] == {"pass": 13, "fail": 0, "not_applicable": 5}
    assert (answer["tenant"], answer["name"]) == (customer.tenant, customer.name)
    now = datetime.now(UTC).timestamp() * 1000
    for row in answer["checks"]:
        assert row["title"]
        assert row["read"]
        assert row["source"]
        assert row["says"].endswith(".")
        assert row["todo"] is None
        assert abs(row["at_ms"] - now) < 60_000
    assert customer.bucket in rows(owner)["access"]["source"]


def relabel(bucket: Bucket) -> None:
    bucket.labels = {"sealtape-tenant": "tn_" + "z" * 16}
    bucket.patch()


def allow_lists(bucket: Bucket) -> None:
    bucket.iam_configuration.uniform_bucket_level_access_enabled = False
    bucket.patch()


def allow_public(bucket: Bucket) -> None:
    bucket.iam_configuration.public_access_prevention = "inherited"
    bucket.patch()


def keep_deleted(bucket: Bucket) -> None:
    bucket.soft_delete_policy.retention_duration_seconds = 7 * 24 * 3600
    bucket.patch()


def keep_longer(bucket: Bucket) -> None:
    rules = [dict(rule) for rule in bucket.lifecycle_rules]
    rules[0]["condition"] = {"daysSinceCustomTime": 31}
    bucket.lifecycle_rules = rules
    bucket.patch()


def drop_the_backstop(bucket: Bucket) -> None:
    bucket.lifecycle_rules = [dict(rule) for rule in bucket.lifecycle_rules][:1]
    bucket.patch()


def accept_callers_keys(bucket: Bucket) -> None:
    config = EncryptionEnforcementConfig("NotRestricted")
    bucket.encryption.customer_supplied_encryption_enforcement_config = config
    bucket.patch()


def let_in(role: str, name: str, **more: object) -> Callable[[Bucket], None]:
    def grant(bucket: Bucket) -> None:
        policy = bucket.get_iam_policy(requested_policy_version=3)
        policy.version = 3
        member = f"serviceAccount:{account(name)}"
        policy.bindings = [*policy.bindings, {"role": role, "members": {member}, **more}]
        bucket.set_iam_policy(policy)

    return grant


def shut_out(bucket: Bucket) -> None:
    policy = bucket.get_iam_policy(requested_policy_version=3)
    policy.bindings = policy.bindings[:1]
    bucket.set_iam_policy(policy)


STALE = {
    "title": "op_" + "a" * 16,
    "expression": "request.time < timestamp('2099-01-01T00:00:00Z')",
}


@pytest.mark.parametrize(
    ("broken", "row"),
    [
        (relabel, "own_bucket"),
        (allow_lists, "uniform_access"),
        (allow_public, "public_access"),
        (keep_deleted, "deletion"),
        (keep_longer, "retention"),
        (drop_the_backstop, "retention"),
        (accept_callers_keys, "encryption_enforcement"),
        (let_in("roles/storage.objectViewer", "witness"), "access"),
        (let_in("roles/storage.objectUser", "resealer"), "access"),
        (let_in("roles/storage.objectUser", "resealer", condition=STALE), "access"),
        (shut_out, "access"),
    ],
)
def test_a_broken_control_of_the_bucket_turns_exactly_its_row_red(
    owner: Person, bucket: Bucket, broken: Callable[[Bucket], None], row: str
) -> None:
    broken(bucket)
    assert states(owner, "fail") == {row}
    found = rows(owner)[row]
    assert found["todo"]
    assert found["notice"] is False
    assert owner.get("/v1/posture").json()["standing"] == "fail"


def test_another_default_key_turns_the_row_of_encryption_red(
    owner: Person, bucket: Bucket, vault: Vault
) -> None:
    client = vault.keys(account("witness"))
    place = f"projects/{HOME_PROJECT}/locations/{REGION}"
    ring = f"ring-{secrets.token_hex(4)}"
    client.create_key_ring(request={"parent": place, "key_ring_id": ring})
    parent, made = f"{place}/keyRings/{ring}", {"purpose": 1}
    key = client.create_crypto_key(
        request={"parent": parent, "crypto_key_id": "other", "crypto_key": made}
    )
    role = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
    bindings = [{"role": role, "members": [f"serviceAccount:{STORAGE_AGENT}"]}]
    client.set_iam_policy(request={"resource": key.name, "policy": {"bindings": bindings}})
    bucket.default_kms_key_name = key.name
    bucket.patch()
    assert states(owner, "fail") == {"encryption"}
    assert key.name in rows(owner)["encryption"]["read"]


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"location": "europe-west4"}, "region"),
        ({"retention_days": 29}, "retention"),
    ],
)
def test_a_bucket_that_is_not_what_was_agreed_turns_its_row_red(
    installation: Installation,
    customer: Customer,
    owner: Person,
    changes: dict[str, object],
    row: str,
) -> None:
    config = installation.firestore.client("edge-config")
    config.document(f"tenants/{customer.tenant}").update(changes)
    assert states(owner, "fail") == {row}


def test_a_bucket_that_another_tenants_record_names_is_not_ones_own(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    other = installation.customer()
    config = installation.firestore.client("edge-config")
    config.document(f"tenants/{other.tenant}").update({"bucket": customer.bucket})
    assert states(owner, "fail") == {"own_bucket"}
    assert other.tenant not in owner.get("/v1/posture").text


def test_a_policy_that_was_changed_behind_our_back_turns_its_row_red(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    document = installation.firestore.client("edge-config").document(
        f"policies/{customer.tenant}-1"
    )
    text = (document.get().to_dict() or {})["document"]
    document.update({"document": text.replace('"allow":[]', '"allow":["inputs"]')})
    assert states(owner, "fail") == {"policy"}


@pytest.mark.parametrize(("days", "old"), [(364, False), (367, True)])
def test_an_old_sdk_key_is_noticed_after_a_year(
    installation: Installation, customer: Customer, owner: Person, days: int, old: bool
) -> None:
    key = owner.get("/v1/keys").json()["keys"][0]["id"]
    config = installation.firestore.client("edge-config")
    config.document(f"sdkKeys/{key}").update({"created": datetime.now(UTC) - timedelta(days=days)})
    assert states(owner, "fail") == ({"sdk_key_age"} if old else set())
    assert owner.get("/v1/posture").json()["standing"] == ("notice" if old else "pass")


def test_an_sdk_key_with_a_wildcard_is_noticed(owner: Person) -> None:
    origins = ["https://*.shop.example"]
    assert owner.post("/v1/keys", {"label": "wide", "origins": origins}).status_code == 201
    assert states(owner, "fail") == {"sdk_key_origins"}
    assert rows(owner)["sdk_key_origins"]["notice"] is True


def test_an_erasure_shows_with_its_grant_while_it_runs_and_with_its_receipt_after(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    installation.store(customer, SESSION, new_id("p_", 16), 0, start=LONG_AGO)
    name = owner.post("/v1/erasures", {"kind": "session", "session": SESSION}).json()["id"]
    installation.operator.post("/v1/tick").raise_for_status()
    running = rows(owner)
    assert running["access"]["state"] == "pass"
    assert "resealer" in running["access"]["read"]
    assert running["erasures"]["read"] == "0 done, 1 under way, 0 failed"
    installation.finish(name)
    assert owner.get(f"/v1/erasures/{name}").json()["receipt"]
    done = rows(owner)
    assert (done["erasures"]["state"], done["access"]["state"]) == ("pass", "pass")
    assert "resealer" not in done["access"]["read"]

    ledger = installation.firestore.client("console")
    entry = ledger.document(f"tenants/{customer.tenant}/erasures/{name}")
    entry.update({"receipt": owner.get("/v1/posture/report").json()["receipt"]})
    assert states(owner, "fail") == {"erasures"}


def test_an_erasure_that_failed_is_red_until_the_same_was_carried_out(
    installation: Installation, customer: Customer, owner: Person, bucket: Bucket
) -> None:
    installation.store(customer, SESSION, new_id("p_", 16), 0, start=LONG_AGO)
    order = {"kind": "session", "session": SESSION}
    bucket.reload()
    bucket.soft_delete_policy.retention_duration_seconds = 7 * 86_400
    bucket.patch()
    owner.post("/v1/erasures", order)
    installation.operator.post("/v1/tick").raise_for_status()
    assert states(owner, "fail") == {"erasures", "deletion"}
    bucket.soft_delete_policy.retention_duration_seconds = 0
    bucket.patch()
    assert states(owner, "fail") == {"erasures"}
    installation.finish(owner.post("/v1/erasures", order).json()["id"])
    assert states(owner, "fail") == set()
    assert rows(owner)["erasures"]["read"] == "1 done, 0 under way, 1 failed"


def test_a_bucket_that_is_gone_is_no_pass(owner: Person, bucket: Bucket) -> None:
    bucket.delete()
    failed = states(owner, "fail")
    assert {"own_bucket", "region", "access", "encryption", "retention"} <= failed
    assert not failed & {"policy", "sdk_key_age", "transport"}


def test_a_report_is_recorded_first_and_checked_offline(
    installation: Installation, customer: Customer, owner: Person, tmp_path: Path
) -> None:
    answer = owner.get("/v1/posture/report")
    assert answer.headers["content-disposition"] == 'attachment; filename="posture.json"'
    assert audit(installation, customer)[-1]["action"] == "posture_reported"
    file, keys = tmp_path / "posture.json", tmp_path / "keys.json"
    file.write_text(answer.text)
    keys.write_text(installation.member.get("/v1/receipts/keys").text)
    command = [sys.executable, "-m", "lib.receipts", str(file), str(keys), "--kind", "posture"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    said = json.loads(checked.stdout)
    shown = {name: value for name, value in answer.json().items() if name != "receipt"}
    assert {name: said[name] for name in shown} == shown
    assert len(said["checks"]) == 18
    forged = answer.json()["receipt"].split(".")
    file.write_text(".".join([forged[0], forged[1][:-4] + "AAAA", forged[2]]))
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 1


@pytest.mark.parametrize("path", ["/v1/posture", "/v1/posture/report"])
@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("admin", 200), ("auditor", 200), ("viewer", 403)]
)
def test_who_sees_the_posture(
    installation: Installation,
    customer: Customer,
    owner: Person,
    role: str,
    status: int,
    path: str,
) -> None:
    become(installation, customer, owner, role)
    assert owner.get(path).status_code == status
    assert code(installation.member.get(path)) == (401, "not_signed_in")
