"""Bodies of requests, as a tenant that allows them may have them: JSON, and forms as JSON pairs.

A body is taken apart and written anew, as JavaScript's JSON.stringify writes it, so its masked form
has one spelling and is its own mask. What cannot be taken apart is not kept at all.
"""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from math import isfinite
from typing import Any, Final, Literal

from lib.privacy.addresses import is_plain
from lib.privacy.cards import looks_like_card
from lib.privacy.names import is_secret
from lib.privacy.texts import INPUT_MASK

MAX_BODY_CHARS = 4_096  # as it came and as it is kept: a batch has room for many
MAX_DEPTH = 32  # of arrays and objects; what people make has under ten
MAX_KEY_CHARS = 64  # a longer one is not remembered
KNOWN_KEYS = 8_192  # under 2 MiB
SHORTEST_CARD = 13  # digits; tokens are longer
NAME_CHARS = 40  # before what ends a name, in a text that holds names with values itself
PAIR = 2  # members of an array that is a name and its value: of a Map, of FormData
LARGEST_WHOLE = 1e21  # from here on JavaScript writes exponents
SMALLEST_PLACE = 6  # behind the point; smaller numbers have exponents as well

# Inside a name: a short number at a word's end or an index, a capital, what joins words.
_JOINT = re.compile(r"[a-z[][0-9]{1,2}(?![0-9a-z])|[A-Z$[\]]")
_SMALL = re.compile(r"[a-z]")
_RUN = re.compile(r"[A-Za-z0-9_+=~-]{16,}")
_PAIR = re.compile(r"[:=>]")  # of JSON and YAML, of addresses and forms, of XML
_LONE = re.compile(r"[\ud800-\udfff]")

Kind = Literal["json", "form", "other"]
_HIDDEN: Final = quoted(INPUT_MASK)


class _Unfit(ValueError):
    """No body that may be kept."""


def mask_body(kind: Kind, text: str) -> str | None:
    """Return a body's text, masked, or None if it may not be kept.

    Args: text: JSON, of a form a list of its pairs; untrusted.
    """
    if kind == "other" or len(text) > MAX_BODY_CHARS:
        return None
    try:
        body = _decode(text)
        made = _form(body) if kind == "form" else _value(body, 0)
    except (ValueError, RecursionError):
        return None
    return made if len(made) <= MAX_BODY_CHARS else None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; of a key that stands in it twice, two readers could see two values."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _Unfit
    return made


def _constant(_: str) -> None:
    raise _Unfit


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=float, parse_float=float, parse_constant=_constant
).decode


def _form(body: Any) -> str:
    pairs = body if isinstance(body, list) else [None]
    for pair in pairs:
        if not isinstance(pair, list) or [*map(type, pair)] != [str, str]:
            raise _Unfit
    made = [f"[{key},{value}]" for key, value in _pairs(pairs, 1, named=False)]
    return f"[{','.join(made)}]"


def _value(value: Any, depth: int) -> str:
    """Return a value as JSON, masked. Raises: _Unfit: it is too deep."""
    if isinstance(value, str):
        return _HIDDEN if _gives_away(value) else quoted(_LONE.sub("\ufffd", value))
    if isinstance(value, float):
        text = _number(value)
        return _HIDDEN if _gives_away(text) else text
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if depth == MAX_DEPTH:
        raise _Unfit
    if isinstance(value, list):
        made = [_value(each, depth + 1) for each in value]
        if len(made) == PAIR and isinstance(value[0], str) and is_secret(value[0]):
            made[1] = _HIDDEN
        return f"[{','.join(made)}]"
    named = any(isinstance(each, str) and is_secret(each) for each in value.values())
    pairs = _pairs(value.items(), depth + 1, named=named)
    return "{" + ",".join([f"{key}:{each}" for key, each in pairs]) + "}"


def _pairs(pairs: Iterable[Any], depth: int, *, named: bool) -> list[tuple[str, str]]:
    """Return each pair's key and value as JSON, masked.

    Args: named: whether another value says that `value` is a secret's.
    """
    made, masked = [], 0
    for key, value in pairs:
        judge = _judged if len(key) <= MAX_KEY_CHARS else _judge
        kept, hidden = judge(key)
        if not kept:
            masked += 1
            kept = f'"*{masked}"'
        hidden = hidden or (named and "val" in key.lower())
        made.append((kept, _HIDDEN if hidden else _value(value, depth)))
    return made


def _judge(key: str) -> tuple[str, bool]:
    """Return a key as JSON, "" if it may not be told, and whether it names a secret.

    A key in letters that the list has none of may name anything.
    """
    kept = quoted(key) if _is_words(key) and not looks_like_card(key) else ""
    return kept, not (key.isascii() and key.isprintable()) or is_secret(key)


_judged = lru_cache(maxsize=KNOWN_KEYS)(_judge)


def _is_words(name: str) -> bool:
    """Say whether a name is made of words: camelCase, snake_case, or CONSTANTS."""
    return is_plain(_JOINT.sub("_", name) if _SMALL.search(name) else name.lower())


def _gives_away(text: str) -> bool:
    """Say whether a text holds a card, a token, or the name of a secret with what it is."""
    if len(text) >= SHORTEST_CARD:
        if looks_like_card(text):
            return True
        for run in _RUN.findall(text):
            if not _is_words(run):
                return True
    if ":" in text or "=" in text or ">" in text:
        for part in _PAIR.split(text)[:-1]:
            if part and is_secret(part[-NAME_CHARS:]):
                return True
    return False


def _number(value: float) -> str:
    """Return a number as JavaScript writes it. Source: ECMA-262, Number::toString."""
    if not isfinite(value):
        return "null"
    if value.is_integer():
        return str(int(value)) if abs(value) < LARGEST_WHOLE else repr(value)
    digits, _, exponent = repr(value).partition("e-")
    if not exponent:
        return digits
    if int(exponent) > SMALLEST_PLACE:
        return f"{digits}e-{int(exponent)}"
    sign = "-" if digits.startswith("-") else ""
    places = "0" * (int(exponent) - 1)
    return f"{sign}0.{places}{digits.lstrip('-').replace('.', '')}"
