"""Fixtures: a store, a second one on the same directory, and the settings of caches and lists."""

import time
from types import SimpleNamespace

import pytest

from storage.store import Store


@pytest.fixture
def root(tmp_path):
    """The path of the data directory."""
    return tmp_path / "data"


@pytest.fixture
def store(root, tuning):
    """A store on an empty data directory."""
    return Store(root, fsync=False, tuning=tuning)


@pytest.fixture
def second_store(store, tuning):
    """A second store on the same directory; like another process, it shares no memory."""
    return Store(store.root, fsync=False, tuning=tuning)


@pytest.fixture
def user_directory(store):
    """The directory of an existing user, whose id is "ana"."""
    store.users.create("ana", {"name": "Ana", "number": 1})
    return store.root / "users" / "ana"


@pytest.fixture
def untrusted_mtimes(monkeypatch):
    """Treat every modification time as too recent to be trusted, however long a test takes."""
    clock = SimpleNamespace(monotonic=time.monotonic, time_ns=lambda: 0)
    monkeypatch.setattr("storage.documents.snapshots.time", clock)


# Check all files at every call of `Index.current`; or once, and then follow the change log only.
scan_always = pytest.mark.tuning(scan_pause=0.0, scan_share=0)
scan_once = pytest.mark.tuning(scan_pause=3600.0)


class Clock:
    """A monotonic clock that advances only when a test says so."""

    def __init__(self) -> None:
        self.now = time.monotonic()

    def advance(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    """The monotonic clock of the document cache, of lists and of locks."""
    clock = Clock()
    fake_time = SimpleNamespace(monotonic=lambda: clock.now, time_ns=time.time_ns)
    documents = (
        "documents.snapshots",
        "documents.documents",
        "documents.index",
        "documents.transactions",
    )
    for module in (*documents, "shared.lapsed_locks"):
        monkeypatch.setattr(f"storage.{module}.time", fake_time)
    return clock
