"""The first snapshot of a page of 10,000 nodes in a browser: ours and plain @rrweb/record's."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, CDPSession, Route

from infra.local.chromium import launch
from infra.local.stack import ROOT
from lib.edge.handshakes import INTERVAL_MS
from lib.policies import default

SITE = "http://127.0.0.1"  # a secure context; every request is answered by the browser's driver
NODES, NODES_A_ROW = 10_000, 5  # a row: three elements, two texts
ROW = (
    '<div class="row card" data-id="{n}"><span class="name">Customer number {n}</span>'
    '<a class="link" href="/orders/{n}" title="Order {n}">Order {n}</a></div>'
)
HTML = "<!doctype html><title>Orders</title>" + "".join(
    ROW.format(n=n) for n in range(NODES // NODES_A_ROW)
)
ROUNDS = 5
SETTLE_MS = 300  # until a page at rest is at rest
RRWEB = ROOT / "sdk" / "node_modules" / "@rrweb" / "record" / "umd" / "record.min.js"
SDK = ROOT / "sdk" / "dist" / "sealtape.js"
PLAIN = "() => { rrwebRecord.record({emit: (event) => (window.last = event)}); }"  # at once
OURS = f"() => Sealtape.init({{key: 'stk_bench', endpoint: '{SITE}'}})"
INGEST = "**/v1/ingest"  # ours has recorded, masked and packed by then: it fills a batch
PATIENCE_MS = 30_000
GRANT = {
    "session": "s_" + "a" * 26,
    "token": "token",
    "expires_in": 600,
    "resume": "resume",
    "ingest": f"{SITE}/v1/ingest",
    "record": True,
    "url": SITE,
    "interval_ms": INTERVAL_MS,  # so that no batch is packed while we look
    "limits": {"batches": 90, "bytes": 2**25},
    "policy": default().document,
}


@dataclass(frozen=True, slots=True)
class Times:
    """Medians of the main thread's processor time, in milliseconds."""

    plain: float
    ours: float


def take(progress: Callable[[str], None]) -> Times:
    """Return what both take, in turns, each on a fresh page. Raises: BrowserMissing."""
    plain, ours = [], []
    with launch() as browser:
        for turn in range(1, ROUNDS + 1):
            progress(f"first snapshots in Chromium, {turn} of {ROUNDS}")
            plain.append(_busy_ms(browser, RRWEB.read_text(), PLAIN, asks=False))
            ours.append(_busy_ms(browser, SDK.read_text(), OURS, asks=True))
    return Times(statistics.median(plain), statistics.median(ours))


def _busy_ms(browser: Browser, script: str, start: str, *, asks: bool) -> float:
    """Return how long the main thread worked because of `start`."""
    context = browser.new_context()
    page = context.new_page()
    page.route("**/*", _answer)
    page.goto(SITE)
    page.add_script_tag(content=script)
    page.wait_for_timeout(SETTLE_MS)
    protocol = context.new_cdp_session(page)
    protocol.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _task_s(protocol)
    if asks:
        with page.expect_response(INGEST, timeout=PATIENCE_MS):
            page.evaluate(start)
    else:
        page.evaluate(start)
    page.wait_for_timeout(SETTLE_MS)
    busy_ms = (_task_s(protocol) - before) * 1000
    context.close()
    return busy_ms


def _task_s(protocol: CDPSession) -> float:
    """Return the main thread's seconds of processor time in tasks so far.

    Not of the clock's, of which other processes take their share. Source: CDP, Performance.
    """
    metrics = protocol.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration"))


def _answer(route: Route) -> None:
    if route.request.url.endswith("/v1/handshake"):
        route.fulfill(json={**GRANT, "now": round(time.time() * 1000)})
    elif route.request.url == GRANT["ingest"]:
        route.fulfill(status=202, json={"duplicate": False, "policy_version": 1})
    elif route.request.resource_type == "document":
        route.fulfill(body=HTML, content_type="text/html")
    else:
        route.fulfill(status=404)
