"""What was recorded arrives, in order and once, whatever the network and the server do."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.faulty_server import BULK, Batch, Fault, FaultyServer

pytestmark = pytest.mark.browser


def open_page(faulty: FaultyServer, context: BrowserContext, path: str = "/") -> Page:
    """Open a page and wait until its first batch is stored."""
    tab = context.new_page()
    before = len(faulty.batches)
    tab.goto(faulty.site + path)
    faulty.wait(lambda: len(faulty.batches) > before)
    return tab


def mark(tab: Page, *letters: str) -> None:
    """Leave a mark for each letter: an error in a line of that number, which every mask keeps."""
    for letter in letters:
        tab.evaluate("n => dispatchEvent(new ErrorEvent('error', {lineno: n}))", ord(letter))


def marks(faulty: FaultyServer, batches: list[Batch] | None = None) -> list[str]:
    """Return the marks in `batches`, or in all that are stored, in order of arrival."""
    return [
        chr(event["data"]["payload"]["line"])
        for batch in (faulty.batches if batches is None else batches)
        for event in batch.events
        if event["type"] == 5 and event["data"]["tag"] == "sealtape.error"
    ]


def played(faulty: FaultyServer) -> list[str]:
    """Return the marks that a player shows: a page ends where its successor says."""
    ends = {h["previous"]["page"]: h["previous"]["last"] for h in faulty.headers() if h["previous"]}
    kept = [b for b in faulty.batches if b.header["seq"] <= ends.get(b.header["page"], 999999)]
    return marks(faulty, kept)


def numbers(faulty: FaultyServer) -> list[int]:
    return [header["seq"] for header in faulty.headers()]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(503, {"retry": True}),
        Fault(500),
        Fault(cut=True),
        Fault(429, {"retry": True, "retry_after_s": 1}),
        Fault(503, headers={"Retry-After": "1"}),
    ],
)
def test_a_passing_failure_loses_nothing_and_keeps_the_order(
    faulty: FaultyServer, context: BrowserContext, fault: Fault
) -> None:
    tab = open_page(faulty, context)
    faulty.ingest_faults.extend([fault, fault])
    for name in "abc":
        mark(tab, name)
        tab.wait_for_timeout(350)
    faulty.wait(lambda: len(marks(faulty)) == 3, 20)
    assert marks(faulty) == ["a", "b", "c"]
    assert numbers(faulty) == list(range(len(faulty.batches)))
    assert faulty.headers()[-1]["dropped"] == 0


def test_an_outage_loses_nothing(faulty: FaultyServer, context: BrowserContext) -> None:
    tab = open_page(faulty, context)
    faulty.down = True
    names = [str(number) for number in range(8)]
    for name in names:
        mark(tab, name)
        tab.wait_for_timeout(320)
    faulty.wait(lambda: len(faulty.attempts) >= 3)
    faulty.down = False
    faulty.wait(lambda: len(marks(faulty)) == len(names), 20)
    assert marks(faulty) == names
    totals = [header["total"] for header in faulty.headers()]
    sizes = [len(batch.gzip) for batch in faulty.batches]
    assert totals == list(itertools.accumulate(sizes))


def test_retry_after_is_obeyed(faulty: FaultyServer, context: BrowserContext) -> None:
    tab = open_page(faulty, context)
    faulty.ingest_faults.append(Fault(429, {"retry": True, "retry_after_s": 2}))
    mark(tab, "a")
    faulty.wait(lambda: marks(faulty))
    times = [seen.at for seen in faulty.requests if seen.path == "/v1/ingest"]
    assert times[-1] - times[-2] >= 2


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_batch_that_the_server_declines_is_dropped_and_counted(
    faulty: FaultyServer, context: BrowserContext, status: int
) -> None:
    tab = open_page(faulty, context)
    faulty.ingest_faults.append(Fault(status, {"retry": False}))
    mark(tab, "a")
    faulty.wait(lambda: len(faulty.attempts) >= 2)
    mark(tab, "b")
    faulty.wait(lambda: marks(faulty))
    assert marks(faulty) == ["b"]
    assert numbers(faulty)[:2] == [0, 2]
    assert faulty.headers()[-1]["dropped"] >= 1
    # What follows a loss can be played: there is a fresh snapshot.
    faulty.wait(lambda: len(faulty.events(2)) == 2)


@pytest.mark.parametrize("reuse", [False, True])
def test_a_batch_stored_without_an_answer_is_sent_again_and_stays_one(
    faulty: FaultyServer, context: BrowserContext, reuse: bool
) -> None:
    faulty.reuse = reuse  # if so, the browser itself repeats the request, unseen by the SDK
    tab = open_page(faulty, context)
    faulty.ingest_faults.append(Fault(cut=True, store=True))
    mark(tab, "a")
    faulty.wait(lambda: len(faulty.attempts) >= 3)
    mark(tab, "b")
    faulty.wait(lambda: "b" in marks(faulty))
    assert played(faulty) == ["a", "b"]
    assert len(faulty.handshakes) == (2 if reuse else 1)


def test_a_foreign_batch_under_our_number_leads_to_a_new_page(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = open_page(faulty, context)
    first = faulty.headers()[0]["page"]
    faulty.taken.add((first, 1))
    mark(tab, "a")
    faulty.wait(lambda: marks(faulty))
    second = faulty.handshakes[1]["page"]
    assert second != first
    moved = faulty.headers()[1]
    assert (moved["page"], moved["seq"]) == (second, 0)
    assert moved["previous"] == {"page": first, "last": 0}
    faulty.wait(lambda: faulty.events(2, page=second))
    assert marks(faulty) == ["a"]


@pytest.mark.parametrize("code", ["token_expired", "token_revoked"])
def test_a_refused_token_is_renewed_and_the_batch_sent_again(
    faulty: FaultyServer, context: BrowserContext, code: str
) -> None:
    tab = open_page(faulty, context)
    faulty.ingest_faults.append(Fault(401, {"code": code, "retry": False}))
    mark(tab, "a")
    faulty.wait(lambda: marks(faulty))
    assert numbers(faulty) == [0, 1]
    assert len(faulty.handshakes) == 2
    assert faulty.handshakes[1]["page"] == faulty.handshakes[0]["page"]
    assert faulty.handshakes[1]["resume"]
    assert faulty.sessions == 1


def test_a_revoked_key_ends_recording_for_good(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = open_page(faulty, context)
    faulty.ingest_faults.append(Fault(401, {"code": "token_revoked", "retry": False}))
    faulty.handshake_faults.append(Fault(403, {"code": "handshake_refused", "retry": False}))
    mark(tab, "a")
    faulty.wait(lambda: len(faulty.handshakes) == 2)
    requests = len(faulty.requests)
    mark(tab, "b")
    tab.click("button")
    faulty.stays(lambda: len(faulty.requests) == requests, for_s=1.5)


@pytest.mark.parametrize("limits", [{"batches": 2, "bytes": 2**20}, {"batches": 90, "bytes": 700}])
def test_a_token_is_renewed_before_its_limits(
    faulty: FaultyServer, context: BrowserContext, limits: dict[str, int]
) -> None:
    faulty.grant = {"limits": limits}
    tab = open_page(faulty, context)
    for name in "abcdef":
        mark(tab, name)
        tab.wait_for_timeout(350)
    faulty.wait(lambda: len(marks(faulty)) == 6)
    sizes: dict[str, list[int]] = {}
    for batch in faulty.batches:
        sizes.setdefault(batch.header["token"], []).append(len(batch.gzip))
    assert len(sizes) >= 2
    assert all(len(each) <= limits["batches"] for each in sizes.values())
    assert all(len(each) == 1 or sum(each) <= limits["bytes"] for each in sizes.values())
    assert numbers(faulty) == list(range(len(faulty.batches)))


def test_a_token_is_renewed_before_it_expires(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    faulty.grant = {"expires_in": 16}  # used for one second, then too close to its end
    tab = open_page(faulty, context)
    tab.wait_for_timeout(1200)
    mark(tab, "a")
    faulty.wait(lambda: marks(faulty))
    assert len(faulty.handshakes) >= 2
    assert faulty.sessions == 1


def test_a_newer_policy_brings_a_handshake_and_a_fresh_snapshot(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = open_page(faulty, context)
    faulty.policy = {"version": 2}
    mark(tab, "a")
    faulty.wait(lambda: len(faulty.events(2)) == 2)
    assert len(faulty.handshakes) == 2
    mark(tab, "b")
    faulty.wait(lambda: marks(faulty) == ["a", "b"])
    assert len(faulty.handshakes) == 2
    assert len({header["page"] for header in faulty.headers()}) == 1


def test_a_snapshot_that_no_batch_can_carry_is_dropped_and_counted(
    faulty: FaultyServer, context: BrowserContext
) -> None:
    tab = open_page(faulty, context)
    tab.evaluate(BULK, 60_000)
    mark(tab, "a")
    tab.wait_for_timeout(400)
    mark(tab, "b")
    faulty.wait(lambda: "b" in marks(faulty), 30)
    assert faulty.headers()[-1]["dropped"] >= 1
    assert all(len(batch.gzip) <= 2**20 for batch in faulty.batches)
