"""The threads that run jobs, beside those that serve requests.

Whoever runs a job holds its lock for as long as the process lives. A job whose process died is
found in the queue with its lock free, and is continued by another one. A vendor's key that came
with a request is known to the process that got it and to nobody else: without it, such a job
becomes `interrupted` until someone resumes it with the key.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from werkzeug.datastructures import Headers

from config import Settings
from jobs import webhooks
from jobs.model import (
    FINISHED,
    CallFailedError,
    JobCancelledError,
    JobRef,
    JobSpec,
    WorkerStoppingError,
    is_finalized,
    mark_cancelled,
    mark_completed,
    mark_failed,
    mark_finished,
    mark_running,
)
from jobs.run import JobRun
from providers.errors import ProviderError
from storage.clock import DAY_MS, now_ms
from storage.errors import DiskFullError, NotFoundError, StorageError, UnwritableError
from storage.locks import FileLock, lock_document
from storage.paths import DELIVERING, RUNNING
from storage.store import Store
from storage.tables import DocumentTable
from web.errors import ApiError, BusyError

_log = logging.getLogger("vidworks.jobs")

Perform = Callable[[JobRun], dict[str, Any] | None]

_MAX_RUNNING = 200  # jobs that one process runs at once
_MAX_FINALIZING = 50  # webhooks that it waits for at once
_POLL_SECONDS = 1.0
_YOUNG_SECONDS = 60.0  # a marker this new may belong to a job that is just being created
_RETRY_SECONDS = 60.0  # after which a job that could not be claimed is tried again
_PRUNE_SECONDS = 3600.0

_NO_KEY = (
    "The service was restarted, and the vendor's key that came with the request was not kept."
    " Resume the job with the key: what is done stays, and what was submitted is not paid again."
)


class JobKinds(NamedTuple):
    """What jobs are for; given by the packages above this one.

    `perform`: the function of each kind; it returns the job's result.
    `build_spec`: the spec of a work's job and the keys it needs, from the store, the work, the
    body of `POST …/jobs` and the headers.
    `cancel_task`: tells the vendor that the task of a call is not wanted any more.
    `finalize`: brings the work in line with how its job ended.
    """

    perform: Mapping[str, Perform]
    build_spec: Callable[
        [Store, Mapping[str, Any], Mapping[str, Any], Headers], tuple[JobSpec, dict[str, str]]
    ]
    cancel_task: Callable[[JobRun, str], None]
    finalize: Callable[[JobRun], None]


class JobWorker:
    """The jobs that this process runs."""

    def __init__(self, store: Store, settings: Settings, kinds: JobKinds) -> None:
        self.kinds = kinds
        self.stopping = threading.Event()
        self._store = store
        self._settings = settings
        self._running: set[JobRef] = set()
        self._finalizing: set[JobRef] = set()
        self._retry_after: dict[JobRef, float] = {}

    def start(self) -> None:
        """Start to look for orphaned jobs; once in each process that serves requests."""
        threading.Thread(target=self._poll_queue, daemon=True, name="jobs").start()

    def stop(self, seconds: float) -> None:
        """Start nothing new, and wait for the answers of calls that are being paid for."""
        self.stopping.set()
        until = time.monotonic() + seconds
        while self._running and time.monotonic() < until:
            time.sleep(0.05)

    def check_capacity(self) -> None:
        """Raise BusyError if this process runs as many jobs as it can."""
        if len(self._running) >= _MAX_RUNNING:
            raise BusyError(
                "Too many jobs run", f"This process runs {_MAX_RUNNING}; try again.", 10
            )

    def launch(self, ref: JobRef, lock: FileLock, keys: Mapping[str, str]) -> None:
        """Run a job whose lock is held, in a thread of its own, which releases the lock."""
        self._running.add(ref)
        target = partial(self._run, self._job_run(ref, keys), lock)
        try:
            threading.Thread(target=target, daemon=True, name=ref.id).start()
        except RuntimeError:  # no more threads: it is found in the queue later
            _log.exception("job %s waits for a thread", ref.id)
            self._running.discard(ref)
            lock.release()

    def _job_run(self, ref: JobRef, keys: Mapping[str, str]) -> JobRun:
        return JobRun(self._store, self._settings, ref, keys, self.stopping)

    def _poll_queue(self) -> None:
        next_pruning = time.monotonic() + _PRUNE_SECONDS
        while not self.stopping.wait(_POLL_SECONDS):
            for ref in self._orphans():
                try:
                    self._claim(ref)
                except Exception:  # noqa: BLE001 - one unreadable job must not stop the others
                    _log.exception("job %s cannot be run; see doctor", ref.id)
                    self._retry_after[ref] = time.monotonic() + _RETRY_SECONDS
            if time.monotonic() > next_pruning:
                next_pruning += _PRUNE_SECONDS
                prune_user_jobs(self._store, self._settings.job_days)

    def _orphans(self) -> set[JobRef]:
        """Return the unfinished jobs that this process does not run."""
        try:
            queued = {JobRef(*each) for each in self._store.queue.jobs()}
        except OSError:
            _log.warning("could not read the queue", exc_info=True)
            return set()
        now = time.monotonic()
        postponed = {ref for ref, until in self._retry_after.items() if until > now}
        return queued - self._running - self._finalizing - postponed

    def _claim(self, ref: JobRef) -> None:
        """Continue a job whose process died, unless another process holds its lock."""
        table = self._store.collection(ref.collection)
        try:
            if table.snapshot(ref.id).values["state"] in FINISHED:
                if len(self._finalizing) < _MAX_FINALIZING:
                    self._start_finalizer(ref)
            elif len(self._running) < _MAX_RUNNING:
                lock = FileLock.try_acquire(table.documents.directory_of(ref.id), RUNNING)
                if lock is not None:
                    self.launch(ref, lock, {})
        except NotFoundError:
            if self._store.queue.age(*ref) > _YOUNG_SECONDS:
                self._store.queue.discard(*ref)

    def _run(self, run: JobRun, lock: FileLock) -> None:
        try:
            while run.job["state"] not in FINISHED:
                run.retry_while_disk_full(lambda: self._attempt(run))
        except (NotFoundError, FileNotFoundError):
            self._store.queue.discard(*run.ref)  # deleted, with the work that it belonged to
            return
        except WorkerStoppingError:
            return  # another process continues it
        except Exception:  # noqa: BLE001 - such as an unreadable document
            _log.exception("job %s stopped; it is tried again", run.ref.id)
            self._retry_after[run.ref] = time.monotonic() + _RETRY_SECONDS
            return
        finally:
            self._running.discard(run.ref)  # before another thread can claim the job
            lock.release()
        self._start_finalizer(run.ref)

    def _start_finalizer(self, ref: JobRef) -> None:
        """Finalize a finished job in a thread of its own, unless another process does."""
        try:
            directory = self._store.collection(ref.collection).documents.directory_of(ref.id)
            lock = FileLock.try_acquire(directory, DELIVERING)
        except NotFoundError:
            self._store.queue.discard(*ref)
            return
        if lock is None:
            return
        self._finalizing.add(ref)
        target = partial(self._finalize, self._job_run(ref, {}), directory, lock)
        threading.Thread(target=target, daemon=True, name=f"{ref.id}-end").start()

    def _finalize(self, run: JobRun, directory: str, lock: FileLock) -> None:
        """Bring the work in line, deliver the webhook, and remove the job from the queue."""
        try:
            run.retry_while_disk_full(lambda: self.kinds.finalize(run))
            webhooks.deliver(run)
            with lock_document(directory):
                if is_finalized(run.job):
                    self._store.queue.discard(*run.ref)
        except (NotFoundError, FileNotFoundError):
            self._store.queue.discard(*run.ref)
        except WorkerStoppingError:
            pass
        except Exception:  # noqa: BLE001 - whatever it is, it is tried again
            _log.exception("job %s could not be finalized", run.ref.id)
            self._retry_after[run.ref] = time.monotonic() + _RETRY_SECONDS
        finally:
            self._finalizing.discard(run.ref)
            lock.release()

    def _attempt(self, run: JobRun) -> None:
        """Do what the job is for, and note how it ended."""
        if run.job["cancelRequested"]:
            self._cancel(run)
        elif run.job["ownKeys"] and not run.keys:
            run.change(lambda job: mark_finished(job, "interrupted", _NO_KEY))
        else:
            self._perform(run)

    def _cancel(self, run: JobRun) -> None:
        for call in run.job["calls"]:
            if call["state"] == "submitted":
                try:
                    self.kinds.cancel_task(run, call["id"])
                except ProviderError as exc:
                    _log.info("job %s: the vendor's task was not cancelled: %s", run.ref.id, exc)
        run.change(mark_cancelled)

    def _perform(self, run: JobRun) -> None:
        run.change(mark_running)
        try:
            result = self.kinds.perform[run.job["kind"]](run)
        except JobCancelledError:
            self._cancel(run)
        except CallFailedError:
            run.change(mark_completed)
        except ApiError as exc:
            run.change(partial(mark_failed, exc=exc))
        except ProviderError as exc:  # before anything was sent: its key is not there any more
            reason = f"{exc.message}. Resume the job with a key."
            run.change(lambda job: mark_finished(job, "interrupted", reason))
        except NotFoundError:
            reason = "Something that it needs was deleted meanwhile."
            run.change(lambda job: mark_finished(job, "failed", reason))
        except (WorkerStoppingError, DiskFullError, UnwritableError):
            raise
        except Exception:  # noqa: BLE001 - whatever it is, the job must say that it failed
            _log.exception("job %s failed", run.ref.id)
            reason = f"Unexpected failure; the server's log says more under {run.ref.id}."
            run.change(lambda job: mark_finished(job, "failed", reason))
        else:
            run.change(partial(mark_completed, result=result))


def prune_user_jobs(store: Store, days: int) -> None:
    """Delete finished jobs outside of works after so many days: their results were delivered."""
    for user_id in list(store.users.documents):
        prune(store.user_jobs(user_id), days)


def prune(table: DocumentTable, days: int) -> None:
    """Delete the finished jobs of a collection that are older than so many days."""
    oldest = now_ms() - days * DAY_MS
    for job_id in list(table.documents):
        with suppress(StorageError, KeyError, TypeError):  # doctor reports what cannot be read
            job = table.snapshot(job_id).values
            if is_finalized(job) and job["updatedAt"] < oldest:
                table.delete(job_id)
