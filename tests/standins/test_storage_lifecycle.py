"""The storage stand-in deletes what is due when its clock moves, and not a moment earlier."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.local_services import control, process

DAY_MS = 24 * 3600 * 1000
NOW_MS = 1_795_439_274_000


@pytest.fixture
def url() -> Iterator[str]:
    """A stand-in of this test's own, since its clock moves."""
    with process("infra.local.storage") as ready:
        url = f"http://127.0.0.1:{ready['port']}"
        control(url, "clock", {"now_ms": NOW_MS})
        yield url


def bucket(url: str, **fields: Any) -> str:
    body = {"name": "st-aging", "softDeletePolicy": {"retentionDurationSeconds": "0"}, **fields}
    assert requests.post(f"{url}/storage/v1/b", json=body, timeout=5).status_code == 200
    return f"{url}/storage/v1/b/st-aging"


def insert(url: str, name: str = "one", **metadata: Any) -> None:
    path = f"{url}/upload/storage/v1/b/st-aging/o"
    query = {"uploadType": "media", "name": name}
    assert requests.post(path, params=query, data=b"x", timeout=5).status_code == 200
    if metadata:
        where = f"{url}/storage/v1/b/st-aging/o/{name}"
        assert requests.patch(where, json=metadata, timeout=5).status_code == 200


def names(where: str, **query: Any) -> list[str]:
    page = requests.get(f"{where}/o", params=query, timeout=5).json()
    return [item["name"] for item in page.get("items", [])]


def rule(**condition: Any) -> dict[str, Any]:
    return {"rule": [{"action": {"type": "Delete"}, "condition": condition}]}


def rfc3339(unix_ms: int) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=unix_ms)).isoformat()


def advance(url: str, by_ms: int) -> None:
    control(url, "clock", {"advance_ms": by_ms})


def test_days_since_custom_time_count_from_that_time(url: str) -> None:
    where = bucket(url, lifecycle=rule(daysSinceCustomTime=30))
    insert(url, "session", customTime=rfc3339(NOW_MS - DAY_MS))
    insert(url, "untimed")
    advance(url, 29 * DAY_MS - 60_000)
    assert names(where) == ["session", "untimed"]
    advance(url, 120_000)
    assert names(where) == ["untimed"]


def test_a_rewrite_does_not_make_a_session_younger(url: str) -> None:
    where = bucket(url, lifecycle=rule(daysSinceCustomTime=30))
    insert(url, "session", customTime=rfc3339(NOW_MS))
    advance(url, 29 * DAY_MS)
    path = f"{where}/o/session/rewriteTo/b/st-aging/o/session"
    assert requests.post(path, timeout=5).json()["done"]
    advance(url, 2 * DAY_MS)
    assert names(where) == []


def test_age_counts_from_creation(url: str) -> None:
    where = bucket(url, lifecycle=rule(age=10))
    insert(url)
    advance(url, 10 * DAY_MS - 60_000)
    assert names(where) == ["one"]
    advance(url, 120_000)
    assert names(where) == []


def test_a_rule_for_a_prefix_spares_the_rest(url: str) -> None:
    where = bucket(url, lifecycle=rule(age=1, matchesPrefix=["x/"]))
    insert(url, "x/export")
    insert(url, "s/session")
    advance(url, 2 * DAY_MS)
    assert names(where) == ["s/session"]


def test_soft_deleted_objects_stay_for_their_days(url: str) -> None:
    where = bucket(url, softDeletePolicy={"retentionDurationSeconds": str(7 * 24 * 3600)})
    insert(url)
    insert(url)
    requests.delete(f"{where}/o/one", timeout=5)
    assert names(where) == []
    assert names(where, softDeleted="true") == ["one", "one"]
    advance(url, 7 * DAY_MS + 1000)
    assert names(where, softDeleted="true") == []


def test_nothing_is_kept_when_soft_delete_is_off(url: str) -> None:
    where = bucket(url)
    insert(url)
    insert(url)
    requests.delete(f"{where}/o/one", timeout=5)
    assert names(where, softDeleted="true") == []


def test_retention_refuses_deletion_and_overwriting_until_it_ends(url: str) -> None:
    where = bucket(url, retentionPolicy={"retentionPeriod": "3600"})
    insert(url)
    refused = requests.delete(f"{where}/o/one", timeout=5)
    assert refused.status_code == 403
    assert refused.json()["error"]["errors"][0]["reason"] == "retentionPolicyNotMet"
    path = f"{url}/upload/storage/v1/b/st-aging/o"
    query = {"uploadType": "media", "name": "one"}
    assert requests.post(path, params=query, data=b"y", timeout=5).status_code == 403
    advance(url, 3_601_000)
    assert requests.delete(f"{where}/o/one", timeout=5).status_code == 204
