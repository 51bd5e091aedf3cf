"""Fixtures: a store, a second one on the same directory, and the settings of caches and lists."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from storage.store import Store


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The path of the data directory."""
    return tmp_path / "data"


@pytest.fixture
def store(root: Path) -> Store:
    """A store on an empty data directory."""
    return Store(root, fsync=False)


@pytest.fixture
def second_store(store: Store) -> Store:
    """A second store on the same directory; like another process, it shares no memory."""
    return Store(store.root, fsync=False)


@pytest.fixture
def user_directory(store: Store) -> Path:
    """The directory of an existing user, whose id is "ana"."""
    store.users.create("ana", {"name": "Ana", "number": 1})
    return store.root / "users" / "ana"


@pytest.fixture
def untrusted_mtimes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every modification time as too recent to be trusted, however long a test takes."""
    monkeypatch.setattr("storage.documents._RACY_NS", 1 << 62)


@pytest.fixture
def scan_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every call of `Index.current` check all files."""
    monkeypatch.setattr("storage.index._SCAN_SECONDS", 0.0)
    monkeypatch.setattr("storage.index._SCAN_SHARE", 0)


@pytest.fixture
def scan_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an index check all files once; afterwards it follows the change log only."""
    monkeypatch.setattr("storage.index._SCAN_SECONDS", 3600.0)


class Clock:
    """A monotonic clock that advances only when a test says so."""

    def __init__(self) -> None:
        self.now = time.monotonic()

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The monotonic clock of the document cache and of lists."""
    clock = Clock()
    fake_time = SimpleNamespace(monotonic=lambda: clock.now, time_ns=time.time_ns)
    for module in ("storage.documents", "storage.index"):
        monkeypatch.setattr(f"{module}.time", fake_time)
    return clock
