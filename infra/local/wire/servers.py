"""Listening on loopback, and saying where."""

import asyncio
import json
import signal
from typing import Any

from infra.local.wire.connections import Connection, Handler

# Stand-ins hold no secrets but believe every caller: never reachable from another machine.
HOST = "127.0.0.1"


async def listen(handler: Handler, port: int) -> tuple[asyncio.Server, int]:
    """Serve `handler` on loopback.

    Args: port: 0 for any free one.
    Returns: the server and the port that it got.
    """
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(handler), HOST, port, backlog=1024)
    return server, int(server.sockets[0].getsockname()[1])


async def until_stopped(ready: dict[str, Any]) -> None:
    """Print `ready` as the one line of JSON that callers wait for; return at SIGTERM or SIGINT.

    The caller then closes its servers but does not wait for them: every idle connection, such as
    another stand-in keeps, would hold it up.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    print(json.dumps(ready), flush=True)
    await stopped.wait()
