"""Nothing is recorded before the handshake succeeded."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.faulty_server import KEY, Fault, FaultyServer, page

pytestmark = pytest.mark.browser


def test_a_visit_is_recorded_without_a_preflight(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    context.new_page().goto(faulty.site)
    faulty.wait(lambda: faulty.events(2))
    assert [seen.method for seen in faulty.requests] == ["POST"] * len(faulty.requests)
    assert all(seen.headers["origin"] == faulty.site for seen in faulty.requests)
    assert all("cookie" not in seen.headers for seen in faulty.requests)
    assert all(seen.headers["content-type"] == "text/plain" for seen in faulty.requests)
    question = faulty.handshakes[0]
    assert question["key"] == KEY
    assert set(question) == {"v", "key", "sdk", "tab", "page", "resume", "assertion"}
    assert [event["type"] for event in faulty.events()][:3] == [4, 5, 2]
    assert faulty.custom("sealtape.page") == [{"path": "/"}]
    header = faulty.headers()[0]
    assert abs(header["offset"]) < 1000
    assert (header["seq"], header["dropped"], header["final"]) == (0, 0, False)
    assert header["total"] == len(faulty.batches[0].gzip)


def test_a_refused_handshake_records_nothing_and_does_not_ask_again(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    faulty.handshake_faults.append(Fault(403, {"code": "handshake_refused", "retry": False}))
    tab = context.new_page()
    tab.goto(faulty.site)
    faulty.wait(lambda: faulty.handshakes)
    tab.click("button")
    faulty.stays(lambda: len(faulty.requests) == 1, for_s=2)


@pytest.mark.parametrize("fault", [Fault(503), Fault(429, {"retry_after_s": 1}), Fault(500)])
def test_a_handshake_that_fails_for_now_is_asked_again(
    faulty: FaultyServer, context: BrowserContext, fault: Fault
) -> None:
    faulty.handshake_faults.append(fault)
    context.new_page().goto(faulty.site)
    faulty.wait(lambda: faulty.events(2))
    first, second = (seen.at for seen in faulty.requests if seen.path == "/v1/handshake")
    assert second - first >= (1.4 if fault.status == 429 else 0.4)


def test_an_unsampled_session_records_nothing(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    faulty.grant = {"record": False}
    tab = context.new_page()
    tab.goto(faulty.site)
    tab.wait_for_function("localStorage.sealtape")
    tab.click("button")
    faulty.stays(lambda: len(faulty.requests) == 1, for_s=1)
    tab.goto(f"{faulty.site}/next")
    faulty.wait(lambda: len(faulty.handshakes) == 2)
    assert faulty.handshakes[1]["resume"].split(".")[1] == "s_" + "1".zfill(26)


def test_an_assertion_is_asked_for_only_when_a_session_begins(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    strict = page(
        options="assertion: async () => 'proof' + (window.asked = (window.asked || 0) + 1)"
    )
    faulty.pages["/strict"] = (strict, {})
    tab = context.new_page()
    tab.goto(f"{faulty.site}/strict")
    faulty.wait(lambda: faulty.batches)
    assert faulty.handshakes[0]["assertion"] == "proof1"
    tab.goto(f"{faulty.site}/strict")
    faulty.wait(lambda: len(faulty.handshakes) == 2)
    assert faulty.handshakes[1]["resume"]
    assert faulty.handshakes[1]["assertion"] is None


def test_a_resume_that_is_refused_for_want_of_an_assertion_is_asked_again_with_one(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    faulty.pages["/strict"] = (page(options="assertion: async () => 'proof'"), {})
    tab = context.new_page()
    tab.goto(f"{faulty.site}/strict")
    faulty.wait(lambda: faulty.batches)
    faulty.handshake_faults.append(Fault(403))
    tab.goto(f"{faulty.site}/strict")
    faulty.wait(lambda: faulty.sessions == 2)
    assert [question["assertion"] for question in faulty.handshakes] == ["proof", None, "proof"]
