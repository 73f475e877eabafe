"""What members ask of SDK keys is checked at both sides of every limit, before it is on record."""

from typing import Any

import pytest

from lib.key_forms import MAX_LABEL_CHARS, MAX_OVERLAP_HOURS
from tests.functions.console_visitors import (
    P384,
    Customer,
    Installation,
    Person,
    audit,
    code,
    private_pem,
    public_pem,
)

NEW = {"label": "Shop", "origins": ["https://shop.example"]}


@pytest.fixture(scope="module")
def customer(installation: Installation) -> Customer:
    return installation.customer()


@pytest.fixture(scope="module")
def owner(installation: Installation, customer: Customer) -> Person:
    return installation.owner(customer)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"label": ""}, "malformed"),
        ({"label": "x" * (MAX_LABEL_CHARS + 1)}, "malformed"),
        ({"label": "a\nb"}, "malformed"),
        ({"label": 7}, "malformed"),
        ({"origins": "https://shop.example"}, "malformed"),
        ({"origins": [7]}, "malformed"),
        ({"unknown": 1}, "malformed"),
        ({"assertion_key": 7}, "malformed"),
        ({"assertion_key": "x" * 2_000}, "malformed"),
        ({"origins": []}, "origin_refused"),
        ({"origins": ["https://*.co.uk"]}, "origin_refused"),
        ({"origins": ["https://*.github.io"]}, "origin_refused"),
        ({"origins": ["http://shop.example"]}, "origin_refused"),
        ({"assertion_key": "not a key"}, "assertion_key_refused"),
        ({"assertion_key": public_pem(P384)}, "assertion_key_refused"),
        ({"assertion_key": private_pem()}, "assertion_key_refused"),
    ],
)
def test_what_no_key_can_be_is_refused_when_made_and_when_changed(
    installation: Installation, customer: Customer, owner: Person, change: Any, refusal: str
) -> None:
    key = owner.get("/v1/keys").json()["keys"][0]["id"]
    before = audit(installation, customer)
    for answer in (
        owner.post("/v1/keys", {**NEW, **change}),
        owner.patch(f"/v1/keys/{key}", change),
    ):
        assert answer.json()["code"] == refusal, answer.text
    assert audit(installation, customer) == before


def test_a_label_of_the_longest_kind_is_taken(owner: Person) -> None:
    longest = "x" * MAX_LABEL_CHARS
    answer = owner.post("/v1/keys", {**NEW, "label": longest})
    assert (answer.status_code, answer.json()["label"]) == (201, longest)


@pytest.mark.parametrize("hours", [-1, MAX_OVERLAP_HOURS + 1, 1.5, "24", True, None])
def test_an_overlap_outside_its_bounds_is_refused(owner: Person, hours: object) -> None:
    key = owner.get("/v1/keys").json()["keys"][0]["id"]
    answer = owner.post(f"/v1/keys/{key}/rotate", {"overlap_hours": hours})
    assert code(answer) == (400, "malformed")


def test_the_longest_overlap_is_taken(owner: Person) -> None:
    key = owner.get("/v1/keys").json()["keys"][0]["id"]
    answer = owner.post(f"/v1/keys/{key}/rotate", {"overlap_hours": MAX_OVERLAP_HOURS})
    assert answer.status_code == 201


@pytest.mark.parametrize("key", ["a" * 12, "A" * 12, "a" * 13, "%2e%2e", "a" * 2_000])
def test_a_key_that_does_not_exist_is_not_found(owner: Person, key: str) -> None:
    assert code(owner.patch(f"/v1/keys/{key}", {"label": "x"})) == (404, "not_found")
    assert code(owner.post(f"/v1/keys/{key}/disable", {})) == (404, "not_found")
