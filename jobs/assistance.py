"""A node that has room helps with jobs that other nodes run: those of kinds that can be shared.

The node that runs a job owns it, with its lock, its progress and its result. One that helps reads
the job and changes nothing of it, so both may end at any time. It does not take its own permit for
jobs of the kind, and stops as soon as another job takes that.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from jobs.kinds import JobKinds
from jobs.machine_turns import is_free
from jobs.model import JobCancelledError, JobRef, WorkerStoppingError
from jobs.run import JobRun
from storage.errors import NotFoundError, StorageError
from storage.locking.locks import FileLock
from storage.locking.permits import current_user
from storage.paths import SEMAPHORES
from storage.store import Store

_log = logging.getLogger("vidworks.jobs")

_MIN_MS = 1000  # that a job has been running when it gets help
_CHECK_SECONDS = 0.5  # between looks at this node's permit
_RETRY_SECONDS = 60.0  # after an error

NewRun = Callable[[JobRef, Mapping[str, str], str | None], JobRun]


class AssistanceOverError(WorkerStoppingError):
    """The job has ended, or this node has a job of its own."""


class Assistant:
    """Helps with one job at a time, in a thread of one process of this node."""

    def __init__(self, store: Store, kinds: JobKinds, new_run: NewRun) -> None:
        self.is_busy = False
        self._store = store
        self._kinds = kinds
        self._new_run = new_run
        self._retry_after = 0.0

    def offer(self, ref: JobRef, job: Mapping[str, Any]) -> None:
        """Help with a job that another process runs, if that is possible and this node has room."""
        kind = self._kinds[job["kind"]]
        if not kind.can_assist or not self._store.nodes.own or not _runs_for_a_while(job):
            return
        if self.is_busy or time.monotonic() < self._retry_after:
            return
        lock = self._enter(job["kind"])
        if lock is None:
            return
        self.is_busy = True
        run = self._new_run(ref, {}, job.get("owner"))  # another owner ends the help
        target = partial(self._assist, run, kind.assist, lock)
        try:
            threading.Thread(target=target, daemon=True, name=f"{ref.id}-help").start()
        except RuntimeError:  # no more threads
            self.is_busy = False
            lock.release()

    def _enter(self, kind: str) -> FileLock | None:
        """Return the lock of the process of this node that helps, if it and the permit are free."""
        name = self._store.nodes.local("assistant")
        try:
            if is_free(self._store, kind):
                return FileLock.try_acquire(self._store.root / SEMAPHORES, name)
        except (OSError, StorageError):  # the disk is read-only or fails, as requests report
            pass
        return None

    def _assist(
        self, run: JobRun, assist: Callable[[JobRun, Callable[[], None]], None], lock: FileLock
    ) -> None:
        current_user.set(run.job["userId"])
        try:
            assist(run, _Check(run).check)
        except (WorkerStoppingError, JobCancelledError, NotFoundError, FileNotFoundError):
            pass  # what the job uses is removed when it ends
        except Exception:  # noqa: BLE001 - the node that runs the job goes on alone
            _log.warning("job %s: this node cannot help", run.ref.id, exc_info=True)
            self._retry_after = time.monotonic() + _RETRY_SECONDS
        finally:
            self.is_busy = False
            lock.release()


class _Check:
    """Whether a job still needs help, and this node has room for that."""

    def __init__(self, run: JobRun) -> None:
        self._run = run
        self._kind = run.job["kind"]
        self._checked = time.monotonic()

    def check(self) -> None:
        """Raise JobCancelledError, WorkerStoppingError, NotFoundError if not; called often."""
        self._run.check_stop()
        if self._run.job["state"] != "running":
            raise AssistanceOverError
        if time.monotonic() - self._checked > _CHECK_SECONDS:
            self._checked = time.monotonic()
            if not is_free(self._run.store, self._kind):
                raise AssistanceOverError


def _runs_for_a_while(job: Mapping[str, Any]) -> bool:
    """Return whether a job has reported progress for some time; by the clock of its own node."""
    return bool(job["state"] == "running" and job["updatedAt"] - job["startedAt"] >= _MIN_MS)
