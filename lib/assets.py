"""The console's own files: read once, served by name, under the policy that was built with them."""

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
# Source: OWASP Secure Headers Project; a recorded page must not reach sensors or other windows.
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
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
    """Return `folder` if it holds a built console, at start-up rather than on the first visit.

    Raises: AssetsMissing.
    """
    if not all((folder / name).is_file() for name in (INDEX, POLICY)):
        raise AssetsMissing(f"STATIC_DIR holds no {INDEX} and {POLICY}: build the console first")
    return folder


class Assets:
    """Answers every path that is not the API's: with a file, or with the application's page."""

    def __init__(self, folder: Path) -> None:
        """Read `folder`; a request only ever looks a name up, so no path can leave it."""
        self._files = _read(folder)
        self._policy = self._files.pop(POLICY).data.decode().strip()
        self._index = self._files[INDEX]

    def serve(self, request: Request) -> Response:
        """Answer `GET /{path}`; the application's own routes all answer its page.

        Raises: NotFound: below the API, or the name of a file that we do not have.
        """
        name = request.path_params["path"]
        if name.startswith(API):
            raise NotFound("there is nothing at this path")
        asset = self._files.get(name)
        if asset is None and (name.startswith(HASHED) or "." in name.rpartition("/")[2]):
            raise NotFound("there is no such file")
        return self._answer(asset or self._index)

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
