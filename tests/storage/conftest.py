"""A data directory, and two who have it open."""

from pathlib import Path

import pytest

from storage.store import Store


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def store(root: Path) -> Store:
    """A data directory, opened."""
    return Store(root, fsync=False)


@pytest.fixture
def other(store: Store) -> Store:
    """The same directory, opened by somebody else: nothing in memory is shared."""
    return Store(store.root, fsync=False)
