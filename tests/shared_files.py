"""Files that tests only read, made once for all processes that run tests."""

import os
from pathlib import Path

import pytest


def shared_directory(factory: pytest.TempPathFactory, name: str) -> Path:
    """Return the directory of this name that the processes of a run share.

    Each process of pytest-xdist has a temporary directory of its own within that of the run.
    """
    base = factory.getbasetemp()
    directory = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    directory.mkdir(exist_ok=True)
    return directory
