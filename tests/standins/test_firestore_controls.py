"""What tests steer in the stand-in: faults, counts and time; and what outlives its process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.contract.firestore_faces import Database, Refusal, RestFace
from tests.contract.firestore_json import encode, ordered, within
from tests.contract.firestore_targets import Target, stand_in

ENDED_S = 10
NOW_MS = 1_795_439_274_062


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """A stand-in for this file."""
    with stand_in() as running:
        yield running


@pytest.fixture
def http(target: Target) -> Iterator[httpx.Client]:
    """A client of its controls, without faults at the start and the end."""
    with httpx.Client(base_url=f"http://{target.rest}/_standin/") as client:
        yield client
        client.delete("faults")


@pytest.fixture
def database(target: Target) -> Database:
    """An empty database."""
    return Database(RestFace(target.rest))


@pytest.mark.parametrize(("status", "name"), [(503, "UNAVAILABLE"), (429, "RESOURCE_EXHAUSTED")])
def test_a_fault_refuses_the_next_requests_only(
    http: httpx.Client, database: Database, status: int, name: str
) -> None:
    http.post("faults", json={"count": 2, "status": status})
    for _ in range(2):
        with pytest.raises(Refusal, match=name):
            database.set("t/x", {"n": 1})
    assert database.fields("t/x") is None


def test_a_fault_may_wait_for_one_method(http: httpx.Client, database: Database) -> None:
    http.post("faults", json={"count": 1, "status": 503, "method": "commit"})
    assert database.fields("t/x") is None
    with pytest.raises(Refusal, match="UNAVAILABLE"):
        database.set("t/x", {"n": 1})


@pytest.mark.parametrize(("cut", "stored"), [("cut-before", None), ("cut-after", {"n": 1})])
def test_a_cut_connection_hides_whether_the_write_was_done(
    http: httpx.Client, database: Database, cut: str, stored: Any
) -> None:
    http.post("faults", json={"count": 1, "status": cut})
    with pytest.raises(httpx.TransportError):
        database.set("t/x", {"n": 1})
    assert database.fields("t/x") == stored


def test_latency_lasts_until_it_is_cleared(http: httpx.Client, database: Database) -> None:
    http.post("faults", json={"count": -1, "delay_ms": 60})
    started = time.monotonic()
    for _ in range(2):
        database.set("t/x", {"n": 1})
    assert time.monotonic() - started >= 0.12
    http.delete("faults")
    http.post("faults", json={"count": 0, "status": 503})
    database.set("t/x", {"n": 2})


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"stat": 503}, {"status": "cut"}, {"count": "many"}]
)
def test_a_fault_that_is_none_is_refused(http: httpx.Client, fault: Any) -> None:
    assert http.post("faults", json=fault).status_code == 400


def test_counts_tell_requests_and_documents(http: httpx.Client, target: Target) -> None:
    counted = Database(RestFace(target.rest), "counted")
    before = http.get("counts").json()
    counted.commit(counted.update("t/a", {"n": 1}), counted.update("t/b", {"n": 1}))
    counted.ids(within("t", orderBy=ordered("n")))
    counted.ids(within("nothing"))
    counted.fields("t/a")
    after = http.get("counts").json()
    assert after["rest"]["commit"] - before["rest"].get("commit", 0) == 1
    assert after["rest"]["runQuery"] - before["rest"].get("runQuery", 0) == 2
    assert after["writes"]["counted"] == 2
    assert after["reads"]["counted"] == 2 + 1 + 1  # an empty query costs one read


def test_nothing_expires_until_time_is_moved(http: httpx.Client, database: Database) -> None:
    for name, offset_s in (("past", -1), ("now", 0), ("later", 1)):
        write = database.update(f"t/{name}", {})
        seconds, millis = divmod(NOW_MS + offset_s * 1000, 1000)
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
        write["update"]["fields"] = {"expire_at": {"timestampValue": f"{moment}.{millis:03d}Z"}}
        database.commit(write)
    database.set("t/number", {"expire_at": 1})
    assert database.ids(within("t")) == ["later", "now", "number", "past"]
    assert http.post("expire", json={"now_ms": NOW_MS}).json() == {"deleted": 2}
    assert database.ids(within("t")) == ["later", "number"]
    assert http.post("expire", json={}).status_code == 400


def test_500_writes_are_the_most_in_a_commit(database: Database) -> None:
    writes = [database.update(f"t/d{each}", {"n": 1}) for each in range(501)]
    with pytest.raises(Refusal, match="INVALID_ARGUMENT"):
        database.commit(*writes)
    assert database.ids(within("t")) == []
    assert len(database.commit(*writes[:500])["writeResults"]) == 500


def test_a_document_of_another_database_is_refused(database: Database) -> None:
    other = Database(database.face, "console")
    with pytest.raises(Refusal, match="INVALID_ARGUMENT"):
        database.commit(other.update("t/x", {"n": 1}))


def test_a_transaction_whose_reads_changed_is_aborted(database: Database) -> None:
    database.set("t/x", {"n": 1})
    begun = database.face.call("beginTransaction", database.root, {})["transaction"]
    database.stored("t/x", transaction=begun)
    database.set("t/x", {"n": 2})
    with pytest.raises(Refusal, match="ABORTED"):
        database.commit(database.update("t/x", {"n": 3}), transaction=begun)
    with pytest.raises(Refusal, match="INVALID_ARGUMENT"):
        database.commit(database.update("t/x", {"n": 3}), transaction=begun)
    assert database.fields("t/x") == {"n": 2}


def test_a_document_that_joins_what_was_queried_aborts_too(database: Database) -> None:
    begun = database.face.call("beginTransaction", database.root, {})["transaction"]
    body = {"transaction": begun, "structuredQuery": within("t")}
    database.face.call("runQuery", database.root, body)
    database.set("t/new", {"n": 1})
    with pytest.raises(Refusal, match="ABORTED"):
        database.commit(database.update("u/x", {"n": 1}), transaction=begun)
    assert database.fields("u/x") is None


def test_what_is_not_offered_is_refused_not_faked(database: Database) -> None:
    past = {"readTime": "2026-01-01T00:00:00Z", "documents": [database.name("t/x")]}
    with pytest.raises(Refusal, match="UNIMPLEMENTED"):
        database.face.call("batchGet", database.root, past)
    with pytest.raises(Refusal, match="UNIMPLEMENTED"):
        database.face.call("beginTransaction", database.root, {"options": {"readOnly": {}}})


def test_documents_outlive_an_orderly_end(tmp_path: Path) -> None:
    file = str(tmp_path / "documents.sqlite")
    with stand_in("--data", file) as first:
        database = Database(RestFace(first.rest))
        database.set("t/x", {"n": 1})
        database.set("t/y", {"n": 1})
        database.commit(database.delete("t/y"))
        version = (database.stored("t/x") or {})["updateTime"]
    with stand_in("--data", file) as second:
        database.face = RestFace(second.rest)
        assert (database.stored("t/x") or {})["updateTime"] == version
        assert database.ids(within("t")) == ["x"]
        database.set("t/x", {}, mask=[], transforms=[{"fieldPath": "n", "increment": encode(1)}])
        assert database.fields("t/x") == {"n": 2}


def test_an_acknowledged_commit_outlives_kill_9(tmp_path: Path) -> None:
    file = str(tmp_path / "documents.sqlite")
    command = [sys.executable, "-m", "infra.local.firestore", "--data", file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        port = httpx.Response(200, text=child.stdout.readline()).json()["rest"]
        database = Database(RestFace(f"127.0.0.1:{port}"))
        for each in range(20):
            database.set(f"t/{each:02d}", {"n": each})
        os.kill(child.pid, signal.SIGKILL)
    with stand_in("--data", file) as second:
        database.face = RestFace(second.rest)
        assert database.ids(within("t")) == [f"{each:02d}" for each in range(20)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_told(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "infra.local.firestore"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as child:
        assert child.stdout
        ports = httpx.Response(200, text=child.stdout.readline()).json()
        with httpx.Client(base_url=f"http://127.0.0.1:{ports['rest']}") as client:
            assert client.get("/_standin/counts").status_code == 200  # and leave it open
            child.send_signal(number)
            _, errors = child.communicate(timeout=ENDED_S)
        assert (child.returncode, errors) == (0, "")
