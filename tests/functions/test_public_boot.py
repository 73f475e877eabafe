"""The staged public functions under functions-framework's own command line, as deployed."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.edge_world import ORIGIN, Edge, ask, batch
from tests.staged_functions import COMMAND, boot, staged

__all__ = ["staged"]


@pytest.fixture
def urls(staged: Path, edge: Edge, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Both functions' addresses, each in its own process."""
    started = {name: boot(staged, edge, name, tmp_path) for name in ("handshake", "ingest")}
    yield {name: url for name, (_, url) in started.items()}
    for process, _ in started.values():
        process.stop()


def test_a_batch_goes_from_key_to_bucket_over_real_sockets(
    edge: Edge, urls: dict[str, str]
) -> None:
    site = edge.site()
    with httpx.Client(headers={"Origin": ORIGIN}) as browser:
        opened = browser.post(f"{urls['handshake']}/v1/handshake", json=ask(site))
        assert opened.status_code == 200, opened.text
        stored = browser.post(f"{urls['ingest']}/v1/ingest", content=batch(opened.json()))
    assert (stored.status_code, stored.json()["duplicate"]) == (202, False)
    assert len(edge.stored(site)) == 1


@pytest.mark.parametrize("name", ["handshake", "ingest"])
def test_what_the_framework_answers_by_itself_reaches_nothing(
    urls: dict[str, str], name: str
) -> None:
    with httpx.Client(base_url=urls[name]) as browser:
        for method, path in (("TRACE", "/"), ("PROPFIND", "/"), ("CONNECT", "/x")):
            assert browser.request(method, path).status_code in (400, 404, 405)
        assert browser.get("/").status_code == 404
        assert browser.get("/v1/" + name).headers["Allow"] == "POST"


def request(url: str, text: bytes) -> bytes:
    """Send raw bytes and return the first line of the answer."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(text)
        return line.makefile("rb").readline()


def test_a_body_longer_than_announced_or_without_an_end_is_refused(urls: dict[str, str]) -> None:
    head = b"POST /v1/ingest HTTP/1.1\r\nHost: x\r\n"
    for length in (b"99999999", b"9" * 400, b"-1", b"x"):
        first = request(urls["ingest"], head + b"Content-Length: " + length + b"\r\n\r\n")
        assert first.split()[1] in (b"413", b"400"), length
    both = head + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert request(urls["ingest"], both).split()[1] == b"400"


@pytest.mark.parametrize("name", ["handshake", "ingest"])
def test_the_hot_functions_import_no_grpc_and_none_of_googles_clients(
    staged: Path, edge: Edge, name: str
) -> None:
    code = (
        "import sys; sys.path.append('.'); import main, json;"
        "print(json.dumps(sorted(m for m in sys.modules"
        " if m.split('.')[0] in ('grpc', 'google', 'requests', 'urllib3', 'aiohttp'))))"
    )
    environ = {"PATH": "/usr/bin:/bin", **edge.environment(name)}
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=staged / name,
        env=environ,
        capture_output=True,
        check=True,
    )
    # google.cloud.functions is the framework's own, and small.
    loaded = [m for m in json.loads(ran.stdout) if not m.startswith("google.cloud.functions")]
    assert set(loaded) <= {"google", "google.cloud"}


@pytest.mark.parametrize("name", ["handshake", "ingest"])
def test_a_function_without_settings_names_all_of_them_and_ends(staged: Path, name: str) -> None:
    command = [str(COMMAND), "--source", str(staged / name / "main.py"), "--target", name]
    ran = subprocess.run(
        command, env={"PATH": "/usr/bin:/bin"}, capture_output=True, timeout=60, check=False
    )
    assert ran.returncode != 0
    for setting in (b"GOOGLE_CLOUD_PROJECT is missing", b"SESSION_PUBLIC_KEYS is missing"):
        assert setting in ran.stderr
