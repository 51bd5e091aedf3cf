"""The tests with the vendors' own SDKs are collected only if they are run (`-m thorough`)."""

from pathlib import Path

import pytest


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave `official/` out with all `thorough` tests: its imports take 10 s in each process."""
    left_out = config.option.markexpr == "not thorough"
    return True if left_out and collection_path.name == "official" else None
