"""Offices full of believable sessions, and what the API would say of each recording."""

from __future__ import annotations

import gzip
import json
import time
from itertools import groupby
from typing import Any

from tests.browser import console_recordings as recordings
from tests.browser.console_backend import Office
from tests.browser.console_recordings import Stored
from tests.browser.console_settings import busy_settings
from tests.browser.console_vault import busy_vault

SHOP = "s_aaaaaaaaaaaaaaaaaaaaaaaaaa"
REAL = "s_bbbbbbbbbbbbbbbbbbbbbbbbbb"
HOSTILE = "s_cccccccccccccccccccccccccc"
BROKEN = "s_dddddddddddddddddddddddddd"

DEVICES = [
    ("Chrome 131", "macOS", "desktop", 1440, 900),
    ("Safari 18", "iOS", "phone", 390, 844),
    ("Firefox 133", "Windows", "desktop", 1920, 1080),
    ("Edge 131", "Windows", "desktop", 1366, 768),
    ("Chrome 131", "Android", "phone", 412, 915),
    ("Safari 18", "iPadOS", "tablet", 820, 1180),
]
COUNTRIES = ["DE", "FR", None, "US", "KR"]
WALKS = [
    ["/", "/cart", "/checkout"],
    ["/pricing", "/signup"],
    ["/", "/shop/bread", "/shop/rye-loaf-long-name-of-a-product", "/cart", "/checkout", "/thanks"],
    ["/account/orders"],
    ["/", "/search", "/shop/rolls"],
]


def row(number: int, now_ms: int) -> dict[str, Any]:
    """Return the row of a made-up session; the same number gives the same row."""
    browser, system, device, width, height = DEVICES[number % len(DEVICES)]
    paths = WALKS[number % len(WALKS)]
    length = (number * 37_511) % 900_000 + 4_000
    start = now_ms - number * number * 97_000 - length - 20_000
    return {
        "id": f"s_{number:026d}".replace("0", "k").replace("1", "m").replace("8", "n"),
        "start_ms": start,
        "last_ms": start + length,
        "duration_ms": length,
        "paths": paths,
        "page_count": len(paths),
        "bytes": (number * 91_733) % 2_400_000 + 9_000,
        "errors": (0, 0, 2, 0, 1, 0, 0)[number % 7],
        "clicks": (number * 13) % 47,
        "masked": (0, 0, 0, 4)[number % 4],
        "dropped": (0, 0, 0, 0, 0, 12)[number % 6],
        "browser": browser,
        "os": system,
        "device": device,
        "width": width,
        "height": height,
        "country": COUNTRIES[number % len(COUNTRIES)],
        "user": f"{number * 0x9E37_79B9_7F4A_7C15 % 2**64:016x}" if number % 3 else None,
        "policy": 3,
        "origin": "https://shop.example",
    }


def page_detail(page: str, stored: list[Stored]) -> dict[str, Any]:
    """Return what the API says of one load."""
    entries = [batch.entry for batch in stored]
    seqs = {entry["seq"] for entry in entries}
    first = next(json.loads(line) for line in gzip.decompress(stored[0].member).splitlines())
    start = first["timestamp"] + entries[0]["offset"]
    custom = [json.loads(line) for line in gzip.decompress(stored[0].member).splitlines()[:2]][-1]
    path = custom["data"].get("payload", {}).get("path", "/")
    return {
        "id": page,
        "tab": entries[0]["tab"],
        "first_ms": start,
        "last_ms": max(entry["received"] for entry in entries),
        "paths": [path],
        "batches": len(stored),
        "bytes": sum(len(batch.member) for batch in stored),
        "dropped": max(entry["dropped"] for entry in entries),
        "final": any(entry["final"] for entry in entries),
        "missing": sorted(set(range(max(seqs))) - seqs),
    }


def detail(session: str, stored: list[Stored], number: int, now_ms: int) -> dict[str, Any]:
    """Return what the API says of one session."""
    by_page = groupby(stored, key=lambda batch: str(batch.entry["page"]))
    pages = [page_detail(page, list(batches)) for page, batches in by_page]
    whole = all(page["final"] and not page["missing"] and not page["dropped"] for page in pages)
    start = min(page["first_ms"] for page in pages)
    last = max(page["last_ms"] for page in pages)
    return {
        **row(number, now_ms),
        "id": session,
        "start_ms": start,
        "last_ms": last,
        "duration_ms": last - start,
        "bytes": sum(page["bytes"] for page in pages),
        "paths": [path for page in pages for path in page["paths"]],
        "page_count": len(pages),
        "pages": pages,
        "batches": len(stored),
        "complete": whole,
    }


def busy_office(rows: int = 24) -> Office:
    """Return an office with a screenful of sessions, the first of which can be played."""
    now_ms = int(time.time() * 1000)
    listed_rows = [row(number, now_ms) for number in range(2, rows + 2)]
    office = Office(rows=listed_rows, settings=busy_settings(), vault=busy_vault())
    visits = {
        SHOP: recordings.shop_visit(),
        REAL: recordings.real_visit("masked"),
        HOSTILE: recordings.hostile_visit(),
        BROKEN: recordings.broken_visit(),
    }
    for number, (session, stored) in enumerate(visits.items(), start=7):
        if not stored:
            continue
        office.visits[session] = stored
        office.details[session] = detail(session, stored, number, now_ms)
    listed = ("pages", "batches", "complete")
    known = {key: value for key, value in office.details[SHOP].items() if key not in listed}
    known.update(start_ms=now_ms - 130_000, last_ms=now_ms - 60_000, errors=1, dropped=7)
    office.rows.insert(0, known)
    return office
