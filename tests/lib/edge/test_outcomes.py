"""Outcomes: what became of batches, in few writes and bounded memory."""

from typing import Any

import pytest
from msgspec.structs import replace

from lib.edge.notes import Seen
from lib.edge.outcomes import FLUSH_S, LATEST_S, REMEMBERED, SHARDS, Outcomes
from lib.identifiers import TenantId
from lib.privacy.summaries import Summary
from tests.edge_world import NOW, Clock, utc
from tests.lib.tokens_world import CLAIM

OTHER = replace(CLAIM, tenant=TenantId("tn_" + "z" * 16))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outcomes(clock: Clock) -> Outcomes:
    return Outcomes(clock, lambda n: bytes([3] * n))


def seen(**changes: Any) -> Seen:
    facts = {
        **{"claim": CLAIM, "seq": 0, "size": 100, "total": 100, "offset": 0, "dropped": 0},
        **{"final": False, "user": None, "user_agent": "", "summary": Summary(masked=2)},
    }
    return Seen(**{**facts, **changes})


def test_batches_bytes_masks_and_sessions_are_counted(outcomes: Outcomes, clock: Clock) -> None:
    outcomes.add(seen())
    outcomes.add(seen(seq=1))
    outcomes.add(seen(seq=1, repeated=True))
    outcomes.refused(CLAIM, "batch_malformed")
    clock.now += FLUSH_S
    (write,) = outcomes.due(CLAIM.tenant)
    assert write.path == f"tenants/{CLAIM.tenant}/outcomes/20261123-{CLAIM.key}-3"
    assert write.add == {
        ("accepted",): 2,
        ("bytes",): 200,
        ("masked",): 4,
        ("sessions",): 1,
        ("duplicate",): 1,
        ("refused_batch_malformed",): 1,
    }
    assert write.set[("at",)] == utc(NOW + FLUSH_S)


def test_a_session_counts_once_on_its_first_page(outcomes: Outcomes, clock: Clock) -> None:
    outcomes.add(seen())
    outcomes.add(seen(claim=replace(CLAIM, handshakes=2)))
    outcomes.add(seen(seq=1))
    clock.now += FLUSH_S
    assert outcomes.due(CLAIM.tenant)[0].add[("sessions",)] == 1


def test_counts_wait_for_their_minute_and_are_handed_out_once(
    outcomes: Outcomes, clock: Clock
) -> None:
    outcomes.add(seen())
    clock.now += FLUSH_S - 1
    assert outcomes.due(CLAIM.tenant) == []
    clock.now += 1
    assert outcomes.due(CLAIM.tenant, LATEST_S) == []
    assert len(outcomes.due(CLAIM.tenant)) == 1
    assert outcomes.due(CLAIM.tenant) == []


def test_one_tenants_counts_never_go_with_anothers(outcomes: Outcomes, clock: Clock) -> None:
    outcomes.add(seen())
    outcomes.add(seen(claim=OTHER))
    clock.now += FLUSH_S
    assert [write.path.split("/")[1] for write in outcomes.due(OTHER.tenant)] == [OTHER.tenant]


def test_counts_of_two_days_are_two_documents(outcomes: Outcomes, clock: Clock) -> None:
    outcomes.add(seen())
    clock.now += 86_400
    outcomes.add(seen())
    clock.now += FLUSH_S
    days = [write.set[("day",)] for write in outcomes.due(CLAIM.tenant)]
    assert days == ["20261123", "20261124"]


def test_what_could_not_be_written_comes_again_under_its_own_day(
    outcomes: Outcomes, clock: Clock
) -> None:
    outcomes.add(seen())
    clock.now += 86_400
    lost = outcomes.due(CLAIM.tenant)
    outcomes.restore(lost)
    outcomes.add(seen())
    clock.now += FLUSH_S
    again = {write.set[("day",)]: write.add[("accepted",)] for write in outcomes.due(CLAIM.tenant)}
    assert again == {"20261123": 1, "20261124": 1}


def test_the_memory_is_bounded_and_forgets_the_oldest(outcomes: Outcomes, clock: Clock) -> None:
    for number in range(REMEMBERED + 1):
        outcomes.add(seen(claim=replace(CLAIM, tenant=TenantId(f"tn_{number}"))))
    clock.now += FLUSH_S
    assert outcomes.due(TenantId("tn_0")) == []
    assert len(outcomes.due(TenantId("tn_1"))) == 1


def test_instances_spread_over_the_shards(clock: Clock) -> None:
    draws = iter(range(256))
    shards = {Outcomes(clock, lambda _: bytes([next(draws)]))._shard for _ in range(256)}
    assert shards == set(range(SHARDS))
