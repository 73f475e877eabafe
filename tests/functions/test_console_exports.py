"""Members take recordings along; what they downloaded replays in an empty installation."""

import io
import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra import import_export
from infra.operators import Api, Failed
from lib.exports import archives
from tests.functions.console_visitors import Customer, Installation, Person, audit, code, new_id

SESSION, OTHER, PAGE = new_id("s_", 26), new_id("s_", 26), new_id("p_", 16)
LONG_AGO = datetime.now(UTC) - timedelta(days=2)


@pytest.fixture
def customer(installation: Installation) -> Customer:
    made = installation.customer()
    for seq in range(3):
        installation.store(made, SESSION, PAGE, seq, start=LONG_AGO)
    installation.store(made, OTHER, PAGE, 0, start=LONG_AGO)
    return made


@pytest.fixture
def owner(installation: Installation, customer: Customer) -> Person:
    return installation.owner(customer)


def exported(installation: Installation, owner: Person, **asked: str) -> dict[str, Any]:
    """Order an export and return it when it is ready."""
    ordered = owner.post("/v1/exports", asked)
    assert ordered.status_code == 202, ordered.text
    installation.operator.post("/v1/tick").raise_for_status()
    found: dict[str, Any] = owner.get(f"/v1/exports/{ordered.json()['id']}").json()
    assert found["state"] == "ready", found
    return found


def download(owner: Person, export: dict[str, Any], folder: Path, step: int) -> None:
    """Download every part in ranges of `step` bytes."""
    (folder / "manifest.json").write_text(json.dumps(export["manifest"]))
    for part in export["manifest"]["parts"]:
        path = f"/v1/exports/{export['id']}/parts/{part['n']}"
        data = b""
        while len(data) < part["bytes"]:
            asked = {"Range": f"bytes={len(data)}-{len(data) + step - 1}", "Cookie": owner.cookie}
            answer = owner.client.get(path, headers=asked)
            assert answer.status_code == 206, answer.text
            data += answer.content
        (folder / f"{part['n']}.tar").write_bytes(data)


def replayed(person: Person, session: str) -> bytes:
    """Return what a player gets, without its first line."""
    answer = person.get(f"/v1/sessions/{session}/events")
    assert answer.status_code == 200, answer.text
    return answer.content.partition(b"\n")[2]


def test_an_export_replays_in_an_empty_tenant(
    installation: Installation,
    customer: Customer,
    owner: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    export = exported(installation, owner, kind="tenant")
    assert export["objects"] == 4
    download(owner, export, tmp_path, step=4_000)
    empty = installation.customer()
    stranger = installation.owner(empty)
    assert stranger.get("/v1/sessions").json()["sessions"] == []

    api = Api(str(installation.operator.base_url).rstrip("/"), "")
    monkeypatch.setattr(import_export, "connect", lambda *_: api)
    monkeypatch.setattr(import_export, "storage", lambda _: installation.storage.client("ingest"))
    monkeypatch.setattr(
        "infra.operators.time.sleep", lambda _: installation.operator.post("/v1/tick")
    )
    assert import_export.main([str(tmp_path), empty.name]) == 0
    rows = stranger.get("/v1/sessions").json()["sessions"]
    assert {(row["id"], row["country"]) for row in rows} == {(SESSION, "DE"), (OTHER, "DE")}
    for session in (SESSION, OTHER):
        assert replayed(stranger, session) == replayed(owner, session)
    bucket = installation.storage.client("ingest").bucket(empty.bucket)
    assert import_export.load(tmp_path, bucket) == (0, 4)  # again: nothing twice


def test_an_export_ends_with_its_day_even_if_nothing_removed_it_yet(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    export = exported(installation, owner, kind="tenant")
    path = f"/v1/exports/{export['id']}/parts/1"
    assert owner.get(path).status_code == 200
    console = installation.firestore.client("console")
    stored = console.document(f"tenants/{customer.tenant}/exports/{export['id']}")
    stored.update({"expires_ms": round(time.time() * 1000)})
    assert owner.get(path).status_code == 404


def test_an_import_brings_nothing_back_that_was_erased_since(
    installation: Installation,
    customer: Customer,
    owner: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    export = exported(installation, owner, kind="tenant")
    download(owner, export, tmp_path, step=4_000)
    order = owner.post("/v1/erasures", {"kind": "session", "session": SESSION}).json()["id"]
    installation.finish(order)
    api = Api(str(installation.operator.base_url).rstrip("/"), "")
    monkeypatch.setattr(import_export, "connect", lambda *_: api)
    monkeypatch.setattr(import_export, "storage", lambda _: installation.storage.client("ingest"))
    monkeypatch.setattr(import_export, "watch", lambda _, name, __: installation.finish(name))
    assert import_export.main([str(tmp_path), customer.name]) == 0
    rows = owner.get("/v1/sessions").json()["sessions"]
    assert {row["id"] for row in rows} == {OTHER}
    assert owner.get(f"/v1/sessions/{SESSION}/events").status_code in (404, 410)


def test_an_export_of_a_session_holds_that_session(
    installation: Installation, owner: Person, tmp_path: Path
) -> None:
    export = exported(installation, owner, kind="session", session=SESSION)
    assert (export["objects"], export["kind"]) == (3, "session")
    assert export["by"] == owner.get("/v1/me").json()["user"]
    every = exported(installation, owner, kind="tenant")
    assert owner.get("/v1/exports").json() == {"exports": [every, export]}


def test_every_range_is_on_record_before_its_bytes(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    export = exported(installation, owner, kind="tenant")
    path = f"/v1/exports/{export['id']}/parts/1"
    whole = owner.get(path)
    assert whole.status_code == 200
    size = export["manifest"]["parts"][0]["bytes"]
    for asked, first, last in (("bytes=10-19", 10, 19), ("bytes=10-", 10, size - 1)):
        headers = {"Range": asked, "Cookie": owner.cookie}
        answer = owner.client.get(path, headers=headers)
        assert (answer.status_code, answer.content) == (206, whole.content[first : last + 1])
        assert answer.headers["content-range"] == f"bytes {first}-{last}/{size}"
        entry = audit(installation, customer)[-1]
        assert entry["action"] == "export_read"
        assert entry["detail"] == {"part": 1, "first": first, "last": last}


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=5-4", "bytes=-5", "lines=1-2", "x"])
def test_a_range_that_is_not_there_is_refused(
    installation: Installation, owner: Person, asked: str
) -> None:
    export = exported(installation, owner, kind="session", session=OTHER)
    headers = {"Range": asked, "Cookie": owner.cookie}
    answer = owner.client.get(f"/v1/exports/{export['id']}/parts/1", headers=headers)
    assert code(answer) == (416, "range_refused")


def test_another_tenant_and_other_roles_get_nothing(
    installation: Installation, customer: Customer, owner: Person
) -> None:
    export = exported(installation, owner, kind="session", session=OTHER)
    stranger = installation.owner(installation.customer())
    paths = (f"/v1/exports/{export['id']}", f"/v1/exports/{export['id']}/parts/1")
    assert stranger.get("/v1/exports").json() == {"exports": []}
    for path in paths:
        assert code(stranger.get(path)) == (404, "not_found")
    console = installation.firestore.client("console")
    user = owner.get("/v1/me").json()["user"]["id"]
    for role in ("viewer", "auditor"):
        console.document(f"tenants/{customer.tenant}/members/{user}").update({"role": role})
        for path in ("/v1/exports", *paths):
            assert code(owner.get(path)) == (403, "role_insufficient")
        assert code(owner.post("/v1/exports", {"kind": "tenant"})) == (403, "role_insufficient")


@pytest.mark.parametrize("number", ["0", "2", "01", "-1", "999999", "x", "1%2f.."])
def test_a_part_that_does_not_exist_is_not_found(
    installation: Installation, owner: Person, number: str
) -> None:
    export = exported(installation, owner, kind="session", session=OTHER)
    assert owner.get(f"/v1/exports/{export['id']}/parts/{number}").status_code == 404


def spoiled(part: bytes) -> bytes:
    """Return the part with a recording that was changed."""
    return part.replace(b"\x1f\x8b", b"\x1f\x8c", 1)


def forged(part: bytes) -> bytes:
    """Return another part, sound in itself, that says something else."""
    objects = list(archives.unpack(io.BytesIO(part)))
    return archives.pack([replace(objects[0], data=b"forged"), *objects[1:]])


@pytest.mark.parametrize("change", [spoiled, forged])
def test_parts_that_were_changed_are_not_imported(
    installation: Installation,
    customer: Customer,
    owner: Person,
    tmp_path: Path,
    change: Callable[[bytes], bytes],
) -> None:
    download(owner, exported(installation, owner, kind="tenant"), tmp_path, step=10**6)
    part = tmp_path / "1.tar"
    part.write_bytes(change(part.read_bytes()))
    empty = installation.customer()
    with pytest.raises(Failed, match="not what was exported"):
        import_export.load(tmp_path, installation.storage.client("ingest").bucket(empty.bucket))
    assert list(installation.storage.client("witness").list_blobs(empty.bucket)) == []


@pytest.mark.parametrize(
    "body", [{}, {"kind": "user"}, {"kind": "session"}, {"kind": "tenant", "session": SESSION}]
)
def test_an_order_that_is_not_clear_is_refused(owner: Person, body: dict[str, str]) -> None:
    assert code(owner.post("/v1/exports", body)) == (400, "malformed")
