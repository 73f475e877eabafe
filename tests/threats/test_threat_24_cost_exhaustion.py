"""Threat 24: running up a tenant's bill. Quotas stop it, and nobody else notices."""

import gzip
from typing import Any

import pytest
from msgspec.structs import replace

from lib.days import day_of
from lib.edge.config import CACHE_S
from lib.edge.outcomes import LATEST_S
from lib.edge.refusals import EVERY_S
from lib.identifiers import TenantId
from lib.operating.usages import Usages
from lib.refusal_sums import RefusalReports, RefusalSums
from tests.edge_world import NOW, Edge, Site, batch, lines, meta
from tests.lib.edge.test_assertions import PUBLIC
from tests.threats.conftest import Doors


def usages(edge: Edge) -> Usages:
    return Usages(edge.client("edge-index"), edge.client("edge-config"), edge.clock)


def quota(edge: Edge, **quotas: int) -> Site:
    return edge.site(quotas=quotas)


def outcomes(edge: Edge, site: Site) -> dict[str, int]:
    total: dict[str, int] = {}
    for row in edge.listed(f"tenants/{site.tenant}/outcomes"):
        for name, value in row.items():
            if type(value) is int:
                total[name] = total.get(name, 0) + value
    return total


async def flood(doors: Doors, answer: dict[str, Any], first: int, count: int) -> list[str]:
    return [(await doors.send(batch(answer, seq=seq)))[1] for seq in range(first, first + count)]


async def test_bytes_a_day_close_ingest_and_handshake_and_reopen_at_midnight(doors: Doors) -> None:
    edge = doors.edge
    site, neighbour = quota(edge, bytes_per_day=1_000), edge.site()
    answer, other = await doors.opened(site), await doors.opened(neighbour)
    assert set(await flood(doors, answer, 0, 20)) == {"stored"}
    edge.clock.now += LATEST_S
    await flood(doors, answer, 20, 1)
    assert usages(edge).refresh() == 1
    edge.clock.now += CACHE_S
    assert await doors.send(batch(answer, seq=30)) == (429, "quota_exceeded")
    assert (await doors.shake(site)).status_code == 429
    assert await doors.send(batch(other)) == (202, "stored")
    assert (await doors.shake(neighbour)).status_code == 200
    refused = await doors.shake(site)
    edge.clock.now += int(refused.headers["Retry-After"])
    assert day_of(edge.clock.now) != day_of(NOW)
    assert (await doors.shake(site)).status_code == 200


async def test_sessions_a_day_close_new_sessions_and_leave_running_ones(doors: Doors) -> None:
    edge = doors.edge
    site = quota(edge, sessions_per_day=3)
    answers = [await doors.opened(site) for _ in range(3)]
    for answer in answers:
        assert await doors.send(batch(answer)) == (202, "stored")
    edge.clock.now += LATEST_S
    await doors.send(batch(answers[0], seq=1))
    usages(edge).refresh()
    edge.clock.now += CACHE_S
    assert (await doors.shake(site)).status_code == 429
    resumed = await doors.opened(site, resume=answers[0]["resume"])
    assert await doors.send(batch(resumed, seq=2)) == (202, "stored")


async def test_a_sessions_quota_stops_that_session_alone(doors: Doors) -> None:
    site = quota(doors.edge, session_batches=4)
    answer, other = await doors.opened(site), await doors.opened(site)
    assert await flood(doors, answer, 0, 4) == ["stored"] * 4
    refused = await doors.ingest.post("/v1/ingest", content=batch(answer, seq=1))
    assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")
    assert refused.json()["retry"] is True
    assert int(refused.headers["Retry-After"]) == refused.json()["retry_after_s"] == 4 * 3_600
    assert await doors.send(batch(other)) == (202, "stored")


async def test_a_spent_batch_count_cannot_be_reset_by_new_pages(doors: Doors) -> None:
    site = quota(doors.edge, session_batches=4)
    answer = await doors.opened(site)
    resume, codes = answer["resume"], []
    for letter in "cdefgh":
        page = "p_" + letter * 16
        renewed = await doors.opened(site, page=page, resume=resume)
        codes.append((await doors.send(batch(renewed, page=page)))[1])
    assert codes == ["stored"] * 4 + ["quota_exceeded"] * 2


async def test_handshakes_that_succeed_never_write_however_many(doors: Doors) -> None:
    site = doors.edge.site()
    before = doors.edge.counts()["writes"]
    for _ in range(20):
        await doors.opened(site)
        doors.edge.clock.now += EVERY_S
    assert doors.edge.counts()["writes"] == before


async def test_refused_handshakes_cost_one_write_a_minute_however_many(doors: Doors) -> None:
    site = doors.edge.site()
    before = sum(doors.edge.counts()["writes"].values())
    for _ in range(3):
        for n in range(20):
            await doors.shake(site, origin=f"https://evil{n}.example")
            doors.edge.clock.now += EVERY_S / 20
    assert sum(doors.edge.counts()["writes"].values()) - before == 2
    doors.edge.clock.now += EVERY_S
    await doors.opened(site)
    assert sum(doors.edge.counts()["writes"].values()) - before == 3


async def test_the_tenant_sees_why_its_handshakes_were_refused(doors: Doors) -> None:
    edge = doors.edge
    site, other = edge.site(), edge.site(quotas={"sessions_per_day": 0})
    edge.change(f"tenants/{other.tenant}", usage={"day": day_of(NOW), "sessions": 1, "bytes": 0})
    strict = Site(site.tenant, edge.key(site.tenant, assertion_key=PUBLIC.decode()), site.bucket)
    await doors.shake(site, origin="https://evil.example")
    await doors.shake(site, origin=None)
    await doors.shake(strict)
    await doors.shake(strict, assertion="x")
    await doors.shake(other)
    edge.fault("firestore", method="commit", status=503, count=3)
    edge.clock.now += EVERY_S
    await doors.opened(site)
    edge.clock.now += EVERY_S
    await doors.opened(site)
    assert RefusalSums(edge.client("edge-config")).fold() == 1
    reports = RefusalReports(edge.client("edge-config"), TenantId(site.tenant))
    assert reports.days([day_of(NOW)]) == {
        (day_of(NOW), site.key.id): {"wrong_origin": 2},
        (day_of(NOW), strict.key.id): {"assertion_missing": 1, "assertion_invalid": 1},
    }
    neighbours = RefusalReports(edge.client("edge-config"), TenantId(other.tenant))
    assert neighbours.days([day_of(NOW)]) == {(day_of(NOW), other.key.id): {"quota_exceeded": 1}}


async def test_a_stranger_without_a_token_makes_us_write_nothing(doors: Doors) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    before = doors.edge.counts()["writes"]
    for _ in range(5):
        edited = batch(answer, token=answer["token"][:-4] + "AAAA")
        assert await doors.send(edited) == (401, "token_invalid")
        assert (await doors.send(b"garbage"))[0] == 400
        doors.edge.clock.now += LATEST_S
    assert doors.edge.counts()["writes"] == before


async def test_refusals_of_known_senders_cost_one_write_in_two_minutes(doors: Doors) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    before = sum(doors.edge.counts()["writes"].values())
    for seq in range(30):
        assert (await doors.send(batch(answer, b"no gzip", seq=seq)))[0] == 422
        doors.edge.clock.now += 4
    assert sum(doors.edge.counts()["writes"].values()) - before == 0
    doors.edge.clock.now += 4
    await doors.send(batch(answer, b"no gzip"))
    assert sum(doors.edge.counts()["writes"].values()) - before == 1
    assert outcomes(doors.edge, site) == {"refused_batch_malformed": 31}


async def test_the_tenant_sees_what_became_of_every_batch(doors: Doors) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    packed = gzip.compress(lines(meta(path="/?secret=1")), mtime=0)
    for body in (
        batch(answer, packed),
        batch(answer, packed),
        batch(answer, packed, seq=1),
        batch(answer, b"x", seq=2),
        batch(answer, packed, page="p_" + "x" * 16),
    ):
        await doors.send(body)
    doors.edge.clock.now += LATEST_S
    await doors.send(batch(answer, packed, seq=3))
    counts = outcomes(doors.edge, site)
    stored = sum(len(data) for data in doors.edge.stored(site).values())
    assert counts == {
        "accepted": 3,
        "bytes": stored,
        "masked": 3,
        "sessions": 1,
        "duplicate": 1,
        "refused_batch_malformed": 1,
        "refused_page_mismatch": 1,
    }


@pytest.mark.parametrize("service", ["firestore"])
async def test_counts_that_could_not_be_written_are_not_lost(doors: Doors, service: str) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    await doors.send(batch(answer, b"x"))
    doors.edge.clock.now += LATEST_S
    doors.edge.fault(service, method="commit", status=503, count=3)
    assert (await doors.send(batch(answer, b"x")))[0] == 422
    doors.edge.clock.now += LATEST_S
    await doors.send(batch(answer, b"x"))
    assert outcomes(doors.edge, site) == {"refused_batch_malformed": 3}


async def test_a_token_that_is_replayed_by_a_crowd_is_spent(doors: Doors) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    claim = doors.edge.verifier.session(answer["token"], now=NOW)
    few = replace(claim, limits=replace(claim.limits, batches=3), id="few")
    token = doors.edge.signer.session(few, now=int(NOW))
    codes = [(await doors.send(batch(answer, seq=0, token=token)))[1] for _ in range(5)]
    assert codes == ["stored", "duplicate", "duplicate", "token_spent", "token_spent"]
