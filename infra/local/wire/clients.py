"""Asking another stand-in: one GET, JSON back, connections kept for the next."""

import asyncio
import json
from urllib.parse import urlsplit

from infra.local.wire.messages import Json

_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Client:
    """A client of one stand-in."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._host, self._port = where.hostname or "", where.port or 80
        self._idle: list[_Connection] = []

    async def get(self, target: str) -> Json:
        """The answer to `GET target`.

        Raises: OSError: no connection, or it broke. ValueError: the answer is not JSON.
        """
        while self._idle:
            connection = self._idle.pop()
            try:
                return await self._ask(connection, target)
            except (OSError, EOFError):
                connection[1].close()  # the other side restarted since; a fresh one may do
        fresh = await asyncio.open_connection(self._host, self._port)
        try:
            return await self._ask(fresh, target)
        except EOFError as error:
            raise ConnectionError("the stand-in closed the connection") from error

    async def _ask(self, connection: _Connection, target: str) -> Json:
        reader, writer = connection
        writer.write(f"GET {target} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        _, _, length = head.partition("\r\ncontent-length:")
        body = await reader.readexactly(int(length.partition("\r\n")[0]))
        self._idle.append(connection)
        answer: Json = json.loads(body)
        return answer
