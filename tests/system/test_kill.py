"""ingest killed in the middle of its work: what it acknowledged is stored, whole, and once."""

import asyncio
import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.local.processes import Process
from tests.edge_world import ORIGIN, PAGE, Edge, Json, Site, batch, lines, meta
from tests.staged_functions import boot, staged

__all__ = ["staged"]

BATCHES = 80
SENDERS = 8
KILL_AFTER = 20  # acknowledged batches
ATTEMPTS = 200


class Ingest:
    """One instance of ingest, which may be killed and started again on another port."""

    def __init__(self, staged: Path, edge: Edge, logs: Path) -> None:
        self._arguments = (staged, edge, "ingest", logs)
        self.process: Process
        self.url = ""
        self.kills = 0
        self.start()

    def start(self) -> None:
        """Start an instance."""
        self.process, self.url = boot(*self._arguments)

    async def crash(self) -> None:
        """End it as a crash would, and start another."""
        self.process.kill()
        self.kills += 1
        await asyncio.to_thread(self.start)


@pytest.fixture
def ingest(staged: Path, edge: Edge, tmp_path: Path) -> Iterator[Ingest]:
    """A running instance."""
    running = Ingest(staged, edge, tmp_path)
    yield running
    running.process.stop()


async def answers(staged: Path, edge: Edge, site: Site, logs: Path) -> Json:
    """Return a handshake's answer, on the real clock."""
    process, url = await asyncio.to_thread(boot, staged, edge, "handshake", logs)
    try:
        async with httpx.AsyncClient(headers={"Origin": ORIGIN}, timeout=30) as browser:
            body = {"v": 1, "key": str(site.key), "sdk": "0.1.0", "tab": "t_" + "a" * 16}
            ask = {**body, "page": PAGE, "resume": None, "assertion": None}
            found: Json = (await browser.post(f"{url}/v1/handshake", json=ask)).json()
            return found
    finally:
        process.stop()


async def test_every_acknowledged_batch_survives_a_kill(
    edge: Edge, ingest: Ingest, staged: Path, tmp_path: Path
) -> None:
    site = edge.site()
    answer = await answers(staged, edge, site, tmp_path)
    edge.fault("storage", method="insert", delay_ms=20, count=-1, bucket=site.bucket)
    waiting = list(range(BATCHES))[::-1]
    acknowledged: dict[int, int] = {}
    failures = 0

    async def sender(browser: httpx.AsyncClient) -> None:
        nonlocal failures
        while waiting:
            seq = waiting.pop()
            body = batch(answer, gzip.compress(lines(meta(seq))), seq=seq, total=1)
            for attempt in range(ATTEMPTS):
                try:
                    reply = await browser.post(f"{ingest.url}/v1/ingest", content=body)
                except httpx.TransportError:
                    failures += 1
                    await asyncio.sleep(0.05)  # an instance starts meanwhile
                    continue
                assert reply.status_code == 202, reply.text
                # A duplicate on the first attempt would mean that somebody else wrote it.
                assert attempt or not reply.json()["duplicate"]
                acknowledged[seq] = attempt
                break

    async def killer() -> None:
        for wanted in (KILL_AFTER, 2 * KILL_AFTER):
            while len(acknowledged) < wanted:
                await asyncio.sleep(0.005)
            await ingest.crash()

    async with httpx.AsyncClient(timeout=30) as browser:
        await asyncio.gather(killer(), *(sender(browser) for _ in range(SENDERS)))

    assert ingest.kills == 2
    assert failures > 0
    stored = edge.stored(site)
    assert acknowledged.keys() == set(range(BATCHES))
    assert len(stored) == BATCHES
    for seq in acknowledged:
        text = gzip.decompress(stored[f"s/{answer['session']}/{PAGE}/{seq:06d}.ndjson.gz"])
        assert json.loads(text)["timestamp"] == meta(seq)["timestamp"]
    entry = edge.read(f"tenants/{site.tenant}/sessions/{answer['session']}")
    assert entry is not None
