"""The limit of requests that wait for jobs at once in a process (setting WAITERS).

Each waiting request holds a thread. The server's thread pool grows by one thread for each of them,
so that THREADS threads are always left for other requests (docs/decisions/0010).
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from errors import BusyError
from media.limits import THUMBNAILS, MediaBusyError, Pool
from storage.sharing import has_share

_MAX_THUMBNAILS = 96  # requests that wait for them at once: a page shows many scenes

_ADVICE = "Start a job with POST …/jobs, which does not wait, and poll it."


class _Slots(NamedTuple):
    """A number of slots, and how many of them each user has taken."""

    number: int
    taken: Counter[str]


class WaitLimiter:
    """Slots for waiting requests, half of them also for event streams, shared among users.

    Requests that wait for thumbnails have slots of their own.
    """

    def __init__(self, slots: int, stopping: threading.Event) -> None:
        self.stopping = stopping
        self.resize_pool: Callable[[int], None] = _keep_pool  # set in gunicorn.conf.py
        self._all = _Slots(slots, Counter())
        self._of_streams = _Slots(max(1, slots // 2), Counter())
        self._of_thumbnails = _Slots(_MAX_THUMBNAILS, Counter())
        self._lock = threading.Lock()

    @contextmanager
    def slot(self, user_id: str, *, watching: bool = False) -> Iterator[None]:
        """Hold a slot to wait for a job or watch its events. Raises BusyError if none is free."""
        slots = (self._all, self._of_streams) if watching else (self._all,)
        if not self._take(slots, user_id):
            raise BusyError("Too many requests wait for jobs", _ADVICE, 5)
        try:
            yield
        finally:
            self._give_back(slots, user_id)

    @contextmanager
    def media_slot(self, pool: Pool, user_id: str) -> Iterator[None]:
        """Hold a slot to wait for a program that reads media.

        Raises MediaBusyError if none is free.
        """
        slots = (self._of_thumbnails if pool is THUMBNAILS else self._all,)
        if not self._take(slots, user_id):
            raise MediaBusyError("Too many requests wait for media to be read")
        try:
            yield
        finally:
            self._give_back(slots, user_id)

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

    def _take(self, slots: Iterable[_Slots], user_id: str) -> bool:
        """Take one of each of these slots, unless the user has no share of one."""
        with self._lock:
            if not all(has_share(each.taken, user_id, each.number) for each in slots):
                return False
            for each in slots:
                each.taken[user_id] += 1
            self.resize_pool(1)
            return True

    def _give_back(self, slots: Iterable[_Slots], user_id: str) -> None:
        with self._lock:
            for each in slots:
                each.taken[user_id] -= 1
                if not each.taken[user_id]:
                    del each.taken[user_id]
            self.resize_pool(-1)


def _keep_pool(_threads: int) -> None:
    """Do nothing: the default under servers whose thread pool cannot be resized."""
