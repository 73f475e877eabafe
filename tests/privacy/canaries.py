"""Canaries: secrets made from a seed, planted in pages, and the search for what became of them.

The same seed, page, place and turn give the same secret, so that two recorders see the same page.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tests.privacy.disguises import spelled_out

SECRET_CHARS = 16  # searched as a whole and by halves: eight of 36 signs meet nothing by chance
NAME_SYLLABLES = 6  # pronounceable, as names of people are; searched as a whole
NUMBER_DIGITS = 12  # an account's number; a timestamp in milliseconds has 13
GLYPHS = 6  # of a script without spaces

_PLACEHOLDER = re.compile(r"\{\{(\w+):([^{}\s]+)\}\}")
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_LETTERS, _MORE = "ghjkmnpqrstvwxyz", "ghjkmnpqrstvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted secret: `text` stands in the page, any of `needles` tells that it leaked."""

    page: str
    place: str  # "attribute/title": a group and a place in it
    text: str
    needles: tuple[str, ...]

    @property
    def group(self) -> str:
        """Return the row of the table that this place counts for."""
        return self.place.partition("/")[0]


def _secret(dice: random.Random) -> tuple[str, tuple[str, ...]]:
    text = dice.choice(_LETTERS) + "".join(dice.choices(_MORE, k=SECRET_CHARS - 1))
    half = SECRET_CHARS // 2
    return text, (text, text[:half], text[half:])


def _name(dice: random.Random) -> tuple[str, tuple[str, ...]]:
    pairs = [dice.choice(_CONSONANTS) + dice.choice(_VOWELS) for _ in range(NAME_SYLLABLES)]
    text = "".join(pairs).capitalize()
    return text, (text.lower(),)


def _number(dice: random.Random) -> tuple[str, tuple[str, ...]]:
    text = str(dice.randrange(2 * 10 ** (NUMBER_DIGITS - 1), 10**NUMBER_DIGITS))
    return text, (text,)


def _email(dice: random.Random) -> tuple[str, tuple[str, ...]]:
    text, needles = _secret(dice)
    return f"{text}@mail.example", needles


def _card(dice: random.Random) -> tuple[str, tuple[str, ...]]:
    body = "4" + "".join(dice.choices("0123456789", k=14))
    doubled = sum(sum(divmod(int(digit) * 2, 10)) for digit in body[::2])
    check = -(doubled + sum(map(int, body[1::2]))) % 10
    digits = f"{body}{check}"
    spaced = " ".join(digits[at : at + 4] for at in range(0, 16, 4))
    return spaced, (digits, spaced, digits[:12], spaced[:14])


def _glyphs(first: int, last: int) -> Callable[[random.Random], tuple[str, tuple[str, ...]]]:
    def draw(dice: random.Random) -> tuple[str, tuple[str, ...]]:
        text = "".join(chr(dice.randint(first, last)) for _ in range(GLYPHS))
        return text, (text, text[: GLYPHS // 2])

    return draw


KINDS: Final = {
    "secret": _secret,
    "name": _name,
    "number": _number,
    "email": _email,
    "card": _card,
    "hebrew": _glyphs(0x05D0, 0x05EA),
    "arabic": _glyphs(0x0628, 0x063A),
    "han": _glyphs(0x4E00, 0x9FA0),
    "emoji": _glyphs(0x1F400, 0x1F4FC),
}


class Canaries:
    """Every secret that one run planted."""

    def __init__(self, seed: int) -> None:
        """Begin without any; `seed` decides what they will be."""
        self._seed = seed
        self._planted: dict[tuple[str, str, str, int], Canary] = {}

    def __len__(self) -> int:
        """Return how many were planted."""
        return len(self._planted)

    def __iter__(self) -> Iterator[Canary]:
        """Yield them in the order in which they were planted."""
        return iter(self._planted.values())

    def plant(self, kind: str, page: str, place: str, turn: int = 0) -> str:
        """Return the text of a secret; the same arguments give the same text."""
        key = kind, page, place, turn
        canary = self._planted.get(key)
        if canary is None:
            dice = random.Random(repr((self._seed, *key)))  # they need not be safe
            text, needles = KINDS[kind](dice)
            canary = self._planted[key] = Canary(page, place, text, needles)
        return canary.text

    def fill(self, page: str, source: str) -> str:
        """Return a page's source with each placeholder `{{kind:group/place}}` as a secret.

        The same placeholder twice gives two secrets.
        """
        turns: dict[tuple[str, str], int] = {}

        def put(match: re.Match[str]) -> str:
            kind, place = match.groups()
            turn = turns[kind, place] = turns.get((kind, place), 0) + 1
            return self.plant(kind, page, place, turn)

        return _PLACEHOLDER.sub(put, source)

    def found_in(self, texts: Iterable[bytes | str]) -> list[Canary]:
        """Return the secrets of which at least a half stands in one of `texts`, in any disguise."""
        haystack = spelled_out(texts)
        return [each for each in self if any(needle in haystack for needle in each.needles)]
