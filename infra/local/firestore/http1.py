"""Just enough of HTTP/1.1 for a stand-in: keep-alive, bodies by length or in chunks.

Source: RFC 9112
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus

MAX_HEAD_BYTES = 64 << 10
MAX_BODY_BYTES = 11 << 20  # Firestore takes requests of 10 MiB


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, always JSON."""

    status: int
    body: bytes


Handler = Callable[[Request], Awaitable[Response | None]]  # None cuts the connection


class _Malformed(Exception):
    """Bytes that are no request; the connection cannot go on."""


async def serve(handler: Handler, port: int) -> asyncio.Server:
    """Listen on loopback.

    Args: port: 0 for a free one.
    """

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The end of the process cancels idle conversations; asyncio would log that as an error.
        ended = (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, _Malformed)
        with suppress(*ended):
            await _converse(handler, reader, writer)
        writer.transport.abort() if writer.transport.is_closing() else writer.close()

    return await asyncio.start_server(connected, "127.0.0.1", port, limit=MAX_HEAD_BYTES)


async def _converse(
    handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while True:
        try:
            request = await _read(reader)
        except (ValueError, asyncio.LimitOverrunError) as wrong:
            writer.write(_encode(Response(HTTPStatus.BAD_REQUEST, b"{}"), close=True))
            raise _Malformed from wrong
        response = await handler(request)
        if response is None:
            writer.transport.abort()
            return
        close = request.headers.get("connection", "").lower() == "close"
        writer.write(_encode(response, close=close))
        await writer.drain()
        if close:
            return


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head[:-4].split("\r\n")
    method, target, _ = first.split(" ")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = await _read_chunks(reader)
    else:
        body = await reader.readexactly(_bounded(int(headers.get("content-length", "0"))))
    return Request(method, target, headers, body)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        _bounded(len(body) + size)
        body += (await reader.readexactly(size + 2))[:size]
    await reader.readuntil(b"\r\n")
    return bytes(body)


def _bounded(size: int) -> int:
    if not 0 <= size <= MAX_BODY_BYTES:
        raise ValueError(f"a body of {size} bytes")
    return size


def _encode(response: Response, *, close: bool) -> bytes:
    status = HTTPStatus(response.status)
    connection = "Connection: close\r\n" if close else ""
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        "Content-Type: application/json; charset=UTF-8\r\n"
        f"Content-Length: {len(response.body)}\r\n{connection}\r\n"
    )
    return head.encode() + response.body
