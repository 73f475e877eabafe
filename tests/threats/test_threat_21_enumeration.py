"""Threat 21: finding out which keys and tenants exist. Every no looks and costs the same."""

import hmac
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from lib import keys
from lib.edge.refusals import EVERY_S
from lib.keys import SdkKey
from tests.edge_world import ORIGIN, Edge, Site, served, utc
from tests.lib.edge.test_assertions import PUBLIC
from tests.threats.conftest import Doors

EVIL = "https://evil.example"


def unknown_key(edge: Edge) -> Site:
    return Site("", keys.create(os.urandom), "")


def wrong_random_part(edge: Edge) -> Site:
    site = edge.site()
    return Site(site.tenant, SdkKey(site.key.id, keys.create(os.urandom).random), site.bucket)


def key_with(**changes: Any) -> Callable[[Edge], Site]:
    def make(edge: Edge) -> Site:
        site = edge.site()
        edge.change(f"sdkKeys/{site.key.id}", **changes)
        return site

    return make


def tenant_with(**changes: Any) -> Callable[[Edge], Site]:
    return lambda edge: edge.site(**changes)


def orphan(edge: Edge) -> Site:
    return Site("", edge.key("tn_" + "q" * 16), "")


CASES: dict[str, tuple[Callable[[Edge], Site], dict[str, Any]]] = {
    "unknown key": (unknown_key, {}),
    "known id, wrong random part": (wrong_random_part, {}),
    "disabled key": (key_with(state="disabled"), {}),
    "expired key": (key_with(expires_at=utc(1)), {}),
    "wrong origin": (tenant_with(), {"origin": EVIL}),
    "missing origin": (tenant_with(), {"origin": None}),
    "suspended tenant": (tenant_with(state="suspended"), {}),
    "retired tenant": (tenant_with(state="retired"), {}),
    "tenant that is gone": (orphan, {}),
    "missing assertion": (key_with(assertion_key=PUBLIC.decode()), {}),
    "unknown key and wrong origin": (unknown_key, {"origin": EVIL}),
    "disabled key with a resume": (key_with(state="disabled"), {"resume": "a.b.c"}),
}


@dataclass(frozen=True)
class Seen:
    """All that a stranger can see, and all that we did."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    reads: int
    requests: tuple[tuple[str, int], ...]
    hashes: int
    compares: int


async def probe(
    doors: Doors,
    modules: dict[str, ModuleType],
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Edge], Site],
    changes: dict[str, Any],
) -> Seen:
    """Ask a fresh instance, whose access token is at hand and whose caches are empty."""
    work: Counter[str] = Counter()

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def count(*arguments: Any) -> Any:
            work[name] += 1
            return real(*arguments)

        return count

    site = make(doors.edge)
    with (
        monkeypatch.context() as patch,
        served(modules["handshake"], doors.edge.handshakes()) as fresh,
    ):
        patch.setattr(SdkKey, "hash", counted("hash", SdkKey.hash))
        patch.setattr(hmac, "compare_digest", counted("compare", hmac.compare_digest))
        before = doors.edge.counts()
        del fresh.headers["Origin"]
        doors.handshake = fresh
        answer = await doors.shake(site, **{"origin": ORIGIN, **changes})
        after = doors.edge.counts()
    return Seen(
        status=answer.status_code,
        body=answer.content,
        headers=tuple(sorted(answer.headers.multi_items())),
        reads=sum(after["reads"].values()) - sum(before["reads"].values()),
        requests=tuple(sorted((Counter(after["rest"]) - Counter(before["rest"])).items())),
        hashes=work["hash"],
        compares=work["compare"],
    )


@pytest.mark.parametrize("name", CASES)
async def test_every_no_looks_and_costs_the_same(
    doors: Doors, modules: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    seen = await probe(doors, modules, monkeypatch, *CASES[name])
    reference = await probe(doors, modules, monkeypatch, *CASES["unknown key"])
    assert seen == reference
    assert (seen.status, seen.hashes, seen.compares) == (403, 1, 1)
    assert seen.requests == (("batchGet", 2),)


@pytest.mark.parametrize("name", CASES)
async def test_the_log_alone_tells_them_apart(
    doors: Doors, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    make, changes = CASES[name]
    await doors.shake(make(doors.edge), **{"origin": ORIGIN, **changes})
    assert '"event":"handshake_refused"' in capsys.readouterr().err


@pytest.mark.parametrize("name", CASES)
async def test_the_minutes_one_write_comes_after_every_no_alike(doors: Doors, name: str) -> None:
    make, changes = CASES[name]
    await doors.shake(make(doors.edge), **{"origin": ORIGIN, **changes})
    doors.edge.clock.now += EVERY_S
    before = doors.edge.counts()
    await doors.shake(unknown_key(doors.edge))
    after = doors.edge.counts()
    assert sum(after["writes"].values()) - sum(before["writes"].values()) == 1
    assert after["rest"]["commit"] - before["rest"].get("commit", 0) == 1


async def test_no_member_of_a_probe_makes_an_unknown_key_cost_more_reads(doors: Doors) -> None:
    site = unknown_key(doors.edge)
    await doors.shake(site)
    before = doors.edge.counts()["rest"]
    for letter in "xyz":
        await doors.shake(
            site,
            origin=f"https://{letter}.example",
            page="p_" + letter * 16,
            tab="t_" + letter * 16,
        )
    assert doors.edge.counts()["rest"] == before


async def test_a_second_probe_is_answered_from_memory_for_all_alike(doors: Doors) -> None:
    for make, changes in CASES.values():
        site = make(doors.edge)
        await doors.shake(site, **{"origin": ORIGIN, **changes})
        before = doors.edge.counts()["rest"]
        await doors.shake(site, **{"origin": ORIGIN, **changes})
        assert doors.edge.counts()["rest"] == before
