"""Write what is made from docs/policy.schema.json: `python -m infra.policy_forms`.

The console's types and form, and docs/policy.md. A test fails if either is older than its source.
"""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "docs" / "policy.schema.json"
TYPESCRIPT = ROOT / "console" / "src" / "api" / "policy.ts"
PAGE = ROOT / "docs" / "policy.md"
LINE = 100  # characters; the formatter of the console's sources breaks longer ones
SHORT_NAME = 5  # the same formatter breaks no line after a name shorter than this
SCALARS = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean"}

Schema = dict[str, Any]


def capabilities(schema: Schema) -> list[Schema]:
    """Return what may be allowed, in the order in which forms show it."""
    found: list[Schema] = schema["$defs"]["capability"]["oneOf"]
    return found


def resolved(schema: Schema, part: Schema) -> Schema:
    """Return `part` with what its `$ref` names."""
    name = part.get("$ref")
    return {**schema["$defs"][name.removeprefix("#/$defs/")], **part} if name else part


def type_of(schema: Schema, part: Schema, indent: str = "") -> str:
    """Return the TypeScript type of a schema. Every member is there: the server fills them in."""
    if part.get("$ref") == "#/$defs/capability":
        return "Capability"
    part = resolved(schema, part)
    if part["type"] == "array":
        return type_of(schema, part["items"], indent) + "[]"
    if part["type"] != "object":
        return SCALARS[part["type"]]
    members = {
        name: type_of(schema, each, indent + "  ") for name, each in part["properties"].items()
    }
    line = "{ " + "; ".join(f"{name}: {kind}" for name, kind in members.items()) + " }"
    if indent and "\n" not in line and len(line) + len(indent) < LINE // 2 + LINE // 4:
        return line
    rows = "".join(f"{indent}  {name}: {kind};\n" for name, kind in members.items())
    return "{\n" + rows + indent + "}"


def typescript(schema: Schema) -> str:
    """Return console/src/api/policy.ts."""
    known = capabilities(schema)
    selectors = schema["properties"]["selectors"]["properties"]
    signals = schema["properties"]["honour"]["properties"]
    longest = schema["$defs"]["selectors"]
    union = "".join(f'\n  | "{each["const"]}"' for each in known)
    facts = [
        "/** The policy's types and form, written by infra/policy_forms.py: change the schema. */",
        f"export type Capability ={union};",
        f"export interface Policy {type_of(schema, schema)}",
        "/** One row of the form. `masked`: what stays masked although this is on. */\n"
        "export interface Choice {\n  name: Capability;\n  group: string;\n  title: string;\n"
        "  text: string;\n  masked: string;\n  collected: boolean;\n"
        "  /** Without this one it has no effect. */\n  needs?: Capability;\n}",
        "export const CHOICES: Choice[] = [\n" + "".join(map(choice, known)) + "];",
        'export const SELECTORS: Record<keyof Policy["selectors"], [string, string]> = {\n'
        + "".join(pair(name, each) for name, each in selectors.items())
        + "};",
        'export const SIGNALS: Record<keyof Policy["honour"], [string, string]> = {\n'
        + "".join(pair(name, each) for name, each in signals.items())
        + "};",
        f"export const MAX_SELECTORS = {longest['maxItems']};",
        f"export const MAX_SELECTOR_CHARS = {longest['items']['maxLength']};",
    ]
    return "\n\n".join(facts[:-1]) + "\n" + facts[-1] + "\n"


def choice(each: Schema) -> str:
    """Return one entry of the form."""
    fields = {
        "name": each["const"],
        "group": each["x-group"],
        "title": each["title"],
        "text": each["description"],
        "masked": each["x-masked"],
        "collected": each["x-collected"],
        **({"needs": each["x-needs"]} if "x-needs" in each else {}),
    }
    rows = "".join(member(name, value, "    ") for name, value in fields.items())
    return "  {\n" + rows + "  },\n"


def pair(name: str, each: Schema) -> str:
    """Return a title and an explanation."""
    words = [json.dumps(each[part], ensure_ascii=False) for part in ("title", "description")]
    line = f"  {name}: [{', '.join(words)}],\n"
    if len(line) <= LINE + 1:
        return line
    return f"  {name}: [\n" + "".join(f"    {word},\n" for word in words) + "  ],\n"


def member(name: str, value: object, indent: str) -> str:
    """Return one member; a long text stands on a line of its own, except after a short name."""
    text = json.dumps(value, ensure_ascii=False)
    line = f"{indent}{name}: {text},\n"
    return (
        line
        if len(line) <= LINE + 1 or len(name) < SHORT_NAME
        else f"{indent}{name}:\n{indent}  {text},\n"
    )


def page(schema: Schema) -> str:
    """Return docs/policy.md."""
    rows = "".join(
        f"| `{each['const']}` | {each['title']} | {each['description']} | {each['x-masked']} | "
        f"{'yes' if each['x-collected'] else 'not yet'} |\n"
        for each in capabilities(schema)
    )
    members = "".join(
        f"| `{name}` | {each['description']} | {default(each)} |\n"
        for name, each in schema["properties"].items()
    )
    return (
        "# Policy\n\n"
        "This page is written by `python -m infra.policy_forms` from "
        "[policy.schema.json](policy.schema.json).\n\n"
        f"{schema['description']}\n\n"
        "| member | meaning | unless given |\n|---|---|---|\n"
        f"{members}\n"
        "## Capabilities\n\n"
        "All are off until somebody turns them on. "
        "*Collected* says whether the SDK of this version records it at all.\n\n"
        "| name | in the console | what it allows | what stays masked | collected |\n"
        f"|---|---|---|---|---|\n{rows}"
    )


def default(part: Schema) -> str:
    """Return a member's default as JSON."""
    return f"`{json.dumps(part['default'])}`" if "default" in part else ""


def main() -> None:
    """Write both files."""
    schema = json.loads(SCHEMA.read_text())
    TYPESCRIPT.write_text(typescript(schema))
    PAGE.write_text(page(schema))


if __name__ == "__main__":
    main()
