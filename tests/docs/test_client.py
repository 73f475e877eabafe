"""docs/examples/client.py: a stranger's client, written from docs/protocol.md alone."""

import ast
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.edge_world import ORIGIN, ROOT, Edge, Site
from tests.staged_functions import boot, staged

__all__ = ["staged"]

CLIENT = ROOT / "docs" / "examples" / "client.py"
MAX_LINES = 40  # without blank ones: what a reader has to take in


@pytest.fixture
def client() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_client", CLIENT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def endpoint(staged: Path, edge: Edge, tmp_path: Path) -> Iterator[str]:
    """Both functions as processes; the handshake's answers name ingest's address."""
    ingest, ingest_url = boot(staged, edge, "ingest", tmp_path)
    environment = edge.environment

    def with_ingest(name: str) -> dict[str, str]:
        return environment(name) | {"INGEST_URL": f"{ingest_url}/v1/ingest"}

    edge.environment = with_ingest  # type: ignore[method-assign]
    handshake, url = boot(staged, edge, "handshake", tmp_path)
    yield url
    handshake.stop()
    ingest.stop()


def test_it_is_short_and_needs_the_standard_library_alone() -> None:
    text = CLIENT.read_text()
    assert len([line for line in text.splitlines() if line.strip()]) <= MAX_LINES
    imported = {
        name.name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert imported <= sys.stdlib_module_names


def test_it_records_a_session(edge: Edge, client: ModuleType, endpoint: str) -> None:
    site = edge.site()
    meta = {"type": 4, "data": {"href": ORIGIN, "width": 8, "height": 6}, "timestamp": 1}
    session, answers = client.record(endpoint, str(site.key), ORIGIN, [[meta], [], [meta]])
    assert answers == [{"duplicate": False, "policy_version": 1}] * 3
    assert len(edge.stored(site)) == 3
    entry = edge.read(f"tenants/{site.tenant}/sessions/{session}")
    assert entry is not None
    (page,) = entry["pages"].values()
    assert (page["seq"], page["final"]) == (2, True)


def test_it_stops_where_a_session_is_not_sampled(
    edge: Edge, client: ModuleType, endpoint: str
) -> None:
    site = edge.site(sampling=0)
    session, answers = client.record(endpoint, str(site.key), ORIGIN, [[{}]])
    assert session.startswith("s_")
    assert answers == []


def test_its_command_line_says_what_became_of_it(edge: Edge, endpoint: str) -> None:
    site: Site = edge.site()
    command = [sys.executable, str(CLIENT), endpoint, str(site.key), ORIGIN]
    told = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout
    assert told.startswith("s_")
    assert json.loads(told.partition(" ")[2].replace("'", '"').replace("False", "false"))
