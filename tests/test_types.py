"""Types are right, as mypy (strict) sees them: a test, so that other tests run meanwhile."""

import subprocess
import sys

import pytest

from tests.service import ROOT


@pytest.mark.slow
def test_mypy_finds_nothing():
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "."], check=False, cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr
