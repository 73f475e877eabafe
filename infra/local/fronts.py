"""A front end: one address that leads to whichever instance serves now, as Cloud Run's does.

New connections go to the instance that was chosen last; those that are open stay where they are
until they end, so that an instance can be replaced without cutting a request.
"""

import asyncio
import threading
import time
from collections import Counter
from contextlib import suppress
from types import TracebackType
from typing import Self

from infra.local.processes import HOST

CHUNK_BYTES = 64 * 1024
POLL_S = 0.02
END_S = 5.0


class Front:
    """One loopback port that forwards; a thread of its own does the work."""

    def __init__(self, target: int) -> None:
        """Lead to the port `target` at first."""
        self.port = 0
        self._target = target
        self._open: Counter[int] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def on(self, port: int) -> Self:
        """Choose the port to listen on, which is any free one otherwise."""
        self.port = port
        return self

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        listening = asyncio.start_server(self._forward, HOST, self.port)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(END_S)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening, and cut what is open."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(END_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(END_S)
        self._loop.close()

    def lead_to(self, target: int) -> None:
        """Send new connections to another instance; when it returns, no more come to this one."""
        asyncio.run_coroutine_threadsafe(self._turn(target), self._loop).result(END_S)

    def drain(self, target: int, within_s: float) -> bool:
        """Wait until no connection to `target` is open; say whether that came true in time."""
        until = time.monotonic() + within_s
        while self._open[target] and time.monotonic() < until:
            time.sleep(POLL_S)
        return not self._open[target]

    async def _turn(self, target: int) -> None:
        self._target = target  # by the thread that counts connections, so that none slips through

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        target = self._target
        self._open[target] += 1
        try:
            with suppress(OSError):  # either side may leave at any time; the other hears of it
                inner_reader, inner_writer = await asyncio.open_connection(HOST, target)
                await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))
        finally:
            writer.close()
            self._open[target] -= 1

    async def _end(self) -> None:
        self._server.close()
        here = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not here]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copy one direction to its end, and end the other side's reading with it."""
    try:
        while chunk := await reader.read(CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
    finally:
        writer.close()
