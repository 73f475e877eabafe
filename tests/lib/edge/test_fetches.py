"""Fetches: passing failures are tried again with growing pauses; every silence is ambiguous."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from lib.edge.fetches import ATTEMPTS, NO_ANSWER, TRANSIENT, Answer, Fetcher

Script = list[int | str]


class Faulty:
    """A server that answers by script: a status, `cut` (close at once), `half` (cut a body)."""

    def __init__(self) -> None:
        self.script: Script = []
        self.bodies: list[bytes] = []

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = [line for line in head.lower().split(b"\r\n") if b"content-length" in line]
            size = int(length[0].split(b":")[1]) if length else 0
            self.bodies.append(await reader.readexactly(size))
            step = self.script.pop(0)
            if step == "cut":
                break
            if step == "half":
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                break
            text = f"body of {step}".encode()
            writer.write(f"HTTP/1.1 {step} X\r\nContent-Length: {len(text)}\r\n".encode())
            writer.write(b"Location: http://127.0.0.1:1/\r\n\r\n" + text)
            await writer.drain()
        writer.close()


@pytest.fixture
def faulty() -> Faulty:
    return Faulty()


@pytest.fixture
async def url(faulty: Faulty) -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await faulty.handle(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def fetcher(pauses: list[float]) -> Fetcher:
    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    return Fetcher(sleep=sleep, jitter=lambda: 1.0)


async def post(fetcher: Fetcher, url: str) -> Answer:
    return await fetcher.send("POST", url, headers={"X-Y": "z"}, body=b"hello")


@pytest.mark.parametrize("status", [200, 204, 301, 307, 400, 401, 403, 404, 409, 412, 501])
async def test_a_final_answer_is_given_at_once(
    faulty: Faulty, fetcher: Fetcher, url: str, pauses: list[float], status: int
) -> None:
    faulty.script = [status]
    answer = await post(fetcher, url)
    assert (answer.status, answer.ambiguous, pauses) == (status, False, [])
    assert faulty.bodies == [b"hello"]


@pytest.mark.parametrize("first", [*sorted(TRANSIENT - {429}), "cut", "half"])
async def test_a_passing_failure_is_tried_again_and_leaves_a_doubt(
    faulty: Faulty, fetcher: Fetcher, url: str, first: int | str
) -> None:
    faulty.script = [first, 412]
    assert await post(fetcher, url) == Answer(412, b"body of 412", ambiguous=True)
    assert faulty.bodies == [b"hello"] * 2


async def test_being_told_to_slow_down_leaves_no_doubt(
    faulty: Faulty, fetcher: Fetcher, url: str
) -> None:
    faulty.script = [429, 412]
    assert (await post(fetcher, url)).ambiguous is False


async def test_pauses_grow_and_attempts_end(
    faulty: Faulty, fetcher: Fetcher, url: str, pauses: list[float]
) -> None:
    faulty.script = [503] * 9
    answer = await post(fetcher, url)
    assert (answer.status, len(faulty.bodies), pauses) == (503, ATTEMPTS, [0.1, 0.4])


async def test_jitter_spreads_a_pause_over_its_upper_half(faulty: Faulty, url: str) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    faulty.script = [503, 200]
    await post(Fetcher(sleep=sleep, jitter=lambda: 0.0), url)
    assert pauses == [0.05]


async def test_a_dead_server_is_no_exception(fetcher: Fetcher) -> None:
    answer = await fetcher.send("GET", "http://127.0.0.1:1/", headers={})
    assert (answer.status, answer.ambiguous) == (NO_ANSWER, True)


async def test_a_stale_connection_is_replaced(faulty: Faulty, fetcher: Fetcher, url: str) -> None:
    faulty.script = [200, "cut", 200]
    assert (await post(fetcher, url)).status == 200
    assert (await post(fetcher, url)).status == 200


async def test_no_proxy_of_the_environment_is_used(
    faulty: Faulty, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    faulty.script = [200]
    assert (await Fetcher().send("GET", url, headers={})).status == 200
