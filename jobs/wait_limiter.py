"""The limit of requests that wait for jobs at once in a process (setting WAITERS).

Each waiting request holds a thread. The server's thread pool grows by one thread for each of them,
so that THREADS threads are always left for other requests (docs/decisions/0010).
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from jobs.sharing import has_share
from media.limits import THUMBNAILS, MediaBusyError, Pool
from web.errors import BusyError

_MAX_THUMBNAILS = 64  # requests that wait for them at once: a page shows many scenes

_ADVICE = "Start a job with POST …/jobs, which does not wait, and poll it."


class WaitLimiter:
    """Slots for waiting requests, half of them also for event streams, shared among users."""

    def __init__(self, slots: int, stopping: threading.Event) -> None:
        self.stopping = stopping
        self.resize_pool: Callable[[int], None] = _keep_pool  # set in gunicorn.conf.py
        self._slots = slots
        self._thumbnails = threading.BoundedSemaphore(_MAX_THUMBNAILS)
        self._taken: Counter[str] = Counter()
        self._watchers: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def slot(self, user_id: str, *, watching: bool = False) -> Iterator[None]:
        """Hold a slot to wait for a job or watch its events. Raises BusyError if none is free."""
        with self._lock:
            allowed = has_share(self._taken, user_id, self._slots)
            if watching:
                allowed = allowed and has_share(self._watchers, user_id, max(1, self._slots // 2))
            if not allowed:
                raise BusyError("Too many requests wait for jobs", _ADVICE, 5)
            self._count(user_id, watching, 1)
        try:
            yield
        finally:
            with self._lock:
                self._count(user_id, watching, -1)

    @contextmanager
    def media_slot(self, pool: Pool) -> Iterator[None]:
        """Hold a slot to wait for a program that reads media: uploads share one user's.

        Thumbnails have slots of their own. Raises MediaBusyError if none is free.
        """
        with ExitStack() as stack:
            if pool is THUMBNAILS:
                stack.enter_context(self._thumbnail_slot())
            else:
                try:
                    stack.enter_context(self.slot("uploads"))
                except BusyError as exc:
                    raise MediaBusyError(exc.message) from exc
            yield

    @contextmanager
    def _thumbnail_slot(self) -> Iterator[None]:
        if not self._thumbnails.acquire(blocking=False):
            raise MediaBusyError("Too many requests wait for thumbnails")
        try:
            with self.extra_thread():
                yield
        finally:
            self._thumbnails.release()

    @contextmanager
    def extra_thread(self) -> Iterator[None]:
        """Give the pool one thread more, for a request that waits for something else than a job."""
        with self._lock:
            self.resize_pool(1)
        try:
            yield
        finally:
            with self._lock:
                self.resize_pool(-1)

    def _count(self, user_id: str, watching: bool, change: int) -> None:
        for counter in (self._taken, self._watchers) if watching else (self._taken,):
            counter[user_id] += change
            if not counter[user_id]:
                del counter[user_id]
        self.resize_pool(change)


def _keep_pool(_threads: int) -> None:
    """Do nothing: the default under servers whose thread pool cannot be resized."""
