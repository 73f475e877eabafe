"""Writes sdk/src/privacy/rules.ts from lib/privacy/rules.json. Run it after changing the table."""

import json
from os.path import commonprefix
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "lib/privacy/rules.json"
TARGET = ROOT / "sdk/src/privacy/rules.ts"


def fold(words: list[str]) -> str:
    """Return sorted words, each as a letter for what it shares with the last (A: none) and the rest.

    It saves 400 of 1,900 gzipped bytes.
    """
    words = sorted(words)
    shared = [len(commonprefix([a, b])) for a, b in zip(["", *words], words, strict=False)]
    return "".join(chr(ord("A") + n) + word[n:] for n, word in zip(shared, words, strict=True))


def render() -> str:
    """Return the TypeScript module that holds the table."""
    table = json.loads(SOURCE.read_text(encoding="utf-8"))
    kinds = {kind: " ".join(sorted(names.split())) for kind, names in table["attributes"].items()}
    never = table["never"]
    constants = {
        "WORDS": fold(table["words"].split()),
        "KINDS": kinds,
        "RENAME": table["rename"],
        "BLOCKS": table["blocks"],
        "NEVER_TYPES": never["types"],
        "NEVER_AUTOCOMPLETE": never["autocomplete"],
        "NEVER_QUERY": never["query"],
    }
    lines = ["// Generated from lib/privacy/rules.json by tests/vectors/rules_ts.py."]
    for name, value in constants.items():
        kind = ": Record<string, string>" if isinstance(value, dict) else ""
        lines.append(f"export const {name}{kind} = {json.dumps(value, indent=2)};")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
