"""handshake, from the door: real routes and parts over the stand-ins' wires."""

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import httpx
import pytest

from lib.edge import asks, handshakes
from lib.edge.config import CACHE_S
from lib.tokens import RESUME_TTL_S, SESSION_MAX_S
from tests.edge_world import NOW, ORIGIN, PAGE, TAB, Edge, Site, ask, load_main, served

pytestmark = pytest.mark.usefixtures("metadata")


@pytest.fixture
def module(edge: Edge) -> ModuleType:
    return load_main("handshake", edge.environment("handshake"))


@pytest.fixture
def browser(edge: Edge, module: ModuleType) -> Iterator[httpx.AsyncClient]:
    with served(module, edge.handshakes()) as client:
        yield client


async def shake(browser: httpx.AsyncClient, site: Site, **changes: Any) -> httpx.Response:
    headers = {"Origin": changes.pop("origin")} if "origin" in changes else {}
    return await browser.post(
        "/v1/handshake", content=json.dumps(ask(site, **changes)), headers=headers
    )


async def opened(browser: httpx.AsyncClient, site: Site, **changes: Any) -> dict[str, Any]:
    answer = await shake(browser, site, **changes)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_session_opens_with_everything_that_the_protocol_names(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    answer = await opened(browser, edge.site())
    assert answer.keys() == {
        *("session", "token", "expires_in", "resume", "ingest", "now", "record"),
        *("interval_ms", "limits", "policy", "url"),
    }
    assert answer["now"] == round(NOW * 1000)
    assert answer["limits"] == {"batches": 90, "bytes": 32 * 1024**2}
    assert answer["policy"]["allow"] == []


async def test_the_token_binds_what_was_asked_and_what_the_tenant_has(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site(epoch=7)
    answer = await opened(browser, site)
    claim = edge.verifier.session(answer["token"], now=NOW)
    assert (claim.tenant, claim.session, claim.key) == (site.tenant, answer["session"], site.key.id)
    assert (claim.tab, claim.page, claim.origin) == (TAB, PAGE, ORIGIN)
    assert (claim.key_epoch, claim.tenant_epoch, claim.policy_version) == (1, 7, 1)
    assert len(claim.policy_hash) == 64
    assert claim.start_ms == answer["now"]


async def test_the_module_as_deployed_wires_itself(edge: Edge, module: ModuleType) -> None:
    transport = httpx.ASGITransport(app=module.APP)
    async with httpx.AsyncClient(transport=transport, base_url="http://f.example") as browser:
        assert (await opened(browser, edge.site(), origin=ORIGIN))["record"] is True


async def test_a_handshake_writes_nothing(edge: Edge, browser: httpx.AsyncClient) -> None:
    site = edge.site()
    before = edge.counts()["writes"]
    await opened(browser, site)
    await shake(browser, site, origin="https://evil.example")
    assert edge.counts()["writes"] == before


REFUSED_BODIES = {
    "empty": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "null": b"null",
    "a BOM": b"\xef\xbb\xbf{}",
    "not UTF-8": b'{"v":1,"key":"\xff"}',
    "UTF-16": "{}".encode("utf-16"),
    "nested deep": b"[" * 4_000,
    "half a surrogate": b'{"v":1,"key":"\\ud800"}',
}


@pytest.mark.parametrize("body", REFUSED_BODIES.values(), ids=REFUSED_BODIES)
async def test_a_body_of_another_form_is_refused(browser: httpx.AsyncClient, body: bytes) -> None:
    answer = await browser.post("/v1/handshake", content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "handshake_malformed")


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": "1"},
        {"v": True},
        {"sdk": ""},
        {"sdk": "1" * 21},
        {"sdk": "1.0 beta"},
        {"sdk": "1.\u0660"},
        {"tab": "t_" + "a" * 15},
        {"tab": "t_" + "A" * 16},
        {"tab": "t_../../../../../x"},
        {"page": "p_" + "b" * 17},
        {"page": "p_" + "b" * 16 + "\n"},
        {"page": None},
        {"resume": 1},
        {"assertion": []},
        {"url": "https://shop.example/"},
    ],
    ids=repr,
)
async def test_a_member_of_another_form_is_refused(
    edge: Edge, browser: httpx.AsyncClient, change: dict[str, Any]
) -> None:
    answer = await shake(browser, edge.site(), **change)
    assert (answer.status_code, answer.json()["code"]) == (400, "handshake_malformed")


@pytest.mark.parametrize("name", ["v", "key", "sdk", "tab", "page", "resume", "assertion"])
async def test_every_member_is_needed(edge: Edge, browser: httpx.AsyncClient, name: str) -> None:
    body = {key: value for key, value in ask(edge.site()).items() if key != name}
    answer = await browser.post("/v1/handshake", content=json.dumps(body))
    assert answer.json()["code"] == "handshake_malformed"


async def test_a_body_may_have_four_kibibytes_and_no_more(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    body = json.dumps(ask(edge.site())).encode()
    fitting = body + b" " * (asks.MAX_HANDSHAKE_BYTES - len(body))
    assert (await browser.post("/v1/handshake", content=fitting)).status_code == 200
    answer = await browser.post("/v1/handshake", content=fitting + b" ")
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "TRACE", "HEAD", "PATCH"])
async def test_another_method_is_not_allowed_and_says_which_is(
    browser: httpx.AsyncClient, method: str
) -> None:
    answer = await browser.request(method, "/v1/handshake")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "path",
    ["/", "/v1/handshake/", "/v1/Handshake", "/v1/ingest", "/v1//handshake", "/v1/handshake%00"],
)
async def test_another_path_is_not_found(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.post(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_every_answer_can_be_read_by_the_page(edge: Edge, browser: httpx.AsyncClient) -> None:
    site = edge.site()
    edge.fault("firestore", count=-1, status=503)
    failed = await shake(browser, site)
    edge.close()
    answers = [
        await shake(browser, site),
        await shake(browser, site, origin="https://evil.example"),
        await browser.post("/v1/handshake", content=b"{"),
        await browser.post("/nowhere"),
        failed,
    ]
    assert [each.status_code for each in answers] == [200, 403, 400, 404, 503]
    for each in answers:
        assert each.headers["Access-Control-Allow-Origin"] == "*"
        assert each.headers["Access-Control-Expose-Headers"] == "Retry-After"
        assert each.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Credentials" not in each.headers
        assert "Set-Cookie" not in each.headers
    assert failed.json()["retry"] is True
    assert int(failed.headers["Retry-After"]) == failed.json()["retry_after_s"]


async def test_a_bug_answers_500_and_logs_no_message(
    edge: Edge, module: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken:
        async def open(self, *_: object) -> None:
            raise ValueError("a secret in a message")

    with served(module, Broken()) as browser:
        answer = await shake(browser, edge.site())
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "secret" not in answer.text + capsys.readouterr().err


async def test_a_visit_goes_on_across_pages_and_tabs(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site()
    first = await opened(browser, site)
    second = await opened(browser, site, page="p_" + "c" * 16, resume=first["resume"])
    third = await opened(browser, site, tab="t_" + "d" * 16, resume=second["resume"])
    assert first["session"] == second["session"] == third["session"]
    claims = [edge.verifier.session(each["token"], now=NOW) for each in (first, second, third)]
    assert [claim.handshakes for claim in claims] == [1, 2, 3]
    assert len({claim.start_ms for claim in claims}) == 1
    assert len({claim.id for claim in claims}) == 3


async def test_a_visit_is_renewed_by_every_handshake_up_to_four_hours(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site()
    answer = first = await opened(browser, site)
    while edge.clock.now + RESUME_TTL_S - 1 < NOW + SESSION_MAX_S:
        edge.clock.now += RESUME_TTL_S - 1
        answer = await opened(browser, site, resume=answer["resume"])
        assert answer["session"] == first["session"]
    edge.clock.now = NOW + SESSION_MAX_S
    assert (await opened(browser, site, resume=answer["resume"]))["session"] != first["session"]


async def test_an_idle_visit_ends_after_thirty_minutes(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site()
    first = await opened(browser, site)
    edge.clock.now += RESUME_TTL_S
    assert (await opened(browser, site, resume=first["resume"]))["session"] != first["session"]


async def test_a_stolen_resume_is_useless_from_another_origin_key_or_tenant(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site, other = edge.site(), edge.site()
    edge.change(f"sdkKeys/{site.key.id}", origins=[ORIGIN, "https://blog.example"])
    sibling = Site(site.tenant, edge.key(site.tenant), site.bucket)
    first = await opened(browser, site)
    thieves = [
        await opened(browser, site, resume=first["resume"], origin="https://blog.example"),
        await opened(browser, sibling, resume=first["resume"]),
        await opened(browser, other, resume=first["resume"]),
    ]
    for thief in thieves:
        assert thief["session"] != first["session"]
    assert (await opened(browser, site, resume=first["resume"]))["session"] == first["session"]


async def test_a_session_token_is_no_resume_and_garbage_begins_anew(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site()
    first = await opened(browser, site)
    for resume in (first["token"], "", "x", "a.b.c", first["resume"][:-1]):
        assert (await opened(browser, site, resume=resume))["session"] != first["session"]


async def test_an_erased_session_is_not_resumed(edge: Edge, browser: httpx.AsyncClient) -> None:
    site = edge.site()
    first = await opened(browser, site)
    edge.change(f"tenants/{site.tenant}", tombstones={first["session"]: int(NOW) + 9_999})
    edge.clock.now += CACHE_S
    assert (await opened(browser, site, resume=first["resume"]))["session"] != first["session"]


async def test_a_session_that_is_not_sampled_gets_no_token_and_stays_so(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site(sampling=0)
    answer = await opened(browser, site)
    assert answer.keys() == {"session", "resume", "now", "record"}
    edge.policy(site.tenant, 2, sampling=1)
    edge.change(f"tenants/{site.tenant}", policy_version=2)
    edge.clock.now += CACHE_S
    again = await opened(browser, site, resume=answer["resume"])
    assert (again["session"], again["record"]) == (answer["session"], False)
    assert (await opened(browser, site))["record"] is True


async def test_a_sampled_session_stays_sampled_when_the_rate_falls(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site()
    answer = await opened(browser, site)
    edge.policy(site.tenant, 2, sampling=0)
    edge.change(f"tenants/{site.tenant}", policy_version=2)
    edge.clock.now += CACHE_S
    assert (await opened(browser, site, resume=answer["resume"]))["record"] is True
    assert (await opened(browser, site))["record"] is False


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 1.0])
def test_the_share_of_sampled_sessions_is_the_rate(rate: float) -> None:
    share = sum(handshakes.sampled(f"s_{n}", rate) for n in range(4_000)) / 4_000
    assert abs(share - rate) < 0.03
    assert rate not in (0.0, 1.0) or share == rate
