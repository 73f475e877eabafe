"""What the storage stand-in acknowledged outlives its death."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests


def start(folder: Path) -> tuple["subprocess.Popen[str]", str]:
    command = [sys.executable, "-m", "infra.local.storage", "--data", str(folder)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    return child, f"http://127.0.0.1:{json.loads(child.stdout.readline())['port']}"


def write_until_it_dies(url: str, writer: int, child: "subprocess.Popen[str]") -> set[str]:
    """Write objects until the connection breaks; returns the acknowledged names."""
    stored: set[str] = set()
    session = requests.Session()
    for number in range(10_000):
        name = f"{writer}-{number:05d}"
        query = {"uploadType": "media", "name": name, "ifGenerationMatch": "0"}
        try:
            answer = session.post(
                f"{url}/upload/storage/v1/b/st-durable/o",
                params=query,
                data=name.encode() * 500,
                timeout=5,
            )
        except requests.RequestException:
            return stored
        assert answer.status_code == 200
        stored.add(name)
        if number == 50 and writer == 0:
            child.kill()
    return stored


def test_every_acknowledged_object_survives_kill_9(tmp_path: Path) -> None:
    child, url = start(tmp_path)
    requests.post(f"{url}/storage/v1/b", json={"name": "st-durable"}, timeout=5)
    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write_until_it_dies, url, number, child) for number in range(4)]
        acknowledged = set().union(*(writer.result() for writer in writers))
    child.wait()
    child, url = start(tmp_path)
    try:
        found = {}
        for name in acknowledged:
            where = f"{url}/storage/v1/b/st-durable/o/{name}"
            found[name] = requests.get(where, params={"alt": "media"}, timeout=5).content
    finally:
        child.terminate()
        child.wait()
    assert len(acknowledged) > 50
    assert found == {name: name.encode() * 500 for name in acknowledged}
