"""Threat 20: secrets in logs, names and metadata. Canaries are put everywhere; none comes out."""

import gzip
import json

import pytest

from lib.days import day_of
from tests.edge_world import NOW, ORIGIN, batch, lines, meta, utc
from tests.lib.edge.test_assertions import PUBLIC, asserted
from tests.threats.conftest import Doors

CANARY = "canary7f3a"
AGENT = f"Mozilla/5.0 {CANARY} Chrome/131.0.0.0 Safari/537.36"
EVENTS = (
    meta(path=f"/{CANARY}@shop.example/?q={CANARY}#{CANARY}"),
    {"type": 5, "data": {"tag": CANARY, "payload": {CANARY: CANARY}}, "timestamp": 1},
    {
        "type": 5,
        "data": {"tag": "sealtape.page", "payload": {"path": f"/{CANARY}@shop.example"}},
        "timestamp": 2,
    },
    {
        "type": 5,
        "data": {"tag": "sealtape.error", "payload": {"name": CANARY, "message": CANARY}},
        "timestamp": 3,
    },
)


async def exercise(doors: Doors) -> tuple[list[str], str]:
    """Meet every refusal and every success; return the answers, and what was sent in secret."""
    edge, site = doors.edge, doors.edge.site()
    for client in (doors.handshake, doors.ingest):
        client.headers.update({"User-Agent": AGENT, "X-Forwarded-For": "198.51.100.77"})
    first = await doors.shake(site, assertion=CANARY)
    answer = first.json()
    packed = gzip.compress(lines(*EVENTS))
    user = "ca" * 32
    bodies = [
        batch(answer, packed, user=user),
        batch(answer, packed, user=user),
        batch(answer, packed, token=answer["token"][:-4] + "AAAA"),
        batch(answer, packed[:-4], seq=1),
        batch(answer, gzip.compress(CANARY.encode()), seq=1),
        batch(answer, CANARY.encode(), seq=1),
        CANARY.encode(),
    ]
    answers = [(await doors.ingest.post("/v1/ingest", content=body)).text for body in bodies]
    edge.fault("storage", method="insert", status=503, count=3, bucket=site.bucket)
    answers.append((await doors.ingest.post("/v1/ingest", content=bodies[1])).text)
    for changes in (
        {"origin": f"https://{CANARY}.example"},
        {"resume": CANARY},
        {"page": CANARY},
        {"key": CANARY},
    ):
        refused = await doors.shake(site, **changes)
        answers.append(refused.text if refused.status_code != 200 else "")
    edge.change(f"sdkKeys/{site.key.id}", assertion_key=PUBLIC.decode())
    edge.change(f"tenants/{site.tenant}", usage={"day": day_of(NOW), "bytes": 2**60})
    edge.clock.now += 60
    word = asserted(key=site.key.id, jti=CANARY, origin=ORIGIN)
    answers.append((await doors.shake(site, assertion=word)).text)
    answers.append((await doors.ingest.post("/v1/ingest", content=bodies[0])).text)
    secrets = [str(site.key), site.key.random, answer["token"], answer["resume"], word, user]
    return answers, json.dumps(secrets)


async def test_no_log_line_or_refusal_holds_what_was_sent(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    answers, secrets = await exercise(doors)
    told = capsys.readouterr()
    log = told.err + told.out
    events = {json.loads(line)["event"] for line in told.err.splitlines()}
    assert {"refused", "handshake_refused"} <= events
    for text in (log, *answers):
        assert CANARY not in text
        assert ORIGIN not in text
        assert "198.51.100.77" not in text
        assert not any(secret in text for secret in json.loads(secrets))


async def test_no_name_metadata_or_index_entry_holds_it(doors: Doors) -> None:
    await exercise(doors)
    edge = doors.edge
    documents = [
        json.dumps([row.reference.path, row.to_dict()], default=str)
        for group in ("sessions", "outcomes")
        for row in edge.client("edge-index").collection_group(group).stream()
    ]
    assert documents
    for text in documents:
        assert CANARY not in text
        assert "ca" * 16 not in text


async def test_no_object_of_a_new_tenant_holds_it(doors: Doors) -> None:
    site = doors.edge.site()
    answer = await doors.opened(site)
    await doors.send(batch(answer, gzip.compress(lines(*EVENTS)), user="ca" * 32))
    (name,) = doors.edge.stored(site)
    blob = doors.edge.bucket(site).get_blob(name)
    assert blob is not None
    assert blob.custom_time == utc(NOW)
    assert blob.metadata["origin"] == ORIGIN  # the customer's own, as the key lists it
    for text in (
        name,
        json.dumps({name: each for name, each in blob.metadata.items() if name != "origin"}),
        gzip.decompress(blob.download_as_bytes()).decode(),
    ):
        assert CANARY not in text
        assert ORIGIN not in text
