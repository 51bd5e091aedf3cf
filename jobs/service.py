"""Start, cancel and resume jobs."""

import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from config import Settings
from errors import BusyError, ConflictError, TooManyError
from jobs.budget import Budget
from jobs.job_states import calls_to_submit, reopen, update_progress
from jobs.machine_turns import unfinished_jobs
from jobs.model import FINISHED, Job, JobRef, JobSpec, new_job, summarize
from jobs.planning import JobPlanner
from jobs.worker import JobWorker
from storage.documents.documents import DocumentReader
from storage.documents.tables import DocumentTable
from storage.errors import (
    ExistsError,
    NotFoundError,
    StorageError,
    UnconfirmedError,
    UnreadableError,
)
from storage.limits import StorageLimits
from storage.locking.fair_places import has_share
from storage.locking.locks import FileLock
from storage.media.media_files import IncomingFile
from storage.paths import RUNNING
from storage.store import Store

_log = logging.getLogger("vidworks.jobs")

# Received files and their media types, by slot.
ReceivedFiles = Mapping[str, tuple[IncomingFile, str]]

_LOOK_SECONDS = 1.0  # between counts of jobs that wait for a process with room
_BUSY_SECONDS = 10  # that clients are told to wait if no job can be taken
_RETRY_SECONDS = 30  # that a user with too many unfinished jobs is told to wait
_RELEASE_SECONDS = 2.0  # for the thread of a finished job to release its lock
_CANCEL_SECONDS = 1.0  # for a job that is being cancelled to end


class JobService:
    """The jobs of a data directory, as requests use them."""

    def __init__(self, store: Store, settings: Settings, worker: JobWorker) -> None:
        self.store = store
        self.settings = settings
        self.worker = worker
        self._budget = Budget(store, settings)
        self._waiting: list[str] = []  # users of jobs that wait for a process with room
        self._looked = float("-inf")

    def get(self, ref: JobRef) -> Mapping[str, Any]:
        """Return the current job document, read-only. Raises NotFoundError."""
        return self._table(ref).snapshot(ref.id).values

    def get_started(self, ref: JobRef) -> Mapping[str, Any]:
        """Return a job that this request started, resumed or found, as it was then.

        The disk is not asked for it if it is still in memory, since it may fail by now.
        """
        documents = self._table(ref).documents
        return (documents.kept(ref.id) or documents.snapshot(ref.id)).values

    def reader(self, ref: JobRef) -> DocumentReader:
        """Return a reader for a caller that follows a job."""
        return DocumentReader(self._table(ref).documents, ref.id)

    def is_repetition(self, ref: JobRef, request_hash: str) -> bool:
        """Return whether the same request with the same Idempotency-Key started this job before.

        Raises ConflictError if the key was used for another request.
        """
        try:
            job = self.get(ref)
        except NotFoundError:
            return False
        if job["requestHash"] != request_hash:
            raise ConflictError(
                "Idempotency-Key was used for another request",
                "Use a new key for each new request, and the same key only to repeat a request.",
            )
        return True

    def plan_for_work(
        self, planner: JobPlanner, work: Mapping[str, Any], body: Mapping[str, Any]
    ) -> JobSpec:
        """Return the spec of a work's job, of the kind that the body of its request names."""
        return self.worker.kinds[body["kind"]].plan_for_work(planner, work, body)

    def start(self, ref: JobRef, spec: JobSpec, files: ReceivedFiles | None = None) -> None:
        """Start a job; a repetition with the same Idempotency-Key does nothing.

        The job is on the disk afterwards, and runs, or waits for a process with room for it. If
        this raises anything, there is no job: NotFoundError if its work was deleted, ConflictError
        for a key used for another request, TooManyError over the daily limit or for too many
        unfinished jobs, BusyError, or what a failing disk raises.
        """
        job = new_job(ref, spec)
        if self.is_repetition(ref, job["requestHash"]):
            return
        self._check_unfinished(spec.kind, spec.user_id)
        runs_here = self._has_capacity(spec.user_id, spec.keys)
        StorageLimits(self.store, self.settings).check(spec.user_id)
        self.worker.kinds[spec.kind].prepare(self.store, ref, job)
        reserved = self._budget.reserve(spec.user_id, ref, spec.calls, spec.keys)
        try:
            lock, owner = self._create(ref, job, files or {})
        except BaseException as exc:
            if isinstance(exc, ExistsError) and self.is_repetition(ref, job["requestHash"]):
                return  # the same request, sent twice at once: the reservation is the job's
            if reserved:
                self._budget.release(spec.user_id, ref)
            raise
        if runs_here:
            self.worker.launch(ref, spec.user_id, lock, spec.keys, owner)
        else:
            lock.release()

    def cancel(self, ref: JobRef) -> None:
        """Cancel a job and its tasks at providers; finished calls are kept.

        A paid request in progress is completed first, so the job may end a little later. Raises
        ConflictError if the job is finished.
        """
        table = self._table(ref)

        def mutate(job: Job) -> None:
            if job["state"] in FINISHED:
                raise ConflictError("The job is finished", f"Its state is {job['state']}.")
            job["cancelRequested"] = True
            job["progress"]["message"] = "Cancelling"
            update_progress(job)

        user_id = table.change(ref.id, mutate).values["userId"]
        lock = FileLock.try_acquire(table.documents.directory_of(ref.id), RUNNING)
        if lock is None:
            return  # the thread that runs the job notices soon
        self.worker.launch(ref, user_id, lock, {})
        deadline = time.monotonic() + _CANCEL_SECONDS
        while self.get(ref)["state"] not in FINISHED and time.monotonic() < deadline:
            time.sleep(0.02)

    def resume(self, ref: JobRef, keys: Mapping[str, str]) -> None:
        """Continue a job that failed, was interrupted or cancelled, or whose result was deleted.

        Finished calls are kept, tasks that a provider still has are polled, and only the rest is
        submitted again. Raises ConflictError for a job that runs or has its result, TooManyError as
        `start`, BusyError.
        """
        job = self.get(ref)
        user_id = job["userId"]
        self._check_unfinished(job["kind"], user_id)
        runs_here = self._has_capacity(user_id, keys)
        StorageLimits(self.store, self.settings).check(user_id)
        lock = self._lock_finished(ref)
        reserved, owner = False, ""

        def mutate(job: Job) -> None:
            nonlocal reserved, owner
            if job["state"] not in FINISHED or self._has_result(job):
                raise ConflictError("The job cannot be resumed", f"Its state is {job['state']}.")
            reserved = self._budget.reserve(user_id, ref, calls_to_submit(job), keys)
            self.worker.kinds[job["kind"]].prepare(self.store, ref, job)
            reopen(job, sorted(keys))
            owner = job["owner"]
            self.store.queue.add(*ref)

        try:
            self._table(ref).change(ref.id, mutate)
        except BaseException:
            if not self._is_owned(ref, owner):
                lock.release()
                if reserved:
                    self._budget.release(user_id, ref)
                raise
            owner = ""
        if runs_here:
            self.worker.launch(ref, user_id, lock, keys, owner or None)
        else:
            lock.release()

    def _is_owned(self, ref: JobRef, owner: str) -> bool:
        """Return whether a job was reopened for this owner, although the disk failed then."""
        with suppress(StorageError):
            return bool(owner) and self.get(ref)["owner"] == owner
        return False

    def has_lost_result(self, ref: JobRef) -> bool:
        """Return whether a job succeeded, and what it made was deleted since."""
        job = self.get(ref)
        return job["state"] == "succeeded" and not self._has_result(job)

    def _has_result(self, job: Mapping[str, Any]) -> bool:
        has_result = self.worker.kinds[job["kind"]].has_result
        return job["state"] == "succeeded" and has_result(self.store, job)

    def _has_capacity(self, user_id: str, keys: Mapping[str, str]) -> bool:
        """Return whether this process may run one more job of a user; otherwise it may be queued.

        Raises BusyError if too many wait in the queue, and for a job with keys that came with the
        request: no other process gets them.
        """
        if self.worker.has_capacity(user_id):
            return True
        if keys:
            advice = "A job whose key came with the request cannot wait. Try again later."
            raise BusyError("Too many running jobs", advice, _BUSY_SECONDS)
        waiting, most = self._waiting_users(), self.settings.tuning.queued_jobs
        if not has_share(waiting, user_id, most):
            advice = f"At most {most} wait, shared by all users. Try again later."
            raise BusyError("Too many waiting jobs", advice, _BUSY_SECONDS)
        waiting.append(user_id)
        return False

    def _waiting_users(self) -> list[str]:
        """Return the users of the jobs that wait for a process with room, as of a second ago.

        That many orders are refused must not cost as many readings of all jobs.
        """
        if time.monotonic() - self._looked >= _LOOK_SECONDS:
            self._looked = time.monotonic()
            jobs = unfinished_jobs(self.store)
            waiting = ((ref, job) for ref, job in jobs if job["state"] == "queued")
            self._waiting = [job["userId"] for ref, job in waiting if not self.worker.has(ref)]
        return self._waiting

    def _check_unfinished(self, kind: str, user_id: str) -> None:
        """Raise TooManyError if a user has as many unfinished jobs of a kind as users may have."""
        limit = self.worker.kinds[kind].max_unfinished
        if limit is None:
            return
        jobs = unfinished_jobs(self.store, kind)
        if sum(job["userId"] == user_id for _, job in jobs) >= limit:
            advice = f"Each user may have {limit}: wait until one has ended, or cancel some."
            raise TooManyError(f"Too many unfinished jobs of kind {kind}", advice, _RETRY_SECONDS)

    def _table(self, ref: JobRef) -> DocumentTable:
        return self.store.collection(ref.collection)

    def _lock_finished(self, ref: JobRef) -> FileLock:
        """Lock a finished job. Raises ConflictError if the job is running."""
        directory = self._table(ref).documents.directory_of(ref.id)
        deadline = time.monotonic() + _RELEASE_SECONDS
        while (lock := FileLock.try_acquire(directory, RUNNING)) is None:
            if self.get(ref)["state"] not in FINISHED:
                raise ConflictError("The job is running", "There is nothing to resume.")
            if time.monotonic() > deadline:
                raise ConflictError("The job is still ending", "Try again in a few seconds.")
            time.sleep(0.01)  # until the thread that ran it releases it
        return lock

    def _create(self, ref: JobRef, job: Job, files: ReceivedFiles) -> tuple[FileLock, str | None]:
        """Create the job with its files, atomically and durably; return its lock and its owner.

        The job is locked in a staging directory and added to the queue, then moved into place: no
        other process can claim a job that is still being created. Once it is in place, nothing that
        fails unmakes it. If it may not be durable, it has no owner: the run that takes it over
        waits until the disk works again, before it pays for anything.
        """
        table, owner = self._table(ref), job["owner"]
        with table.stage(job) as directory:
            for slot, (incoming, media_type) in files.items():
                media = self.store.staged_media(directory)
                media.place(incoming, slot, media_type, (media_type,))
            lock = FileLock.try_acquire(directory, RUNNING)
            assert lock is not None  # noqa: S101 - no other process knows the directory
            self.store.queue.add(*ref)
            try:
                table.add_directory(ref.id, directory)
            except UnconfirmedError as exc:
                _log.warning("job %s is started although the disk failed: %s", ref.id, exc)
                owner = None
        table.keep(ref.id, job)
        return lock, owner


def list_newest(store: Store, collection: str, limit: int) -> list[Mapping[str, Any]]:
    """Return at most `limit` jobs of a collection, newest first; damaged ones are skipped.

    Only these are read: which they are is known from the collection's index.
    """
    table = store.collection(collection)
    entries = store.recent_index(table, summarize).current().entries
    jobs: list[Mapping[str, Any]] = []
    for entry in sorted(entries, key=lambda entry: (-entry.values["createdAt"], entry.id)):
        if len(jobs) == limit:
            break
        with suppress(NotFoundError, UnreadableError):
            jobs.append(table.snapshot(entry.id).values)
    return jobs
