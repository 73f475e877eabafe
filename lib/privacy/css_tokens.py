"""CSS tokens: what becomes of each word, name, number, string and address of a style sheet.

Words are those of rules.json; any other becomes its alias, as names do, so that selectors still
match. Where page text is told, words and strings are: names of classes and ids never.
Source: CSS Syntax Module Level 3, section 4, read loosely: what it does not know is lost.
"""

import re
from collections.abc import Callable
from typing import Final

from lib.privacy.aliases import alias, is_alias
from lib.privacy.cards import looks_like_card
from lib.privacy.rules import KIND_OF, WORDS

MAX_DIGITS = 6  # of a number's whole part: z-index 2147483647 becomes 999999; no card fits
MAX_FRACTION = 4
SHORT_NUMBER = 3  # digits of a number in a string, as in [colspan="2"]
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
_UNSTRING = re.compile(r"[\x00-\x1f\x7f\"'\\{};<\[\]]")  # what would end a told string, or more

_BLANK = r"[\x00-\x20\x7f\\`'<]+"
_TOKENS = (
    rf"|(?P<hash>#{NAME}+)|(?P<string>\"[^\"]*\"?)|(?P<custom>--{NAME}*)"
    rf"|(?P<number>[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)*)"
    rf"|(?P<word>-?{_START}{NAME}*)|(?P<blank>{_BLANK})"
)
_SELECTOR = re.compile(rf"(?P<class>\.{_START}{NAME}*)|(?P<attribute>\[[^\]]*\]?)" + _TOKENS)
_VALUE = re.compile(rf"(?P<fragment>url\(#{NAME}+\))" + _TOKENS)
_BLANKS = re.compile(_BLANK)
_ATTRIBUTE = re.compile(
    rf"\[ ?({NAME}+) ?(?:([~|^$*]?=) ?(?:\"([^\"]*)\"|({NAME}+)) ?[isIS]? ?)?\]"
)
_COLOUR = re.compile(r"[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8}")
_LOADS = frozenset({"image-set", "-webkit-image-set", "src", "image", "cross-fade", "expression"})

_Match = re.Match[str]


def strip(css: str, *, told: bool) -> str:
    """Return `css` without comments, escapes and addresses, its strings masked unless told."""
    return (_STRIP_ESCAPED if "\\" in css else _STRIP).sub(_STRIPPERS[told], css)


def mask_selector(text: str, *, told: bool) -> str:
    """Return a rule's prelude that `strip` has seen: names as aliases, attributes if recorded."""
    return _SELECTOR.sub(_MASKERS[told], text)


def mask_tokens(text: str, *, told: bool) -> str:
    """Return a value that `strip` has seen: known words, aliases, short numbers, colours."""
    return _VALUE.sub(_MASKERS[told], text).strip(" ")


def is_known(name: str) -> bool:
    """Say whether each part of `name` is a word of the table, or all of it an alias."""
    return all(part in WORDS for part in name.lower().split("-") if part) or is_alias(name)


def _mask_word(name: str, *, told: bool) -> str:
    if told:
        return "none" if name.lower() in _LOADS else name
    return name if is_known(name) else alias(name)


def _strip_one(match: _Match, told: bool) -> str:
    token = match[0]
    match match.lastgroup:
        case "url":
            fragment = _FRAGMENT.fullmatch(token)
            return f"url(#{alias(fragment[1])})" if fragment else "none"
        case "string":
            return _mask_string(token, told=told)
        case "escaped":
            return alias(_ONE_ESCAPE.sub(_unescape, token))
    return " "


def _unescape(match: _Match) -> str:
    if match[1] is None:
        return match[2]
    code = int(match[1], 16)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd"


def _mask_string(token: str, *, told: bool) -> str:
    inner = token[1:-1] if len(token) > 1 and token[-1] == token[0] else token[1:]
    if told and not looks_like_card(inner):
        return '"' + _UNSTRING.sub(" ", _ONE_ESCAPE.sub(_unescape, inner)) + '"'
    if not _STRING_WORDS.fullmatch(inner):
        return '"x"'
    return '"' + " ".join([_mask_string_word(word) for word in inner.split(" ") if word]) + '"'


def _mask_string_word(word: str) -> str:
    if "." in word:
        return word if not word.strip(".") else "x"
    if len(word) <= SHORT_NUMBER and word.isascii() and word.isdigit():
        return word
    return _mask_word(word, told=False)


def _mask_token(match: _Match, told: bool) -> str:
    token = match[0]
    match match.lastgroup:
        case "word":
            return _mask_word(token, told=told)
        case "number":
            return _mask_number(token)
        case "blank":
            return " "
        case "class":
            return "." + alias(token[1:])
        case "custom":
            return "--" + alias(token[2:])
        case "hash":
            colour = match.re is _VALUE and _COLOUR.fullmatch(token[1:])
            return token if colour else "#" + alias(token[1:])
        case "attribute":
            return _mask_attribute(token)
        case "fragment":
            return f"url(#{alias(token[5:-1])})"
    return token if len(token) > 1 and token.endswith('"') else '""'


def _mask_number(token: str) -> str:
    if "e" in token or "E" in token:
        return ".0" if token[0] == "." else "0"
    whole, dot, fraction = token.partition(".")
    if len(whole) > MAX_DIGITS:
        return "9" * MAX_DIGITS
    return whole + dot + fraction[:MAX_FRACTION]


def _mask_attribute(token: str) -> str:
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
    elif kind not in ("values", "flags"):
        return NEVER_SELECTOR
    return f'[{name}{operator}"{value}"]'


_Masker = Callable[[_Match], str]
_STRIPPERS: Final[tuple[_Masker, _Masker]] = (
    lambda match: _strip_one(match, False),
    lambda match: _strip_one(match, True),
)
_MASKERS: Final[tuple[_Masker, _Masker]] = (
    lambda match: _mask_token(match, False),
    lambda match: _mask_token(match, True),
)
