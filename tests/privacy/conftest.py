"""The stack that the privacy tests share, and a browser for each of their files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from infra.local.chromium import launch
from tests.privacy.arenas import Arena, open_arena


@pytest.fixture(scope="session")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """The whole stack, once for all privacy tests."""
    folder: Path = tmp_path_factory.mktemp("arena")
    with open_arena(folder) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module's tests: its event loop stands in the way of asynchronous ones."""
    with launch() as started:
        yield started
