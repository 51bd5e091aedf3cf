"""Files that tests only read, made once for all processes that run tests."""

import fcntl
import os
from collections.abc import Callable
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


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return such a directory, into which the first process that asks has put the files."""
    directory = shared_directory(factory, name)
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (complete := directory / ".complete").exists():
            make(directory)
            complete.touch()
    return directory
