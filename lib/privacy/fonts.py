"""Web fonts: font files as data: addresses, with the descriptors of the rule that names them."""

import binascii
import re
from typing import Final

from msgspec import Struct

from lib.privacy.bounds import Bound
from lib.privacy.stylesheets import mask_value

MAX_FONT_CHARS = 262_144  # 192 KiB as bytes: icon fonts of a thousand icons have 150 KiB
MAX_RANGE_CHARS = 2_000  # fonts of Chinese, cut in a hundred, have some 1,200 each

_FONT = re.compile(r"data:font/(woff2|woff|ttf|otf);base64,([A-Za-z0-9+/]+=*)")
_POINTS = r"[uU]\+[0-9A-Fa-f?]{1,6}(?:-[0-9A-Fa-f]{1,6})?"
_RANGE = re.compile(rf"{_POINTS}(?:, ?{_POINTS})*")
# Source: WOFF 2.0 section 4.1; WOFF 1.0 section 3; OpenType 1.9, table directory.
_BEGINNINGS: Final = {
    "woff2": b"wOF2",
    "woff": b"wOFF",
    "ttf": b"\x00\x01\x00\x00",
    "otf": b"OTTO",
}


class Font(Struct):
    """A font that the page has loaded."""

    family: str
    style: str
    weight: str
    range: str
    src: str


def is_font(address: str) -> bool:
    """Say whether an address holds a font that may be kept where fonts are allowed."""
    match = _FONT.fullmatch(address) if len(address) <= MAX_FONT_CHARS else None
    if match is None:
        return False
    try:
        file = binascii.a2b_base64(match[2], strict_mode=True)
    except binascii.Error:
        return False
    return file.startswith(_BEGINNINGS[match[1]])


def mask_font(font: Font, bound: Bound) -> bool:
    """Mask a font's descriptors as style sheets' are; say whether it may be kept."""
    if not is_font(font.src):
        return False
    told = bound.text
    font.family = mask_value(font.family, "font-family", told=told, fonts=True)
    font.style = mask_value(font.style, "font-style", told=told, fonts=True)
    font.weight = mask_value(font.weight, "font-weight", told=told, fonts=True)
    if len(font.range) > MAX_RANGE_CHARS or not _RANGE.fullmatch(font.range):
        font.range = ""
    return True
