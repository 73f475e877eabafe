"""The load: keep-alive connections that ask as fast as they are answered, or at a fixed rate."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

import httptools

HOST = "127.0.0.1"
Statuses = frozenset[int]
OK, STORED, FORBIDDEN, DISARMED = (
    frozenset(each) for each in ({200}, {202}, {403}, {202, 413, 422})
)
IDLE_S = 2.0  # the server hangs up after 5
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
        self.open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but name
        self.open = True

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
        self.open = False
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


def check(answer: tuple[int, bytes], expected: Statuses) -> None:
    """Stop the measurement unless the answer's status is `expected`."""
    if answer[0] not in expected:
        raise Unexpected(f"{answer[0]}, not in {set(expected)}: {answer[1][:SHOWN_CHARS]!r}")


async def closed(
    port: int, requests: Iterator[bytes], *, expected: Statuses, seconds: float, connections: int
) -> Sample:
    """Keep `connections` requests under way for `seconds`; every answer must be `expected`."""
    opened = [await connect(port) for _ in range(connections)]
    times: list[float] = []
    begin = time.perf_counter()

    async def ask_on(connection: Connection) -> None:
        sent = time.perf_counter()
        while sent - begin < seconds:
            check(await connection.ask(next(requests)), expected)
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
    port: int, requests: Iterator[bytes], *, expected: Statuses, seconds: float, rate: float
) -> Sample:
    """Send `rate` requests a second whatever becomes of them, on as many connections as it takes.

    A request's time counts from when it was due, so that a stalled server cannot hide its delay.
    """
    idle: list[tuple[Connection, float]] = []
    everyone: list[Connection] = []
    times: list[float] = []
    begin = time.perf_counter()

    async def ask_at(due: float) -> None:
        while idle and time.perf_counter() - idle[-1][1] > IDLE_S:
            idle.pop()
        if idle:
            connection, _ = idle.pop()
        else:
            connection = await connect(port)
            everyone.append(connection)
        check(await connection.ask(next(requests)), expected)
        times.append(time.perf_counter() - due)
        idle.append((connection, time.perf_counter()))

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


async def at_once(port: int, requests: list[bytes], *, expected: Statuses) -> None:
    """Send all requests together, each on a connection of its own, and wait for every answer."""
    connections = [await connect(port) for _ in requests]
    try:
        pairs = zip(connections, requests, strict=True)
        for answer in await asyncio.gather(*(line.ask(request) for line, request in pairs)):
            check(answer, expected)
    finally:
        for connection in connections:
            connection.close()


async def in_turn(port: int, requests: Iterable[bytes], *, expected: Statuses) -> None:
    """Send the requests one after the other; a new connection where the server closed the last."""
    connection = await connect(port)
    for request in requests:
        if not connection.open:
            connection = await connect(port)
        check(await connection.ask(request), expected)
    connection.close()
