"""What the contract runs against; what was skipped is said at the end."""

import pytest

from tests.contract.firestore_targets import (  # noqa: F401
    database,
    firestore_emulator,
    firestore_stand_in,
    firestore_target,
    skipped,
)
from tests.contract.storage_targets import gcs  # noqa: F401


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was not checked, and why."""
    for reason, count in skipped.items():
        terminalreporter.write_line(f"NOT CHECKED: {reason}: {count} tests skipped")
