"""The rooms of lib are those that docs/architecture.md lists, and imports lead down that list."""

import ast
import re

from infra.local.stack import ROOT

LIB = ROOT / "lib"
ROOM = re.compile(r"^\| `lib/([a-z]+)/` \|", re.MULTILINE)
SHARED = ""  # the modules that lie in no room, below all of them


def rooms() -> list[str]:
    """Return the rooms as the page lists them, from the top."""
    return ROOM.findall((ROOT / "docs" / "architecture.md").read_text())


def imported(room: str) -> set[str]:
    """Return the rooms that the modules of one import from."""
    found = set()
    for module in LIB.glob(f"{room}/*.py" if room else "*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lib"):
                names = [f"{node.module}.{alias.name}".split(".")[1] for alias in node.names]
                found |= {name if (LIB / name).is_dir() else SHARED for name in names}
    return found


def test_the_page_lists_every_room() -> None:
    assert sorted(rooms()) == sorted(path.parent.name for path in LIB.glob("*/__init__.py"))


def test_imports_lead_down_the_list() -> None:
    listed = [*rooms(), SHARED]
    for at, room in enumerate(listed):
        assert imported(room) <= set(listed[at:]), f"lib/{room} looks up"
