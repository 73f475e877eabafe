"""The tap: between the browser and the two public functions, it keeps every byte that passes.

`/<recorder>/v1/handshake` and `/<recorder>/v1/ingest` are passed on as they came. What it keeps is
what left the browser.
"""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx

from tests.privacy.sites import serving

WAIT_S = 60.0
_PASSED_ON = ("Content-Type", "Origin", "User-Agent", "Referer", "Cookie")
_ANSWERED = ("Content-Type", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers")


@dataclass
class Traffic:
    """What one recorder sent."""

    texts: list[bytes] = field(default_factory=list)
    events: list[bytes] = field(default_factory=list)  # NDJSON of each batch
    sessions: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)
    policy: int = 0
    finals: int = 0
    open: int = 0


class Tap:
    """Passes requests on and keeps them."""

    def __init__(self, handshake: str, ingest: str) -> None:
        """Keep the addresses of the functions."""
        self.changed = threading.Condition()
        self.traffic: dict[str, Traffic] = {}
        self.url = ""
        self._targets = {"/v1/handshake": handshake, "/v1/ingest": ingest}
        self._client = httpx.Client(timeout=WAIT_S)

    def of(self, recorder: str) -> Traffic:
        """Return a recorder's traffic."""
        return self.traffic.setdefault(recorder, Traffic())

    def wait(self, recorder: str, finals: int) -> None:
        """Wait until this many pages were ended by their final batch and nothing is under way.

        Raises: TimeoutError.
        """
        traffic = self.of(recorder)
        with self.changed:
            if not self.changed.wait_for(
                lambda: traffic.finals >= finals and not traffic.open, WAIT_S
            ):
                raise TimeoutError(f"{recorder} sent {traffic.finals} of {finals} final batches")

    def take(self, path: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        """Keep a request, pass it on, and return the answer."""
        recorder, _, rest = path.strip("/").partition("/")
        traffic = self.of(recorder)
        with self.changed:
            traffic.open += 1
        self._keep(traffic, path, headers, body)
        kept = {name: value for name, value in headers.items() if name in _PASSED_ON}
        target = self._targets[f"/{rest}"] + f"/{rest}"
        try:
            answer = self._client.post(target, content=body, headers=kept)
            with self.changed:
                self._note(traffic, rest, body, answer)
        finally:
            with self.changed:
                traffic.open -= 1
                self.changed.notify_all()
        return answer

    def _keep(self, traffic: Traffic, path: str, headers: dict[str, str], body: bytes) -> None:
        told = {name: value for name, value in headers.items() if name != "Host"}
        head, _, packed = body.partition(b"\n")
        traffic.texts += [path.encode(), json.dumps(told).encode(), head]
        if packed:
            traffic.events.append(gzip.decompress(packed))

    def _note(self, traffic: Traffic, rest: str, body: bytes, answer: httpx.Response) -> None:
        if answer.is_error:
            traffic.refusals.append(answer.text)
        elif rest == "v1/handshake":
            granted = answer.json()
            traffic.sessions.add(granted["session"])
            traffic.policy = granted["policy"]["version"]
        else:
            traffic.finals += json.loads(body.partition(b"\n")[0])["final"]

    def through(self, recorder: str, answer: httpx.Response) -> bytes:
        """Return the answer's body, in which ingest lies behind this tap."""
        if b'"ingest"' not in answer.content:
            return answer.content
        parsed: dict[str, Any] = answer.json()
        return json.dumps(parsed | {"ingest": f"{self.url}/{recorder}/v1/ingest"}).encode()


def _handler(tap: Tap) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

        def do_POST(self) -> None:
            """Pass it on."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = tap.take(self.path, dict(self.headers), body)
            content = tap.through(self.path.split("/")[1], answer)
            self.send_response(answer.status_code)
            for name in _ANSWERED:
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    return Handler


@contextmanager
def open_tap(handshake: str, ingest: str) -> Iterator[Tap]:
    """Run a tap before the functions at these addresses."""
    tap = Tap(handshake, ingest)
    with serving(_handler(tap)) as tap.url, tap._client:
        yield tap
