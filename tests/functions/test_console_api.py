"""The console's API, as its page and as strangers use it."""

import json

import pytest

from lib.console.guards import MAX_FORM_BYTES
from lib.console.throttles import FREE_TRIES
from tests.functions.console_visitors import CSP, HANDSHAKE, ORIGIN, PASSWORD, Installation


def test_an_invited_owner_sets_a_password_and_is_signed_in(installation: Installation) -> None:
    customer = installation.customer()
    owner = installation.owner(customer)
    me = owner.get("/v1/me")
    here = {"id": customer.tenant, "name": customer.name, "role": "owner"}
    assert me.status_code == 200
    assert me.json()["tenant"] == here
    assert me.json()["tenants"] == [here]
    assert me.json()["user"]["email"] == customer.email
    assert me.json()["embed"] == {"script": f"{ORIGIN}/sealtape.js", "endpoint": HANDSHAKE}


def test_signing_in_again_works_and_signing_out_clears_the_cookie(
    installation: Installation,
) -> None:
    customer = installation.customer()
    installation.owner(customer)
    answer = installation.post("/v1/sign-in", {"email": customer.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json()["tenant"]["id"] == customer.tenant
    assert installation.person(answer).get("/v1/me").status_code == 200
    out = installation.person(answer).post("/v1/sign-out", {})
    assert out.status_code == 204
    assert "Max-Age=0" in out.headers["set-cookie"]


def test_the_cookie_is_the_browsers_to_keep_and_nobody_elses(installation: Installation) -> None:
    customer = installation.customer()
    answer = installation.post("/v1/setup", {"token": customer.setup, "password": PASSWORD})
    name, _, rest = answer.headers["set-cookie"].partition("=")
    attributes = {part.strip().lower() for part in rest.split(";")[1:]}
    assert name == "__Host-sealtape"
    assert {"httponly", "secure", "samesite=strict", "path=/", "max-age=43200"} <= attributes
    assert not any(attribute.startswith("domain") for attribute in attributes)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    installation: Installation,
) -> None:
    customer = installation.customer()
    installation.owner(customer)
    answers = [
        installation.post("/v1/sign-in", {"email": email, "password": "not the password at all"})
        for email in (customer.email, f"nobody@{customer.name}.example")
    ]
    known, unknown = answers
    assert (known.status_code, known.json()["code"]) == (401, "sign_in_failed")
    assert known.content == unknown.content
    assert set(known.headers) == set(unknown.headers)
    assert "set-cookie" not in known.headers


def test_an_address_is_throttled_whether_or_not_it_has_an_account(
    installation: Installation,
) -> None:
    customer = installation.customer()
    installation.owner(customer)
    for email in (customer.email, f"nobody@{customer.name}.example"):
        codes = []
        for _ in range(FREE_TRIES + 1):
            answer = installation.post("/v1/sign-in", {"email": email, "password": "a wrong one"})
            codes.append(answer.json()["code"])
        assert codes == ["sign_in_failed"] * FREE_TRIES + ["sign_in_throttled"]
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
    right = installation.post("/v1/sign-in", {"email": customer.email, "password": PASSWORD})
    assert right.status_code == 429


def test_signing_in_forgets_the_failures_before_it(installation: Installation) -> None:
    customer = installation.customer()
    installation.owner(customer)
    for _ in range(2):
        for password in ["a wrong one"] * (FREE_TRIES - 1) + [PASSWORD]:
            form = {"email": customer.email, "password": password}
            answer = installation.post("/v1/sign-in", form)
            assert answer.status_code == (200 if password == PASSWORD else 401)


def test_a_link_is_used_once_and_a_weak_password_does_not_use_it_up(
    installation: Installation,
) -> None:
    customer = installation.customer()
    weak = installation.post("/v1/setup", {"token": customer.setup, "password": "short"})
    assert (weak.status_code, weak.json()["code"]) == (422, "password_weak")
    installation.owner(customer)
    again = installation.post("/v1/setup", {"token": customer.setup, "password": PASSWORD})
    assert (again.status_code, again.json()["code"]) == (410, "setup_expired")


@pytest.mark.parametrize(
    ("state", "open_"),
    [("creating", False), ("suspended", True), ("retiring", False), ("retired", False)],
)
def test_a_console_opens_while_its_tenant_is_active_or_suspended(
    installation: Installation, state: str, open_: bool
) -> None:
    customer = installation.customer()
    owner = installation.owner(customer)
    config = installation.firestore.client("edge-config")
    config.document(f"tenants/{customer.tenant}").update({"state": state})
    assert owner.get("/v1/me").status_code == (200 if open_ else 401)
    again = installation.post("/v1/sign-in", {"email": customer.email, "password": PASSWORD})
    assert again.status_code == (200 if open_ else 401)


@pytest.mark.parametrize("path", ["/v1/sign-in", "/v1/setup"])
@pytest.mark.parametrize("name", ["email", "password", "token"])
def test_half_a_utf16_pair_is_malformed_wherever_it_stands(
    installation: Installation, path: str, name: str
) -> None:
    body = {"email": "ada@shop.example", "password": PASSWORD, "token": "x", name: "\ud800"}
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    answer = installation.member.post(path, content=json.dumps(body), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


@pytest.mark.parametrize("path", ["/v1/me", "/v1/sessions", "/v1/sessions/s_x/events"])
@pytest.mark.parametrize(
    ("site", "refused"),
    [("cross-site", True), ("same-site", True), ("same-origin", False), ("none", False)],
)
def test_another_origins_page_does_not_even_read(
    installation: Installation, path: str, site: str, refused: bool
) -> None:
    answer = installation.member.get(path, headers={"Sec-Fetch-Site": site})
    expected = (403, "cross_origin") if refused else (401, "not_signed_in")
    assert (answer.status_code, answer.json()["code"]) == expected


POSTS = ("/v1/sign-in", "/v1/setup", "/v1/tenant", "/v1/sign-out")


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "origin",
    [None, "null", "https://evil.example", "http://localhost:83011", "http://127.0.0.1:8301"],
)
def test_a_change_from_elsewhere_is_refused(
    installation: Installation, path: str, origin: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}
    answer = installation.member.post(path, json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "cross_origin")


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]
)
def test_a_change_that_a_form_could_send_is_refused(
    installation: Installation, path: str, kind: str
) -> None:
    answer = installation.member.post(
        path, content=b"{}", headers={"Origin": ORIGIN, "Content-Type": kind}
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "not_json")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 3000])
def test_a_body_that_is_no_object_is_refused(installation: Installation, body: bytes) -> None:
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    answer = installation.member.post("/v1/sign-in", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_a_form_of_four_kibibytes_is_read_and_one_more_byte_is_not(
    installation: Installation,
) -> None:
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    fits = b'{"email":"","password":""}'.ljust(MAX_FORM_BYTES)
    assert installation.member.post("/v1/sign-in", content=fits, headers=headers).status_code == 400
    over = installation.member.post("/v1/sign-in", content=fits + b" ", headers=headers)
    assert (over.status_code, over.json()["code"]) == (413, "body_too_large")


READS = (
    "/v1/me",
    "/v1/sessions",
    f"/v1/sessions/s_{'a' * 26}",
    f"/v1/sessions/s_{'a' * 26}/events",
)


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("cookie", ["", "__Host-sealtape=x.y.z", "sealtape=x"])
def test_nothing_is_read_without_a_session(
    installation: Installation, path: str, cookie: str
) -> None:
    answer = installation.member.get(path, headers={"Cookie": cookie})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


def test_a_member_who_was_removed_is_out_at_once(installation: Installation) -> None:
    customer = installation.customer()
    owner = installation.owner(customer)
    user = owner.get("/v1/me").json()["user"]["id"]
    console = installation.firestore.client("console")
    console.document(f"tenants/{customer.tenant}/members/{user}").delete()
    assert owner.get("/v1/sessions").status_code == 401


def test_a_changed_password_ends_every_session(installation: Installation) -> None:
    customer = installation.customer()
    owner = installation.owner(customer)
    user = owner.get("/v1/me").json()["user"]["id"]
    installation.firestore.client("console").document(f"users/{user}").update({"epoch": 99})
    assert owner.get("/v1/me").status_code == 401


def test_a_person_of_two_tenants_switches_between_them_and_to_no_third(
    installation: Installation,
) -> None:
    first = installation.customer()
    owner = installation.owner(first)
    second = installation.customer(owner_email=first.email)
    stranger = installation.customer()
    assert second.setup is None
    tenants = {row["id"] for row in owner.get("/v1/me").json()["tenants"]}
    assert tenants == {first.tenant, second.tenant}
    switched = owner.post("/v1/tenant", {"tenant": second.tenant})
    assert switched.json()["tenant"]["id"] == second.tenant
    assert installation.person(switched).get("/v1/me").json()["tenant"]["name"] == second.name
    for tenant in (stranger.tenant, "tn_" + "z" * 16, "../x", None, 7):
        answer = owner.post("/v1/tenant", {"tenant": tenant})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_console_is_served_under_its_own_policy(installation: Installation) -> None:
    for path in ("/", "/sessions", "/sessions/s_x/deep"):
        page = installation.member.get(path)
        assert page.status_code == 200
        assert "<title>Sealtape</title>" in page.text
        assert page.headers["content-security-policy"] == CSP
        assert page.headers["cache-control"] == "no-cache"
        assert page.headers["content-type"].startswith("text/html")
    script = installation.member.get("/assets/app-1a2b3c4d.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/unknown",
        "/v1/",
        "/missing.js",
        "/assets/none.js",
        "/assets/none",
        "/csp.txt",
        "/..%2f..%2fetc/passwd.x",
    ],
)
def test_what_is_no_file_of_the_console_is_not_found(installation: Installation, path: str) -> None:
    answer = installation.member.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_answer_of_the_api_is_kept_by_nobody(installation: Installation) -> None:
    answer = installation.member.get("/v1/me")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers
