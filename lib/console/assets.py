"""The console's own files: read once, served by name, under the policy that was built with them.

Among them is the SDK's one file, which is no part of the console: pages of other origins load it.
"""

import gzip
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from lib.errors import NotFound

INDEX = "index.html"
POLICY = "csp.txt"  # written by the console's build, which knows its own hashes
HASHED = "assets/"  # names there carry a hash of their content
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
API = "v1/"
SDK = "sealtape.js"
AN_HOUR = "public, max-age=3600"  # how soon pages have a new version of the SDK
# Source: OWASP Secure Headers Project; a recorded page must not reach sensors or other windows.
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
# Any page may load the SDK, with `crossorigin` and `integrity` if it likes; it holds no secret.
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": AN_HOUR,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file."""

    data: bytes
    media_type: str
    cache: str


class AssetsMissing(SystemExit):
    """The function cannot start: the console was not built into its folder."""


def check(folder: Path) -> Path:
    """Return `folder` if it holds what was built, at start-up rather than on the first visit.

    Raises: AssetsMissing.
    """
    missing = [name for name in (INDEX, POLICY, SDK) if not (folder / name).is_file()]
    if missing:
        raise AssetsMissing(f"STATIC_DIR holds no {' and no '.join(missing)}: `make stage` first")
    return folder


class Assets:
    """Answers every path that is not the API's: with a file, or with the application's page."""

    def __init__(self, folder: Path) -> None:
        """Read `folder`; a request only ever looks a name up, so no path can leave it."""
        self._files = _read(folder)
        self._policy = self._files.pop(POLICY).data.decode().strip()
        self._index = self._files[INDEX]
        self._sdk = self._files.pop(SDK)
        self._sdk_packed = gzip.compress(self._sdk.data, mtime=0)

    def serve(self, request: Request) -> Response:
        """Answer `GET /{path}`; the application's own routes all answer its page.

        Raises: NotFound: below the API, or the name of a file that we do not have.
        """
        name = request.path_params["path"]
        if name.startswith(API):
            raise NotFound("there is nothing at this path")
        if name == SDK:
            return self._shared(request)
        asset = self._files.get(name)
        if asset is None and (name.startswith(HASHED) or "." in name.rpartition("/")[2]):
            raise NotFound("there is no such file")
        return self._answer(asset or self._index)

    def _shared(self, request: Request) -> Response:
        """Answer the SDK, compressed for whoever takes that: no proxy before us would do it."""
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self._sdk.data, HTTPStatus.OK, SHARED, self._sdk.media_type)
        headers = {**SHARED, "Content-Encoding": "gzip"}
        return Response(self._sdk_packed, HTTPStatus.OK, headers, self._sdk.media_type)

    def _answer(self, asset: Asset) -> Response:
        headers: Mapping[str, str] = {
            **HEADERS,
            "Cache-Control": asset.cache,
            "Content-Security-Policy": self._policy,
        }
        return Response(asset.data, HTTPStatus.OK, headers, media_type=asset.media_type)


def _read(folder: Path) -> dict[str, Asset]:
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            cache = FOREVER if name.startswith(HASHED) else ASK_AGAIN
            files[name] = Asset(path.read_bytes(), kind, cache)
    return files
