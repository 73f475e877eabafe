"""One connection: bytes to requests, one after the other, and answers back to bytes."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast

import httptools

from infra.local.wire.messages import Answer, Request

Handler = Callable[[Request], Awaitable[Answer]]

# The largest body taken, bytes: an export part of 256 MiB, and room for its envelope.
MAX_BODY_BYTES = 300 * 1024 * 1024

_REASONS = {status.value: status.phrase for status in HTTPStatus}
_FAILED = Answer.of({"error": {"code": 500, "message": "the stand-in failed"}}, 500)


class Connection(asyncio.Protocol):
    """Serves one client. Requests that come early wait for their turn (RFC 9112 section 9.3.2)."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._waiting: list[tuple[Request, bool]] = []
        self._task: asyncio.Task[None] | None = None
        self._begin()

    def _begin(self) -> None:
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to answer on."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget the transport. Work that has begun runs to its end, as in the cloud."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Feed the parser; bytes that are not HTTP end the connection."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            if self._transport:
                self._transport.abort()

    def on_url(self, url: bytes) -> None:
        """Collect the target, which may come in pieces."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Tell a client that waits for it to go on (RFC 9110 section 10.1.1)."""
        if self._headers.get("expect", "").lower() == "100-continue" and self._transport:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Collect a piece of the body, up to the cap."""
        self._size += len(body)
        if self._size > MAX_BODY_BYTES:
            if self._transport:
                self._transport.abort()
            return
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Hand the request on, or let it wait for the one before."""
        method = self._parser.get_method().decode()
        target = self._target.decode("latin-1")
        request = Request(method, target, self._headers, b"".join(self._body))
        self._waiting.append((request, self._parser.should_keep_alive()))
        self._begin()
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._serve())
            self._task.add_done_callback(self._served)

    async def _serve(self) -> None:
        while self._waiting:
            request, keep_alive = self._waiting.pop(0)
            answer = await self._handler(request)
            transport = self._transport
            if transport is None:
                break
            if answer.cut:
                transport.abort()
                break
            transport.write(_render(answer, request.method, keep_alive))
            if not keep_alive:
                transport.close()
        self._task = None

    def _served(self, task: asyncio.Task[None]) -> None:
        """A bug in a stand-in must show: print it, answer 500, and end only this connection."""
        if task.cancelled() or (error := task.exception()) is None:
            return
        traceback.print_exception(error)
        if self._transport:
            self._transport.write(_render(_FAILED, "GET", keep_alive=False))
            self._transport.close()


def _render(answer: Answer, method: str, keep_alive: bool) -> bytes:
    lines = [f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    if answer.status not in (204, 304):
        lines.append(f"Content-Length: {len(answer.body)}")
    if not keep_alive:
        lines.append("Connection: close")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
    return head if method == "HEAD" or answer.status in (204, 304) else head + answer.body
