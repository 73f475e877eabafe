"""The storage stand-in's limits: creation rate, delayed enforcement, foreign buckets."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from infra.local.identity.tokens import issue
from tests.local_services import account, control, process

OURS = account("provision-bucket")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    grants = {OURS: ["roles/storage.admin"]}
    iam = tmp_path / "iam.json"
    iam.write_text(json.dumps(grants))
    with process("infra.local.storage", "--iam", str(iam)) as ready:
        yield f"http://127.0.0.1:{ready['port']}"


@pytest.fixture
def headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {issue(OURS)}"}


def create(url: str, name: str, headers: dict[str, str]) -> requests.Response:
    return requests.post(f"{url}/storage/v1/b", json={"name": name}, headers=headers, timeout=5)


def test_buckets_are_created_no_faster_than_the_limit(url: str, headers: dict[str, str]) -> None:
    control(url, "limits", {"bucket_interval_ms": 2000})
    assert create(url, "st-one", headers).status_code == 200
    assert create(url, "st-two", headers).status_code == 429
    control(url, "clock", {"advance_ms": 2000})
    assert create(url, "st-two", headers).status_code == 200


def test_without_the_limit_buckets_come_as_fast_as_asked(url: str, headers: dict[str, str]) -> None:
    statuses = {create(url, f"st-fast-{number}", headers).status_code for number in range(5)}
    assert statuses == {200}


def test_a_foreign_bucket_is_taken_and_closed(url: str, headers: dict[str, str]) -> None:
    control(url, "buckets", {"name": "st-foreign", "projectNumber": "999"})
    assert create(url, "st-foreign", headers).status_code == 409
    found = requests.get(f"{url}/storage/v1/b/st-foreign", headers=headers, timeout=5)
    assert found.status_code == 403


def test_a_squatter_can_open_its_bucket_but_not_hide_its_project(
    url: str, headers: dict[str, str]
) -> None:
    binding = {"role": "roles/storage.admin", "members": [f"serviceAccount:{OURS}"]}
    control(url, "buckets", {"name": "st-squat", "projectNumber": "999", "bindings": [binding]})
    found = requests.get(f"{url}/storage/v1/b/st-squat", headers=headers, timeout=5)
    assert found.json()["projectNumber"] == "999"


def test_our_listing_shows_no_foreign_bucket(url: str, headers: dict[str, str]) -> None:
    create(url, "st-ours", headers)
    control(url, "buckets", {"name": "st-theirs", "projectNumber": "999"})
    page = requests.get(f"{url}/storage/v1/b", headers=headers, timeout=5).json()
    assert [item["name"] for item in page["items"]] == ["st-ours"]


def test_enforcement_can_take_its_time(url: str, headers: dict[str, str]) -> None:
    control(url, "limits", {"enforcement_delay_ms": 60_000})
    create(url, "st-sealed", headers)
    change = {
        "encryption": {
            "googleManagedEncryptionEnforcementConfig": {"restrictionMode": "FullyRestricted"}
        }
    }
    where = f"{url}/storage/v1/b/st-sealed"
    requests.patch(where, json=change, headers=headers, timeout=5)
    path = f"{url}/upload/storage/v1/b/st-sealed/o"
    statuses = []
    for name in ("before", "after"):
        query = {"uploadType": "media", "name": name}
        sent = requests.post(path, params=query, data=b"x", headers=headers, timeout=5)
        statuses.append(sent.status_code)
        control(url, "clock", {"advance_ms": 60_000})
    assert statuses == [200, 412]
