"""Both public functions of one installation, as an attacker meets them."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.edge_world import ORIGIN, Edge, Json, Site, ask, load_main, served


@dataclass
class Doors:
    """Clients of handshake and ingest."""

    edge: Edge
    handshake: httpx.AsyncClient
    ingest: httpx.AsyncClient

    async def shake(
        self, site: Site, *, origin: str | None = ORIGIN, **changes: Any
    ) -> httpx.Response:
        """Ask for a session; without an Origin header if `origin` is None."""
        headers = {} if origin is None else {"Origin": origin}
        body = json.dumps(ask(site, **changes))
        return await self.handshake.post("/v1/handshake", content=body, headers=headers)

    async def opened(self, site: Site, **changes: Any) -> Json:
        """Return the answer of a handshake that must succeed."""
        answer = await self.shake(site, **changes)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    async def send(self, body: bytes) -> tuple[int, str]:
        """Send a batch; return the status and what became of it."""
        answer = await self.ingest.post("/v1/ingest", content=body)
        found = answer.json()
        return answer.status_code, found.get("code") or (
            "duplicate" if found["duplicate"] else "stored"
        )


@pytest.fixture(scope="session")
def modules() -> dict[str, ModuleType]:
    """main.py of both functions; their services are replaced for each test."""
    environ = {
        "GOOGLE_CLOUD_PROJECT": "p",
        "SESSION_SIGNING_KEY": "replaced",
        "SESSION_PUBLIC_KEYS": "replaced",
        "INGEST_URL": "replaced",
        "CONSOLE_URL": "replaced",
        "USER_HASH_KEY": "replaced",
    }
    return {name: load_main(name, environ) for name in ("handshake", "ingest")}


@pytest.fixture
async def doors(edge: Edge, modules: dict[str, ModuleType]) -> AsyncIterator[Doors]:
    """Fresh instances of both."""
    with (
        served(modules["handshake"], edge.handshakes()) as handshake,
        served(modules["ingest"], edge.ingestion()) as ingest,
    ):
        del handshake.headers["Origin"]
        yield Doors(edge, handshake, ingest)
