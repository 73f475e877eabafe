"""The site that is recorded: corpus pages with secrets filled in, each under either recorder.

`/<recorder>/<page>/...` is a page; `/parts/<file>` what pages embed; anything else is the page's
own API, which answers nothing.
"""

import base64
import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.privacy.canaries import Canaries

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CORPUS = HERE / "corpus"
PARTS = CORPUS / "parts"
SDK = ROOT / "sdk" / "dist" / "sealtape.js"
RAW = ROOT / ".cache" / "raw-recorder.js"
STOP_POLL_S = 0.02  # how long a server takes to notice that it is not needed any more
RANDOM = "random-"  # how the names of generated pages begin
GLOBALS = {"sdk": "Sealtape", "raw": "Raw"}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xhtml": "application/xhtml+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".vtt": "text/vtt",
    ".js": "text/javascript",
}

# One green pixel, for every image that a page asks for.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

Source = Callable[[str], tuple[str, str]]  # a page's name to its source and suffix


def bundle_raw() -> Path:
    """Return rrweb's recorder with default options, bundled once for each version of its file."""
    source = HERE / "raw" / "raw.ts"
    if not RAW.exists() or RAW.stat().st_mtime < source.stat().st_mtime:
        RAW.parent.mkdir(exist_ok=True)
        command = [
            str(ROOT / "sdk" / "node_modules" / ".bin" / "esbuild"),
            str(source),
            "--bundle",
            "--minify",
            "--format=iife",
            "--global-name=Raw",
            "--target=es2022",
            "--log-level=error",
            f"--outfile={RAW}",
        ]
        paths = {"NODE_PATH": str(ROOT / "sdk" / "node_modules")}
        subprocess.run(command, check=True, env={**os.environ, **paths})
    return RAW


def from_corpus(page: str) -> tuple[str, str]:
    """Return a corpus page's source and its file's suffix. Raises: FileNotFoundError."""
    for suffix in (".html", ".xhtml"):
        file = CORPUS / f"{page}{suffix}"
        if file.is_file():
            return file.read_text(), suffix
    raise FileNotFoundError(page)


def corpus_pages() -> list[str]:
    """Return the names of all corpus pages."""
    return sorted(file.stem for file in CORPUS.iterdir() if file.is_file())


def _with_recorder(source: str, recorder: str, options: dict[str, object]) -> str:
    """Put the recorder first into the page's head."""
    name = GLOBALS[recorder]
    scripts = (
        f'<script src="/recorders/{recorder}.js"></script>'
        f"<script>window.recorder = {name}; {name}.init({json.dumps(options)})</script>"
    )
    head = source.index("<head>") + len("<head>")
    return source[:head] + scripts + source[head:]


class Site:
    """The pages of one run."""

    def __init__(self, canaries: Canaries, source: Source = from_corpus) -> None:
        """Keep what to plant and where pages come from; key and endpoint are set before use."""
        self.canaries = canaries
        self.source = source
        self.key = self.endpoint = self.url = ""

    def answer(self, path: str) -> tuple[bytes, str] | None:
        """Return a body and its content type, or None: not one of ours."""
        first, _, rest = unquote(path).strip("/").partition("/")
        name = rest.partition("/")[0]
        if first == "recorders":
            file = SDK if name == "sdk.js" else bundle_raw()
            return file.read_bytes(), TYPES[".js"]
        try:
            if first == "parts":
                suffix = Path(name).suffix
                return self._fill(name, (PARTS / name).read_text()), TYPES[suffix]
            if first in (*GLOBALS, "bare"):
                text, suffix = self.source(name)
                page = self._fill(name, text)
                return self._recorded(page, first, name), TYPES[suffix]
        except FileNotFoundError:
            return None
        return None

    def _recorded(self, page: bytes, recorder: str, name: str) -> bytes:
        if recorder not in GLOBALS:
            return page
        options = {
            "key": self.key,
            "endpoint": f"{self.endpoint}/{recorder}",
            # The corpus is for rrweb's defaults; on random pages it takes all that it can.
            "greedy": name.startswith(RANDOM),
        }
        return _with_recorder(page.decode(), recorder, options).encode()

    def _fill(self, name: str, text: str) -> bytes:
        return self.canaries.fill(name, text).encode()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

        def do_GET(self) -> None:
            """Answer a page, or nothing."""
            drawn = self.headers.get("Sec-Fetch-Dest") == "image"
            other = (PIXEL, "image/png") if drawn else (b"{}", "application/json")
            body, kind = site.answer(urlsplit(self.path).path) or other
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            """Answer a page's own API."""
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.do_GET()

    return Handler


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a free port of loopback and yield the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(STOP_POLL_S,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def open_site(site: Site) -> Iterator[Site]:
    """Serve `site` for the time of a `with` block."""
    with serving(_handler(site)) as site.url:
        yield site
