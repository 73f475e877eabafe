"""Writes sdk/src/privacy/rules.ts from lib/privacy/rules.json. Run it after changing the table."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "lib/privacy/rules.json"
TARGET = ROOT / "sdk/src/privacy/rules.ts"


def render() -> str:
    """Return the TypeScript module that holds the table."""
    table = json.loads(SOURCE.read_text(encoding="utf-8"))
    kinds = {kind: " ".join(sorted(names.split())) for kind, names in table["attributes"].items()}
    never = table["never"]
    constants = {
        "WORDS": table["words"],
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
