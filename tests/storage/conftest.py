"""A data directory, opened twice as two processes would."""

from pathlib import Path

import pytest

from storage.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data", fsync=False)


@pytest.fixture
def other(store: Store) -> Store:
    """The same directory through another process's eyes: nothing is shared but the files."""
    return Store(store.root, fsync=False)
