"""The limit of requests that wait at once in a process (setting WAITERS), also for locks.

Each waiting request holds a thread. The server's thread pool grows by one thread for each of them,
so that THREADS threads are left for others. A job that could not get a lock is tried again.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from flask import g, has_request_context, request

from errors import BusyError
from media.limits import LANES, THUMBNAILS, MediaBusyError, Pool
from settings.tuning import Tuning
from storage.errors import LockedError
from storage.locking.permits import LocalPermits
from storage.locking.waiting import MayWait, within

_MAX_THUMBNAILS = 96  # requests that wait at once: a page shows many scenes

_ADVICE = "Start a job with POST …/jobs, which does not wait, and poll it."
_RECEIVING_ADVICE = "Try again in some seconds."
_FETCHING_ADVICE = "Try again later, or let a job fetch the file, with `Prefer: respond-async`."


class WaitLimiter:
    """Permits for waiting requests, half of them also for event streams, shared among users.

    Requests that wait for thumbnails, filmstrips and peaks have permits of their own.
    """

    def __init__(self, permits: int, stopping: threading.Event) -> None:
        self.stopping = stopping
        self.resize_pool: Callable[[int], None] = _keep_pool  # set in gunicorn.conf.py
        self.all = LocalPermits(permits)
        self.of_streams = LocalPermits(max(1, permits // 2))
        self._of_thumbnails = LocalPermits(_MAX_THUMBNAILS)
        self._lock = threading.Lock()

    @contextmanager
    def permit(self, user_id: str, *, watching: bool = False) -> Iterator[None]:
        """Hold a permit to wait for a job or watch its events. Raises BusyError if none is free."""
        permits = (self.of_streams, self.all) if watching else (self.all,)
        busy = BusyError("Too many requests wait for jobs", _ADVICE, 5)
        with self._hold(user_id, busy, *permits):
            yield

    @contextmanager
    def fetching_permit(self, user_id: str) -> Iterator[None]:
        """Hold a permit to wait for a file of another server. Raises BusyError if none is free."""
        busy = BusyError("Too many requests wait for files of other servers", _FETCHING_ADVICE, 5)
        with self._hold(user_id, busy, self.all):
            yield

    @contextmanager
    def receiving_permit(self, user_id: str) -> Iterator[None]:
        """Hold a permit to wait for the receiver of a webhook. Raises BusyError if none is free."""
        busy = BusyError("Too many requests wait for other servers", _RECEIVING_ADVICE, 5)
        with self._hold(user_id, busy, self.all):
            yield

    @contextmanager
    def media_permit(self, pool: Pool, user_id: str) -> Iterator[None]:
        """Hold a permit to wait for a program that reads media.

        Raises MediaBusyError if none is free.
        """
        permits = self._of_thumbnails if pool in (THUMBNAILS, LANES) else self.all
        busy = MediaBusyError("Too many requests wait for media to be read")
        with self._hold(user_id, busy, permits):
            yield

    @contextmanager
    def extra_thread(self) -> Iterator[None]:
        """Give the pool one thread more, for a request that waits."""
        with self._lock:
            self.resize_pool(1)
        try:
            yield
        finally:
            with self._lock:
                self.resize_pool(-1)

    @contextmanager
    def _hold(self, user_id: str, busy: Exception, *all_permits: LocalPermits) -> Iterator[None]:
        with ExitStack() as held:
            for permits in all_permits:
                if not permits.try_take(user_id):
                    raise busy
                held.callback(permits.give_back, user_id)
            held.enter_context(self.extra_thread())
            yield


def _keep_pool(_threads: int) -> None:
    """Do nothing: the default under servers whose thread pool cannot be resized."""


@contextmanager
def wait_for_lock(
    permit_of: Callable[[str], AbstractContextManager[None]], tuning: Tuning
) -> Iterator[MayWait]:
    """Let the current thread wait for a lock; a request holds a permit of its user meanwhile.

    Raises LockedError if too many requests wait, of all users or of this one.
    """
    if not has_request_context():
        yield within(tuning.job_lock)
        return
    with ExitStack() as held:
        try:
            held.enter_context(permit_of(_user()))
        except BusyError as exc:
            raise LockedError(exc.message) from exc
        in_time, permitted = within(tuning.request_lock), g.get("permission")

        def may_wait() -> bool:
            """Return whether the time is not over. Raises what a new request would get."""
            if permitted is not None:
                permitted.check_if_old()
            return in_time()

        yield may_wait


def _user() -> str:
    """Return who sends the request: a user, or an address that logs in or registers."""
    identity = g.get("identity")
    return identity.user_id if identity else str(request.remote_addr)
