"""Both public functions in memory: real parsers, tokens, privacy and routes; databases of dicts."""

import asyncio
import gzip
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from lib import keys, policies, web
from lib.edge import asks, batches
from lib.edge.config import EdgeConfig
from lib.edge.documents import Documents, Write
from lib.edge.handshakes import Handshakes
from lib.edge.ingestion import Ingestion
from lib.edge.notes import Notes
from lib.edge.objects import Objects
from lib.edge.outcomes import Outcomes
from lib.edge.quotas import REMEMBERED
from lib.identifiers import KeyId, PageId, SessionId, TenantId, batch_object
from lib.policies import Policy
from lib.tenants import KeyRecord, Quotas, Tenant
from tests.edge_world import NOW, ORIGIN, PAGE, TAB, USER_KEY, Json
from tests.lib.tokens_world import SIGNER, verifier

INT64 = 2**63
NO_LIMIT = 2**60
POLICY = policies.default(1)
TENANT = Tenant(
    id=TenantId("tn_" + "a" * 16),
    name="acme",
    state="active",
    bucket="st-" + "a" * 26,
    location="europe-west1",
    policy_version=1,
    retention_days=30,
    epoch=1,
    quotas=Quotas(NO_LIMIT, NO_LIMIT, NO_LIMIT, NO_LIMIT),
)
KEY = keys.create(lambda n: bytes(n))
RECORD = KeyRecord(KEY.id, TENANT.id, KEY.hash(), (ORIGIN,), 1, "active")


class Config(EdgeConfig):
    """One tenant with one key, which may do as much as it likes."""

    def __init__(self) -> None:
        pass

    async def tenant(self, tenant: TenantId) -> Tenant | None:
        return TENANT if tenant == TENANT.id else None

    async def key(self, key: KeyId) -> KeyRecord | None:
        return RECORD if key == KEY.id else None

    async def policy(self, tenant: TenantId, version: int) -> Policy | None:
        return POLICY if (tenant, version) == (TENANT.id, 1) else None


class Index(Documents):
    """Checks that every write is one that Firestore takes."""

    def __init__(self) -> None:
        self._root = "projects/p/databases/d/documents"

    async def commit(self, writes: Iterable[Write]) -> None:
        text = json.dumps([self._encode(write) for write in writes], ensure_ascii=False)
        text.encode("utf-8")
        for value in _integers(json.loads(text)):
            assert -INT64 <= value < INT64


def _integers(value: Any) -> Iterable[int]:
    if isinstance(value, dict):
        if "integerValue" in value:
            yield int(value["integerValue"])
        for inner in value.values():
            yield from _integers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _integers(inner)


class Bucket(Objects):
    """Checks every object: its place, its metadata, and that it is one plain member of lines."""

    def __init__(self) -> None:
        pass

    async def create(
        self, bucket: str, name: str, data: bytes, metadata: Mapping[str, str], start_ms: int
    ) -> bool:
        assert bucket == TENANT.bucket
        session = SessionId(name.split("/")[1])
        assert name == batch_object(session, PageId(PAGE), int(metadata["seq"]))
        assert all(type(value) is str for value in metadata.values())
        assert data[3] == 0
        text = gzip.decompress(data)
        assert batches.inflate(data) == text
        assert all(isinstance(json.loads(line), dict) for line in text.splitlines())
        return True


@dataclass
class Doors:
    """One instance of each function, and a grant of the real handshake."""

    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _batches: int = 0

    def __post_init__(self) -> None:
        """Wire the parts."""
        self.tokens = verifier()
        self._handshakes = Handshakes(
            Config(), Index(), SIGNER, self.tokens, "i", "c", lambda: NOW, os.urandom
        )
        self._fresh_ingest()
        self.handshake = self._app("/v1/handshake", self._open)
        self.ingest = self._app("/v1/ingest", self._accept)

    def grant(self) -> Json:
        """Return a handshake's answer."""
        ask = {"v": 1, "key": str(KEY), "sdk": "0.1.0", "tab": TAB, "page": PAGE}
        body = json.dumps({**ask, "resume": None, "assertion": None}).encode()
        return self.loop.run_until_complete(self._handshakes.open(asks.parse(body), ORIGIN))

    def post(self, app: web.App, path: str, body: bytes) -> int:
        """Send a request and return the status of its answer."""
        self._batches += 1
        if self._batches % (REMEMBERED // 2) == 0:
            self._fresh_ingest()
        status = 0
        messages = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            return messages.pop(0)

        async def send(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)

        headers = [(b"origin", ORIGIN.encode()), (b"user-agent", body[:600])]
        scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
        self.loop.run_until_complete(app(scope, receive, send))
        return status

    def _fresh_ingest(self) -> None:
        self._ingestion = Ingestion(
            Config(),
            self.tokens,
            Bucket(),
            Index(),
            Notes(lambda: NOW),
            Outcomes(lambda: NOW, os.urandom),
            USER_KEY,
            lambda: NOW,
        )

    def _app(self, path: str, handler: web.Handler) -> web.App:
        return web.App([web.Route("POST", path, handler)], headers=web.PUBLIC_CORS)

    async def _open(self, request: Request) -> Response:
        body = await web.read_body(request, asks.MAX_HANDSHAKE_BYTES)
        origin = request.headers.get("origin", "")
        answer = await self._handshakes.open(asks.parse(body), origin)
        return Response(msgspec.json.encode(answer), media_type="application/json")

    async def _accept(self, request: Request) -> Response:
        body = await web.read_body(request, batches.MAX_BODY_BYTES)
        agent = request.headers.get("user-agent", "")
        return web.json_response(await self._ingestion.accept(body, agent), status=202)
