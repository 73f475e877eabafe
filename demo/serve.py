"""Serves the demo shop on loopback: `python -m demo.serve --port 8300 --config shop.json`.

The configuration file holds `{"key": "stk_...", "endpoint": "http://..."}` and is read at each
request, so that it may be written after the shop has started.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

SITE = Path(__file__).resolve().parent / "site"
SDK = SITE.parents[1] / "sdk" / "dist" / "sealtape.js"
JAVASCRIPT = "text/javascript"


def configuration(config: Path) -> bytes:
    """Return the script that tells the page its SDK key and endpoint; {} before there is any.

    Raises: ValueError: the file holds something else than a JSON object.
    """
    settings = json.loads(config.read_text()) if config.is_file() else {}
    if not isinstance(settings, dict):
        raise ValueError(f"{config.name} must hold a JSON object")
    public = {name: settings[name] for name in ("key", "endpoint") if name in settings}
    return f"globalThis.shop = {json.dumps(public)};\n".encode()


def find(path: str, config: Path) -> tuple[bytes, str] | None:
    """Return the body and content type for a URL's path, or None.

    A path without a suffix is one of the shop's own pages, which the browser draws: index.html.
    """
    if path == "/config.js":
        return configuration(config), JAVASCRIPT
    file = SDK if path == "/sealtape.js" else (SITE / path.lstrip("/")).resolve()
    if file != SDK and not file.is_relative_to(SITE):
        return None
    if not file.suffix:
        file = SITE / "index.html"
    if not file.is_file():
        return None
    return file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream"


class Shop(BaseHTTPRequestHandler):
    """Answers GET with the shop's files."""

    protocol_version = "HTTP/1.1"
    config: Path

    def do_GET(self) -> None:
        """Serve one file."""
        found = find(unquote(urlsplit(self.path).path), self.config)
        body, kind = found or (b"Not found\n", "text/plain")
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        # A developer who rebuilds the SDK wants to see it at the next reload.
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: whoever starts the shop reads its one line."""


def main() -> None:
    """Serve until stopped; print `{"port": N}` once connections are accepted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--config", type=Path, required=True)
    arguments = parser.parse_args()
    bound = type("ConfiguredShop", (Shop,), {"config": arguments.config})
    server = ThreadingHTTPServer(("127.0.0.1", arguments.port), bound)
    print(json.dumps({"port": server.server_port}), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
