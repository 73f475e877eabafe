"""P11: what a visit writes in a minute: real ingest logic, fake clock, counted by stand-ins."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from math import ceil

from bench import google, prices, recordings
from bench.google import StandIns
from bench.tables import Row
from bench.world import World
from infra.local import keyrings
from infra.local.identity.projects import HOME_PROJECT
from lib import signing_keys
from lib.edge.access_tokens import AccessTokens
from lib.edge.config import EdgeConfig
from lib.edge.documents import Documents
from lib.edge.fetches import Fetcher
from lib.edge.handshakes import INTERVAL_MS
from lib.edge.ingestion import Ingestion
from lib.edge.notes import Notes
from lib.edge.objects import Objects
from lib.edge.outcomes import Outcomes
from lib.tokens import Verifier

MINUTES = 10
MINUTE_S = 60.0
START_S = 1_795_000_000.0  # any fixed instant
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36"
LOADS_A_MINUTE = 5


@dataclass
class Clock:
    """A clock that stands still until it is moved. Unix seconds."""

    now: float = START_S

    def __call__(self) -> float:
        """Return the time."""
        return self.now


async def measure(world: World) -> list[Row]:
    """Return the writes of a minute on one page, and of a minute with five page loads."""
    rows = []
    bars = {1 / MINUTES: (4, 6), float(LOADS_A_MINUTE): (4, 11)}
    for loads, (most_documents, most_objects) in bars.items():
        what = "one page" if loads < 1 else f"{LOADS_A_MINUTE} page loads a minute"
        world.progress(f"writes: {MINUTES} minutes, {what}")
        with google.stand_ins(world.folder, world.visits.site.bucket) as stand_ins:
            documents, objects = await _visit(world, stand_ins, MINUTE_S / loads)
        rows += [
            Row("P11", f"document writes a minute, {what}", documents, "", most_documents),
            Row("P11", f"object writes a minute, {what}", objects, "", most_objects),
            Row("", f"writes of 1,000 sessions, {what}", _dollars(documents, objects), "$"),
        ]
    return rows


async def _visit(world: World, stand_ins: StandIns, page_s: float) -> tuple[float, float]:
    """Return document and object writes a minute of one visitor who stays on each page `page_s`."""
    clock = Clock()
    ingestion = _ingestion(world, stand_ins, clock)
    members = cycle(recordings.session_masked("dash"))
    before = stand_ins.counts()
    page = world.visits.page(START_S)
    for begin in range(0, int(MINUTES * MINUTE_S), int(page_s)):
        page = world.visits.next_page(page, START_S + begin)
        for seq, after_s in enumerate(_flushes(page_s)):
            clock.now = START_S + begin + after_s
            events = next(members) if seq else recordings.page_load()
            body = page.batch(seq, events, final=after_s == page_s)
            await ingestion.accept(body, USER_AGENT)
    after = stand_ins.counts()
    return (after[0] - before[0]) / MINUTES, (after[1] - before[1]) / MINUTES


def _dollars(documents: float, objects: float) -> float:
    """Return the list price of a thousand such visits of ten minutes, with a month's storage."""
    members = recordings.session_masked("dash")
    return prices.stored(
        objects=objects * prices.SESSION_MINUTES,
        documents=documents * prices.SESSION_MINUTES,
        stored_bytes=objects * prices.SESSION_MINUTES * sum(map(len, members)) / len(members),
    )


def _flushes(page_s: float) -> Iterator[float]:
    """Yield the seconds at which the SDK sends a busy page's batches, its last one at the end."""
    interval_s = INTERVAL_MS / 1000
    for turn in range(1, ceil(page_s / interval_s)):
        yield turn * interval_s
    yield page_s


def _ingestion(world: World, stand_ins: StandIns, clock: Clock) -> Ingestion:
    """Return ingest as its main.py wires it: configuration from the stub, writes to stand-ins."""
    fetcher = Fetcher()
    tokens = AccessTokens(fetcher, f"127.0.0.1:{stand_ins.metadata}", clock)
    config = Documents(fetcher, tokens, world.stub.url, HOME_PROJECT, "edge-config")
    index = Documents(fetcher, tokens, stand_ins.firestore_url, HOME_PROJECT, "edge-index")
    keyring = keyrings.load(world.folder / "keyring.json")
    return Ingestion(
        EdgeConfig(config, clock),
        Verifier(signing_keys.public_keys(keyring.session_public_keys)),
        Objects(fetcher, tokens, stand_ins.storage_url, os.urandom),
        index,
        Notes(clock),
        Outcomes(clock, os.urandom),
        keyring.user_hash_key.encode(),
        clock,
    )
