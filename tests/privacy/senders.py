"""A sender without a browser: a handshake by the book, then whatever events it likes."""

import base64
import gzip
import json
import secrets
from collections.abc import Iterable
from typing import Any

import httpx

Event = dict[str, Any]
ANSWER_S = 30.0
BATCH_EVENTS = 1_000


def _id(prefix: str) -> str:
    return prefix + base64.b32encode(secrets.token_bytes(10)).decode().lower()


class Sender:
    """One page of one session, under its own control."""

    def __init__(self, handshake: str, key: str, origin: str) -> None:
        """Shake hands. Raises: httpx.HTTPStatusError: refused."""
        self._client = httpx.Client(timeout=ANSWER_S, headers={"Origin": origin})
        self._page = _id("p_")
        self._seq = 0
        ask = {"v": 1, "key": key, "sdk": "0.1.0", "tab": _id("t_"), "page": self._page}
        body = json.dumps({**ask, "resume": None, "assertion": None})
        answer = self._client.post(f"{handshake}/v1/handshake", content=body)
        answer.raise_for_status()
        self.grant = answer.json()

    @property
    def session(self) -> str:
        """Return the session's id."""
        return str(self.grant["session"])

    def send(self, events: Iterable[Event]) -> None:
        """Send events, in as many batches as they need.

        Raises: httpx.HTTPStatusError: one was refused.
        """
        waiting = list(events)
        while waiting:
            part, waiting = waiting[:BATCH_EVENTS], waiting[BATCH_EVENTS:]
            lines = "".join(json.dumps(each) + "\n" for each in part).encode()
            self.post(gzip.compress(lines, mtime=0), final=not waiting).raise_for_status()

    def post(self, packed: bytes, **changes: Any) -> httpx.Response:
        """Send one batch, with these members of its header changed, and return the answer."""
        header = {
            "v": 1,
            "token": self.grant["token"],
            "page": self._page,
            "seq": self._seq,
            "sent": self.grant["now"],
            "offset": 0,
            "dropped": 0,
            "final": False,
            "total": 0,
            "previous": None,
            "user": None,
            **changes,
        }
        self._seq += 1
        body = json.dumps(header).encode() + b"\n" + packed
        return self._client.post(self.grant["ingest"], content=body)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
