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


@pytest.fixture
def slow_file_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No modification time is old enough to be trusted, however long a test takes."""
    monkeypatch.setattr("storage.documents._RACY_NS", 1 << 62)


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at a list looks at all files."""
    monkeypatch.setattr("storage.index._SCAN_SECONDS", 0.0)
    monkeypatch.setattr("storage.index._SCAN_SHARE", 0)


@pytest.fixture
def no_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first look at a list only the log tells what changed."""
    monkeypatch.setattr("storage.index._SCAN_SECONDS", 3600.0)


@pytest.fixture
def home(store: Store) -> Path:
    """The directory of a user's document that is there."""
    store.users.create("ana", {"name": "Ana", "number": 1})
    return store.root / "users" / "ana"
