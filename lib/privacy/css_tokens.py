"""CSS tokens: what becomes of each word, name, number, string and address of a style sheet.

Words are those of rules.json; any other name becomes its alias, so that selectors still match.
Source: CSS Syntax Module Level 3, section 4, read loosely: what it does not know is lost.
"""

import re

from lib.privacy.aliases import alias, is_alias
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


def strip(css: str) -> str:
    """Return `css` without comments, escapes and addresses, its strings masked."""
    return (_STRIP_ESCAPED if "\\" in css else _STRIP).sub(_strip_one, css)


def mask_selector(text: str) -> str:
    """Return a rule's prelude that `strip` has seen: names as aliases, attributes if recorded."""
    return _SELECTOR.sub(_mask_token, text)


def mask_tokens(text: str) -> str:
    """Return a value that `strip` has seen: known words, aliases, short numbers, colours."""
    return _VALUE.sub(_mask_token, text).strip(" ")


def mask_word(name: str) -> str:
    """Return a name that every style sheet uses, or else its alias."""
    return name if is_known(name) else alias(name)


def is_known(name: str) -> bool:
    """Say whether each part of `name` is a word of the table, or all of it an alias."""
    return all(part in WORDS for part in name.lower().split("-") if part) or is_alias(name)


def _strip_one(match: re.Match[str]) -> str:
    token = match[0]
    match match.lastgroup:
        case "url":
            fragment = _FRAGMENT.fullmatch(token)
            return f"url(#{alias(fragment[1])})" if fragment else "none"
        case "string":
            return _mask_string(token)
        case "escaped":
            return alias(_ONE_ESCAPE.sub(_unescape, token))
    return " "


def _unescape(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[2]
    code = int(match[1], 16)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd"


def _mask_string(token: str) -> str:
    inner = token[1:-1] if len(token) > 1 and token[-1] == token[0] else token[1:]
    if not _STRING_WORDS.fullmatch(inner):
        return '"x"'
    return '"' + " ".join([_mask_string_word(word) for word in inner.split(" ") if word]) + '"'


def _mask_string_word(word: str) -> str:
    if "." in word:
        return word if not word.strip(".") else "x"
    if len(word) <= SHORT_NUMBER and word.isascii() and word.isdigit():
        return word
    return mask_word(word)


def _mask_token(match: re.Match[str]) -> str:
    token = match[0]
    match match.lastgroup:
        case "word":
            return mask_word(token)
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
