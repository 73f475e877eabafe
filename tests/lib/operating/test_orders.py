"""An order for a tenant is checked before anything is drawn or stored for it."""

from typing import Any

import pytest

from lib.allowlists import OriginRefused
from lib.errors import Malformed
from lib.identifiers import OPERATION, matches
from lib.operating.orders import MAX_RETENTION_DAYS, operation_id, parse_order

GOOD: dict[str, Any] = {
    "name": "acme",
    "region": "europe-west1",
    "owner_email": "owner@acme.example",
    "retention_days": 30,
    "origins": ["https://shop.example", "http://127.0.0.1:8300"],
}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "abc"},
        {"name": "a" * 40},
        {"name": "a-1-b"},
        {"region": "us-central1"},
        {"region": "northamerica-northeast12"},
        {"retention_days": 1},
        {"retention_days": MAX_RETENTION_DAYS},
    ],
    ids=str,
)
def test_an_order_within_the_bounds_is_taken(changes: dict[str, Any]) -> None:
    parse_order({**GOOD, **changes})


def test_retention_is_thirty_days_unless_said() -> None:
    assert (
        parse_order({k: v for k, v in GOOD.items() if k != "retention_days"}).retention_days == 30
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "ab"},
        {"name": "a" * 41},
        {"name": "Acme"},
        {"name": "1acme"},
        {"name": "acme-"},
        {"name": "acme\n"},
        {"name": "acmé"},
        {"name": "../acme"},
        {"name": None},
        {"region": "EU"},
        {"region": "europe"},
        {"region": "europe-west1/x"},
        {"region": 7},
        {"retention_days": 0},
        {"retention_days": MAX_RETENTION_DAYS + 1},
        {"retention_days": 30.0},
        {"retention_days": True},
        {"retention_days": "30"},
        {"origins": "https://shop.example"},
        {"origins": [7]},
        {"owner_email": "owner"},
        {"extra": 1},
    ],
    ids=str,
)
def test_an_order_outside_them_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        parse_order({**GOOD, **changes})


@pytest.mark.parametrize("origins", [[], ["*"], ["https://*.com"], ["https://shop.example/"]])
def test_an_origin_that_lets_strangers_in_is_refused(origins: list[str]) -> None:
    with pytest.raises(OriginRefused):
        parse_order({**GOOD, "origins": origins})


def test_a_name_has_one_operation() -> None:
    assert operation_id("acme") == operation_id("acme") != operation_id("acme2")
    assert matches(OPERATION, operation_id("acme"))
