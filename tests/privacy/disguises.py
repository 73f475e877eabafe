"""Disguises: the other ways in which bytes may spell a secret, undone, to search them all at once.

JSON and CSS escapes, percent-encoding, character references and base64 are undone, one inside the
other to a depth of two; letters are compared in lower case.
"""

import base64
import binascii
import gzip
import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote_plus

DEPTH = 2  # base64 of a percent-encoded text is still found
BASE64_SHORTEST = 12

_BASE64 = re.compile(rf"[A-Za-z0-9+/_-]{{{BASE64_SHORTEST},}}")
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})[ \t\n]?")
_ADDRESSED = re.compile(r"%[0-9a-fA-F]{2}")
_LAST_CODE_POINT = 0x10FFFF


def spelled_out(texts: Iterable[bytes | str]) -> str:
    """Return everything that `texts` say, in lower case, each said once."""
    said: set[str] = set()
    for text in texts:
        for part in _parts(text):
            if part not in said:
                said.add(part)
                said.update(_undone(part, DEPTH))
    return "\n".join(said).lower()


def _parts(text: bytes | str) -> Iterator[str]:
    """Yield the keys and strings of JSON or NDJSON, inflated if need be; else the text itself."""
    if isinstance(text, bytes):
        if text.startswith(b"\x1f\x8b"):
            text = gzip.decompress(text)
        text = text.decode("utf-8", "replace")
    for line in text.split("\n"):
        try:
            yield from _strings(json.loads(line))
        except (ValueError, RecursionError):
            yield line


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from map(str, value)
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    else:
        yield str(value)


def _undone(text: str, depth: int) -> Iterator[str]:
    if not depth:
        return
    other = {html.unescape(text)}
    if _ADDRESSED.search(text):
        other.add(unquote_plus(text))
    if "\\" in text:
        other.add(_CSS_ESCAPE.sub(_character, text))
        other.add(text.replace("\\", ""))
    other.update(map(_decoded, _BASE64.findall(text)))
    for each in other - {text, ""}:
        yield each
        yield from _undone(each, depth - 1)


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if code <= _LAST_CODE_POINT else ""


def _decoded(run: str) -> str:
    padded = run.replace("-", "+").replace("_", "/")
    padded = padded[: len(padded) // 4 * 4]
    try:
        return base64.b64decode(padded).decode("utf-8", "ignore")
    except (ValueError, binascii.Error):
        return ""
