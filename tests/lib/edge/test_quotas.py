"""Quotas: a day's, a session's and a token's, at both sides of each."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from lib.claims import Limits
from lib.days import day_of
from lib.edge.batches import Header
from lib.edge.quotas import Meter, QuotaExceeded, TokenSpent, check_day
from lib.identifiers import SessionId
from lib.tenants import Quotas, Tenant, Usage
from lib.tokens import SESSION_MAX_S
from tests.edge_world import NOW, header
from tests.lib.tokens_world import CLAIM

TODAY = day_of(NOW)
QUOTAS = Quotas(sessions_per_day=10, bytes_per_day=1_000, session_bytes=500, session_batches=5)
TENANT = Tenant(
    id=CLAIM.tenant,
    name="acme",
    state="active",
    bucket="st-x",
    location="europe-west1",
    policy_version=1,
    retention_days=30,
    epoch=2,
    quotas=QUOTAS,
)


def used(**amounts: Any) -> Tenant:
    return replace(TENANT, usage=Usage(**{"day": TODAY, **amounts}))


def head(**changes: Any) -> Header:
    return msgspec.convert(header({"token": "t"}, total=0, **changes), Header)


def test_a_day_takes_its_sessions_and_no_more() -> None:
    check_day(used(sessions=9), NOW, new_session=True)
    with pytest.raises(QuotaExceeded):
        check_day(used(sessions=10), NOW, new_session=True)


def test_a_visit_that_began_goes_on_when_the_days_sessions_are_used_up() -> None:
    check_day(used(sessions=10), NOW, new_session=False)


@pytest.mark.parametrize("new", [True, False])
def test_a_day_takes_its_bytes_and_no_more(new: bool) -> None:
    check_day(used(bytes=999), NOW, new_session=new)
    with pytest.raises(QuotaExceeded):
        check_day(used(bytes=1_000), NOW, new_session=new)


def test_another_days_use_does_not_count() -> None:
    check_day(used(day=day_of(NOW - 86_400), bytes=9_999, sessions=99), NOW, new_session=True)


@pytest.mark.parametrize(
    ("now", "wait"), [(1_795_392_000.0, 86_400), (1_795_478_399.0, 1), (1_795_478_399.9, 1)]
)
def test_the_wait_ends_at_midnight_utc(now: float, wait: int) -> None:
    with pytest.raises(QuotaExceeded) as refused:
        check_day(used(day=day_of(now), bytes=1_000), now, new_session=True)
    assert refused.value.retry_after_s == wait


def test_a_token_carries_its_batches_and_no_more() -> None:
    meter, claim = Meter(), replace(CLAIM, limits=Limits(2, 100))
    meter.charge(claim, TENANT, head(), 1, NOW)
    meter.charge(claim, TENANT, head(), 1, NOW)
    with pytest.raises(TokenSpent):
        meter.charge(claim, TENANT, head(), 1, NOW)
    meter.charge(replace(claim, id="next"), TENANT, head(), 1, NOW)


def test_a_token_carries_its_bytes_and_no_more() -> None:
    meter, claim = Meter(), replace(CLAIM, limits=Limits(9, 100))
    meter.charge(claim, TENANT, head(), 99, NOW)
    with pytest.raises(TokenSpent):
        meter.charge(claim, TENANT, head(), 2, NOW)
    meter.charge(claim, TENANT, head(), 1, NOW)


def test_a_session_has_its_batches_over_all_its_tokens() -> None:
    meter = Meter()
    for number in range(QUOTAS.session_batches):
        meter.charge(replace(CLAIM, id=str(number)), TENANT, head(), 1, NOW)
    with pytest.raises(QuotaExceeded) as refused:
        meter.charge(replace(CLAIM, id="last"), TENANT, head(), 1, NOW + 60)
    assert refused.value.retry_after_s == SESSION_MAX_S - 60
    meter.charge(replace(CLAIM, session=SessionId("s_other")), TENANT, head(), 1, NOW)


def test_a_session_has_its_bytes_over_all_its_tokens() -> None:
    meter = Meter()
    meter.charge(CLAIM, TENANT, head(), QUOTAS.session_bytes, NOW)
    with pytest.raises(QuotaExceeded):
        meter.charge(replace(CLAIM, id="next"), TENANT, head(), 1, NOW)


def test_the_page_s_own_count_refuses_on_an_instance_that_saw_nothing_of_it() -> None:
    Meter().charge(CLAIM, TENANT, head(seq=QUOTAS.session_batches - 1), 1, NOW)
    with pytest.raises(QuotaExceeded):
        Meter().charge(CLAIM, TENANT, head(seq=QUOTAS.session_batches), 1, NOW)


def test_the_page_s_own_total_refuses_on_an_instance_that_saw_nothing_of_it() -> None:
    own = msgspec.structs.replace
    Meter().charge(CLAIM, TENANT, own(head(), total=QUOTAS.session_bytes), 1, NOW)
    with pytest.raises(QuotaExceeded):
        Meter().charge(CLAIM, TENANT, own(head(), total=QUOTAS.session_bytes + 1), 1, NOW)


def test_what_was_refused_is_not_charged() -> None:
    meter, claim = Meter(), replace(CLAIM, limits=Limits(9, 100))
    for _ in range(20):
        with pytest.raises(TokenSpent):
            meter.charge(claim, TENANT, head(), 101, NOW)
    meter.charge(claim, TENANT, head(), 100, NOW)


def test_the_wait_after_a_sessions_end_is_a_second() -> None:
    meter = Meter()
    with pytest.raises(QuotaExceeded) as refused:
        meter.charge(CLAIM, TENANT, head(seq=5), 1, NOW + SESSION_MAX_S + 99)
    assert refused.value.retry_after_s == 1


def test_the_meters_memory_is_bounded() -> None:
    meter = Meter(remember=3)
    for number in range(50):
        claim = replace(CLAIM, id=str(number), session=SessionId(f"s_{number}"))
        meter.charge(claim, TENANT, head(), 1, NOW)
    assert len(meter._tokens._spent) == len(meter._sessions._spent) == 3
