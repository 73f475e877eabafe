"""A machine without a browser is told so before the browser tests run, not by them."""

import os
import subprocess
import sys

from infra.local.stack import ROOT


def looked_for(**environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.local.chromium"],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_browser_that_starts_is_found() -> None:
    assert looked_for().returncode == 0


def test_a_named_browser_that_is_no_file_is_refused_by_its_name() -> None:
    found = looked_for(CHROMIUM="/no/such/browser")
    assert found.returncode == 1
    assert "/no/such/browser" in found.stderr


def test_one_that_does_not_start_is_none() -> None:
    found = looked_for(CHROMIUM="/bin/false")
    assert found.returncode == 1
    assert "does not start" in found.stderr
