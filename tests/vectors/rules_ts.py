"""Writes sdk/src/privacy/rules.ts from lib/privacy/rules.json. Run it after changing the table."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "lib/privacy/rules.json"
TARGET = ROOT / "sdk/src/privacy/rules.ts"


def fold(words: list[str]) -> str:
    """Return sorted words, each as a letter for how much it shares with the last, and the rest.

    A is nothing, B one letter. It saves 400 of 1,900 gzipped bytes.
    """
    folded, last = "", ""
    for word in sorted(words):
        shared = 0
        while last[shared : shared + 1] == word[shared] and shared + 1 < len(word):
            shared += 1
        folded += chr(ord("A") + shared) + word[shared:]
        last = word
    return folded


def render() -> str:
    """Return the TypeScript module that holds the table."""
    table = json.loads(SOURCE.read_text(encoding="utf-8"))
    kinds = {kind: " ".join(sorted(names.split())) for kind, names in table["attributes"].items()}
    never = table["never"]
    constants = {
        "WORDS": fold(table["words"].split()),
        "TAGS": fold(table["tags"].split()),
        "KINDS": kinds,
        "RENAME": table["rename"],
        "BLOCKS": table["blocks"],
        "FILES": table["files"],
        "NEVER_TYPES": never["types"],
        "NEVER_AUTOCOMPLETE": never["autocomplete"],
        "NEVER_NAMES": never["names"],
    }
    lines = [
        "// Generated from lib/privacy/rules.json by tests/vectors/rules_ts.py.",
        "// biome-ignore-all format: generated",
    ]
    for name, value in constants.items():
        kind = ": Record<string, string>" if isinstance(value, dict) else ""
        lines.append(f"export const {name}{kind} = {json.dumps(value, indent=2)};")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
