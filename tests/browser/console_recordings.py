"""Visits for the console's tests: small ones made here, and real recordings."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REAL = Path(__file__).parent.parent / "fixtures" / "recordings"
START_MS = 1_795_439_000_000

Event = dict[str, Any]


@dataclass(frozen=True)
class Stored:
    """One stored batch: its line in the manifest, without the length, and its gzip member."""

    entry: dict[str, Any]
    member: bytes


@dataclass
class Page:
    """One page load in the making; `events` in batches of its own sequence."""

    name: str
    tab: str
    batches: list[Stored] = field(default_factory=list)

    def add(
        self,
        events: list[Event],
        *,
        seq: int,
        offset: int = 0,
        dropped: int = 0,
        final: bool = False,
    ) -> None:
        """Append the batch `seq` holding `events`, whose times are the visitor's clock."""
        sent = max((event["timestamp"] for event in events), default=START_MS)
        entry = {
            "page": self.name,
            "tab": self.tab,
            "seq": seq,
            "offset": offset,
            "received": sent + offset,
            "sent": sent,
            "dropped": dropped,
            "final": final,
            "policy": 3,
            "sdk": "0.1.0",
        }
        lines = "".join(json.dumps(event) + "\n" for event in events)
        self.batches.append(Stored(entry, gzip.compress(lines.encode())))


def element(tag: str, number: int, *children: Event, **attributes: str) -> Event:
    """Return a serialized element."""
    nodes = list(children)
    return {"type": 2, "tagName": tag, "id": number, "attributes": attributes, "childNodes": nodes}


def words(number: int, text: str) -> Event:
    """Return a serialized text node."""
    return {"type": 3, "id": number, "textContent": text}


def snapshot(at: int, path: str, *body: Event) -> list[Event]:
    """Return what a load begins with: Meta, Sealtape's page event, and the whole picture."""
    html = element("html", 2, element("head", 3), element("body", 4, *body))
    node = {"type": 0, "id": 1, "childNodes": [html]}
    size = {"width": 1280, "height": 800}
    page = {"tag": "sealtape.page", "payload": {"path": path}}
    data = {"node": node, "initialOffset": {"left": 0, "top": 0}}
    return [
        {"type": 4, "timestamp": at, "data": {"href": f"https://shop.example{path}", **size}},
        {"type": 5, "timestamp": at, "data": page},
        {"type": 2, "timestamp": at + 20, "data": data},
    ]


def incremental(at: int, source: int, **data: Any) -> Event:
    """Return one incremental event."""
    return {"type": 3, "timestamp": at, "data": {"source": source, **data}}


def click(at: int, number: int) -> Event:
    """Return a click on node `number`."""
    return incremental(at, 2, type=2, id=number, x=40, y=40)


def retext(at: int, number: int, value: str) -> Event:
    """Return a change of a text node."""
    texts = [{"id": number, "value": value}]
    return incremental(at, 0, texts=texts, attributes=[], removes=[], adds=[])


def error(at: int) -> Event:
    """Return what the SDK notes for an uncaught error."""
    payload = {"name": "TypeError", "message": "xxxx xx xxxx", "file": "/app.js", "line": 12}
    return {"type": 5, "timestamp": at, "data": {"tag": "sealtape.error", "payload": payload}}


def shop_visit() -> list[Stored]:
    """Two loads; part 1 of the second is missing, and 7 of its events were lost by the browser.

    Play time: the shop 0 to 4 s, the cart 4 to 16 s with a gap from 6 to 12 s and an error at 14 s.
    The visitor's clock is 500 ms behind in the second load.
    """
    first, second = (
        Page("p_aaaaaaaaaaaaaaaa", "t_aaaaaaaaaaaaaaaa"),
        Page("p_bbbbbbbbbbbbbbbb", "t_aaaaaaaaaaaaaaaa"),
    )
    t = START_MS
    shelf = element("button", 10, words(11, "Add to cart"))
    first.add([*snapshot(t, "/", element("h1", 8, words(9, "Fresh bread")), shelf)], seq=0)
    first.add([click(t + 2_000, 10), incremental(t + 4_000, 3, id=1, x=0, y=10)], seq=1, final=True)
    u = t + 60_000
    rows = element("p", 8, words(9, "Cart is empty"))
    second.add([*snapshot(u, "/cart", rows), click(u + 2_000, 8)], seq=0, offset=500)
    late = [retext(u + 8_000, 9, "Two loaves"), click(u + 9_000, 8), error(u + 10_000)]
    late.append(incremental(u + 12_000, 3, id=1, x=0, y=0))
    second.add(late, seq=2, offset=500, dropped=7)
    return [*first.batches, *second.batches]


def carrying_visit() -> list[Stored]:
    """A load that made two requests; of the second, only kinds and sizes were kept."""
    page = Page("p_gggggggggggggggg", "t_gggggggggggggggg")
    t = START_MS
    paid = '{"order":{"id":7,"items":[{"sku":"rye-loaf"}]},"card":"xxxxxxxx","<b>x</b>":1}'
    form = '[["city","Rome"],["password","xxxxxxxx"]]'
    told = [
        ("POST", 500, {"kind": "form", "size": 31, "text": form}, {"kind": "json", "size": 2_100}),
        ("PUT", 200, {"kind": "json", "size": 88, "text": paid}, {"kind": "other", "size": 4_321}),
        ("GET", 204, None, None),
    ]
    page.add(snapshot(t, "/", element("h1", 8, words(9, "Checkout"))), seq=0)
    events = [exchange(t + 1_000 + n, *each) for n, each in enumerate(told)]
    page.add([*events, click(t + 4_000, 8)], seq=1, final=True)
    return page.batches


def exchange(at: int, method: str, status: int, request: Any, response: Any) -> Event:
    """Return what the SDK notes for a request."""
    payload = {
        "method": method,
        "path": "/api/pay",
        "status": status,
        "duration_ms": 31,
        "bytes": 9,
    }
    carried = {"request": request, "response": response}
    payload |= {name: body for name, body in carried.items() if body}
    return {"type": 5, "timestamp": at, "data": {"tag": "sealtape.network", "payload": payload}}


def hostile_visit() -> list[Stored]:
    """A load whose picture tries to reach out in every way that a stored event could."""
    evil = "http://127.0.0.1:9/evil"
    page = Page("p_cccccccccccccccc", "t_cccccccccccccccc")
    body = [
        element("img", 20, src=f"{evil}.png"),
        element("img", 21, src="/v1/me"),
        element("iframe", 22, src=f"{evil}.html"),
        element("link", 23, rel="stylesheet", href=f"{evil}.css"),
        element("link", 24, rel="stylesheet", href="/v1/sessions"),
        element("div", 25, style=f"background:url({evil}.gif)"),
        element("video", 26, src=f"{evil}.mp4", autoplay=""),
        element("img", 27, src="x", onerror="parent.document.title='owned'"),
        element("script", 28, words(29, "parent.document.title='owned'")),
        element("a", 30, words(31, "Still here"), href="javascript:parent.document.title='owned'"),
        # Text that a careless search for masks would chew on for hours.
        element("p", 34, words(35, "x" * 60 + "!")),
        element("object", 32, data=f"{evil}.swf"),
        element("meta", 33, **{"http-equiv": "refresh", "content": f"0;url={evil}"}),
    ]
    page.add([*snapshot(START_MS, "/evil", *body), click(START_MS + 3_000, 30)], seq=0, final=True)
    return page.batches


def broken_visit() -> list[Stored]:
    """A load whose second batch is damaged and whose third holds lines that are no events."""
    page = Page("p_dddddddddddddddd", "t_dddddddddddddddd")
    t = START_MS
    page.add(snapshot(t, "/", element("p", 8, words(9, "Before"))), seq=0)
    page.add([retext(t + 1_000, 9, "Never seen")], seq=1)
    page.batches[1] = Stored(page.batches[1].entry, page.batches[1].member[:-12] + b"damaged bytes")
    page.add([click(t + 3_000, 8), retext(t + 4_000, 9, "After"), click(t + 8_000, 8)], seq=2)
    odd = b'not json\n{"type":99,"timestamp":1}\n"text"\n'
    sound = gzip.decompress(page.batches[2].member)
    page.batches[2] = Stored(page.batches[2].entry, gzip.compress(odd + sound))
    return page.batches


def real_visit(name: str) -> list[Stored]:
    """Return the real recording `name` as the batches of one load; its files are the members."""
    page = Page("p_eeeeeeeeeeeeeeee", "t_eeeeeeeeeeeeeeee")
    for seq, path in enumerate(sorted(REAL.glob(f"{name}-*.ndjson.gz"))):
        member = path.read_bytes()
        events = [json.loads(line) for line in gzip.decompress(member).splitlines()]
        page.add(events, seq=seq)
        page.batches[seq] = Stored(page.batches[seq].entry, member)
    return page.batches
