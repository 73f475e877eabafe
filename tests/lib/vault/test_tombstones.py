"""Tombstones end visits for as long as they could go on, and there are never too many of them."""

from typing import Any

import pytest

from lib.identifiers import SessionId, TenantId
from lib.tenants import Tenant
from lib.tokens import LEEWAY_S, SESSION_MAX_S, TOKEN_TTL_S
from lib.vault.tombstones import LIVE_S, MAX_TOMBSTONES, Tombstones
from tests.local_services import Firestore

NOW = 1_795_439_274.0
TENANT = TenantId("tn_" + "a" * 16)
SESSION = SessionId("s_" + "a" * 26)


@pytest.fixture
def document(firestore: Firestore, project: str) -> Any:
    config = firestore.client("edge-config", project)
    made = config.document(f"tenants/{TENANT}")
    made.set({"tombstones": {}})
    return made


@pytest.fixture
def tombstones(document: Any) -> Tombstones:
    return Tombstones(document._client, TENANT)


def test_a_tombstone_outlives_the_last_token_of_its_visit() -> None:
    assert LIVE_S >= SESSION_MAX_S + TOKEN_TTL_S + LEEWAY_S


@pytest.mark.parametrize(("later_s", "kept"), [(LIVE_S - 1, True), (LIVE_S, False)])
def test_tombstones_that_have_served_their_time_go_with_the_next(
    document: Any, tombstones: Tombstones, later_s: int, kept: bool
) -> None:
    tombstones.bury(["s_old"], NOW)
    tombstones.bury(["s_new"], NOW + later_s)
    found = set(document.get().get("tombstones"))
    assert found == ({"s_old", "s_new"} if kept else {"s_new"})


@pytest.mark.parametrize(("count", "named"), [(MAX_TOMBSTONES, True), (MAX_TOMBSTONES + 1, False)])
def test_too_many_at_once_end_every_visit_instead(
    document: Any, tombstones: Tombstones, count: int, named: bool
) -> None:
    tombstones.bury([f"s_{number}" for number in range(count)], NOW)
    fields = document.get().to_dict()
    assert len(fields["tombstones"]) == (count if named else 0)
    assert fields.get("ended_before_ms") == (None if named else round(NOW * 1000))


def test_an_end_never_moves_back(document: Any, tombstones: Tombstones) -> None:
    tombstones.end_before(2_000, NOW)
    tombstones.end_before(1_000, NOW)
    assert document.get().get("ended_before_ms") == 2_000


def test_a_tenant_that_is_gone_stays_gone(firestore: Firestore, project: str) -> None:
    config = firestore.client("edge-config", project)
    Tombstones(config, TENANT).bury([SESSION], NOW)
    assert not config.document(f"tenants/{TENANT}").get().exists


@pytest.mark.parametrize(
    ("start_ms", "session", "buried"),
    [(5_000, "s_other", False), (4_999, "s_other", True), (9_999, SESSION, True)],
)
def test_a_visit_is_buried_by_its_name_or_by_when_it_began(
    start_ms: int, session: str, buried: bool
) -> None:
    tenant = Tenant(
        id=TENANT,
        name="acme",
        state="active",
        bucket="st-x",
        location="europe-west1",
        policy_version=1,
        retention_days=30,
        epoch=1,
        tombstones={SESSION: 1},
        ended_before_ms=5_000,
    )
    assert tenant.buried(SessionId(session), start_ms) is buried
