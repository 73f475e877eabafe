"""Names of secrets: what an address's parameter or a body's member is called if no policy tells it.

The list is rules.json's. Its short names must end a word of a name (`userPin`, `passcode`, not
`shipping`); its long ones may be any part of it (`accesstoken`, `TOKENvalue`).
"""

import re

from lib.privacy.rules import NEVER_NAMES

SHORT_LETTERS = 4

_WORD = re.compile(r"[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+")
_ANY = re.compile("|".join(NEVER_NAMES), re.IGNORECASE | re.ASCII)  # most names have none
_LISTED = re.compile(
    "|".join(name if len(name) > SHORT_LETTERS else rf"{name}s?\Z" for name in NEVER_NAMES),
    re.IGNORECASE | re.ASCII,
)


def is_secret(name: str) -> bool:
    """Say whether a word of `name` (untrusted) is on the list: camelCase, kebab-case or prose."""
    if _ANY.search(name) is None:
        return False
    return any(_LISTED.search(part) for part in (name, *_WORD.findall(name)))
