"""The PROVIDER_CONCURRENCY slots of each provider, which all processes share.

A slot is a locked file that names its call. If its process dies, the call's task still runs at the
provider: the slot stays taken until another process has continued the call, or its job has ended.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from config import Settings
from jobs.model import FINISHED, JobRef, find_call
from storage.errors import NotFoundError, UnreadableError
from storage.locks import FileLock, FileSemaphore
from storage.sharing import Turns
from storage.store import Store

_POLL_SECONDS = 0.05  # between two looks of the thread whose turn it is


class ProviderSlots:
    """The slots, for the threads of one process; those that wait for one are served in turns."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._semaphore = FileSemaphore(store.root, settings.provider_concurrency, self._is_running)
        self._turns: defaultdict[str, Turns] = defaultdict(Turns)
        self._lock = threading.Lock()

    @contextmanager
    def hold(
        self, name: str, user_id: str, ref: JobRef, call_id: str, wait: Callable[[], float]
    ) -> Iterator[None]:
        """Hold a slot of `name` for a call of a job.

        `wait` is called while there is none; it returns for how many seconds to wait, or raises.
        """
        with self._lock:
            turns = self._turns[name]
        slot = self._acquire(turns, name, user_id, _holder(ref, call_id), wait)
        try:
            yield
        finally:
            slot.release()  # wakes nobody: other processes have the same chance as this one

    def _acquire(
        self, turns: Turns, name: str, user_id: str, holder: str, wait: Callable[[], float]
    ) -> FileLock:
        """Wait for a slot. A call whose task runs at the provider already need not queue up."""
        with turns.waiting(user_id) as is_turn:
            may_try = is_turn(0) or self._is_running(holder)
            while (slot := self._try(name, holder) if may_try else None) is None:
                seconds = min(wait(), _POLL_SECONDS) if may_try else wait()
                may_try = is_turn(seconds) or self._is_running(holder)
            return slot

    def _try(self, name: str, holder: str) -> FileLock | None:
        return self._semaphore.try_acquire(name, holder)

    def _is_running(self, holder: str) -> bool:
        """Return whether the call that a slot names has a task that runs at the provider."""
        path, _, call_id = holder.partition(" ")
        collection, _, job_id = path.rpartition("/")
        try:
            job = self._store.collection(collection).snapshot(job_id).values
            return job["state"] not in FINISHED and find_call(job, call_id)["state"] == "submitted"
        except (NotFoundError, UnreadableError, KeyError, StopIteration):
            return False


def _holder(ref: JobRef, call_id: str) -> str:
    return f"{ref.collection}/{ref.id} {call_id}"
