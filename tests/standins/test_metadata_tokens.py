"""The metadata stand-in gives google-auth what it asks, and exchanges tokens."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote

import jwt
import pytest
import requests

from infra.local.identity.tokens import ANONYMOUS, Caller, TokenInvalid, issue, parse
from tests.local_services import account, process

INGEST, CONSOLE = account("ingest"), account("console-api")
FLAVOR = {"Metadata-Flavor": "Google"}
ROOT = "computeMetadata/v1/instance/service-accounts/default"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
RULE = {
    "availableResource": "//storage.googleapis.com/projects/_/buckets/b",
    "availablePermissions": ["inRole:roles/storage.objectViewer"],
}


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    flags = [flag for name in (INGEST, CONSOLE) for flag in ("--account", name)]
    with process("infra.local.metadata", *flags) as ready:
        yield {name: f"http://127.0.0.1:{port}" for name, port in ready["ports"].items()}


def exchange(url: str, token: str, boundary: object) -> requests.Response:
    form = {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "options": quote(json.dumps(boundary)),
    }
    return requests.post(f"{url}/v1/token", data=form, timeout=5)


def test_each_port_gives_tokens_of_its_own_account(urls: dict[str, str]) -> None:
    for name, url in urls.items():
        answer = requests.get(f"{url}/{ROOT}/token", headers=FLAVOR, timeout=5).json()
        assert parse(answer["access_token"]) == Caller(name)
        assert answer["expires_in"] == 3600
        assert answer["token_type"] == "Bearer"


def test_metadata_without_its_header_is_forbidden(urls: dict[str, str]) -> None:
    assert requests.get(f"{urls[INGEST]}/{ROOT}/token", timeout=5).status_code == 403
    forwarded = FLAVOR | {"X-Forwarded-For": "203.0.113.7"}
    answer = requests.get(f"{urls[INGEST]}/{ROOT}/token", headers=forwarded, timeout=5)
    assert answer.status_code == 403


def test_another_accounts_name_is_not_found(urls: dict[str, str]) -> None:
    path = f"{urls[INGEST]}/computeMetadata/v1/instance/service-accounts/{CONSOLE}/token"
    assert requests.get(path, headers=FLAVOR, timeout=5).status_code == 404


def test_google_auth_works_unchanged(urls: dict[str, str]) -> None:
    """In a process of its own: google-auth reads the host when it is imported."""
    code = """
import google.auth.compute_engine as engine, google.auth.transport.requests as transport
from google.auth.compute_engine import _metadata
from google.oauth2 import id_token
request = transport.Request()
credentials = engine.Credentials()
credentials.refresh(request)
print(credentials.service_account_email, credentials.token)
print(_metadata.ping(request), _metadata.get_project_id(request))
print(id_token.fetch_id_token(request, "https://provision.example"))
"""
    host = urls[INGEST].removeprefix("http://")
    environment = {
        **os.environ,
        "GCE_METADATA_HOST": host,
        "GCE_METADATA_IP": host,  # its ping ignores the other one
        "CLOUDSDK_CONFIG": "/nonexistent",
    }
    environment.pop("GOOGLE_APPLICATION_CREDENTIALS", None)
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    email, token, ping, project, identity = run.stdout.split()
    assert email == INGEST
    assert parse(token).account == INGEST
    assert (ping, project) == ("True", "sealtape-local")
    assert jwt.decode(identity, options={"verify_signature": False})["email"] == INGEST


def test_identity_tokens_verify_against_the_published_keys(urls: dict[str, str]) -> None:
    query = {"audience": "https://provision.example", "format": "full"}
    path = f"{urls[CONSOLE]}/{ROOT}/identity"
    token = requests.get(path, params=query, headers=FLAVOR, timeout=5).text
    keys = jwt.PyJWKClient(f"{urls[INGEST]}/oauth2/v3/certs")
    key = keys.get_signing_key_from_jwt(token)
    claims = jwt.decode(
        token,
        key,
        algorithms=["RS256"],
        audience="https://provision.example",
        issuer="https://accounts.google.com",
    )
    assert claims["email"] == CONSOLE
    assert claims["email_verified"] is True
    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(token, key, algorithms=["RS256"], audience="https://other.example")


def test_an_identity_token_needs_an_audience(urls: dict[str, str]) -> None:
    answer = requests.get(f"{urls[INGEST]}/{ROOT}/identity", headers=FLAVOR, timeout=5)
    assert answer.status_code == 400


def test_an_exchanged_token_carries_its_account_and_boundary(urls: dict[str, str]) -> None:
    boundary = {"accessBoundary": {"accessBoundaryRules": [RULE]}}
    answer = exchange(urls[CONSOLE], issue(CONSOLE), boundary).json()
    assert parse(answer["access_token"]) == Caller(CONSOLE, boundary)
    assert answer["expires_in"] == 3600


@pytest.mark.parametrize("count", [0, 1, 10, 11])
def test_a_boundary_has_one_to_ten_rules(urls: dict[str, str], count: int) -> None:
    boundary = {"accessBoundary": {"accessBoundaryRules": [RULE] * count}}
    answer = exchange(urls[CONSOLE], issue(CONSOLE), boundary)
    assert answer.status_code == (200 if 1 <= count <= 10 else 400)


def test_a_downscoped_token_is_not_exchanged_again(urls: dict[str, str]) -> None:
    boundary = {"accessBoundary": {"accessBoundaryRules": [RULE]}}
    token = exchange(urls[CONSOLE], issue(CONSOLE), boundary).json()["access_token"]
    assert exchange(urls[CONSOLE], token, boundary).status_code == 400


def test_an_account_may_impersonate_another(urls: dict[str, str]) -> None:
    resealer = account("resealer")
    answer = requests.post(
        f"{urls[INGEST]}/v1/projects/-/serviceAccounts/{resealer}:generateAccessToken",
        headers={"Authorization": f"Bearer {issue(account('provision-bucket'))}"},
        json={"scope": ["https://www.googleapis.com/auth/cloud-platform"]},
        timeout=5,
    )
    assert parse(answer.json()["accessToken"]).account == resealer


@pytest.mark.parametrize("token", ["", "local", "local.x.y", "forged", "local..a", "local.a@b"])
def test_a_token_that_no_stand_in_issued_is_invalid(token: str) -> None:
    with pytest.raises(TokenInvalid):
        parse(token)


def test_no_token_is_nobody() -> None:
    assert parse(None) == ANONYMOUS
