"""A small server that speaks docs/console-api.md and serves the built console."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.browser.console_posture import Posture
from tests.browser.console_recordings import Stored
from tests.browser.console_settings import Reply, Settings
from tests.browser.console_vault import Vault

CONSOLE = Path(__file__).parent.parent.parent / "console"
DIST = CONSOLE / "dist"
COOKIE = "__Host-sealtape"
EMBED = {"script": "https://console.example/sealtape.js", "endpoint": "https://in.example"}
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
STOP_POLL_S = 0.02  # how long the server takes to notice that its test has ended
EMAIL, PASSWORD = "ana@acme.example", "correct horse battery"
TENANTS = [
    {"id": "tn_aaaaaaaaaaaaaaaa", "name": "acme", "role": "owner"},
    {"id": "tn_bbbbbbbbbbbbbbbb", "name": "acme-staging", "role": "viewer"},
]


@dataclass
class Office:
    """What the server knows. Tests change it between requests."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    visits: dict[str, list[Stored]] = field(default_factory=dict)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    signed_in: bool = False
    tenant: int = 0
    role: str | None = None  # another one than the tenant's own
    setup_token: str = "first-visit"
    # A path, without its query, answered by this status and code instead.
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    # Paths whose answers wait until the event is set.
    held: dict[str, threading.Event] = field(default_factory=dict)
    # Bytes of stored events in one answer; the API's own limit is 8 MiB.
    events_page_bytes: int = 8 * 1024 * 1024
    settings: Settings = field(default_factory=Settings)
    posture: Posture = field(default_factory=Posture)
    vault: Vault = field(default_factory=Vault)
    # Every request line, so that a test can tell what a recording fetched.
    requests: list[str] = field(default_factory=list)

    def me(self) -> dict[str, Any]:
        """Return the answer of GET /v1/me."""
        user = {"id": "u_aaaaaaaaaaaaaaaa", "email": EMAIL}
        return {"user": user, "tenant": self.here, "tenants": TENANTS, "embed": EMBED}

    @property
    def here(self) -> dict[str, str]:
        """Return the tenant that is looked at, with the member's role in it."""
        tenant = TENANTS[self.tenant]
        return {**tenant, "role": self.role or tenant["role"]}


class Answer(Exception):
    """An answer that ends the handling of a request."""

    def __init__(self, status: int, body: bytes, kind: str, cookie: str | None = None) -> None:
        super().__init__(status)
        self.status, self.body, self.kind, self.cookie = status, body, kind, cookie


def as_json(body: object, cookie: str | None = None) -> Answer:
    """Return a 200 with `body`."""
    return Answer(200, json.dumps(body).encode(), "application/json", cookie)


def refusal(status: int, code: str, detail: str = "") -> Answer:
    """Return a problem document."""
    title = code.replace("_", " ").capitalize()
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "retry": False}
    body["detail"] = detail
    return Answer(status, json.dumps(body).encode(), "application/problem+json")


def settings_answer(reply: Reply) -> Answer:
    """Return what the settings' or the vault's half replied."""
    status, body = reply
    if status < 400:
        return Answer(status, json.dumps(body).encode(), "application/json")
    return refusal(status, body["code"], body.get("detail", ""))


def list_answer(office: Office, query: dict[str, list[str]]) -> Answer:
    """Answer GET /v1/sessions; the cursor is an index."""
    start, limit = int(query.get("cursor", ["0"])[0]), int(query.get("limit", ["50"])[0])
    end = start + limit
    more = str(end) if end < len(office.rows) else None
    return as_json({"sessions": office.rows[start:end], "next": more})


def events_answer(office: Office, session: str, query: dict[str, list[str]]) -> Answer:
    """Answer one page of events: whole batches up to the office's limit, at least one."""
    stored = office.visits[session]
    at = start = int(query.get("cursor", ["0"])[0])
    size = 0
    while at < len(stored) and (
        at == start or size + len(stored[at].member) <= office.events_page_bytes
    ):
        size += len(stored[at].member)
        at += 1
    part = stored[start:at]
    entries = [{**batch.entry, "length": len(batch.member)} for batch in part]
    manifest = {"batches": entries, "next": str(at) if at < len(stored) else None}
    body = json.dumps(manifest).encode() + b"\n" + b"".join(batch.member for batch in part)
    return Answer(200, body, "application/octet-stream")


def file_answer(path: str) -> Answer:
    """Answer a file of the build; any other address is the console's own and gets its page."""
    name = path.lstrip("/") if path.startswith("/assets/") else "index.html"
    file = DIST / name
    if not file.is_file() or DIST not in file.resolve().parents:
        return refusal(404, "not_found")
    return Answer(200, file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream"))


def get_answer(office: Office, path: str, query: dict[str, list[str]]) -> Answer:
    """Answer a GET of the API."""
    if not office.signed_in:
        return refusal(401, "not_signed_in")
    if path == "/v1/me":
        return as_json(office.me())
    if path == "/v1/sessions":
        return list_answer(office, query)
    if path == "/v1/posture":
        return as_json(office.posture.shown(TENANTS[office.tenant]))
    if path == "/v1/posture/report":
        report = office.posture.shown(TENANTS[office.tenant])
        return as_json({**report, "receipt": "signed"})
    reply = office.settings.read(path, query) or office.vault.read(path, office.here["role"])
    if reply:
        return settings_answer(reply)
    session, _, rest = path.removeprefix("/v1/sessions/").partition("/")
    if session not in office.details:
        return refusal(404, "not_found")
    return events_answer(office, session, query) if rest else as_json(office.details[session])


def post_answer(office: Office, path: str, body: dict[str, Any]) -> Answer:
    """Answer a POST of the API."""
    cookie = f"{COOKIE}=signed; Path=/; Secure; HttpOnly; SameSite=Strict"
    if path == "/v1/sign-in":
        if (body["email"], body["password"]) != (EMAIL, PASSWORD):
            return refusal(401, "sign_in_failed")
    elif path == "/v1/setup":
        if body["token"] != office.setup_token:
            return refusal(410, "setup_expired")
    elif path == "/v1/sign-out":
        office.signed_in = False
        return Answer(204, b"", "application/json", f"{COOKIE}=; Path=/; Secure; Max-Age=0")
    elif path == "/v1/tenant":
        office.tenant = [each["id"] for each in TENANTS].index(body["tenant"])
    office.signed_in = True
    return as_json(office.me(), cookie)


def changed(office: Office, method: str, path: str, body: dict[str, Any]) -> Reply | None:
    """Return what the settings' or the vault's half replies to a change, None for any other."""
    reply = office.settings.change(method, path, body)
    return reply or office.vault.change(method, path, body, office.here["role"])


def handler(office: Office) -> type[BaseHTTPRequestHandler]:
    """Return a request handler for `office`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

        def reply(self, answer: Answer) -> None:
            """Send `answer` with the headers that console_api sends."""
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Security-Policy", (CONSOLE / "csp.txt").read_text().strip())
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            if answer.cookie:
                self.send_header("Set-Cookie", answer.cookie)
            self.end_headers()
            self.wfile.write(answer.body)

        def special(self, path: str) -> Answer | None:
            """Wait where a test holds the path; return the refusal that a test asked for."""
            if path in office.held:
                office.held[path].wait(timeout=30)
            if path in office.refusals:
                return refusal(*office.refusals[path])
            return None

        def do_GET(self) -> None:
            """Answer files and the API."""
            url = urlsplit(self.path)
            office.requests.append(f"GET {self.path}")
            special = self.special(url.path)
            part = office.vault.part(url.path, self.headers["Range"])
            if special:
                self.reply(special)
            elif part is not None:
                self.reply(Answer(206, part, "application/x-tar"))
            elif url.path.startswith("/v1/"):
                self.reply(get_answer(office, url.path, parse_qs(url.query)))
            else:
                self.reply(file_answer(url.path))

        def do_POST(self) -> None:
            """Answer the API; refuse what is no JSON, as console_api does."""
            office.requests.append(f"{self.command} {self.path}")
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Type"] != "application/json":
                self.reply(refusal(415, "not_json"))
                return
            body = json.loads(raw)
            special = self.special(f"{self.command} {self.path}") or self.special(self.path)
            reply = None if special else changed(office, self.command, self.path, body)
            if special or reply is None:
                self.reply(special or post_answer(office, self.path, body))
            else:
                self.reply(settings_answer(reply))

        do_PUT = do_PATCH = do_POST

    return Handler


@contextmanager
def serving(office: Office) -> Iterator[str]:
    """Serve `office` on a free port of localhost and yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(office))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(STOP_POLL_S,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
