"""Payment cards: numbers that no policy lets through."""

import re

MIN_DIGITS, MAX_DIGITS = 13, 19  # ISO/IEC 7812-1; shorter and longer ones are no cards here
MIN_FIRST_GROUP = 4  # digits of a card's first group, as printed; other starts are not tried

# ASCII, Arabic, Persian, Hindi, full width: what browsers' number formats write cards in
_DIGIT = "[0-9\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19]"
_GAP = "[ \\t\\n\\r.\xa0\xad\u2000-\u2015\u202f\u205f\u2060\u3000\ufeff-]"  # zero-width ones too
_RUN = re.compile(f"{_DIGIT}(?:{_GAP}{{0,3}}{_DIGIT}){{12,}}")
_GAPS = re.compile(f"{_GAP}+")
_CLOSE = re.compile(r"[0-9](?:[ \-.]?[0-9]){12,18}")
_GROUPS = re.compile(r"[0-9]{4}(?:[ -][0-9]{4}){2}")
_LONG = re.compile(r"[0-9](?:[ \-.]?[0-9]){11}")  # without one, there is neither of the above
_TWICE = bytes.maketrans(b"0123456789", b"0246813579")  # a digit doubled, and its digits added


def looks_like_card(text: str) -> bool:
    """Say whether `text` holds a card's number: 13 to 19 digits, the last of which checks them.

    Digits may be in groups, and others may stand before and after the number.
    Source: ISO/IEC 7812-1, annex B (Luhn).
    """
    return any(_holds_card(match[0]) for match in _RUN.finditer(text))


def tells_card(css: str) -> bool:
    """Say whether a line of numbers, as CSS has many, is one card's number and no more."""
    return any(_passes(re.sub("[ .-]", "", match[0])) for match in _CLOSE.finditer(css))


def looks_grouped(text: str) -> bool:
    """Say whether `text` holds digits in groups as cards and accounts are printed."""
    return _GROUPS.search(text) is not None


def tells_number(css: str) -> bool:
    """Say whether numbers that are short enough, one after the other, tell a long one."""
    return _LONG.search(css) is not None and (tells_card(css) or looks_grouped(css))


def _holds_card(run: str) -> bool:
    """Try what begins with the run's first group, or with one that a card may begin with."""
    groups = _GAPS.split(run)
    for at, first in enumerate(groups):
        if at and (len(first) < MIN_FIRST_GROUP or first[0] not in "23456"):
            continue
        digits = ""
        for group in groups[at : at + MAX_DIGITS]:
            digits += group
            if len(digits) > MAX_DIGITS:
                break
            if len(digits) >= MIN_DIGITS and _passes(digits):
                return True
    return False


def _passes(digits: str) -> bool:
    """Say whether the last digit checks the others; of digits beyond ASCII it is assumed."""
    if not digits.isascii():
        return True
    plain = digits.encode()
    total = sum(plain[-1::-2]) + sum(plain[-2::-2].translate(_TWICE))
    return (total - ord("0") * len(plain)) % 10 == 0
