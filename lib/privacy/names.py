"""Names of secrets: what an address's parameter or a body's member is called if no policy tells it.

The list is rules.json's. Its short names must be a whole word of a name (`pinCode`, not
`shipping`); its long ones may be a part of one (`accesstoken`).
"""

import re

from lib.privacy.rules import NEVER_NAMES

SHORT_LETTERS = 4

_WORD = re.compile(r"[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+")
_LISTED = re.compile(
    "|".join(name if len(name) > SHORT_LETTERS else f"^{name}s?$" for name in NEVER_NAMES)
)


def is_secret(name: str) -> bool:
    """Say whether a word of `name` (untrusted) is on the list: camelCase, kebab-case or prose."""
    return any(_LISTED.search(word.lower()) for word in _WORD.findall(name))
