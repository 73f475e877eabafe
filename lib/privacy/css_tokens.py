"""CSS tokens: what becomes of each word, name, number, string and address of a style sheet.

Words are those of rules.json; any other becomes x, or its alias where it names a rule, an area or
a class, so that they still find each other. Where page text is told, words and strings are.
Source: CSS Syntax Module Level 3, section 4, read loosely: what it does not know is lost.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from lib.privacy.aliases import alias, is_alias
from lib.privacy.cards import looks_like_card, tells_number
from lib.privacy.pictures import put_aside
from lib.privacy.rules import KIND_OF, TAGS, WORDS

MAX_DIGITS = 6  # of a number's whole part: z-index 2147483647 becomes 999999; no card fits
MAX_FRACTION = 4
MAX_MEMO = 32_768  # tokens of at most MEMO_CHARS each: under 8 MiB
MEMO_CHARS = 64
HIDDEN = "x"  # a word that is not kept
NEVER_SELECTOR = "[_]"

NAME = r"[^\x00-,./:-@\[-^`{-\x7f]"  # a letter, digit, - or _, or anything beyond ASCII
_START = r"[^\x00-@\[-^`{-\x7f]"  # the same but a digit or -
_ESCAPE = r"\\(?:[0-9a-fA-F]{1,6}[ \t\n\f\r]?|[^\n0-9a-fA-F])"
_QUOTED = r'"(?:[^"\\\n]|\\[\s\S])*"?|' + r"'(?:[^'\\\n]|\\[\s\S])*'?"
_COMMENT = r"/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/)?"
_URL = rf"[uU][rR][lL]\([ \t\n\r\f]*(?:{_QUOTED}|(?:[^)\\\"']|\\[\s\S])*)[^)]*\)?"
_STRIPPED = rf"(?P<comment>{_COMMENT})|(?P<url>{_URL})|(?P<string>{_QUOTED})"
_STRIP = re.compile(_STRIPPED)
_STRIP_ESCAPED = re.compile(rf"{_STRIPPED}|(?P<escaped>{NAME}*(?:{_ESCAPE}{NAME}*)+)|\\")
_ONE_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n\f\r]?|([\s\S]))")
_FRAGMENT = re.compile(rf"url\([ \t\n\r\f]*[\"']?#({NAME}+)[\"']?[ \t\n\r\f]*\)", re.IGNORECASE)
_STRING_WORDS = re.compile(rf"(?:{NAME}|[ .])*")
_SHORT_NUMBER = re.compile(r"[0-9]{1,3}")  # in a string, as in [colspan="2"]
_MANY_DIGITS = re.compile(r"(?:[0-9][^0-9]*){4}|#")
_WORD = re.compile(rf"-?{_START}{NAME}*")
# What an icon font's rule puts before an element: one or two letters of no alphabet.
_ICON = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]{1,2}")
_UNSTRING = re.compile(r"[\x00-\x1f\x7f\"'\\{};<\[\]]")  # what would end a told string, or more

_BLANK = r"[\x00-\x20\x7f\\`'<]+"
_TOKENS = (
    rf"|(?P<string>\"[^\"]*\"?)|(?P<custom>--{NAME}*)"
    rf"|(?P<number>[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)*)"
    rf"|(?P<word>-?{_START}{NAME}*)|(?P<blank>{_BLANK})"
)
_SELECTOR = re.compile(
    rf"(?P<class>\.{_START}{NAME}*)|(?P<attribute>\[[^\]]*\]?)|(?P<id>#{NAME}+)" + _TOKENS
)
_VALUE = re.compile(
    rf"(?P<fragment>url\(#{NAME}+\))|(?P<picture>url\(\][0-9]+\))|(?P<hash>#{NAME}+)" + _TOKENS
)
_BLANKS = re.compile(_BLANK)
_ATTRIBUTE = re.compile(
    rf"\[ ?({NAME}+) ?(?:([~|^$*]?=) ?(?:\"([^\"]*)\"|({NAME}+)) ?[isIS]? ?)?\]"
)
_COLOUR = re.compile(r"[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8}")
_LOADS = frozenset(
    {"url", "image-set", "-webkit-image-set", "src", "image", "cross-fade", "expression"}
)

_HIDDEN, _NAMED, _TOLD = range(3)  # what becomes of words that the table does not have
_Match = re.Match[str]
_Masker = Callable[[_Match], str]


def strip(css: str, *, told: bool, icons: bool = False, pictures: list[str] | None = None) -> str:
    """Return `css` without comments, escapes and addresses, its strings masked unless told.

    Args: icons: whether strings that are icons are kept. pictures: filled with the pictures that
    may be put back; None: there are none.
    """
    pattern = _STRIP_ESCAPED if "\\" in css else _STRIP
    if pictures is None and not icons:
        return pattern.sub(_STRIPPERS[told], css)
    return pattern.sub(lambda match: _strip_one(match, told, icons, pictures), css)


def mask_selector(text: str, *, told: bool) -> str:
    """Return a rule's prelude that `strip` has seen: names as aliases, attributes if recorded."""
    masked = _SELECTOR.sub(_MASKERS[_TOLD if told else _NAMED], text)
    return NEVER_SELECTOR if tells_number(masked) else masked


def mask_tokens(text: str, *, told: bool, naming: bool) -> str:
    """Return a value that `strip` has seen: known words, short numbers, colours.

    Args: told: whether other words are kept. naming: whether they are names, for an alias.
    """
    mode = _TOLD if told else _NAMED if naming else _HIDDEN
    masked = _VALUE.sub(_MASKERS[mode], text).strip(" ")
    return HIDDEN if tells_number(masked) else masked


def tells_state(masked: str) -> bool:
    """Say whether a text has more digits than a state does, or a colour's sign."""
    return _MANY_DIGITS.search(masked) is not None


def is_known(name: str) -> bool:
    """Say whether each part of `name` is a word of the table."""
    return all(part in WORDS for part in name.lower().split("-") if part)


def _mask_word(name: str, mode: int) -> str:
    if is_known(name):
        return name
    if mode == _NAMED:
        return name if name.lower() in TAGS else alias(name)
    return HIDDEN


def _tell_word(match: _Match) -> str:
    """Return a told word, unless it is the name of a function that loads something."""
    loads = match[0].lower() in _LOADS and match.string.startswith("(", match.end())
    return "none" if loads else match[0]


def _strip_one(
    match: _Match, told: bool, icons: bool = False, pictures: list[str] | None = None
) -> str:
    token = match[0]
    match match.lastgroup:
        case "url":
            fragment = _FRAGMENT.fullmatch(token)
            if fragment is not None:
                return f"url(#{alias(fragment[1])})"
            return (pictures is not None and put_aside(token, pictures)) or "none"
        case "string":
            return _mask_string(token, told=told, icons=icons)
        case "escaped":
            return alias(_ONE_ESCAPE.sub(_unescape, token))
    return " "


def _unescape(match: _Match) -> str:
    if match[1] is None:
        return match[2]
    code = int(match[1], 16)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd"


def _mask_string(token: str, *, told: bool, icons: bool) -> str:
    inner = token[1:-1] if len(token) > 1 and token[-1] == token[0] else token[1:]
    if told or icons:
        plain = _UNSTRING.sub(" ", _ONE_ESCAPE.sub(_unescape, inner))
        if _ICON.fullmatch(plain) or (told and not looks_like_card(plain)):
            return f'"{plain}"'
    if not _STRING_WORDS.fullmatch(inner):
        return f'"{HIDDEN}"'
    return '"' + " ".join([_mask_string_word(word) for word in inner.split(" ") if word]) + '"'


def _mask_string_word(word: str) -> str:
    """Return a word of a string: dots, short numbers and known words stay, as in grid areas."""
    if not word.strip(".") or _SHORT_NUMBER.fullmatch(word):
        return word
    return _mask_word(word, _NAMED) if _WORD.fullmatch(word) else HIDDEN


def _hide_names(text: str) -> str:
    """Return a string's words without the aliases that `strip` gave them, or a long number."""
    if tells_state(text):
        return HIDDEN
    return " ".join([HIDDEN if is_alias(word) else word for word in text.split(" ")])


def _mask_token(token: str, kind: str, mode: int) -> str:
    match kind:
        case "word":
            return _mask_word(token, mode)
        case "number":
            return _mask_number(token)
        case "blank":
            return " "
        case "class":
            return "." + alias(token[1:])
        case "custom":
            return "--" + alias(token[2:])
        case "id":
            return "#" + alias(token[1:])
        case "hash":
            return token if _COLOUR.fullmatch(token[1:]) else "#" + alias(token[1:])
        case "attribute":
            return _mask_attribute(token, mode)
        case "fragment":
            return f"url(#{alias(token[5:-1])})"
        case "picture":
            return token
    if len(token) < len('""') or token[-1] != '"':
        return '""'
    return f'"{_hide_names(token[1:-1])}"' if mode == _HIDDEN else token


_mask_short = lru_cache(MAX_MEMO)(_mask_token)


def _masker(mode: int) -> _Masker:
    def mask(match: _Match) -> str:
        token = match[0]
        kind = match.lastgroup or ""
        if mode == _TOLD and kind == "word":
            return _tell_word(match)
        return (_mask_short if len(token) <= MEMO_CHARS else _mask_token)(token, kind, mode)

    return mask


def _mask_number(token: str) -> str:
    if "e" in token or "E" in token:
        return ".0" if token[0] == "." else "0"
    whole, dot, fraction = token.partition(".")
    if len(whole) > MAX_DIGITS:
        return "9" * MAX_DIGITS
    return whole + dot + fraction[:MAX_FRACTION]


def _mask_attribute(token: str, mode: int) -> str:
    match = _ATTRIBUTE.fullmatch(_BLANKS.sub(" ", token))
    kind = match and KIND_OF.get(match[1].lower())
    if match is None or kind is None:
        return NEVER_SELECTOR
    name, operator, quoted, bare = match.groups()
    if operator is None:
        return f"[{name}]"
    value = _mask_string_word(bare) if quoted is None else quoted
    if kind == "names":
        value = " ".join([alias(word) for word in value.split(" ") if word])
    elif kind not in ("values", "states", "flags"):
        return NEVER_SELECTOR
    elif mode != _TOLD:
        value = _hide_names(value)
    return f'[{name}{operator}"{value}"]'


_STRIPPERS: Final[tuple[_Masker, ...]] = (
    lambda match: _strip_one(match, False),
    lambda match: _strip_one(match, True),
)
_MASKERS: Final[tuple[_Masker, ...]] = tuple(map(_masker, (_HIDDEN, _NAMED, _TOLD)))
