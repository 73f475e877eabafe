"""The console's files are served by name and nothing else is; without them nothing starts."""

import gzip
from pathlib import Path

import pytest
from starlette.requests import Request

from lib.console.assets import FOREVER, Assets, AssetsMissing, check
from lib.errors import NotFound

SCRIPT = b"var Sealtape;"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("outside")
    built = tmp_path / "static"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html>")
    (built / "assets" / "font-1a.woff2").write_bytes(b"font")
    (built / "csp.txt").write_text("default-src 'none'\n")
    (built / "sealtape.js").write_bytes(SCRIPT)
    return built


def ask(folder: Path, path: str) -> tuple[bytes, str]:
    request = Request({"type": "http", "path_params": {"path": path}})
    response = Assets(folder).serve(request)
    assert response.headers["content-security-policy"] == "default-src 'none'"
    return bytes(response.body), response.headers["cache-control"]


@pytest.mark.parametrize("path", ["", "sessions/s_a", "setup", "v1", "a/b/c"])
def test_an_address_of_the_application_is_its_page(folder: Path, path: str) -> None:
    assert ask(folder, path) == (b"<!doctype html>", "no-cache")


def test_a_file_with_a_hash_in_its_name_is_kept_for_ever(folder: Path) -> None:
    assert ask(folder, "assets/font-1a.woff2") == (b"font", FOREVER)


@pytest.mark.parametrize(
    "path", ["v1/x", "v1/", "assets/none", "assets/none.js", "x.js", "csp.txt", "../secret.txt"]
)
def test_what_is_not_there_is_not_found(folder: Path, path: str) -> None:
    with pytest.raises(NotFound):
        ask(folder, path)


@pytest.mark.parametrize(
    ("accepted", "encoding"), [(b"br, gzip", "gzip"), (b"identity", None), (b"", None)]
)
def test_any_page_may_load_the_sdk_for_an_hour(
    folder: Path, accepted: bytes, encoding: str | None
) -> None:
    headers = [(b"accept-encoding", accepted)]
    scope = {"type": "http", "headers": headers, "path_params": {"path": "sealtape.js"}}
    response = Assets(folder).serve(Request(scope))
    body = bytes(response.body)
    assert (gzip.decompress(body) if encoding else body) == SCRIPT
    assert response.headers.get("content-encoding") == encoding
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["cache-control"] == "public, max-age=3600"
    assert response.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("missing", ["index.html", "csp.txt", "sealtape.js"])
def test_a_console_that_was_not_built_does_not_start(folder: Path, missing: str) -> None:
    assert check(folder) == folder
    (folder / missing).unlink()
    with pytest.raises(AssetsMissing, match="STATIC_DIR"):
        check(folder)
