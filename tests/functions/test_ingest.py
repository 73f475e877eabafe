"""ingest, from the door: real routes and parts over the stand-ins' wires."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType

import httpx
import pytest
from msgspec.structs import replace

from lib.claims import Limits
from lib.edge import batches
from lib.edge.config import CACHE_S
from lib.tokens import LEEWAY_S, TOKEN_TTL_S
from tests.edge_world import (
    NOW,
    ORIGIN,
    PAGE,
    SDK,
    TAB,
    USER_AGENT,
    Edge,
    Json,
    Site,
    batch,
    header,
    lines,
    load_main,
    meta,
    opened,
    served,
    utc,
)

OTHER_PAGE = "p_" + "z" * 16


@pytest.fixture(scope="session")
def module() -> ModuleType:
    environ = {"GOOGLE_CLOUD_PROJECT": "p", "SESSION_PUBLIC_KEYS": "{}", "USER_HASH_KEY": "k"}
    return load_main("ingest", environ)


@pytest.fixture
def browser(edge: Edge, module: ModuleType) -> Iterator[httpx.AsyncClient]:
    with served(module, edge.ingestion()) as client:
        client.headers["User-Agent"] = USER_AGENT
        yield client


@pytest.fixture
def site(edge: Edge) -> Site:
    return edge.site()


async def send(browser: httpx.AsyncClient, body: bytes) -> httpx.Response:
    return await browser.post("/v1/ingest", content=body)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "stored")


def place(answer: Json, seq: int = 0, page: str = PAGE) -> str:
    return f"s/{answer['session']}/{page}/{seq:06d}.ndjson.gz"


async def test_a_batch_is_stored_where_the_protocol_says(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    accepted = await send(browser, batch(answer, seq=12))
    assert accepted.status_code == 202
    assert accepted.json() == {"duplicate": False, "policy_version": 1}
    assert edge.stored(site).keys() == {place(answer, 12)}


async def test_the_objects_metadata_is_exactly_the_documented(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    previous = {"page": OTHER_PAGE, "last": 41}
    edge.clock.now = NOW + 5
    body = batch(answer, seq=3, final=True, dropped=2, previous=previous, sent=1_700_000_000_000)
    await send(browser, body)
    blob = edge.bucket(site).get_blob(place(answer, 3))
    assert blob is not None
    assert blob.metadata == {
        "received": str(round((NOW + 5) * 1000)),
        "offset": "-412",
        "sent": "1700000000000",
        "seq": "3",
        "dropped": "2",
        "final": "true",
        "previous": f"{OTHER_PAGE}:41",
        "tab": TAB,
        "policy": "1",
        "sdk": SDK,
        "masked": "1",
    }
    assert blob.custom_time == utc(NOW)
    assert blob.content_type == "application/x-ndjson"
    assert blob.content_encoding is None


async def test_a_page_s_first_object_says_what_an_index_made_anew_needs(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    await send(browser, batch(answer, seq=0))
    await send(browser, batch(answer, seq=1))
    first, second = (edge.bucket(site).get_blob(place(answer, seq)) for seq in (0, 1))
    assert first is not None
    assert second is not None
    besides = {
        "origin": ORIGIN,
        "key": site.key.id,
        "browser": "Chrome 131",
        "os": "macOS",
        "device": "desktop",
    }
    assert {name: first.metadata.get(name) for name in besides} == besides
    assert first.metadata.keys() - besides.keys() == second.metadata.keys()


async def test_an_origin_that_a_wildcard_let_in_is_not_in_metadata(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    visitors = "https://ada.shop.example"
    key = edge.client("edge-config").document(f"sdkKeys/{site.key.id}")
    key.update({"origins": ["https://*.shop.example"]})
    answer = await opened(edge, site, origin=visitors)
    headers = {"Origin": visitors}
    sent = await browser.post("/v1/ingest", content=batch(answer), headers=headers)
    assert sent.status_code == 202, sent.text
    blob = edge.bucket(site).get_blob(place(answer, 0))
    assert blob is not None
    assert blob.metadata["key"] == site.key.id
    assert "shop.example" not in repr(blob.metadata)


async def test_the_objects_metadata_names_a_user_by_the_hash_that_the_index_has(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    await send(browser, batch(answer, user="ab" * 32))
    blob = edge.bucket(site).get_blob(place(answer, 0))
    entry = edge.read(f"tenants/{site.tenant}/sessions/{answer['session']}")
    assert blob is not None
    assert entry is not None
    assert blob.metadata["user"] == entry["user"] != ("ab" * 32)[:16]


async def test_a_batch_that_is_its_own_mask_is_stored_as_it_came(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    await send(browser, batch(answer))
    (first,) = edge.stored(site).values()
    clean = gzip.compress(gzip.decompress(first), compresslevel=9, mtime=0)
    await send(browser, batch(answer, clean, seq=1))
    assert edge.stored(site)[place(answer, 1)][10:] == clean[10:]  # after the header


async def test_what_the_policy_does_not_allow_never_reaches_the_object(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    event = meta(path="/orders/4711-secret?token=hunter2#x")
    await send(browser, batch(answer, gzip.compress(lines(event))))
    (stored,) = edge.stored(site).values()
    assert b"hunter2" not in gzip.decompress(stored)
    assert b"4711-secret" not in gzip.decompress(stored)


async def test_any_order_is_accepted_and_gaps_too(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    for seq in (5, 0, 999_999, 2):
        site_allows = await send(browser, batch(answer, seq=seq, total=1))
        assert site_allows.status_code == (202 if seq < 4_320 else 429)


async def test_the_same_number_again_is_a_duplicate_and_changes_nothing(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    first = await send(browser, batch(answer))
    stored = edge.stored(site)
    again = await send(browser, batch(answer, gzip.compress(lines(meta(99)))))
    assert (first.json()["duplicate"], again.json()["duplicate"]) == (False, True)
    assert again.status_code == 202
    assert edge.stored(site) == stored


async def test_an_answer_that_was_lost_after_storing_is_no_duplicate(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    edge.fault("storage", method="insert", status="cut-after", bucket=site.bucket)
    accepted = await send(browser, batch(answer))
    assert accepted.json()["duplicate"] is False
    assert len(edge.stored(site)) == 1


async def test_a_connection_that_was_cut_before_storing_is_tried_again(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    edge.fault("storage", method="insert", status="cut-before", bucket=site.bucket)
    assert (await send(browser, batch(answer))).json()["duplicate"] is False
    assert len(edge.stored(site)) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_a_passing_failure_of_storage_is_retried_within_the_request(
    edge: Edge, browser: httpx.AsyncClient, site: Site, status: int
) -> None:
    answer = await opened(edge, site)
    edge.fault("storage", method="insert", status=status, count=2, bucket=site.bucket)
    assert (await send(browser, batch(answer))).status_code == 202
    assert len(edge.stored(site)) == 1


@pytest.mark.parametrize("status", [403, 429, 503, "cut-before"])
async def test_what_was_not_stored_is_not_acknowledged_and_may_come_again(
    edge: Edge, browser: httpx.AsyncClient, site: Site, status: int | str
) -> None:
    answer = await opened(edge, site)
    edge.fault("storage", method="insert", status=status, count=-1, bucket=site.bucket)
    refused = await send(browser, batch(answer))
    assert code(refused) == (503, "unavailable")
    assert refused.json()["retry"] is True
    assert int(refused.headers["Retry-After"]) > 0
    assert not edge.stored(site)
    edge.close()
    assert (await send(browser, batch(answer))).json()["duplicate"] is False


async def test_a_bucket_that_grants_us_nothing_is_never_a_duplicate(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    bucket = edge.bucket(site)
    policy = bucket.get_iam_policy(requested_policy_version=3)
    policy.bindings = []
    bucket.set_iam_policy(policy)
    assert code(await send(browser, batch(answer))) == (503, "unavailable")


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": 1.0},
        {"page": "p_../../../../../../etc"},
        {"page": PAGE + "\n"},
        {"seq": -1},
        {"seq": 1_000_000},
        {"seq": "0"},
        {"seq": 0.5},
        {"seq": True},
        {"sent": -1},
        {"sent": 2**53},
        {"offset": 2**53},
        {"offset": None},
        {"dropped": -1},
        {"final": "false"},
        {"final": 0},
        {"total": -1},
        {"previous": {}},
        {"previous": {"page": PAGE, "last": -2}},
        {"previous": {"page": PAGE, "last": 1_000_000}},
        {"previous": {"page": "x", "last": 0}},
        {"previous": {"page": PAGE, "last": 0, "x": 1}},
        {"user": "A" * 64},
        {"user": "a" * 63},
        {"user": "a" * 65},
        {"user": ""},
        {"url": "https://shop.example"},
        {"token": None},
    ],
    ids=repr,
)
async def test_a_header_of_another_form_is_refused(
    edge: Edge, browser: httpx.AsyncClient, site: Site, changes: Json
) -> None:
    answer = await opened(edge, site)
    assert code(await send(browser, batch(answer, **changes))) == (400, "header_malformed")
    assert not edge.stored(site)


@pytest.mark.parametrize("seq", [0, 4_319])
async def test_the_ends_of_a_headers_ranges_are_accepted(
    edge: Edge, browser: httpx.AsyncClient, site: Site, seq: int
) -> None:
    answer = await opened(edge, site)
    ends: Json = {"seq": seq, "sent": 2**53 - 1, "offset": -(2**53 - 1), "dropped": 2**53 - 1}
    previous = {"page": OTHER_PAGE, "last": 999_999}
    body = batch(answer, **ends, previous=previous, user="f" * 64)
    assert code(await send(browser, body)) == (202, "stored")


@pytest.mark.parametrize("name", sorted(header({"token": ""})))
async def test_every_member_of_the_header_is_needed(
    edge: Edge, browser: httpx.AsyncClient, site: Site, name: str
) -> None:
    members = header(await opened(edge, site))
    del members[name]
    body = json.dumps(members).encode() + b"\n" + gzip.compress(lines(meta()))
    assert code(await send(browser, body)) == (400, "header_malformed")


async def test_a_header_may_have_eight_kibibytes_and_no_more(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    head = json.dumps(header(await opened(edge, site))).encode()
    fitting = head + b" " * (batches.MAX_HEADER_BYTES - len(head))
    packed = b"\n" + gzip.compress(lines(meta()), mtime=0)
    assert code(await send(browser, fitting + packed)) == (202, "stored")
    assert code(await send(browser, fitting + b" " + packed)) == (400, "header_malformed")


async def test_nothing_is_inflated_before_the_token_is_verified(
    edge: Edge, browser: httpx.AsyncClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await opened(edge, site)
    monkeypatch.setattr(batches, "inflate", lambda _: pytest.fail("inflated"))
    for token in ("", "x", answer["resume"], answer["token"][:-2] + "AA"):
        assert code(await send(browser, batch(answer, token=token))) == (401, "token_invalid")
    assert code(await send(browser, batch(answer, page=OTHER_PAGE))) == (401, "page_mismatch")


async def test_a_token_dies_the_second_its_leeway_ends(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    edge.clock.now = NOW + TOKEN_TTL_S + LEEWAY_S - 1
    assert code(await send(browser, batch(answer))) == (202, "stored")
    edge.clock.now += 1
    assert code(await send(browser, batch(answer, seq=1))) == (401, "token_expired")


@pytest.mark.parametrize(
    ("document", "change", "reason"),
    [
        ("sdkKeys", {"state": "disabled"}, "key_disabled"),
        ("sdkKeys", {"epoch": 2}, "key_disabled"),
        ("sdkKeys", {"expires_at": utc(NOW)}, "key_disabled"),
        ("tenants", {"state": "suspended"}, "tenant_not_active"),
        ("tenants", {"epoch": 2}, "tenant_not_active"),
    ],
)
async def test_a_revocation_binds_within_a_minute_and_the_log_says_why(
    edge: Edge,
    browser: httpx.AsyncClient,
    site: Site,
    capsys: pytest.CaptureFixture[str],
    document: str,
    change: Json,
    reason: str,
) -> None:
    answer = await opened(edge, site)
    assert (await send(browser, batch(answer))).status_code == 202
    name = site.key.id if document == "sdkKeys" else site.tenant
    edge.change(f"{document}/{name}", **change)
    edge.clock.now += CACHE_S
    assert CACHE_S <= 60
    assert code(await send(browser, batch(answer, seq=1))) == (401, "token_revoked")
    assert f'"reason":"{reason}"' in capsys.readouterr().err
    assert len(edge.stored(site)) == 1


async def test_an_erased_session_is_gone_within_a_minute_and_its_entry_is_not_recreated(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    edge.change(f"tenants/{site.tenant}", tombstones={answer["session"]: int(NOW) + 9_999})
    refused = await send(browser, batch(answer))
    assert code(refused) == (410, "session_erased")
    assert refused.json()["retry"] is False
    assert edge.read(f"tenants/{site.tenant}/sessions/{answer['session']}") is None


async def test_a_tightened_policy_binds_within_a_minute_for_tokens_that_are_out(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    site = edge.site(allow=("url_path", "url_query"))
    answer = await opened(edge, site)
    packed = gzip.compress(lines(meta(path="/orders/4711?q=visible")))
    await send(browser, batch(answer, packed))
    edge.policy(site.tenant, 2)
    edge.change(f"tenants/{site.tenant}", policy_version=2)
    edge.clock.now += CACHE_S
    accepted = await send(browser, batch(answer, packed, seq=1))
    stored = {name: gzip.decompress(data) for name, data in edge.stored(site).items()}
    assert accepted.json()["policy_version"] == 2
    assert b"visible" in stored[place(answer, 0)]
    assert b"visible" not in stored[place(answer, 1)]


async def test_a_loosened_policy_does_not_widen_tokens_that_are_out(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    edge.policy(site.tenant, 2, allow=("url_path", "url_query"))
    edge.change(f"tenants/{site.tenant}", policy_version=2)
    edge.clock.now += CACHE_S
    await send(browser, batch(answer, gzip.compress(lines(meta(path="/a?q=visible")))))
    (stored,) = edge.stored(site).values()
    assert b"visible" not in gzip.decompress(stored)


async def test_a_policy_of_another_hash_than_the_tokens_revokes_it(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    edge.policy(site.tenant, 1, allow=("text",))
    assert code(await send(browser, batch(answer))) == (401, "token_revoked")


async def test_the_session_is_listed_with_its_first_batch(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    await send(browser, batch(answer, user="ab" * 32))
    entry = edge.read(f"tenants/{site.tenant}/sessions/{answer['session']}")
    assert entry is not None
    user = entry.pop("user")
    assert user != ("ab" * 32)[:16]
    assert len(user) == 16
    assert entry == {
        "start": utc(NOW),
        "last_ms": round(NOW * 1000) - 412,
        "expire_at": utc(NOW) + timedelta(days=30),
        "origin": ORIGIN,
        "key": site.key.id,
        "policy": 1,
        "sdk": SDK,
        "browser": "Chrome 131",
        "os": "macOS",
        "device": "desktop",
        "width": 1280,
        "height": 720,
        "masked": entry.get("masked"),
        "pages": {
            PAGE: {
                "tab": TAB,
                "first_ms": round(NOW * 1000) - 412,
                "last_ms": round(NOW * 1000) - 412,
                "seq": 0,
                "bytes": 1000,
                "dropped": 0,
            }
        },
    }


async def test_an_unlisted_first_batch_is_sent_again_and_then_listed(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    edge.fault("firestore", method="commit", status=503, count=-1)
    assert code(await send(browser, batch(answer))) == (503, "unavailable")
    edge.close()
    again = await send(browser, batch(answer))
    assert (again.status_code, again.json()["duplicate"]) == (202, True)
    assert edge.read(f"tenants/{site.tenant}/sessions/{answer['session']}") is not None


async def test_a_later_batch_does_not_wait_for_the_index_to_recover(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    await send(browser, batch(answer))
    edge.fault("firestore", method="commit", status=503, count=-1)
    assert (await send(browser, batch(answer, seq=3))).status_code == 202
    edge.close()
    edge.clock.now += 61
    await send(browser, batch(answer, seq=6))
    entry = edge.read(f"tenants/{site.tenant}/sessions/{answer['session']}")
    assert entry is not None
    assert entry["pages"][PAGE]["seq"] == 6


async def test_a_year_off_clock_still_sorts_by_the_servers(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    year = 365 * 86_400_000
    answer = await opened(edge, site)
    event = meta(at_ms=round(NOW * 1000) - year)
    await send(browser, batch(answer, gzip.compress(lines(event)), offset=year))
    entry = edge.read(f"tenants/{site.tenant}/sessions/{answer['session']}")
    assert entry is not None
    assert entry["last_ms"] == round(NOW * 1000)
    (stored,) = edge.stored(site).values()
    assert json.loads(gzip.decompress(stored))["timestamp"] == event["timestamp"]


async def test_two_tenants_see_two_hashes_of_one_user(
    edge: Edge, browser: httpx.AsyncClient
) -> None:
    hashes = set()
    for site in (edge.site(), edge.site()):
        answer = await opened(edge, site)
        await send(browser, batch(answer, user="ab" * 32))
        entry = edge.read(f"tenants/{site.tenant}/sessions/{answer['session']}")
        assert entry is not None
        hashes.add(entry["user"])
    assert len(hashes) == 2


async def test_a_spent_token_asks_for_a_new_handshake(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    claim = edge.verifier.session(answer["token"], now=NOW)
    few = replace(claim, limits=Limits(batches=2, bytes=10_000_000), id="few")
    token = edge.signer.session(few, now=int(NOW))
    sent = [await send(browser, batch(answer, seq=seq, token=token)) for seq in range(3)]
    assert [code(each) for each in sent] == [
        *[(202, "stored")] * 2,
        (401, "token_spent"),
    ]
    renewed = await opened(edge, site, resume=answer["resume"])
    assert code(await send(browser, batch(renewed, seq=2))) == (202, "stored")


async def test_a_token_carries_its_bytes_and_no_more(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    claim = edge.verifier.session(answer["token"], now=NOW)
    packed = gzip.compress(lines(meta()), mtime=0)
    exact = replace(claim, limits=Limits(batches=9, bytes=2 * len(packed)), id="exact")
    token = edge.signer.session(exact, now=int(NOW))
    codes = [
        code(await send(browser, batch(answer, packed, seq=seq, token=token))) for seq in range(3)
    ]
    assert codes == [(202, "stored"), (202, "stored"), (401, "token_spent")]


async def test_every_answer_can_be_read_by_the_page(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    answer = await opened(edge, site)
    answers = [
        await send(browser, batch(answer)),
        await send(browser, b""),
        await send(browser, b"x" * (batches.MAX_BODY_BYTES + 1)),
        await browser.get("/v1/ingest"),
        await browser.post("/nowhere"),
    ]
    assert [each.status_code for each in answers] == [202, 400, 413, 405, 404]
    for each in answers:
        assert each.headers["Access-Control-Allow-Origin"] == "*"
        assert each.headers["Access-Control-Expose-Headers"] == "Retry-After"


async def test_pages_and_tabs_of_one_visit_share_one_entry(
    edge: Edge, browser: httpx.AsyncClient, site: Site
) -> None:
    first = await opened(edge, site)
    await send(browser, batch(first))
    second = await opened(edge, site, page=OTHER_PAGE, resume=first["resume"])
    previous = {"page": PAGE, "last": 0}
    await send(browser, batch(second, page=OTHER_PAGE, previous=previous))
    other_tab = await opened(edge, site, tab="t_" + "y" * 16, resume=second["resume"])
    await send(browser, batch(other_tab, seq=3))
    (entry,) = edge.listed(f"tenants/{site.tenant}/sessions")
    assert entry["pages"].keys() == {PAGE, OTHER_PAGE}
    assert len({name.split("/")[1] for name in edge.stored(site)}) == 1
