"""What an order shows once may be shown anew, until the owner has set up; what was lost is void."""

from typing import Any

import pytest

from lib import keys
from lib.users import SETUP_TTL, setup_id
from tests.functions.console_visitors import PASSWORD, Installation, new_id


def reissue(installation: Installation, tenant: str, **body: Any) -> Any:
    """Ask for what was shown once."""
    return installation.operator.post(f"/v1/tenants/{tenant}/reissue", json=body)


def set_up(installation: Installation, token: str) -> int:
    """Use a set-up link; return the answer's status."""
    return installation.post("/v1/setup", {"token": token, "password": PASSWORD}).status_code


def states(installation: Installation, tenant: str) -> dict[str, str]:
    """Return the states of the tenant's keys by their ids."""
    rows = installation.firestore.client("edge-config").collection("sdkKeys").stream()
    return {row.id: row.get("state") for row in rows if row.get("tenant") == tenant}


def audited(installation: Installation, tenant: str) -> dict[str, Any]:
    """Return the tenant's audit entries by their actions."""
    log = installation.firestore.client("console").collection(f"tenants/{tenant}/audit")
    return {row.get("action"): row.to_dict() for row in log.stream()}


def test_a_new_link_voids_the_lost_one_and_leaves_the_key(installation: Installation) -> None:
    first = installation.customer()
    again = reissue(installation, first.name).json()
    assert (again["tenant"], again["key"]) == (first.tenant, None)
    assert set_up(installation, first.setup) == 410
    assert set_up(installation, again["setup"]) == 200
    assert states(installation, first.tenant) == {keys.parse(first.key).id: "active"}


def test_a_new_key_stops_the_lost_one(installation: Installation) -> None:
    first = installation.customer()
    again = reissue(installation, first.tenant, key=True).json()
    old, new = keys.parse(first.key), keys.parse(again["key"])
    assert states(installation, first.tenant) == {old.id: "disabled", new.id: "active"}
    stored = installation.firestore.client("edge-config").document(f"sdkKeys/{new.id}").get()
    assert stored.get("hash") == new.hash()
    assert stored.get("origins") == ["https://shop.example"]


def test_its_own_answer_may_be_lost_as_well(installation: Installation) -> None:
    first = installation.customer()
    links = [reissue(installation, first.name, key=True).json() for _ in range(3)]
    found = list(states(installation, first.tenant).values())
    assert sorted(found) == ["active", "disabled", "disabled", "disabled"]
    assert [set_up(installation, each["setup"]) for each in links] == [410, 410, 200]


def test_an_owner_who_has_set_up_is_left_alone(installation: Installation) -> None:
    first = installation.customer()
    assert set_up(installation, first.setup) == 200
    answer = reissue(installation, first.name, key=True)
    assert (answer.status_code, answer.json()["code"]) == (409, "tenant_state")
    assert "setup_reissued" not in audited(installation, first.tenant)
    assert states(installation, first.tenant) == {keys.parse(first.key).id: "active"}


def test_every_reissue_is_on_the_tenants_record(installation: Installation) -> None:
    first = installation.customer()
    reissue(installation, first.name, key=True)
    found = audited(installation, first.tenant)["setup_reissued"]
    assert (found["actor"], found["detail"]) == ("operator", {"key": True})


def test_the_new_link_lives_as_long_as_a_first_one(installation: Installation) -> None:
    first = installation.customer()
    again = reissue(installation, first.name).json()["setup"]
    link = installation.firestore.client("console").document(f"setups/{setup_id(again)}").get()
    age = link.get("expire_at") - link.create_time - SETUP_TTL
    assert abs(age.total_seconds()) < 60


@pytest.mark.parametrize(
    ("tenant", "body", "code"),
    [
        ("nobody-has-this-name", {}, "not_found"),
        ("tn_" + "a" * 16, {}, "not_found"),
        ("../x", {}, "not_found"),
        ("nobody-has-this-name", {"key": "yes"}, "malformed"),
        ("nobody-has-this-name", {"owner_email": "me@evil.example"}, "malformed"),
    ],
)
def test_anything_else_is_refused(
    installation: Installation, tenant: str, body: dict[str, Any], code: str
) -> None:
    assert reissue(installation, tenant, **body).json()["code"] == code


def test_a_tenant_that_is_not_there_yet_is_said_so(installation: Installation) -> None:
    body = {
        "name": new_id("shop-", 10),
        "region": "europe-west1",
        "owner_email": "owner@not-yet.example",
        "origins": ["https://shop.example"],
    }
    tenant = installation.operator.post("/v1/tenants", json=body).json()["tenant"]
    assert reissue(installation, tenant).status_code == 404
    installation.operator.post("/v1/tick")
    assert reissue(installation, tenant).status_code == 200
