"""CSS masks: what a style sheet may keep is layout, told in words that every style sheet uses.

Strings, addresses, comments, escapes and @import go; names become aliases. The result is its own
mask. A style attribute is a sheet without braces.
"""

import re

from lib.privacy.aliases import alias
from lib.privacy.css_tokens import NAME, is_known, mask_selector, mask_tokens, strip
from lib.privacy.rules import BLOCKS

NEVER_BLOCK = "@media not all"  # instead of a block that is not recorded: its rules never apply
MAX_MEMO = 16_384  # segments of at most MEMO_CHARS each: under 12 MiB
MEMO_CHARS = 256

_SEGMENT = re.compile(r"([^{};]*)([{};]?)")
_BRACES = re.compile(r"[{};]")
_AT = re.compile(rf"@({NAME}*)")
_SPACES = "".join(map(chr, range(0x21)))  # what the tokens turn into a space

_memo: dict[tuple[str, ...], str] = {}


def mask_css(css: str) -> str:
    """Return a style sheet, or a style attribute's declarations, with layout only."""
    return _SEGMENT.sub(_mask_segment, strip(css))


def mask_value(value: str) -> str:
    """Return one property's value, or an attribute's that is written like one."""
    return mask_tokens(_BRACES.sub(" ", strip(value)))


def mask_property(name: str) -> str:
    """Return a property's name: a known one, a custom one's alias, or "" to leave it out."""
    if name.startswith("--"):
        return "--" + alias(name[2:])
    return name if name and is_known(name) else ""


def _mask_segment(match: re.Match[str]) -> str:
    key = match.groups()
    if len(key[0]) > MEMO_CHARS:
        return _make_segment(*key)
    made = _memo.get(key)
    if made is None:
        made = _make_segment(*key)
        if len(_memo) >= MAX_MEMO:
            _memo.clear()
        _memo[key] = made
    return made


def _make_segment(text: str, end: str) -> str:
    text = text.strip(_SPACES)
    if end == "{":
        return _mask_prelude(text) + "{"
    at = _AT.match(text)
    if at is not None:
        if at[1].lower() == "layer":
            return "@layer" + mask_selector(text[at.end() :]).rstrip(" ") + end
        return _brace(end)
    name, colon, value = text.partition(":")
    kept = mask_property(name.rstrip(_SPACES)) if colon else ""
    return f"{kept}:{mask_tokens(value)}{end}" if kept else _brace(end)


def _brace(end: str) -> str:
    return "}" if end == "}" else ""


def _mask_prelude(text: str) -> str:
    at = _AT.match(text)
    if at is None:
        return mask_selector(text).strip(" ")
    if at[1].lower() not in BLOCKS:
        return NEVER_BLOCK
    return at[0] + mask_selector(text[at.end() :]).rstrip(" ")
