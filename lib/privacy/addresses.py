"""Address masks: a page's path without what looks like an id, a token, an email or a name.

The result has neither origin, query nor hash unless the policy allows it, and is its own mask. What
is never told, a parameter whose name ends like `token` or a card's number, goes wherever it stands.
"""

import re

from lib.privacy.cards import MIN_DIGITS, looks_like_card
from lib.privacy.rules import FILES, NEVER_NAMES

MASKED_SEGMENT = "*"
MAX_ADDRESS_CHARS = 2_048  # a longer one is cut before it is masked
MAX_WORD_LETTERS = 16  # of one word between hyphens; longer ones are mostly tokens

# lower-case words, the first of which may have a capital, and what kind of file it is; v1 to v99
_WORD = rf"[A-Za-z]?[a-z]{{0,{MAX_WORD_LETTERS - 1}}}(?:[-_][a-z]{{0,{MAX_WORD_LETTERS}}}){{0,5}}"
_FILE = rf"(?:\.(?:{'|'.join(FILES)})){{0,2}}"
_PLAIN = re.compile(rf"{_WORD}{_FILE}|v[0-9]{{1,2}}|\*|\.\.?")
_TOKEN = re.compile(r"[^aeiouy\W_]{6}|[a-f]{6}", re.IGNORECASE)  # hardly a word has these
_PARTS = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*://[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_HOST = re.compile(r"(https?://)(?:[^/?#@]*@)*([A-Za-z0-9.\[\]:-]*)", re.IGNORECASE)
_UNSAFE = re.compile(r"[^A-Za-z0-9._~!$&'()*+,;=:@%/?-]")
_SECRET = re.compile(rf"(?:{'|'.join(NEVER_NAMES)})[^a-z0-9=]{{0,3}}=", re.IGNORECASE | re.ASCII)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")


def mask_address(address: str, allow: frozenset[str]) -> str:
    """Return what of a page's address the policy allows: under the default, its masked path.

    Args: address: absolute or a path, untrusted. allow: capabilities.
    """
    match = _PARTS.fullmatch(address[:MAX_ADDRESS_CHARS])
    if match is None:
        return "/"
    origin, path, query, fragment = match.groups("")
    kept = _origin(origin) if "url_path" in allow else ""
    kept += mask_path(path, allow)
    if query and "url_query" in allow:
        kept += "?" + _mask_parts(query[1:], "&")
    if fragment and "url_hash" in allow:
        kept += "#" + _mask_parts(fragment[1:], "&")
    return kept


def mask_place(address: str, allow: frozenset[str]) -> str:
    """Return the path alone of an address, masked.

    Args: address: absolute or a path, untrusted. allow: capabilities.
    """
    match = _PARTS.fullmatch(address[:MAX_ADDRESS_CHARS])
    return mask_path(match[2] if match else "", allow)


def mask_path(path: str, allow: frozenset[str] = frozenset()) -> str:
    """Return a path that starts with a slash, each segment that is no plain word as `*`."""
    if "url_path" in allow:
        return "/" + _mask_parts(path.lstrip("/"), "/")
    return "/" + "/".join([_mask_segment(part) for part in path.lstrip("/").split("/")])


def is_plain(segment: str) -> bool:
    """Say whether a segment of a path is made of words, and so may be told."""
    return _PLAIN.fullmatch(segment) is not None and not _TOKEN.search(segment)


def _mask_segment(segment: str) -> str:
    return segment if is_plain(segment) else MASKED_SEGMENT


def _origin(origin: str) -> str:
    match = _HOST.fullmatch(origin)
    return match[1] + match[2] if match else ""


def _mask_parts(text: str, between: str) -> str:
    return between.join([_mask_part(part) for part in text.split(between)])


def _mask_part(part: str) -> str:
    """Return a parameter or a segment of a path without what is never told."""
    if not _is_secret(part):
        return _UNSAFE.sub("_", part)
    name, equals, _ = part.partition("=")
    if not equals or _is_secret(name):
        return MASKED_SEGMENT
    return _UNSAFE.sub("_", name) + "=" + MASKED_SEGMENT


def _is_secret(part: str) -> bool:
    """Say whether a part, escaped at most twice, names a secret or holds a card's number."""
    if len(part) < MIN_DIGITS and "=" not in part and "%" not in part:
        return False  # at once, for an address may have a thousand parts
    plain = _ESCAPE.sub(_unescape, _ESCAPE.sub(_unescape, part)).replace("+", " ")
    return _SECRET.search(plain) is not None or looks_like_card(plain)


def _unescape(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
