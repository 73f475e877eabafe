"""docs/policy.schema.json is the policy's one source: server, SDK, console and docs agree."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from infra import policy_forms
from lib import policies
from lib.policies import PolicyMalformed, default, parse_document

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads(policy_forms.SCHEMA.read_text())
VALID = Draft202012Validator(SCHEMA).is_valid

# A value of the SDK's type must do for the schema's, and the other way round but for the names of
# capabilities, which an old SDK reads from a newer server without knowing them all.
SAME = """
import type { Policy as Source } from "CONSOLE";
import type { Policy as Sdk } from "SDK";
type Loose<T> = T extends string ? string : T extends unknown[] ? unknown[]
  : T extends object ? { [K in keyof T]: Loose<T[K]> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2
  ? true : false;
export const same: Same<Loose<Source>, Loose<Sdk>> = true;
export const taken: Sdk = {} as Source;
"""


def sound(document: object) -> bool:
    """Say whether the server takes `document`."""
    try:
        parse_document(json.dumps(document))
    except PolicyMalformed:
        return False
    return True


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_capabilities_and_limits_are_the_servers() -> None:
    names = [each["const"] for each in policy_forms.capabilities(SCHEMA)]
    assert sorted(names) == sorted(policies.CAPABILITIES)
    paths = SCHEMA["properties"]["paths"]
    longest = SCHEMA["$defs"]["selectors"]
    assert longest["maxItems"] == policies.MAX_SELECTORS
    assert longest["items"]["maxLength"] == policies.MAX_SELECTOR_CHARS
    assert paths["maxItems"] == policies.MAX_PATHS
    assert paths["items"]["properties"]["prefix"]["maxLength"] == policies.MAX_PREFIX_CHARS


def test_the_defaults_are_the_servers() -> None:
    given = {
        name: part["default"] for name, part in SCHEMA["properties"].items() if name != "version"
    }
    assert default().document == {"version": 1, **given}


SELECTOR = st.one_of(
    st.sampled_from(["", " ", "a\nb", "\x7f", "\x85", "é", "x" * 200, "x" * 201]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
)
SELECTORS = st.one_of(
    st.lists(SELECTOR, max_size=3), st.sampled_from([["a"] * 100, ["a"] * 101, "a", None])
)
CAPABILITY = st.sampled_from([*policies.CAPABILITIES, "everything", ""])
RULE = st.fixed_dictionaries(
    {},
    optional={
        "prefix": st.sampled_from(
            ["/", "/cart", "cart", "", "/" + "x" * 199, "/" + "x" * 200, "/\n"]
        ),
        "forbid": st.lists(CAPABILITY, max_size=2),
        "other": st.just(1),
    },
)
SWITCH = st.sampled_from([True, False, 1, None])
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "version": st.sampled_from([1, 1, 1, 2, 2, 2, 0, -1, "1", None, True]),
        "allow": st.one_of(st.lists(CAPABILITY, max_size=3), st.none()),
        "selectors": st.fixed_dictionaries(
            {}, optional={"mask": SELECTORS, "block": SELECTORS, "other": SELECTORS}
        ),
        "paths": st.one_of(
            st.lists(RULE, max_size=2),
            st.sampled_from([[{"prefix": "/"}] * 50, [{"prefix": "/"}] * 51, {}]),
        ),
        "sampling": st.sampled_from([0, 1, 0.25, 1.0, 1.01, -0.01, "1", None, True]),
        "honour": st.fixed_dictionaries({}, optional={"gpc": SWITCH, "dnt": SWITCH, "x": SWITCH}),
        "other": st.just(1),
    },
)


@given(DOCUMENTS)
def test_the_server_takes_what_the_schema_takes(document: dict[str, Any]) -> None:
    assert sound(document) == VALID(document)


@pytest.mark.parametrize("member", ["", *SCHEMA["properties"]])
def test_a_document_of_defaults_is_taken_and_a_member_of_another_kind_is_not(member: str) -> None:
    whole: dict[str, Any] = default().document
    assert sound(whole)
    assert VALID(whole)
    broken = {**whole, member: "another kind"}
    assert not sound(broken)
    assert not VALID(broken)


def test_the_consoles_types_and_the_page_are_up_to_date() -> None:
    assert policy_forms.TYPESCRIPT.read_text() == policy_forms.typescript(SCHEMA)
    assert policy_forms.PAGE.read_text() == policy_forms.page(SCHEMA)


def test_the_sdks_type_is_the_schemas(tmp_path: Path) -> None:
    source = SAME.replace("CONSOLE", str(policy_forms.TYPESCRIPT))
    check = tmp_path / "check.ts"
    check.write_text(source.replace("SDK", str(ROOT / "sdk" / "src" / "wire.ts"), 1))
    compiler = ROOT / "sdk" / "node_modules" / ".bin" / "tsc"
    options = ["--noEmit", "--strict", "--allowImportingTsExtensions", "--module", "esnext"]
    found = subprocess.run(
        [str(compiler), *options, "--moduleResolution", "bundler", str(check)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout
