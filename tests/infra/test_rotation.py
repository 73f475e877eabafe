"""Rotating the signing key under load: real processes, replaced side by side, no batch refused."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.rotations import RETIRE_AFTER_S
from infra.secrets_admin.contents import PUBLIC, SIGNING
from tests.edge_world import Edge
from tests.infra.rotation_world import Load, World, answer_of, send, under_load, world
from tests.staged_functions import staged

__all__ = ["staged"]

SETTLED = 20  # batches that must go through after a step before the next one
SETTLE_S = 60.0
POLL_S = 0.05


@pytest.fixture
def running(edge: Edge, staged: Path, tmp_path: Path) -> Iterator[World]:
    """An installation at version 1 of everything."""
    with world(edge, staged, tmp_path, time.time()) as started:
        yield started


async def more(load: Load) -> None:
    """Wait until some more batches went through."""
    wanted, until = len(load.accepted) + SETTLED, time.monotonic() + SETTLE_S
    while len(load.accepted) < wanted:
        assert load.refused == []
        assert time.monotonic() < until, "the visitors are stuck"
        await asyncio.sleep(POLL_S)


async def test_no_batch_is_refused_while_the_signing_key_is_rotated(running: World) -> None:
    old = await answer_of(running)
    async with under_load(running) as load:
        await more(load)
        await asyncio.to_thread(running.rotation().rotate)
        await more(load)
    assert load.refused == []
    assert len(set(load.kids)) == 2
    assert load.kids[0] != load.kids[-1]
    assert await send(running, old) == 202

    running.clock.now += RETIRE_AFTER_S
    async with under_load(running) as later:
        await more(later)
        await asyncio.to_thread(running.rotation().retire)
        await more(later)
    assert later.refused == []
    assert set(later.kids) == {load.kids[-1]}
    # The functions' own clock stood still: the old token is young, but nobody believes it now.
    assert await send(running, old, seq=1) == 401

    acknowledged = {*load.accepted, *later.accepted}
    assert acknowledged <= set(running.edge.stored(running.site))
    assert running.secrets.versions(SIGNING) == [2]
    assert running.secrets.versions(PUBLIC) == [3]
