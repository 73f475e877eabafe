"""The load: keep-alive connections that ask as fast as they are answered, or at a fixed rate."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import httptools

HOST = "127.0.0.1"
SHOWN_CHARS = 300  # of an answer that nobody expected


class Unexpected(Exception):
    """An answer of another status than the measurement is about: its numbers would mean nothing."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one stretch of load saw: answers, its length, and each request's time in order."""

    answers: int
    seconds: float
    times_s: list[float]

    @property
    def rate(self) -> float:
        """Return answers a second."""
        return self.answers / self.seconds

    def percentile(self, percent: float) -> float:
        """Return the time in seconds below which `percent` of the requests stayed."""
        ordered = sorted(self.times_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name

    def data_received(self, data: bytes) -> None:
        """Hand what came to the parser, which calls the two methods below."""
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """Another piece of the answer."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """The answer is complete."""
        if self._answer and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), b"".join(self._body)))

    def connection_lost(self, error: Exception | None) -> None:
        """Fail the request that was under way."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(ConnectionResetError(str(error)))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send `request`, a whole HTTP/1.1 message, and return the status and body."""
        self._parser = httptools.HttpResponseParser(self)
        self._body = []
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


async def connect(port: int) -> Connection:
    """Return an open connection to a server on loopback."""
    _, connection = await asyncio.get_running_loop().create_connection(Connection, HOST, port)
    return connection


def post(path: str, body: bytes, origin: str) -> bytes:
    """Return the request that a browser would send with `body`."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: {HOST}\r\norigin: {origin}\r\n"
        "user-agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0 Safari/537.36\r\n"
        f"content-type: text/plain\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def check(answer: tuple[int, bytes], status: int) -> None:
    """Stop the measurement unless the answer has `status`."""
    if answer[0] != status:
        raise Unexpected(f"{answer[0]} instead of {status}: {answer[1][:SHOWN_CHARS]!r}")


async def closed(
    port: int, requests: Iterator[bytes], *, status: int, seconds: float, connections: int
) -> Sample:
    """Keep `connections` requests under way for `seconds`; every answer must have `status`."""
    opened = [await connect(port) for _ in range(connections)]
    times: list[float] = []
    begin = time.perf_counter()

    async def ask_on(connection: Connection) -> None:
        sent = time.perf_counter()
        while sent - begin < seconds:
            check(await connection.ask(next(requests)), status)
            answered = time.perf_counter()
            times.append(answered - sent)
            sent = answered

    try:
        await asyncio.gather(*(ask_on(connection) for connection in opened))
        return Sample(len(times), time.perf_counter() - begin, times)
    finally:
        for connection in opened:
            connection.close()


async def opened(
    port: int, requests: Iterator[bytes], *, status: int, seconds: float, rate: float
) -> Sample:
    """Send `rate` requests a second whatever becomes of them, on as many connections as it takes.

    A request's time counts from when it was due, so that a stalled server cannot hide its delay.
    """
    idle: list[Connection] = []
    everyone: list[Connection] = []
    times: list[float] = []
    begin = time.perf_counter()

    async def ask_at(due: float) -> None:
        if idle:
            connection = idle.pop()
        else:
            connection = await connect(port)
            everyone.append(connection)
        check(await connection.ask(next(requests)), status)
        times.append(time.perf_counter() - due)
        idle.append(connection)

    try:
        async with asyncio.TaskGroup() as group:
            for turn in range(int(seconds * rate)):
                due = begin + turn / rate
                if (wait := due - time.perf_counter()) > 0:
                    await asyncio.sleep(wait)
                group.create_task(ask_at(due))
        return Sample(len(times), time.perf_counter() - begin, times)
    finally:
        for connection in everyone:
            connection.close()
