"""CSS masks: what a style sheet may keep is layout, told in words that every style sheet uses.

Addresses, comments, escapes and @import go; names become aliases. The result is its own mask.
A style attribute is a sheet without braces.
"""

import re
from functools import lru_cache

from lib.privacy.aliases import alias
from lib.privacy.css_tokens import HIDDEN, NAME, is_known, mask_selector, mask_tokens, strip
from lib.privacy.pictures import put_back
from lib.privacy.rules import BLOCKS

PICTURES = "data:image/"  # what no sheet is without that has a picture to keep
NEVER_BLOCK = "@media not all"  # instead of a block that is not recorded: its rules never apply
MAX_MEMO = 16_384  # segments of at most MEMO_CHARS each: under 12 MiB
MEMO_CHARS = 256
MAX_PROPERTIES = 2_048  # names of properties: a style sheet uses some two hundred

_SEGMENT = re.compile(r"([^{};]*)([{};]?)")
_BRACES = re.compile(r"[{};]")
_AT = re.compile(rf"@({NAME}*)")
_PROPERTY = re.compile(r"-?[a-zA-Z]+(?:-[a-zA-Z]+)*")
_CUSTOM = re.compile(rf"--{NAME}*")
_NAMING = re.compile(r"-?[a-z-]*(?:animation|container|grid)", re.IGNORECASE)
# Five digits that no unit follows, but for the largest of layers; a date; ten digits in groups.
_TELLING = re.compile(
    r"(?!99999)[0-9]{5}(?![0-9.]*[a-z%])|[0-9]-[0-9]+-[0-9]|(?:[0-9][ -]?){10}", re.ASCII
)
_SPACES = "".join(map(chr, range(0x21))) + "\x7f\\`'<"  # what the tokens turn into a space

# Where web fonts are told, their names are names: a rule and its font must find each other.
_FONT = re.compile(r"font(?:-family)?", re.IGNORECASE)

_memo: dict[tuple[str, str, bool, bool], str] = {}


def mask_css(css: str, *, told: bool = False, shown: bool = False, fonts: bool = False) -> str:
    """Return a style sheet, or a style attribute's declarations, with layout only.

    Args: css: untrusted. told: whether page text is: then words and strings are kept.
    shown: whether images are: then pictures in the sheet itself are kept. fonts: whether web fonts
    are: then icons and the aliases of fonts' names are kept.
    """
    made = []
    pictures: list[str] | None = [] if shown and PICTURES in css else None
    for text, end in _SEGMENT.findall(strip(css, told=told, icons=fonts, pictures=pictures)):
        key = (text, end, told, fonts)
        masked = _memo.get(key)
        made.append(_remember(key) if masked is None else masked)
    masked_css = "".join(made)
    return put_back(masked_css, pictures) if pictures else masked_css


def mask_value(
    value: str,
    property_: str = "",
    *,
    told: bool = False,
    shown: bool = False,
    fonts: bool = False,
) -> str:
    """Return one property's value, or an attribute's that is written like one."""
    pictures: list[str] | None = [] if shown and PICTURES in value else None
    bare = _BRACES.sub(" ", strip(value, told=told, icons=fonts, pictures=pictures))
    masked = _mask_declared(property_, bare, told, _names(property_, fonts))
    return put_back(masked, pictures) if pictures else masked


def mask_property(name: str, *, told: bool = False) -> str:
    """Return a property's name: a known one, a custom one's alias, or "" to leave it out."""
    if name.startswith("--"):  # a quote in it would open a told string's words to the value
        return "--" + alias(name[2:]) if _CUSTOM.fullmatch(name) else ""
    known = _PROPERTY.fullmatch(name) is not None and (told or is_known(name))
    return name if known else ""


def _remember(key: tuple[str, str, bool, bool]) -> str:
    made = _make_segment(*key)
    if len(key[0]) <= MEMO_CHARS:
        if len(_memo) >= MAX_MEMO:
            _memo.clear()
        _memo[key] = made
    return made


def _make_segment(text: str, end: str, told: bool, fonts: bool) -> str:
    text = text.strip(_SPACES)
    if end == "{":
        return _mask_prelude(text, told) + "{"
    at = _AT.match(text) if text.startswith("@") else None
    if at is not None:
        if at[1].lower() == "layer":
            names = mask_selector(text[at.end() :], told=told).rstrip(" ")
            return "@layer" + names + end
        return _brace(end)
    name, colon, value = text.partition(":")
    kept, naming = _keep(name.rstrip(_SPACES), told, fonts) if colon else ("", False)
    if not kept:
        return _brace(end)
    return f"{kept}:{_mask_declared(kept, value, told, naming)}{end}"


def _mask_declared(property_: str, value: str, told: bool, naming: bool) -> str:
    """Return a value; of a custom property it may be anything, so that numbers must be short."""
    masked = mask_tokens(value, told=told, naming=naming)
    hidden = not told and property_[:2] == "--" and _TELLING.search(masked)
    return HIDDEN if hidden else masked


def _keep(name: str, told: bool, fonts: bool) -> tuple[str, bool]:
    """Return what `mask_property` makes of a name, and whether words of its value are names."""
    return (_keep_short if len(name) <= MEMO_CHARS else _keep_any)(name, told, fonts)


def _keep_any(name: str, told: bool, fonts: bool) -> tuple[str, bool]:
    kept = mask_property(name, told=told)
    return kept, _names(kept, fonts)


_keep_short = lru_cache(MAX_PROPERTIES)(_keep_any)


def _names(property_: str, fonts: bool) -> bool:
    """Say whether words of this property's value name rules, areas or told fonts."""
    if fonts and _FONT.fullmatch(property_):
        return True
    return property_[:2] != "--" and _NAMING.match(property_) is not None


def _brace(end: str) -> str:
    return "}" if end == "}" else ""


def _mask_prelude(text: str, told: bool) -> str:
    at = _AT.match(text)
    if at is None:
        return mask_selector(text, told=told).strip(" ")
    if at[1].lower() not in BLOCKS:
        return NEVER_BLOCK
    return at[0] + mask_selector(text[at.end() :], told=told).rstrip(" ")
