"""The storage stand-in fails as ordered, and counts what it was asked."""

import time
from collections.abc import Iterator

import pytest
import requests

from tests.local_services import control, process


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with process("infra.local.storage") as ready:
        url = f"http://127.0.0.1:{ready['port']}"
        requests.post(f"{url}/storage/v1/b", json={"name": "st-faults"}, timeout=5)
        yield url


@pytest.fixture(autouse=True)
def fresh(url: str) -> None:
    requests.delete(f"{url}/_standin/faults", timeout=5)


def insert(url: str, name: str) -> int:
    answer = requests.post(
        f"{url}/upload/storage/v1/b/st-faults/o",
        params={"uploadType": "media", "name": name, "ifGenerationMatch": "0"},
        data=b"x",
        timeout=5,
    )
    return answer.status_code


def exists(url: str, name: str) -> bool:
    found = requests.get(f"{url}/storage/v1/b/st-faults/o/{name}", timeout=5)
    return found.status_code == 200


@pytest.mark.parametrize("status", [429, 503])
def test_a_status_strikes_as_often_as_ordered_and_stores_nothing(url: str, status: int) -> None:
    control(url, "faults", {"count": 2, "status": status, "method": "insert"})
    name = f"status-{status}"
    assert [insert(url, name) for _ in range(3)] == [status, status, 200]


def test_a_cut_before_stores_nothing(url: str) -> None:
    control(url, "faults", {"status": "cut-before", "method": "insert"})
    with pytest.raises(requests.ConnectionError):
        insert(url, "before")
    assert not exists(url, "before")


def test_a_cut_after_stores_and_never_says_so(url: str) -> None:
    control(url, "faults", {"status": "cut-after", "method": "insert"})
    with pytest.raises(requests.ConnectionError):
        insert(url, "after")
    assert exists(url, "after")
    assert insert(url, "after") == 412


def test_a_delay_without_a_status_only_delays(url: str) -> None:
    control(url, "faults", {"count": -1, "delay_ms": 60, "method": "insert"})
    for name in ("slow-1", "slow-2"):
        began = time.monotonic()
        assert insert(url, name) == 200
        assert time.monotonic() - began >= 0.06


def test_a_fault_strikes_only_the_operation_and_names_it_is_for(url: str) -> None:
    control(url, "faults", {"count": -1, "status": 503, "method": "objects.insert", "prefix": "a"})
    assert insert(url, "b-1") == 200
    assert insert(url, "a-1") == 503
    assert not exists(url, "a-1")


def test_a_fault_lets_pass_what_it_skips(url: str) -> None:
    control(url, "faults", {"status": 503, "method": "insert", "skip": 1})
    assert [insert(url, f"skip-{number}") for number in range(3)] == [200, 503, 200]


def test_an_unknown_cut_is_refused(url: str) -> None:
    answer = requests.post(f"{url}/_standin/faults", json={"status": "cut-never"}, timeout=5)
    assert answer.status_code == 400


def test_calls_are_counted_by_operation(url: str) -> None:
    insert(url, "counted")
    insert(url, "counted")
    exists(url, "counted")
    counts = requests.get(f"{url}/_standin/counts", timeout=5).json()
    assert counts == {"objects.insert": 2, "objects.get": 1}
