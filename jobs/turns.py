"""A job's turn with the slot of its machine: a long job steps back for other users, and goes on.

A turn is over after some seconds if a job of another user waits for the slot. No further program of
the job starts then, and those that run may end within as many seconds more; what takes longer is
suspended. When none runs any more, the job gives the slot away, queues up again, and goes on where
it was when its turn has come.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from storage.locks import FileLock

_LOOK_SECONDS = 1.0  # between looks whether others wait
_STEP_SECONDS = 0.1


class Turn:
    """The slot while a job has it, shared by the threads of the job.

    `queue_up` waits for the slot and returns its lock, `others_wait` tells whether another user
    does, and `check` raises what stops the job.
    """

    def __init__(
        self,
        lock: FileLock,
        seconds: float,
        queue_up: Callable[[], FileLock],
        others_wait: Callable[[], bool],
        check: Callable[[], None],
    ) -> None:
        self._lock: FileLock | None = lock
        self._seconds = seconds
        self._queue_up = queue_up
        self._others_wait = others_wait
        self._check = check
        self._condition = threading.Condition()
        self._programs = 0  # that run, and are not suspended
        self._begun = self._looked = time.monotonic()
        self._over_since: float | None = None

    def wait(self) -> None:
        """Return at once during a turn, or else when the next one has begun.

        Raises what stops the job.
        """
        with self._condition:
            while self._is_over():
                if self._programs:
                    self._condition.wait(_STEP_SECONDS)
                    self._check()
                else:
                    self._pass_on()

    @contextmanager
    def program(self) -> Iterator[None]:
        """Run a program, which begins in a turn. Raises as `wait`."""
        with self._condition:
            self.wait()
            self._programs += 1
        try:
            yield
        finally:
            with self._condition:
                self._programs -= 1
                self._condition.notify_all()

    def is_too_long(self) -> bool:
        """Return whether a program has gone on for too long after the end of the turn."""
        with self._condition:
            if not self._is_over() or self._over_since is None:
                return False
            return time.monotonic() - self._over_since >= self._seconds

    def pause(self) -> None:
        """Wait for the next turn while the caller's program is suspended. Raises as `wait`."""
        with self._condition:
            self._programs -= 1
            try:
                self.wait()
            finally:
                self._programs += 1

    def end(self) -> None:
        """Give the slot away."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _is_over(self) -> bool:
        now = time.monotonic()
        may_be = self._over_since is None and now - self._begun >= self._seconds
        if may_be and now - self._looked >= min(_LOOK_SECONDS, self._seconds):
            self._looked = now
            self._over_since = now if self._others_wait() else None
        return self._over_since is not None

    def _pass_on(self) -> None:
        """Give the slot away, and get it again. No other thread of the job goes on meanwhile."""
        self.end()
        self._lock = self._queue_up()
        self._begun = self._looked = time.monotonic()
        self._over_since = None
