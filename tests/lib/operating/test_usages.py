"""Usages: the day's shards of active tenants, summed where the public functions look."""

from dataclasses import replace
from typing import Any

import pytest

from lib.days import day_of
from lib.operating.usages import BATCH_BYTES, RECENT, Usages
from tests.edge_world import NOW, ROOT, Edge, Site, utc
from tests.local_services import Firestore, process

TODAY, YESTERDAY = day_of(NOW), day_of(NOW - 86_400)


@pytest.fixture
def usages(edge: Edge) -> Usages:
    return Usages(edge.client("edge-index"), edge.client("edge-config"), edge.clock)


def shard(
    edge: Edge, site: Site, number: int, *, day: str = TODAY, age_s: float = 0, **counts: int
) -> None:
    path = f"tenants/{site.tenant}/outcomes/{day}-{site.key.id}-{number}"
    edge.write(path, {"day": day, "at": utc(NOW - age_s), **counts}, "edge-index")


def usage(edge: Edge, site: Site) -> object:
    return (edge.read(f"tenants/{site.tenant}", "edge-config") or {}).get("usage")


def test_the_shards_of_today_are_summed(edge: Edge, usages: Usages) -> None:
    site = edge.site()
    shard(edge, site, 0, sessions=2, bytes=100)
    shard(edge, site, 1, bytes=50)
    shard(edge, site, 2, age_s=3_600, sessions=1)
    shard(edge, site, 3, day=YESTERDAY, sessions=9, bytes=999)
    assert usages.refresh() == 1
    assert usage(edge, site) == {"day": TODAY, "sessions": 3, "bytes": 150}
    assert usages.refresh() == 1
    assert usage(edge, site) == {"day": TODAY, "sessions": 3, "bytes": 150}


@pytest.mark.parametrize("kind", ["accepted", "duplicate"])
def test_each_batch_counts_some_kilobytes_however_small_it_is(
    edge: Edge, usages: Usages, kind: str
) -> None:
    site = edge.site()
    counted: Any = {kind: 3}
    shard(edge, site, 0, bytes=60, **counted)
    usages.refresh()
    assert usage(edge, site) == {"day": TODAY, "sessions": 0, "bytes": 60 + 3 * BATCH_BYTES}


def test_each_tenant_gets_its_own_sum(edge: Edge, usages: Usages) -> None:
    one, other = edge.site(), edge.site()
    shard(edge, one, 0, bytes=1)
    shard(edge, other, 0, bytes=2)
    assert usages.refresh() == 2
    assert usage(edge, one) == {"day": TODAY, "sessions": 0, "bytes": 1}
    assert usage(edge, other) == {"day": TODAY, "sessions": 0, "bytes": 2}


@pytest.mark.parametrize(("past", "summed"), [(0, 1), (1, 0)])
def test_only_tenants_with_recent_activity_are_looked_at(
    edge: Edge, usages: Usages, past: int, summed: int
) -> None:
    shard(edge, edge.site(), 0, age_s=RECENT.total_seconds() + past, bytes=1)
    assert usages.refresh() == summed


def test_an_idle_installation_writes_nothing(edge: Edge, usages: Usages) -> None:
    edge.site()
    before = edge.counts()["writes"]
    assert usages.refresh() == 0
    assert edge.counts()["writes"] == before


def test_a_tenant_that_is_gone_stops_nothing(edge: Edge, usages: Usages) -> None:
    site = edge.site()
    edge.write(
        "tenants/tn_" + "a" * 16 + "/outcomes/x", {"day": TODAY, "at": utc(NOW)}, "edge-index"
    )
    shard(edge, site, 0, bytes=5)
    usages.refresh()
    assert usage(edge, site) == {"day": TODAY, "sessions": 0, "bytes": 5}
    assert edge.read("tenants/tn_" + "a" * 16, "edge-config") is None


def test_the_declared_indexes_serve_it(edge: Edge) -> None:
    declared = ROOT / "infra" / "firestore.indexes.json"
    with process("infra.local.firestore", "--indexes", str(declared)) as ports:
        strict = replace(edge, firestore=Firestore(ports["grpc"], ports["rest"]))
        index, config = strict.client("edge-index"), strict.client("edge-config")
        site = strict.site()
        shard(strict, site, 0, bytes=7)
        Usages(index, config, edge.clock).refresh()
        assert usage(strict, site) == {"day": TODAY, "sessions": 0, "bytes": 7}
