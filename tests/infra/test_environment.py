"""What a function reads from its environment is what is deployed, and what the docs say."""

import ast
import re
from pathlib import Path

import pytest

from infra.secrets_admin.contents import USES
from tests.infra.gcloud_runs import ROOT, Runs, deployed, flags

FUNCTIONS = sorted(USES)
GIVEN_BY_CLOUD_RUN = {"K_SERVICE"}
ROW = re.compile(r"^\| `([A-Z_]+)` \| ([a-z_, ]+) \| (yes|no) \|", re.MULTILINE)


def settings(function: str) -> dict[str, bool]:
    """Return variable -> must it be set, as the function's main.py declares it."""
    source = Path(ROOT / "functions" / function / "main.py").read_text()
    (declared,) = (
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
    )
    fields = [field for field in declared.body if isinstance(field, ast.AnnAssign)]
    names = {
        field.target.id.upper(): field for field in fields if isinstance(field.target, ast.Name)
    }
    assert names
    return {name: field.value is None for name, field in names.items()}


def set_by_deployment(runs: Runs, function: str) -> set[str]:
    """Return the variables that the deploy command sets."""
    command = deployed(runs)[function.replace("_", "-")]
    given = flags(command, "set-env-vars") + flags(command, "set-secrets")
    return {part.partition("=")[0] for text in given for part in text.split(",")}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_everything_that_a_function_must_have_is_deployed(runs: Runs, function: str) -> None:
    needed = {name for name, must in settings(function).items() if must}
    assert needed <= set_by_deployment(runs, function)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_is_deployed_that_a_function_does_not_read(runs: Runs, function: str) -> None:
    assert set_by_deployment(runs, function) <= set(settings(function)) - GIVEN_BY_CLOUD_RUN


def test_a_country_is_looked_for_only_where_the_operator_says_in_which_header(runs: Runs) -> None:
    again = next(each for each in runs.again if each[:3] == ("run", "deploy", "handshake"))
    assert "COUNTRY_HEADER=X-Visitor-Country" in flags(again, "set-env-vars")[0]
    assert "COUNTRY_HEADER" not in set_by_deployment(runs, "handshake")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_docs_list_every_variable_of_a_function(function: str) -> None:
    rows = ROW.findall((ROOT / "docs" / "deploy.md").read_text())
    documented = {
        name: must == "yes" for name, readers, must in rows if function in readers.split(", ")
    }
    assert documented == settings(function)
