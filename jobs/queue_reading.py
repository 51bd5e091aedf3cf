"""Reading the queue of unfinished jobs: which process does, and whose jobs these are."""

from contextlib import suppress

from jobs.model import JobRef
from storage.errors import NotFoundError, StorageError
from storage.locking.locks import FileLock
from storage.paths import SEMAPHORES
from storage.store import Store

_NAME = "queue"


class QueueReading:
    """The right of a process to read the queue: one of each node does, which has room for jobs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock: FileLock | None = None

    @property
    def is_ours(self) -> bool:
        """Whether this process reads the queue."""
        return self._lock is not None

    def take(self) -> bool:
        """Return whether this process reads the queue from now on."""
        if self._lock is not None:
            return True
        try:
            directory = self._store.root / SEMAPHORES
            self._store.disk.make_directory(directory)
            self._lock = FileLock.try_acquire(directory, self._store.nodes.local(_NAME))
        except (OSError, StorageError):  # the disk is read-only or fails, as requests report
            return False
        return self.is_ours

    def leave(self) -> None:
        """Let another process read the queue."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def is_anothers(self) -> bool:
        """Return whether another process of this machine reads the queue: a service runs."""
        if self.is_ours:
            return False
        with suppress(NotFoundError):
            lock = FileLock.try_acquire(
                self._store.root / SEMAPHORES, self._store.nodes.local(_NAME)
            )
            if lock is None:
                return True
            lock.release()
        return False


def owner_of(store: Store, ref: JobRef) -> str:
    """Return the id of the user whose job it is; "" for a deleted project."""
    if ref.work_ref is None:
        return ref.collection.split("/")[1]
    with suppress(StorageError):
        return store.projects.snapshot(ref.work_ref.project_id).user_id or ""
    return ""
