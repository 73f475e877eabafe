"""Payment cards: numbers that no policy lets through."""

import re

_NUMBERS = re.compile(r"[0-9](?:[ \-.]?[0-9]){12,18}")  # ISO/IEC 7812-1: 13 to 19 digits here
_GROUPS = re.compile(r"[0-9]{4}(?:[ -][0-9]{4}){2}")
_LONG = re.compile(r"[0-9](?:[ \-.]?[0-9]){11}")  # without one, there is neither of the above


def looks_like_card(text: str) -> bool:
    """Say whether `text` holds a run of 13 to 19 digits whose check digit is right.

    Digits may be grouped by spaces, dots or hyphens. Source: ISO/IEC 7812-1, annex B (Luhn).
    """
    return any(_passes(match[0]) for match in _NUMBERS.finditer(text))


def looks_grouped(text: str) -> bool:
    """Say whether `text` holds digits in groups as cards and accounts are printed."""
    return _GROUPS.search(text) is not None


def tells_number(text: str) -> bool:
    """Say whether numbers that are short enough, one after the other, tell a long one."""
    return _LONG.search(text) is not None and (looks_like_card(text) or looks_grouped(text))


def _passes(run: str) -> bool:
    digits = [int(letter) for letter in run if letter not in " -."]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
