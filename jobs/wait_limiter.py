"""How many requests of a process may wait for jobs at once.

Each waiting request holds a thread, so their number is bounded (setting WAITERS), and the server's
thread pool grows by one for each of them: however many wait, THREADS are left for the others.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from web.errors import BusyError

_ADVICE = "Start a job with POST …/jobs, which does not wait, and ask for it now and then."


class WaitLimiter:
    """The slots for waiting requests: at most three quarters for one user, half for watchers."""

    def __init__(self, slots: int, stopping: threading.Event) -> None:
        self.stopping = stopping
        self.resize_pool: Callable[[int], None] = _keep_pool  # set by our gunicorn worker
        self._slots = slots
        self._taken: Counter[str] = Counter()
        self._watchers = 0
        self._lock = threading.Lock()

    @contextmanager
    def slot(self, user_id: str, *, watching: bool = False) -> Iterator[None]:
        """Hold a slot to wait for a job, or to watch one. Raises BusyError if there is none."""
        with self._lock:
            full = self._taken.total() >= self._slots
            enough = self._taken[user_id] >= max(1, self._slots * 3 // 4)
            if full or enough or (watching and self._watchers >= max(1, self._slots // 2)):
                raise BusyError("Too many requests wait for jobs", _ADVICE, 5)
            self._count(user_id, watching, 1)
        try:
            yield
        finally:
            with self._lock:
                self._count(user_id, watching, -1)

    def _count(self, user_id: str, watching: bool, slots: int) -> None:
        self._taken[user_id] += slots
        self._watchers += slots * watching
        self.resize_pool(slots)


def _keep_pool(_threads: int) -> None:
    """Other servers than ours keep the threads they have."""
