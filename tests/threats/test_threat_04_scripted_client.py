"""Threat 4: a script that forges the Origin header. Strict mode 403, quota 429."""

from typing import Any

import pytest

from lib.days import day_of
from lib.edge.config import CACHE_S
from lib.tokens import RESUME_TTL_S
from tests.edge_world import NOW, ORIGIN, Edge, Site, batch
from tests.lib.edge.test_assertions import BODY as ASSERTED
from tests.lib.edge.test_assertions import CUSTOMER, HEADER, PUBLIC, asserted
from tests.lib.tokens_world import signed
from tests.threats.conftest import Doors


def strict(edge: Edge) -> Site:
    site = edge.site()
    edge.change(f"sdkKeys/{site.key.id}", assertion_key=PUBLIC.decode())
    return site


def vouch(site: Site, **changes: Any) -> str:
    return asserted(**{"key": site.key.id, **changes})


async def refused(doors: Doors, site: Site, **changes: Any) -> bool:
    answer = await doors.shake(site, **changes)
    return (answer.status_code, answer.json().get("code")) == (403, "handshake_refused")


async def test_a_new_session_needs_the_customers_word(doors: Doors) -> None:
    site = strict(doors.edge)
    assert await refused(doors, site)
    assert (await doors.shake(site, assertion=vouch(site))).status_code == 200


async def test_each_word_opens_one_session(doors: Doors) -> None:
    site = strict(doors.edge)
    word = vouch(site)
    assert (await doors.shake(site, assertion=word)).status_code == 200
    assert await refused(doors, site, assertion=word)
    twin = signed(HEADER, {**ASSERTED, "key": site.key.id}, CUSTOMER)
    assert await refused(doors, site, assertion=twin)
    assert (await doors.shake(site, assertion=vouch(site, jti="two"))).status_code == 200


async def test_fifty_at_once_open_one_session(doors: Doors) -> None:
    import asyncio

    site = strict(doors.edge)
    word = vouch(site)
    answers = await asyncio.gather(*(doors.shake(site, assertion=word) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [200] + [403] * 49


async def test_the_word_for_another_key_origin_or_time_opens_nothing(doors: Doors) -> None:
    site = strict(doors.edge)
    for word in (
        vouch(site, key="z" * 12),
        vouch(site, origin="https://evil.example"),
        vouch(site, exp=int(NOW) - 31, iat=int(NOW) - 331),
        vouch(site, aud="sealtape-ingest"),
        "x",
    ):
        assert await refused(doors, site, assertion=word)


async def test_a_visit_that_began_needs_no_further_word(doors: Doors) -> None:
    site = strict(doors.edge)
    first = await doors.opened(site, assertion=vouch(site))
    again = await doors.opened(site, resume=first["resume"])
    assert again["session"] == first["session"]


async def test_a_resume_that_is_not_good_here_spares_no_word(doors: Doors) -> None:
    site, other = strict(doors.edge), doors.edge.site()
    foreign = (await doors.opened(other))["resume"]
    old = (await doors.opened(site, assertion=vouch(site)))["resume"]
    for resume in ("x", "a.b.c", foreign, old[:-4] + "AAAA"):
        assert await refused(doors, site, resume=resume)
    doors.edge.clock.now += RESUME_TTL_S
    assert await refused(doors, site, resume=old)


async def test_a_word_is_not_used_up_by_a_request_that_did_not_need_it(doors: Doors) -> None:
    site = strict(doors.edge)
    first = await doors.opened(site, assertion=vouch(site))
    await doors.opened(site, resume=first["resume"], assertion=vouch(site, jti="spare"))
    assert (await doors.shake(site, assertion=vouch(site, jti="spare"))).status_code == 200


async def test_a_lost_answer_of_the_database_does_not_burn_the_word(doors: Doors) -> None:
    site = strict(doors.edge)
    doors.edge.fault("firestore", method="commit", status="cut-after")
    assert (await doors.shake(site, assertion=vouch(site))).status_code == 200
    assert await refused(doors, site, assertion=vouch(site))


@pytest.mark.parametrize("cut", ["cut-before", "cut-after"])
async def test_a_broken_line_does_not_make_anothers_use_ones_own(doors: Doors, cut: str) -> None:
    site = strict(doors.edge)
    word = vouch(site)
    assert (await doors.shake(site, assertion=word)).status_code == 200
    doors.edge.fault("firestore", method="commit", status=cut)
    assert await refused(doors, site, assertion=word)


async def test_used_words_are_forgotten_after_they_could_be_used(doors: Doors) -> None:
    site = strict(doors.edge)
    await doors.opened(site, assertion=vouch(site))
    (used,) = doors.edge.listed("assertions", "edge-config")
    assert used["expire_at"].timestamp() == NOW + 330
    assert site.key.id not in str(used)


@pytest.mark.parametrize("amounts", [{"sessions": 5, "bytes": 0}, {"sessions": 0, "bytes": 900}])
async def test_without_strict_mode_the_days_quota_ends_it(
    doors: Doors, amounts: dict[str, int]
) -> None:
    site = doors.edge.site(quotas={"sessions_per_day": 5, "bytes_per_day": 900})
    assert (await doors.shake(site)).status_code == 200
    doors.edge.change(f"tenants/{site.tenant}", usage={"day": day_of(NOW), **amounts})
    doors.edge.clock.now += CACHE_S
    answer = await doors.shake(site, origin=ORIGIN)
    assert (answer.status_code, answer.json()["code"]) == (429, "quota_exceeded")
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400


async def test_a_stolen_token_carries_one_page(doors: Doors) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    other = "p_" + "q" * 16
    assert await doors.send(batch(answer, page=other)) == (401, "page_mismatch")
