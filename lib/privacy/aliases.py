"""Aliases: what stands for a name that could hold a secret, so that CSS still finds its elements.

An alias is `x-`, five base32 letters of the name's CRC-32 and two that check those five: a name
of a page is an alias by accident once in 36 to the fourth and more. It hides a name from readers,
not from someone who guesses the name and computes its alias (docs/decisions/0003): numbers of four
digits and more, hyphens between them or not, are taken out first; nothing but names has aliases.
"""

import re
from zlib import crc32

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
MAX_MEMO = 32_768  # names, at most MEMO_CHARS each: under 8 MiB
MEMO_CHARS = 64

_FORM = re.compile(r"x-[a-z2-7]{7}", re.ASCII)
_NUMBER = re.compile(r"[0-9](?:-?[0-9]){3,}")  # an id, a date, a telephone number
_KEPT = frozenset({"rr-block", ":hover"})  # the player's own classes

_memo: dict[str, str] = {}


def _letters(bits: int, count: int) -> str:
    return "".join([LETTERS[bits >> 5 * at & 31] for at in range(count)])


def _checked(body: str) -> str:
    return "x-" + body + _letters(crc32(body.encode()), 2)


def is_alias(name: str) -> bool:
    """Say whether `name` already is an alias."""
    return _FORM.fullmatch(name) is not None and _checked(name[2:7]) == name


def alias(name: str) -> str:
    """Return the alias of `name`; an alias, and a class of the player, stands for itself."""
    known = _memo.get(name)
    if known is not None:
        return known
    if name in _KEPT or is_alias(name):
        made = name
    else:
        made = _checked(_letters(crc32(_NUMBER.sub("0", name).encode("utf-8", "replace")), 5))
    if len(name) <= MEMO_CHARS:
        if len(_memo) >= MAX_MEMO:
            _memo.clear()
        _memo[name] = made
    return made
