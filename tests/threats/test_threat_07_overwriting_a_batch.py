"""Threat 7: overwriting or replaying a batch."""

import asyncio
import gzip

import pytest
from google.api_core.exceptions import Forbidden

from tests.edge_world import batch, lines, meta
from tests.local_services import account
from tests.threats.conftest import Doors


async def test_a_stored_batch_cannot_be_replaced(doors: Doors) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    assert await doors.send(batch(answer)) == (202, "stored")
    before = doors.edge.stored(site)
    for number in range(3):
        other = gzip.compress(lines(meta(number + 7)))
        assert await doors.send(batch(answer, other)) == (202, "duplicate")
    assert doors.edge.stored(site) == before


async def test_a_replayed_request_stores_nothing_twice(doors: Doors) -> None:
    site = doors.edge.site()
    body = batch(await doors.opened(site), seq=4)
    answers = await asyncio.gather(*(doors.send(body) for _ in range(20)))
    assert sorted(answers) == [(202, "duplicate")] * 19 + [(202, "stored")]
    assert len(doors.edge.stored(site)) == 1


async def test_a_replay_adds_no_signal_to_the_index(doors: Doors) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    body = batch(answer, gzip.compress(lines(meta(), click())))
    await doors.send(body)
    path = f"tenants/{site.tenant}/sessions/{answer['session']}"
    first = doors.edge.read(path)
    assert first is not None
    assert first["clicks"] == 1
    for _ in range(3):
        await doors.send(body)
    assert doors.edge.read(path) == first


def click() -> dict[str, object]:
    data = {"source": 2, "type": 2, "id": 1, "x": 1, "y": 1}
    return {"type": 3, "data": data, "timestamp": 1_795_439_274_001}


async def test_ingests_own_account_can_neither_read_nor_delete(doors: Doors) -> None:
    site = doors.edge.site()
    await doors.send(batch(await doors.opened(site)))
    (name,) = doors.edge.stored(site)
    as_ingest = doors.edge.storage.client("ingest").bucket(site.bucket).blob(name)
    for attempt in (as_ingest.download_as_bytes, as_ingest.delete):
        with pytest.raises(Forbidden, match=account("ingest")):
            attempt()
    with pytest.raises(Forbidden):
        as_ingest.upload_from_string(b"other")
