"""The cache before edge-config: one read for many, at most as old as promised, bounded."""

import asyncio
import gc

import pytest

from lib.edge.config import CACHE_S, Cache, decoy_tenant
from lib.errors import Unavailable
from lib.identifiers import TENANT, KeyId, matches
from tests.edge_world import Clock


class Shelf:
    """What a cache reads from."""

    def __init__(self) -> None:
        self.reads: list[str] = []
        self.values: dict[str, str] = {}
        self.broken = False

    async def read(self, name: str) -> str | None:
        self.reads.append(name)
        await asyncio.sleep(0)
        if self.broken:
            raise Unavailable("down")
        return self.values.get(name)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def test_a_value_and_an_absence_are_both_kept(shelf: Shelf, clock: Clock) -> None:
    cache = Cache(shelf.read, clock)
    shelf.values["a"] = "1"
    assert [await cache.get(name) for name in "abab"] == ["1", None, "1", None]
    assert shelf.reads == ["a", "b"]


async def test_nothing_is_older_than_the_caches_life(shelf: Shelf, clock: Clock) -> None:
    cache = Cache(shelf.read, clock)
    await cache.get("a")
    shelf.values["a"] = "new"
    clock.now += CACHE_S - 0.1
    assert await cache.get("a") is None
    clock.now += 0.1
    assert await cache.get("a") == "new"


async def test_the_age_counts_from_before_a_slow_read(shelf: Shelf, clock: Clock) -> None:
    async def slow(name: str) -> str | None:
        value = await shelf.read(name)
        clock.now += 20
        return value

    cache = Cache(slow, clock)
    await cache.get("a")
    clock.now += CACHE_S - 20
    await cache.get("a")
    assert len(shelf.reads) == 2


async def test_readers_at_once_share_one_look_up(shelf: Shelf, clock: Clock) -> None:
    cache = Cache(shelf.read, clock)
    await asyncio.gather(*(cache.get("a") for _ in range(50)))
    assert shelf.reads == ["a"]


async def test_a_failed_look_up_is_not_kept(shelf: Shelf, clock: Clock) -> None:
    cache = Cache(shelf.read, clock)
    shelf.broken = True
    results = await asyncio.gather(*(cache.get("a") for _ in range(3)), return_exceptions=True)
    assert all(isinstance(result, Unavailable) for result in results)
    shelf.broken = False
    shelf.values["a"] = "1"
    assert await cache.get("a") == "1"


async def test_a_failed_renewal_does_not_serve_what_is_too_old(shelf: Shelf, clock: Clock) -> None:
    cache = Cache(shelf.read, clock)
    shelf.values["a"] = "old"
    await cache.get("a")
    clock.now += CACHE_S
    shelf.broken = True
    with pytest.raises(Unavailable):
        await cache.get("a")


async def test_a_reader_that_leaves_takes_nothing_from_the_others(
    shelf: Shelf, clock: Clock
) -> None:
    cache = Cache(shelf.read, clock)
    shelf.values["a"] = "1"
    first = asyncio.create_task(cache.get("a"))
    second = asyncio.create_task(cache.get("a"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == "1"


async def test_a_failure_that_nobody_waits_for_is_silent(shelf: Shelf, clock: Clock) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    cache = Cache(shelf.read, clock)
    shelf.broken = True
    reader = asyncio.create_task(cache.get("a"))
    await asyncio.sleep(0)
    reader.cancel()
    for _ in range(5):
        await asyncio.sleep(0)
    del reader
    gc.collect()
    assert complaints == []


async def test_the_cache_is_bounded_and_forgets_the_oldest(shelf: Shelf, clock: Clock) -> None:
    cache = Cache(shelf.read, clock, room=2)
    for name in "abc":
        await cache.get(name)
    await cache.get("c")
    await cache.get("a")
    assert shelf.reads == ["a", "b", "c", "a"]
    assert len(cache._kept) == 2


def test_an_unknown_keys_decoy_is_a_tenant_like_any_other() -> None:
    decoy = decoy_tenant(KeyId("a" * 12))
    assert matches(TENANT, decoy)
    assert decoy == decoy_tenant(KeyId("a" * 12)) != decoy_tenant(KeyId("b" * 12))
