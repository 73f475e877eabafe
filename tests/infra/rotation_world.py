"""The public functions behind fronts, their secrets from Secret Manager, and visitors."""

import asyncio
import gzip
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx
import jwt

from infra.local import pins
from infra.local.fronts import Front
from infra.local.processes import Process, free_ports
from infra.local.revisions import Revisions
from infra.local.stack import LOCAL
from infra.rotations import Rotation
from infra.secrets_admin import contents
from infra.secrets_admin.store import ProjectSecrets
from tests.edge_world import ORIGIN, Edge, Json, Site, ask, batch, lines, meta
from tests.local_services import process
from tests.staged_functions import COMMAND

ANSWER_S = 30.0
VISITORS = 4
BATCHES_PER_PAGE = 5
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
SECRETS = {variable for uses in contents.USES.values() for variable in uses}


class Clock:
    """The operator's time; the functions keep the real one."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass
class World:
    """A running installation and its rotation."""

    edge: Edge
    site: Site
    secrets: ProjectSecrets
    revisions: Revisions
    clock: Clock
    fronts: Mapping[str, Front]
    said: list[str] = field(default_factory=list)

    def rotation(self) -> Rotation:
        """Return a rotation, as a fresh command makes it."""
        parts = self.secrets, self.revisions
        return Rotation(*parts, clock=self.clock, progress=self.said.append)

    def url(self, function: str) -> str:
        """Return the address that does not change."""
        return f"http://127.0.0.1:{self.fronts[function].port}/v1/{function}"


@contextmanager
def world(edge: Edge, staged: Path, logs: Path, now: float) -> Iterator[World]:
    """Start Secret Manager and both functions, at version 1 of every secret."""
    site, clock = edge.site(), Clock(now)

    def start(function: str, port: int, own: Mapping[str, str]) -> Process:
        source = str(staged / function / "main.py")
        command = [str(COMMAND), "--source", source, "--target", function]
        plain = edge.environment(function)
        without = {name: text for name, text in plain.items() if name not in SECRETS}
        environ = {"PATH": "/usr/bin:/bin", "HOME": str(logs), **without, **own}
        command += ["--host", "127.0.0.1", "--port", str(port)]
        started = Process(f"{function}-{port}", command, environ, logs)
        started.listening(port)
        return started

    with process("infra.local.secrets", "--iam", str(LOCAL / "storage_iam.json")) as ready:
        url = f"http://127.0.0.1:{ready['port']}"
        operator = pins.opened(url, pins.OPERATOR)
        pins.seed(operator, contents.fresh())
        kept = pins.PinFile(logs / pins.FILE)
        revisions = Revisions(url, start, kept, clock)
        try:
            fronts = {}
            for name in ("handshake", "ingest"):
                chosen = contents.newest(operator, name)
                kept.write(name, chosen, now)
                (port,) = free_ports(1)
                running = start(name, port, pins.environment(url, name, chosen))
                fronts[name] = revisions.serve(name, running, port)
            with fronts["handshake"], fronts["ingest"]:
                yield World(edge, site, operator, revisions, clock, fronts)
        finally:
            revisions.stop()


@dataclass
class Load:
    """Visitors that shake hands and send, one request after the other, until told to stop."""

    world: World
    accepted: list[str] = field(default_factory=list)  # names of acknowledged batches
    refused: list[str] = field(default_factory=list)
    kids: list[str] = field(default_factory=list)  # who signed, in order
    ended: bool = False

    async def visit(self) -> None:
        """Open page after page of one visit; each sends some batches."""
        session, resume = None, None
        limits = httpx.Limits(max_keepalive_connections=0)  # a front routes each request by itself
        async with httpx.AsyncClient(limits=limits, timeout=ANSWER_S) as browser:
            while not self.ended:
                answer = await self._shake_hands(browser, resume)
                if session not in (None, answer["session"]):
                    self.refused.append("a resume token was not believed")
                session, resume = answer["session"], answer["resume"]
                for seq in range(BATCHES_PER_PAGE):
                    await self._send(browser, answer, seq)

    async def _shake_hands(self, browser: httpx.AsyncClient, resume: str | None) -> Json:
        page = "p_" + "".join(secrets.choice(BASE32) for _ in range(16))
        body = ask(self.world.site, page=page, resume=resume)
        url = self.world.url("handshake")
        got = await browser.post(url, json=body, headers={"Origin": ORIGIN})
        if got.status_code != HTTPStatus.OK:
            self.refused.append(f"handshake: {got.text}")
            raise AssertionError(self.refused)
        answer: Json = got.json()
        self.kids.append(jwt.get_unverified_header(answer["token"])["kid"])
        return {**answer, "page": page}

    async def _send(self, browser: httpx.AsyncClient, answer: Json, seq: int) -> None:
        body = batch(answer, gzip.compress(lines(meta(seq))), page=answer["page"], seq=seq)
        got = await browser.post(self.world.url("ingest"), content=body)
        if got.status_code == HTTPStatus.ACCEPTED and not got.json()["duplicate"]:
            name = f"s/{answer['session']}/{answer['page']}/{seq:06d}.ndjson.gz"
            self.accepted.append(name)
        else:
            self.refused.append(f"batch: {got.status_code} {got.text}")


@asynccontextmanager
async def under_load(world: World) -> AsyncIterator[Load]:
    """Keep visitors busy inside the block; on leaving, each finishes its page."""
    load = Load(world)
    visitors = [asyncio.create_task(load.visit()) for _ in range(VISITORS)]
    yield load
    load.ended = True
    await asyncio.gather(*visitors)


async def answer_of(world: World) -> Json:
    """Return the answer of one handshake."""
    async with httpx.AsyncClient(timeout=ANSWER_S) as browser:
        url = world.url("handshake")
        got = await browser.post(url, json=ask(world.site), headers={"Origin": ORIGIN})
        answer: Json = got.json()
        return answer


async def send(world: World, answer: Json, seq: int = 0) -> int:
    """Send one batch and return the answer's status."""
    async with httpx.AsyncClient(timeout=ANSWER_S) as browser:
        body = batch(answer, seq=seq)
        return (await browser.post(world.url("ingest"), content=body)).status_code
