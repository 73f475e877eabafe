"""One pooled HTTP client for the hot functions, with deadlines and retries.

pyreqwest is wrapped here alone, so that it can be replaced. Every failure without an answer is
ambiguous: the server may have done the work (docs/decisions/0004-one-http-client.md).
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from msgspec import Struct
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import PyreqwestError

ATTEMPT_TIMEOUT_S = 8.0  # Cloud Storage's p99.9 for a small insert is far below this
CONNECT_TIMEOUT_S = 3.0
ATTEMPTS = 3  # with the pauses below at most 26 s, under the SDK's 30 s patience
FIRST_PAUSE_S, LAST_PAUSE_S = 0.1, 1.0
# Shorter than the 4 minutes after which Google's front ends close an idle connection.
POOL_IDLE_S = 60.0
TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
NO_ANSWER = 0

Sleep = Callable[[float], Awaitable[None]]


class Answer(Struct, frozen=True):
    """A status (NO_ANSWER when the connection failed), the body, and whether we tried before.

    `ambiguous`: an earlier attempt of this call may have taken effect without our knowing.
    """

    status: int
    body: bytes
    ambiguous: bool = False


def open_client() -> Client:
    """Return a client with its own pool; make it on first use, after the server has forked."""
    return (
        ClientBuilder()
        .timeout(timedelta(seconds=ATTEMPT_TIMEOUT_S))
        .connect_timeout(timedelta(seconds=CONNECT_TIMEOUT_S))
        .pool_idle_timeout(timedelta(seconds=POOL_IDLE_S))
        .follow_redirects(False)
        .no_proxy()
        .build()
    )


class Fetcher:
    """Sends requests through one pool, created on first use."""

    def __init__(
        self,
        *,
        opener: Callable[[], Client] = open_client,
        sleep: Sleep = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Keep the arguments; `sleep` and `jitter` (0 to 1) are replaced in tests."""
        self._opener = opener
        self._client: Client | None = None
        self._sleep = sleep
        self._jitter = jitter

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        attempts: int = ATTEMPTS,
    ) -> Answer:
        """Return the answer; a transient one only after `attempts` tries with growing pauses.

        Only requests that may be repeated go through here: reads, creations under a
        precondition, and writes that merge by maximum. Nothing is raised for a failed network.
        """
        answer = await self._once(method, url, headers, body)
        ambiguous = False
        for attempt in range(1, attempts):
            if answer.status != NO_ANSWER and answer.status not in TRANSIENT:
                break
            ambiguous |= answer.status not in (429,)
            pause = min(FIRST_PAUSE_S * 4 ** (attempt - 1), LAST_PAUSE_S)
            await self._sleep(pause * (0.5 + self._jitter() / 2))
            answer = await self._once(method, url, headers, body)
        return Answer(answer.status, answer.body, ambiguous)

    async def _once(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if self._client is None:
            self._client = self._opener()
        request = self._client.request(method, url).headers(dict(headers))
        if body:
            request = request.body_bytes(body)
        try:
            response = await request.build().send()
            return Answer(response.status, bytes(await response.bytes()))
        except PyreqwestError:
            return Answer(NO_ANSWER, b"")
