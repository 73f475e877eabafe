"""Recordings: real rrweb sessions from Chromium, as the batches of tests/fixtures/recordings."""

import gzip
import json
import re
import subprocess
from functools import cache

from infra.local.stack import ROOT
from lib import privacy
from lib.edge import batches

FOLDER = ROOT / "tests" / "fixtures" / "recordings"
MASK, SDK = ROOT / "bench" / "mask.mjs", ROOT / "sdk"
SITES = 25
LETTERS = b"abcdefghijklmnopqrstuvwxyz"
SHOWN = re.compile(
    rb'("(?:textContent|text|value|class|id|href|title|name|for|src|aria-[a-z]+|data-[a-z-]+)":")'
    rb'([^"\\\\]*)"'
)
GZIP_LEVEL = 6  # what browsers' CompressionStream uses


def session(name: str) -> list[bytes]:
    """Return the gzip members of one recorded session, in order. Args: name: `dash`, `masked`."""
    return [file.read_bytes() for file in sorted(FOLDER.glob(f"{name}-*.ndjson.gz"))]


@cache
def session_masked(name: str) -> list[bytes]:
    """Return the members as our own SDK sends them under a policy that allows nothing.

    Raises: subprocess.CalledProcessError: node or the SDK's packages are missing.
    """
    return mask([gzip.decompress(member) for member in session(name)])


def many_sites(name: str) -> list[bytes]:
    """Return the session as SITES sites would send it: no text, class or address in common.

    Ingest remembers the masks of what it has seen; here it has seen little of what comes.
    """
    batches = [gzip.decompress(member) for member in session(name)]
    return [pack(_renamed(events, site)) for site in range(SITES) for events in batches]


def _renamed(events: bytes, site: int) -> bytes:
    """Return the events with the letters of shown strings and attributes shifted by `site`."""
    shifted = LETTERS[site:] + LETTERS[:site]
    table = bytes.maketrans(LETTERS + LETTERS.upper(), shifted + shifted.upper())
    return SHOWN.sub(lambda found: found[1] + found[2].translate(table) + b'"', events)


def mask(batches: list[bytes]) -> list[bytes]:
    """Return NDJSON batches as gzip members, masked by the SDK's code."""
    asked = json.dumps([events.decode() for events in batches])
    answer = subprocess.run(
        ["node", str(MASK)], cwd=SDK, input=asked, capture_output=True, text=True, check=True
    )
    return [pack(events.encode()) for events in json.loads(answer.stdout)]


def page_load() -> bytes:
    """Return the first batch of a page as our SDK sends it, which begins with the page's path."""
    first = gzip.decompress(session("dash")[0])
    line = first.partition(b"\n")[0]
    data = {"tag": "sealtape.page", "payload": {"path": "/cart"}}
    visit = {"type": 5, "data": data, "timestamp": json.loads(line)["timestamp"]}
    (member,) = mask([json.dumps(visit).encode() + b"\n" + first])
    return member


def is_clean(member: bytes) -> bool:
    """Say whether ingest would store these very bytes."""
    return privacy.enforce(batches.inflate(plain(member)), frozenset()).clean


def plain(member: bytes) -> bytes:
    """Return the member without the optional header fields that a gzip tool may have added."""
    return pack(gzip.decompress(member))


def pack(events: bytes) -> bytes:
    """Return one gzip member as CompressionStream makes it: no optional field, no time."""
    return gzip.compress(events, GZIP_LEVEL, mtime=0)
