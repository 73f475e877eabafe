"""Refused handshakes, folded by a tick: each once, for the tenant that the key belongs to."""

from typing import Any

import pytest

from lib.days import day_of
from lib.identifiers import TenantId
from lib.refusal_reasons import COLLECTION
from lib.refusal_sums import KEPT_DAYS, RefusalReports, RefusalSums
from tests.edge_world import NOW, Edge, Site

TODAY = day_of(NOW)


@pytest.fixture
def sums(edge: Edge) -> RefusalSums:
    return RefusalSums(edge.client("edge-config"))


def pending(edge: Edge, name: str, keys: Any, day: str = TODAY) -> None:
    edge.write(f"{COLLECTION}/{name}", {"day": day, "keys": keys})


def report(edge: Edge, site: Site, *days: str) -> dict[tuple[str, str], dict[str, int]]:
    reports = RefusalReports(edge.client("edge-config"), TenantId(site.tenant))
    return reports.days(list(days or (TODAY,)))


def test_documents_of_many_instances_add_up_for_each_keys_own_tenant(
    edge: Edge, sums: RefusalSums
) -> None:
    one, other = edge.site(), edge.site()
    pending(edge, "a", {one.key.id: {"wrong_origin": 2}, other.key.id: {"key_disabled": 1}})
    pending(edge, "b", {one.key.id: {"wrong_origin": 3, "quota_exceeded": 1}})
    pending(edge, "c", {one.key.id: {"wrong_origin": 9}}, day="20261122")
    assert sums.fold() == 3
    assert report(edge, one) == {(TODAY, one.key.id): {"wrong_origin": 5, "quota_exceeded": 1}}
    assert report(edge, one, "20261122") == {("20261122", one.key.id): {"wrong_origin": 9}}
    assert report(edge, other) == {(TODAY, other.key.id): {"key_disabled": 1}}


def test_a_second_tick_adds_nothing(edge: Edge, sums: RefusalSums) -> None:
    site = edge.site()
    pending(edge, "a", {site.key.id: {"wrong_origin": 2}})
    assert [sums.fold(), sums.fold()] == [1, 0]
    assert report(edge, site) == {(TODAY, site.key.id): {"wrong_origin": 2}}
    assert edge.listed(COLLECTION, "edge-config") == []


@pytest.mark.parametrize(
    "keys",
    [
        None,
        {},
        {"q" * 12: {"wrong_origin": 1}},
        {"../tenants": {"wrong_origin": 1}},
        {"KEY": "x"},
        {"KEY": {"wrong_origin": -5, "quota_exceeded": True, "<b>": 3, "key_disabled": "9"}},
    ],
)
def test_what_handshake_cannot_have_meant_counts_nothing(
    edge: Edge, sums: RefusalSums, keys: Any
) -> None:
    site = edge.site()
    named = {site.key.id if name == "KEY" else name: n for name, n in (keys or {}).items()}
    pending(edge, "a", named if keys is not None else None)
    assert sums.fold() == 1
    assert report(edge, site) == {}
    assert edge.listed(COLLECTION, "edge-config") == []


def test_sums_are_kept_as_long_as_the_outcomes_of_batches(edge: Edge, sums: RefusalSums) -> None:
    site = edge.site()
    pending(edge, "a", {site.key.id: {"wrong_origin": 1}})
    sums.fold()
    kept = edge.read(f"tenants/{site.tenant}/refusals/{TODAY}", "edge-config") or {}
    assert (kept["expire_at"].timestamp() - NOW) // 86_400 == KEPT_DAYS - 1
