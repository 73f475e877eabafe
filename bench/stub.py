"""Just enough of the metadata server, Firestore and Cloud Storage, at 40 microseconds an answer.

The stand-ins of infra/local are faithful and need a millisecond; on the load's core they would
be what is measured. This stub never refuses; the functions' tests run against the stand-ins.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

import httptools
import msgspec

from infra.local.identity.projects import account
from infra.local.identity.tokens import issue
from lib.edge.documents import encode_value

HOST = "127.0.0.1"
TOKEN_S = 3600


class Stub:
    """The documents that it serves, what it counted, and how slow storage is made."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep `documents`: path -> plain fields, whatever their database."""
        self.port = 0
        self.counts: Counter[str] = Counter()
        self.storage_delay_s = 0.0
        self.inserting = 0
        self.most_inserting = 0
        token = {"access_token": issue(account("ingest")), "expires_in": TOKEN_S}
        self._token = _answer(token)
        self._committed = _answer({"writeResults": [], "commitTime": "2026-01-01T00:00:00Z"})
        self._inserted = _answer({"name": "stored"})
        self._found = {
            path: {name: encode_value(value) for name, value in fields.items()}
            for path, fields in documents.items()
        }

    async def listen(self) -> asyncio.Server:
        """Serve on a free port of loopback."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self), HOST, 0, backlog=1024)
        self.port = int(server.sockets[0].getsockname()[1])
        return server

    @property
    def url(self) -> str:
        """Return the base address of every service."""
        return f"http://{HOST}:{self.port}"

    def answer(self, url: bytes, body: bytes, transport: asyncio.Transport) -> None:
        """Answer one request on `transport`, later if storage is slow."""
        if b"/upload/" in url:
            self._insert(transport)
        elif url.endswith(b":commit"):
            self.counts["commits"] += 1
            self.counts["document writes"] += body.count(b'"update":{"name"')
            transport.write(self._committed)
        elif url.endswith(b":batchGet"):
            self.counts["document reads"] += 1
            transport.write(self._read(body))
        else:
            self.counts["tokens"] += 1
            transport.write(self._token)

    def _insert(self, transport: asyncio.Transport) -> None:
        self.counts["object writes"] += 1
        if not self.storage_delay_s:
            transport.write(self._inserted)
            return
        self.inserting += 1
        self.most_inserting = max(self.most_inserting, self.inserting)
        loop = asyncio.get_running_loop()
        loop.call_later(self.storage_delay_s, self._insert_late, transport)

    def _insert_late(self, transport: asyncio.Transport) -> None:
        self.inserting -= 1
        transport.write(self._inserted)

    def _read(self, body: bytes) -> bytes:
        (name,) = msgspec.json.decode(body)["documents"]
        fields = self._found.get(name.partition("/documents/")[2])
        if fields is None:
            return _answer([{"missing": name}])
        return _answer([{"found": {"name": name, "fields": fields}}])


class Connection(asyncio.Protocol):
    """One client's connection: requests in, answers out, in order."""

    def __init__(self, stub: Stub) -> None:
        self._stub = stub
        self._url = b""
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to parse."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        """Hand what came to the parser, which calls the three methods below."""
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """A request begins."""
        self._url, self._body = url, []

    def on_body(self, body: bytes) -> None:
        """Another piece of it."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """It is complete."""
        self._stub.answer(self._url, b"".join(self._body), self._transport)


def _answer(body: object) -> bytes:
    data = msgspec.json.encode(body)
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(data)}"
    return head.encode() + b"\r\n\r\n" + data
