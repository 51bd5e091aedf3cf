"""Whether a job may be ordered now: room in this process and in the queue, and users' limits."""

import time
from collections.abc import Mapping

from errors import BusyError, TooManyError
from jobs.machine_turns import unfinished_jobs
from jobs.worker import JobWorker
from settings.config import Settings
from storage.locking.permits import has_share
from storage.store import Store

_LOOK_SECONDS = 1.0  # between counts of jobs that wait for a process with room
_BUSY_SECONDS = 10  # that clients are told to wait if no job can be taken
_RETRY_SECONDS = 30  # that a user with too many unfinished jobs is told to wait


class Capacity:
    """The room for jobs that requests order."""

    def __init__(self, store: Store, settings: Settings, worker: JobWorker) -> None:
        self._store = store
        self._tuning = settings.tuning
        self._worker = worker
        self._waiting: list[str] = []  # users of jobs that wait for a process with room
        self._looked = float("-inf")

    def runs_here(self, user_id: str, keys: Mapping[str, str]) -> bool:
        """Return whether this process may run one more job of a user; otherwise it may be queued.

        Raises BusyError if too many wait in the queue, and for a job with keys that came with the
        request: no other process gets them.
        """
        if self._worker.has_capacity(user_id):
            return True
        if keys:
            advice = "A job whose key came with the request cannot wait. Try again later."
            raise BusyError("Too many running jobs", advice, _BUSY_SECONDS)
        waiting, most = self._waiting_users(), self._tuning.queued_jobs
        if not has_share(waiting, user_id, most):
            advice = f"At most {most} wait, shared by all users. Try again later."
            raise BusyError("Too many waiting jobs", advice, _BUSY_SECONDS)
        waiting.append(user_id)
        return False

    def check_unfinished(self, kind: str, user_id: str) -> None:
        """Raise TooManyError if a user has as many unfinished jobs of a kind as users may have."""
        limit = self._worker.kinds[kind].max_unfinished
        if limit is None:
            return
        jobs = unfinished_jobs(self._store, kind)
        if sum(job["userId"] == user_id for _, job in jobs) >= limit:
            advice = f"Each user may have {limit}: wait until one has ended, or cancel some."
            raise TooManyError(f"Too many unfinished jobs of kind {kind}", advice, _RETRY_SECONDS)

    def _waiting_users(self) -> list[str]:
        """Return the users of the jobs that wait for a process with room, at most a second old.

        They are kept for that long so that refusing many orders does not read all jobs each time.
        """
        if time.monotonic() - self._looked >= _LOOK_SECONDS:
            self._looked = time.monotonic()
            jobs = unfinished_jobs(self._store)
            waiting = ((ref, job) for ref, job in jobs if job["state"] == "queued")
            self._waiting = [job["userId"] for ref, job in waiting if not self._worker.has(ref)]
        return self._waiting
