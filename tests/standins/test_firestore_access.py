"""Over REST the stand-in knows accounts: what each may do, per database."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from infra.local.identity.tokens import issue
from tests.contract.firestore_faces import Database, RestFace
from tests.contract.firestore_json import within
from tests.contract.firestore_targets import stand_in
from tests.local_services import account

RULES = {
    account("handshake"): {"edge-config": ["read", "create"]},
    account("ingest"): {"edge-config": ["read"], "edge-index": ["write"]},
    account("console-api"): {"edge-config": ["read", "write"], "edge-index": ["read"]},
}
DATABASES = ("edge-config", "edge-index", "console")
NAMES = Database(RestFace("unused"), "edge-config")  # makes names and bodies only


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a stand-in that enforces the rules above."""
    file = tmp_path_factory.mktemp("iam") / "iam.json"
    file.write_text(json.dumps(RULES))
    with (
        stand_in("--iam", str(file)) as target,
        httpx.Client(base_url=f"http://{target.rest}/v1/") as client,
    ):
        yield client


def ask(http: httpx.Client, token: str, database: str, method: str) -> httpx.Response:
    """Send one request of a kind."""
    names = Database(RestFace("unused"), database)
    create = names.update("t/x", {"n": 1}, condition={"exists": False})
    bodies: dict[str, Any] = {
        "create": ("commit", {"writes": [create]}),
        "update": ("commit", {"writes": [create, names.update("t/y", {"n": 1})]}),
        "delete": ("commit", {"writes": [names.delete("t/x")]}),
        "batch": ("batchWrite", {"writes": [names.update("t/x", {"n": 1})]}),
        "get": ("batchGet", {"documents": [names.name("t/x")]}),
        "query": ("runQuery", {"structuredQuery": within("t")}),
    }
    path, body = bodies[method]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return http.post(f"{names.root}:{path}", json=body, headers=headers)


def may(name: str, database: str, method: str) -> bool:
    """Return what the rules above say."""
    verbs = RULES[account(name)].get(database, [])
    if method in ("get", "query"):
        return "read" in verbs
    return "write" in verbs or (method == "create" and "create" in verbs)


@pytest.mark.parametrize("method", ["create", "update", "delete", "batch", "get", "query"])
@pytest.mark.parametrize("database", DATABASES)
@pytest.mark.parametrize("name", ["handshake", "ingest", "console-api"])
def test_each_account_does_only_what_it_may(
    http: httpx.Client, name: str, database: str, method: str
) -> None:
    response = ask(http, issue(account(name)), database, method)
    assert response.status_code == (200 if may(name, database, method) else 403)
    if response.status_code == 403:
        content = response.json()
        error = (content[0] if isinstance(content, list) else content)["error"]
        assert error["status"] == "PERMISSION_DENIED"


@pytest.mark.parametrize(
    "token",
    ["", "owner", "local.nobody.1", issue(account("stranger")), issue("x@example.com")],
    ids=["none", "owner", "malformed", "stranger", "elsewhere"],
)
def test_a_missing_or_unknown_token_is_401(http: httpx.Client, token: str) -> None:
    response = ask(http, token, "edge-config", "create")
    assert response.status_code == 401
    assert response.json()["error"]["status"] == "UNAUTHENTICATED"


def test_a_narrowed_token_opens_nothing(http: httpx.Client) -> None:
    boundary: dict[str, Any] = {"accessBoundary": {"accessBoundaryRules": []}}
    token = issue(account("handshake"), boundary)
    assert ask(http, token, "edge-config", "get").status_code == 403


def test_errors_of_streaming_methods_come_in_an_array(http: httpx.Client) -> None:
    response = ask(http, "", "edge-config", "query")
    assert response.json()[0]["error"] == {
        "code": 401,
        "message": response.json()[0]["error"]["message"],
        "status": "UNAUTHENTICATED",
    }


def test_one_document_by_its_address(http: httpx.Client) -> None:
    headers = {"Authorization": f"Bearer {issue(account('console-api'))}"}
    write = NAMES.update("t/a:b c", {"n": 1})
    http.post(f"{NAMES.root}:commit", json={"writes": [write]}, headers=headers)
    found = http.get(f"{NAMES.root}/t/a%3Ab%20c", headers=headers)
    assert found.json()["fields"] == {"n": {"integerValue": "1"}}
    missing = http.get(f"{NAMES.root}/t/none", headers=headers)
    assert (missing.status_code, missing.json()["error"]["status"]) == (404, "NOT_FOUND")
    assert http.get(f"{NAMES.root}/t/none").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", f"{NAMES.root}:unknown", 404),
        ("GET", f"{NAMES.root}:commit", 404),
        ("POST", f"{NAMES.root}/t/x", 404),
        ("POST", f"{NAMES.root}/t/x:commit", 400),
        ("POST", "nowhere", 404),
    ],
    ids=["unknown-method", "wrong-verb", "document", "method-of-a-document", "nowhere"],
)
def test_other_addresses_are_refused(
    http: httpx.Client, method: str, path: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {issue(account('console-api'))}"}
    assert http.request(method, path, headers=headers).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"unknown": 1}',
        b'{"writes": [{"update": {"fields": {"a": {"stringValue": 1}}}}]}',
        b'{"writes": [{"update": {"fields": {"a": {"integerValue": "x"}}}}]}',
        b'{"writes": [{"update": {"fields": {"a": {}}}}]}',
        b'{"writes": [{"update": {"fields": {"a": "text"}}}]}',
        b'{"writes": [1]}',
        b'{"writes": 1}',
        b'{"writes": [{}]}',
    ],
)
def test_malformed_json_is_an_invalid_argument(http: httpx.Client, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {issue(account('console-api'))}"}
    response = http.post(f"{NAMES.root}:commit", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]["status"] == "INVALID_ARGUMENT"
