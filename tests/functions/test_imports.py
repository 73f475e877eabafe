"""What each staged function imports: what it declares, and nothing that slows a cold start."""

import json
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from infra.local import ports
from infra.local.stack import FUNCTIONS, ROOT, Stack

# Boots the staged folder as functions-framework does, without the project's root on the path.
BOOT = """
import json, sys
import functions_framework
functions_framework.create_app(sys.argv[2], sys.argv[1])
print(json.dumps(sorted(sys.modules)))
"""
# `google` is a namespace of many; `_distutils_hack` comes with the virtual environment itself.
UNDECLARED = {"google", "_distutils_hack"}
HEAVY = {
    "grpc",
    "google.cloud.firestore",
    "google.cloud.storage",
    "google.api_core",
    "google.protobuf",
    "requests",
    "jsonschema",
}


@cache
def imported(name: str) -> frozenset[str]:
    """Return the modules that are loaded once the staged function has booted."""
    folder = ROOT / ".cache" / "imports"
    stack = Stack(folder, ports.free(), persist=False, progress=lambda _: None)
    staged = ROOT / "build" / name
    booted = subprocess.run(
        [sys.executable, "-P", "-c", BOOT, str(staged / "main.py"), name],
        env=stack.environment(name),
        cwd=staged,
        capture_output=True,
        text=True,
        check=False,
    )
    assert booted.returncode == 0, booted.stderr
    return frozenset(json.loads(booted.stdout))


def declared(name: str) -> set[str]:
    """Return the distributions that the function installs, in lower case."""
    lines = (ROOT / "functions" / name / "requirements.txt").read_text().splitlines()
    return {line.partition("==")[0].lower() for line in lines if "==" in line}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_imports_only_what_its_requirements_install(name: str) -> None:
    distributions = packages_distributions()
    roots = {module.partition(".")[0] for module in imported(name)} - UNDECLARED
    installed = {each.lower() for root in roots for each in distributions.get(root, ())}
    assert {each.replace("_", "-") for each in installed} <= {
        each.replace("_", "-") for each in declared(name)
    }


@pytest.mark.parametrize("name", ["handshake", "ingest"])
def test_the_public_functions_load_neither_grpc_nor_generated_clients(name: str) -> None:
    assert not HEAVY & imported(name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_shared_library_comes_from_the_staged_folder(name: str) -> None:
    assert "lib.web" in imported(name)
    assert (ROOT / "build" / name / "lib" / "web.py").is_file()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_main_is_settings_wiring_and_a_sentence(name: str) -> None:
    lines = Path(ROOT / "functions" / name / "main.py").read_text().count("\n")
    assert lines < 120
