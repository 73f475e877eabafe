"""Operators order tenants over HTTP; what is secret is shown once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lib import keys
from lib.users import SETUP_TOKEN
from tests.functions.console_visitors import Installation, new_id
from tests.local_services import control


def order(**changes: Any) -> dict[str, Any]:
    name = new_id("shop-", 10)
    return {
        "name": name,
        "region": "europe-west1",
        "owner_email": f"owner@{name}.example",
        "retention_days": 30,
        "origins": ["https://shop.example"],
        **changes,
    }


def test_an_order_is_accepted_at_once_and_done_by_a_tick(installation: Installation) -> None:
    body = order()
    answer = installation.operator.post("/v1/tenants", json=body)
    accepted = answer.json()
    assert answer.status_code == 202
    assert keys.parse(accepted["key"])
    assert SETUP_TOKEN.fullmatch(accepted["setup"])
    path = f"/v1/operations/{accepted['operation']}"
    waiting = installation.operator.get(path).json()
    assert (waiting["state"], waiting["step"]) == ("pending", "reserve_name")
    ticked = installation.operator.post("/v1/tick").json()
    done = installation.operator.get(path).json()
    assert ticked["advanced"] >= len(done["steps"])
    assert (done["state"], done["error"], done["kind"]) == ("done", None, "create_tenant")
    rows = installation.operator.get("/v1/tenants").json()["tenants"]
    row = next(each for each in rows if each["id"] == accepted["tenant"])
    assert (row["name"], row["state"], row["location"]) == (body["name"], "active", "europe-west1")


def test_the_same_order_again_shows_no_secret_and_makes_nothing(
    installation: Installation,
) -> None:
    body = order()
    first = installation.operator.post("/v1/tenants", json=body).json()
    again = installation.operator.post("/v1/tenants", json=body)
    assert again.status_code == 200
    assert again.json() == {**first, "key": None, "setup": None}
    installation.operator.post("/v1/tick")
    assert installation.operator.post("/v1/tenants", json=body).json() == again.json()


def test_of_orders_sent_at_once_one_is_accepted(installation: Installation) -> None:
    body = order()

    def send(_: int) -> int:
        return installation.operator.post("/v1/tenants", json=body).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [200, 200, 200, 202]


def test_no_secret_is_stored(installation: Installation) -> None:
    accepted = installation.operator.post("/v1/tenants", json=order()).json()
    installation.operator.post("/v1/tick")
    random_part = keys.parse(accepted["key"]).random
    for database in ("console", "edge-config"):
        client = installation.firestore.client(database)
        for collection in client.collections():
            for document in collection.stream():
                text = document.reference.path + repr(document.to_dict())
                assert random_part not in text
                assert accepted["setup"] not in text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "Bad Name"}, "malformed"),
        ({"region": "EU"}, "malformed"),
        ({"origins": ["https://*.com"]}, "origin_refused"),
        ({"unknown": 1}, "malformed"),
    ],
)
def test_a_bad_order_is_refused(
    installation: Installation, changes: dict[str, Any], code: str
) -> None:
    answer = installation.operator.post("/v1/tenants", json=order(**changes))
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/tick", 405),
        ("DELETE", "/v1/tenants", 405),
        ("GET", "/v1/operations/op_" + "a" * 16, 404),
        ("GET", "/v1/operations/x", 404),
        ("GET", "/", 404),
    ],
)
def test_nothing_else_is_answered(
    installation: Installation, method: str, path: str, status: int
) -> None:
    assert installation.operator.request(method, path).status_code == status


def test_the_same_name_with_other_words_is_refused_and_says_which(
    installation: Installation,
) -> None:
    body = order()
    installation.operator.post("/v1/tenants", json=body)
    other = {**body, "region": "us-east1", "retention_days": 31}
    answer = installation.operator.post("/v1/tenants", json=other)
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert "region, retention_days" in answer.json()["detail"]


def test_a_name_whose_order_failed_can_be_ordered_again(installation: Installation) -> None:
    body = order()
    installation.operator.post("/v1/tick")  # what other tests ordered
    fault = {"method": "buckets.create", "status": 400, "count": 1}
    control(installation.storage.url, "faults", fault)
    first = installation.operator.post("/v1/tenants", json=body).json()
    installation.operator.post("/v1/tick")
    failed = installation.operator.get(f"/v1/operations/{first['operation']}").json()
    assert (failed["state"], failed["error"]) == ("failed", "bucket_refused")
    again = installation.operator.post("/v1/tenants", json={**body, "region": "us-east1"})
    assert again.status_code == 202
    assert again.json()["operation"] != first["operation"]
    installation.operator.post("/v1/tick")
    rows = installation.operator.get("/v1/tenants").json()["tenants"]
    [row] = [each for each in rows if each["name"] == body["name"]]
    assert (row["id"], row["state"]) == (again.json()["tenant"], "active")
