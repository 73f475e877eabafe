"""The table of what may be recorded, from rules.json: the one source for both languages."""

from pathlib import Path
from typing import Final

import msgspec


class Never(msgspec.Struct, frozen=True):
    """What no policy allows: field types, parts of autocomplete, names of parameters and keys."""

    types: str
    autocomplete: str
    names: str


class _Table(msgspec.Struct, frozen=True):
    comment: str
    words: str
    tags: str
    attributes: dict[str, str]
    rename: dict[str, str]
    blocks: str
    files: str
    never: Never


_TABLE: Final = msgspec.json.decode(
    Path(__file__).with_name("rules.json").read_bytes(), type=_Table
)

WORDS: Final = frozenset(_TABLE.words.split())
TAGS: Final = frozenset(_TABLE.tags.split())  # elements that are no words of CSS
KIND_OF: Final = {name: kind for kind, names in _TABLE.attributes.items() for name in names.split()}
RENAME: Final = _TABLE.rename
BLOCKS: Final = frozenset(_TABLE.blocks.split())
FILES: Final = tuple(_TABLE.files.split())  # how segments of paths may end, after a dot
NEVER_TYPES: Final = frozenset(_TABLE.never.types.split())
NEVER_AUTOCOMPLETE: Final = tuple(_TABLE.never.autocomplete.split())
NEVER_NAMES: Final = tuple(_TABLE.never.names.split())  # see lib/privacy/names.py
