"""The threads that run jobs in each process, apart from those that serve requests.

A process holds the lock of each job that it runs (`.running` in the job's directory); when the
process dies, the kernel releases the lock. Each unfinished job also has a marker in `queue/`, which
one process of each node reads once a second: a queued job whose lock is free has lost its process,
and the first process that gets the lock continues it (`_continue`). From there, `begin_attempt` in
jobs/job_states.py decides about the calls that were in progress. A job whose marker has vanished
gets it back, since all job documents are read at the start and now and then.

A provider's key that came with a request exists in the memory of one process only. A job that is
continued without it becomes `interrupted` until it is resumed with the key.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from jobs.assistance import Assistant
from jobs.concurrency import ProviderPermits
from jobs.execution import execute
from jobs.hourly import Housekeeper
from jobs.kinds import JobKind, JobKinds
from jobs.machine_turns import waiting_jobs
from jobs.model import FINISHED, JobLostError, JobRef, WorkerStoppingError, is_finalized
from jobs.queue_reading import QueueReading, owner_of
from jobs.run import JobRun
from jobs.webhooks.finalizing import Finalizer
from settings.config import Settings
from storage.errors import NotFoundError, StorageError, UnavailableError
from storage.files.files import is_directory
from storage.locking.locks import FileLock
from storage.locking.permits import Turns, has_share
from storage.paths import RUNNING
from storage.queue import CREATION_SECONDS
from storage.store import Store

_log = logging.getLogger("vidworks.jobs")

_MAX_FINALIZING = 50  # finished jobs of the queue that are being finalized at once


class JobWorker:
    """Runs jobs in threads of this process, and continues those whose process died."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        kinds: JobKinds,
        every_hour: Callable[[Store, bool], None] = lambda *_: None,
    ) -> None:
        """`every_hour` is called soon after the start and every hour, in one process of a node.

        It deletes what has expired if it may: not while the clock cannot be trusted.
        """
        self.kinds = kinds
        self.stopping = threading.Event()
        self.takes_jobs = True  # unless they are left to the processes of a service
        self._store = store
        self._settings = settings
        self._tuning = settings.tuning
        self.permits = ProviderPermits(store, settings)
        self._running: dict[JobRef, str | None] = {}  # with its user, None if it takes no permit
        self._ended = threading.Condition()  # for those that wait for jobs
        self.finalizer = Finalizer(kinds, settings.tuning.webhook_delays)
        self._finalizing: set[JobRef] = set()
        self._retry_after: dict[JobRef, float] = {}
        self._reading = QueueReading(store)
        self._is_full = False  # there are jobs in the queue that this process has no room for
        self._assistant = Assistant(store, kinds, self._new_run)
        self._every_hour = every_hour

    def start(self) -> None:
        """Start the threads that look for orphaned and old jobs, in each process after the fork."""
        threading.Thread(target=self._poll_queue, daemon=True, name="jobs").start()
        Housekeeper(
            self._store,
            self._settings,
            self._every_hour,
            self.stopping,
            lambda: self._reading.is_ours,
        ).start()

    def stop(self, seconds: float) -> None:
        """Stop all jobs, and wait at most `seconds` for responses to paid calls."""
        self.stopping.set()
        self._wake_waiting()
        deadline = time.monotonic() + seconds
        while (self._running or self._assistant.is_busy) and time.monotonic() < deadline:
            time.sleep(0.05)

    def wait_for_end(self, seconds: float) -> None:
        """Wait until a job of this process has ended or all are stopped, at most some seconds."""
        with self._ended:
            self._ended.wait(seconds)

    def _wake_waiting(self) -> None:
        with self._ended:
            self._ended.notify_all()

    def has(self, ref: JobRef) -> bool:
        """Return whether this process runs a job, which may still be `queued` by its document."""
        return ref in self._running

    def has_capacity(self, user_id: str) -> bool:
        """Return whether this process may run one more job of a user."""
        users = [user for user in list(self._running.values()) if user is not None]
        return self.takes_jobs and has_share(users, user_id, self._tuning.running_jobs)

    def is_elsewhere(self) -> bool:
        """Return whether another process of this machine reads the queue: a service runs."""
        return self._reading.is_anothers()

    def launch(
        self,
        ref: JobRef,
        user_id: str | None,
        lock: FileLock,
        keys: Mapping[str, str],
        owner: str | None = None,
    ) -> None:
        """Run a job whose lock is held in a new thread, which releases the lock at the end.

        It takes a permit of this user; none without one, for a job that another one waits for.
        `owner` is the job's if no other process can have run it, as it was just created or resumed.
        """
        self._running[ref] = user_id
        target = partial(self._run, self._new_run(ref, keys, owner), lock)
        try:
            threading.Thread(target=target, daemon=True, name=ref.id).start()
        except RuntimeError:  # no more threads; the job is claimed from the queue later
            _log.exception("no thread for job %s; it is started later", ref.id)
            self._running.pop(ref, None)
            lock.release()

    def run_child(self, ref: JobRef, keys: Mapping[str, str]) -> None:
        """Run a job that one of this process waits for, unless some process runs it, or it waits.

        It takes no permit: otherwise jobs that wait could take those of the jobs they wait for.
        """
        is_postponed = time.monotonic() < self._retry_after.get(ref, 0.0)
        if not self.has(ref) and not is_postponed and self._with_turn({ref}):
            directory = self._store.collection(ref.collection).documents.directory_of(ref.id)
            lock = FileLock.try_acquire(directory, RUNNING)
            if lock is not None:
                self.launch(ref, None, lock, keys)

    def _new_run(self, ref: JobRef, keys: Mapping[str, str], owner: str | None = None) -> JobRun:
        observe = partial(self.finalizer.live.observe, self._store, self._settings)
        return JobRun(
            *(self._store, self._settings, ref, keys, self.stopping, self.permits, owner),
            observe=observe,
        )

    def _kind(self, run: JobRun) -> JobKind:
        kind: str = run.job["kind"]
        return self.kinds[kind]

    def _poll_queue(self) -> None:
        while not self.stopping.wait(self._tuning.queue_poll):
            if not self._may_look():
                continue
            try:
                self._continue_all()
            except Exception:  # noqa: BLE001 - no other process looks while this one holds the lock
                _log.warning("could not look through the queue", exc_info=True)
        self._reading.leave()

    def _may_look(self) -> bool:
        """Return whether this process reads the queue now."""
        if self._reading.is_ours and self._is_full:
            self._reading.leave()
            return False
        return self._reading.take()

    def _continue_all(self) -> None:
        self._is_full = False
        to_continue = self._with_turn(self._jobs_to_continue())
        oldest_first = sorted(to_continue, key=lambda ref: self._store.queue.marked_at(*ref))
        for ref in Turns((owner_of(self._store, ref), ref) for ref in oldest_first):
            try:
                self._continue(ref)
            except Exception as exc:  # noqa: BLE001 - one unreadable job must not stop the others
                if not isinstance(exc, UnavailableError):
                    _log.exception("job %s cannot be continued; run `./vidworks doctor`", ref.id)
                    self._postpone(ref)

    def _with_turn(self, refs: set[JobRef]) -> set[JobRef]:
        """Return the jobs without those that wait for the machine's permit, as it is not free."""
        for name, kind in self.kinds.items():
            if kind.turn_message:
                refs = refs - waiting_jobs(self._store, name, refs)
        return refs

    def _jobs_to_continue(self) -> set[JobRef]:
        """Return the queued jobs that this process does not run, nor has postponed."""
        try:
            queued = {JobRef(*job) for job in self._store.queue.jobs()}
        except (OSError, StorageError):
            _log.warning("could not read the queue", exc_info=True)
            return set()
        for ref, until in list(self._retry_after.items()):
            if until <= time.monotonic():
                self._retry_after.pop(ref)
        return queued - self._running.keys() - self._finalizing - self._retry_after.keys()

    def _continue(self, ref: JobRef) -> None:
        """Continue a job that no process has: run it, or finalize it if it had ended.

        If another process holds its lock, help with it, as far as that is possible. Does nothing if
        this process runs too many jobs already; but jobs that others may wait for are always run,
        or none of them would end. A marker without a job is removed, unless its job may just be in
        creation.
        """
        table = self._store.collection(ref.collection)
        try:
            job = table.snapshot(ref.id).values
            if job["state"] in FINISHED:
                self._start_finalizer(ref, job)
            elif _is_waited_for(job) or self.has_capacity(job["userId"]):
                lock = FileLock.try_acquire(table.documents.directory_of(ref.id), RUNNING)
                if lock is not None:
                    self.launch(ref, job["userId"], lock, {})
                else:
                    self._assistant.offer(ref, job)
            else:
                self._is_full = True
        except NotFoundError:
            if self._store.queue.age(*ref) > CREATION_SECONDS:
                self._forget(ref)

    def _run(self, run: JobRun, lock: FileLock) -> None:
        try:
            run.retry_while_disk_full(run.take_over)
            while run.retry_while_disk_full(lambda: run.job["state"]) not in FINISHED:
                execute(run, run.retry_while_disk_full(lambda: self._kind(run)))
        except (NotFoundError, FileNotFoundError):
            self._forget(run.ref)
            return
        except JobLostError:
            _log.warning("job %s was taken over by another process", run.ref.id)
            return
        except WorkerStoppingError:
            return  # the job stays queued; the next process continues it
        except Exception:  # noqa: BLE001 - such as an unreadable document
            _log.exception("job %s stopped; it is retried later", run.ref.id)
            self._postpone(run.ref)
            return
        finally:
            self._running.pop(run.ref, None)  # before another thread can claim the job
            lock.release()
            self._wake_waiting()
        self._finalize(run.ref)

    def _start_finalizer(self, ref: JobRef, job: Mapping[str, Any]) -> None:
        """Finalize a finished job of the queue in a new thread, if something can be done now."""
        is_ready = self.finalizer.is_ready(job) or is_finalized(job)
        if len(self._finalizing) == _MAX_FINALIZING or not is_ready:
            return
        self._finalizing.add(ref)
        try:
            threading.Thread(
                target=self._finalize, args=(ref,), daemon=True, name=f"{ref.id}-end"
            ).start()
        except RuntimeError:  # no more threads; the job is still queued, and finalized later
            _log.exception("no thread to finalize job %s; it is finalized later", ref.id)
            self._finalizing.discard(ref)

    def _finalize(self, ref: JobRef) -> None:
        """Finalize a finished job; if that fails, it is repeated later."""
        try:
            self.finalizer.finalize(self._new_run(ref, {}))
        except (NotFoundError, FileNotFoundError):
            self._forget(ref)
        except WorkerStoppingError:
            pass
        except Exception:  # noqa: BLE001 - whatever it is, it is retried
            _log.exception("job %s could not be finalized; it is retried later", ref.id)
            self._postpone(ref)
        finally:
            self._finalizing.discard(ref)

    def _forget(self, ref: JobRef) -> None:
        """Remove the marker of a job that was deleted; retry later if only a part is missing."""
        with suppress(StorageError):
            if not is_directory(
                self._store.collection(ref.collection).documents.directory_of(ref.id)
            ):
                self._store.queue.discard(*ref)
                return
        _log.warning("job %s misses something; it is retried later", ref.id, exc_info=True)
        self._postpone(ref)

    def _postpone(self, ref: JobRef) -> None:
        self._retry_after[ref] = time.monotonic() + self._tuning.queue_retry


def _is_waited_for(job: Mapping[str, Any]) -> bool:
    """Return whether other jobs may wait for a job: for a permit of a provider, or for a scene."""
    return bool(job.get("claims")) or any(call["state"] == "submitted" for call in job["calls"])
