"""A handshake and an ingest that fail on demand, and a site that embeds the SDK.

It speaks docs/protocol.md from two origins, as in the field: pages come from one, the API from the
other. It imports nothing of ours.
"""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SDK = Path(__file__).resolve().parents[2] / "sdk" / "dist" / "sealtape.js"
STOP_POLL_S = 0.02  # how long a server takes to notice that its test has ended
KEY = "stk_" + "a" * 12 + "_" + "b" * 32 + "_" + "c" * 7
# A script that adds `count` shapes in places that no compressor guesses: 150 bytes of JSON each.
BULK = """count => {
  const part = () => Math.floor(Math.random() * 1000);
  const shape = () => `<rect x="${part()}" y="${part()}" width="${part()}" height="${part()}"/>`;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.innerHTML = Array.from({length: count}, shape).join("");
  document.body.append(svg);
}"""
Json = dict[str, Any]
Answer = tuple[int, Json, dict[str, str]]  # status, body, headers


@dataclass(frozen=True)
class Fault:
    """What happens to one request instead of success."""

    status: int = 503
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # close the connection without an answer
    store: bool = False  # although the batch was stored


@dataclass(frozen=True)
class Seen:
    """One request, as it arrived."""

    at: float
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Batch:
    """One stored batch."""

    session: str
    header: Json
    events: list[Json]
    gzip: bytes


class FaultyServer:
    """State that the tests script and read; every change wakes those who wait."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        self.handshake_faults: deque[Fault] = deque()
        self.ingest_faults: deque[Fault] = deque()
        self.down = False  # every request to ingest is cut
        self.reuse = True  # connections are kept open
        self.grant: Json = {}  # overrides members of the handshake's answer
        self.policy: Json = {}  # overrides members of the policy
        self.taken: set[tuple[str, int]] = set()  # page (or "*") and number of foreign batches
        self.requests: list[Seen] = []
        self.handshakes: list[Json] = []
        self.attempts: list[Json] = []
        self.batches: list[Batch] = []
        self.sessions = 0
        self.tokens: dict[str, tuple[str, str]] = {}
        self.site = self.api = ""

    def wait(self, claim: Callable[[], Any], timeout_s: float = 30) -> Any:
        """Return `claim()` as soon as it is true; fail once `timeout_s` has passed."""
        with self.changed:
            assert self.changed.wait_for(claim, timeout_s), f"never came true: {self.summary()}"
            return claim()

    def stays(self, claim: Callable[[], Any], for_s: float) -> None:
        """Fail as soon as `claim()` is false within `for_s`."""
        with self.changed:
            assert not self.changed.wait_for(lambda: not claim(), for_s), self.summary()

    def summary(self) -> str:
        """What arrived, for messages of failed tests."""
        numbers = [(b.header["page"][:6], b.header["seq"], len(b.events)) for b in self.batches]
        return f"{len(self.handshakes)} handshakes, {len(self.attempts)} attempts, {numbers}"

    def events(self, kind: int | None = None, page: str | None = None) -> list[Json]:
        """The stored events in order of arrival, of one type or page if named."""
        return [
            event
            for batch in self.batches
            for event in batch.events
            if kind in (None, event["type"]) and page in (None, batch.header["page"])
        ]

    def custom(self, tag: str) -> list[Json]:
        """Payloads of the stored Custom events that carry `tag`."""
        return [e["data"]["payload"] for e in self.events(5) if e["data"]["tag"] == tag]

    def headers(self) -> list[Json]:
        """The stored batches' headers."""
        return [batch.header for batch in self.batches]

    def answer_handshake(self, question: Json) -> Answer:
        """Grant a session, the resumed one if the question names one."""
        self.handshakes.append(question)
        if self.handshake_faults:
            fault = self.handshake_faults.popleft()
            return fault.status, fault.body, fault.headers
        resume = question["resume"]
        if resume:
            session = resume.split(".")[1]
        else:
            self.sessions += 1
            session = f"s_{self.sessions:026d}"
        token = f"token.{len(self.handshakes)}." + "x" * 800
        self.tokens[token] = (session, question["page"])
        policy = {
            "version": 1,
            "allow": [],
            "selectors": {"mask": [], "block": [], "allow": []},
            "paths": [],
            "sampling": 1,
            "honour": {"gpc": True, "dnt": False},
        } | self.policy
        answer: Json = {
            "session": session,
            "token": token,
            "expires_in": 600,
            "resume": f"resume.{session}.{len(self.handshakes)}",
            "ingest": f"{self.api}/v1/ingest",
            "now": int(time.time() * 1000),
            "record": True,
            "interval_ms": 300,
            "limits": {"batches": 90, "bytes": 33554432},
            "policy": policy,
        }
        return 200, answer | self.grant, {}

    def answer_ingest(self, body: bytes) -> Answer | None:
        """Store a batch, or do what the next fault says. None: cut the connection."""
        line, _, packed = body.partition(b"\n")
        header = json.loads(line)
        self.attempts.append(header)
        if self.down:
            return None
        fault = self.ingest_faults.popleft() if self.ingest_faults else None
        if fault and not fault.store:
            return None if fault.cut else (fault.status, fault.body, fault.headers)
        session, page = self.tokens[header["token"]]
        assert page == header["page"], "a token covers one page"
        number = (page, header["seq"])
        foreign = number in self.taken or ("*", header["seq"]) in self.taken
        self.taken.discard(("*", header["seq"]))
        duplicate = foreign or any(
            (b.session, b.header["page"], b.header["seq"]) == (session, *number)
            for b in self.batches
        )
        if not duplicate:
            inflated = zlib.decompress(packed, wbits=31).decode()
            events = [json.loads(text) for text in inflated.splitlines()]
            self.batches.append(Batch(session, header, events, packed))
        if fault and fault.cut:
            return None
        version = self.policy.get("version", 1)
        return 202, {"duplicate": duplicate, "policy_version": version}, {}


def page(body: str = "", call: str = "", head: str = "", options: str = "") -> str:
    """A page that embeds the SDK: `call` runs after init, `options` are further members of it."""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
{head}<script src="/sealtape.js"></script>
<script nonce="n">Sealtape.init({{key: "{KEY}", endpoint: "$API", {options}}});{call}</script>
</head><body>{body}</body></html>"""


def handler(server: FaultyServer) -> type[BaseHTTPRequestHandler]:
    """A request handler bound to `server`; it serves the site and the API, by port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            if not server.reuse:
                headers = headers | {"Connection": "close"}
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def note(self, body: bytes) -> None:
            names = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(time.monotonic(), self.command, self.path, names, body)
            server.requests.append(seen)

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/sealtape.js":
                return self.answer(200, SDK.read_bytes(), {"Content-Type": "text/javascript"})
            html, headers = server.pages.get(path, ("", {}))
            body = html.replace("$API", server.api).encode()
            kind = {"Content-Type": "text/html; charset=utf-8"}
            return self.answer(200 if html else 404, body, kind | headers)

        def do_OPTIONS(self) -> None:
            with server.changed:
                self.note(b"")
                server.changed.notify_all()
            self.answer(204, b"", {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with server.changed:
                self.note(body)
                if self.path == "/v1/handshake":
                    result: Answer | None = server.answer_handshake(json.loads(body))
                else:
                    result = server.answer_ingest(body)
                server.changed.notify_all()
            if result is None:
                self.close_connection = True
                return
            status, document, headers = result
            cors = {
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Expose-Headers": "Retry-After",
                "Content-Type": "application/json",
            }
            self.answer(status, json.dumps(document).encode(), cors | headers)

    return Handler


@contextmanager
def serving() -> Iterator[FaultyServer]:
    """Run a faulty server on two free ports for the time of a `with` block."""
    server = FaultyServer()
    listeners = [ThreadingHTTPServer(("127.0.0.1", 0), handler(server)) for _ in range(2)]
    server.site, server.api = (f"http://127.0.0.1:{each.server_port}" for each in listeners)
    threads = [
        threading.Thread(target=each.serve_forever, args=(STOP_POLL_S,)) for each in listeners
    ]
    for thread in threads:
        thread.start()
    try:
        yield server
    finally:
        for each in listeners:
            each.shutdown()
            each.server_close()
        for thread in threads:
            thread.join()
