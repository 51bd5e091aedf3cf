"""JobService: what request handlers use to find, order, cancel and resume jobs."""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from access.projects import storage_owner
from errors import JobStateError, ReusedKeyError
from jobs.budget import Budget
from jobs.capacity import Capacity
from jobs.creation import ReceivedFiles, create
from jobs.job_states import calls_to_submit, reopen, update_progress
from jobs.model import (
    FINISHED,
    Call,
    Job,
    JobRef,
    JobSpec,
    new_job,
    planned_calls,
    project_of,
)
from jobs.planning import JobPlanner, check_right_to_order
from jobs.worker import JobWorker
from providers import kept_keys
from providers.kept_keys import Keeper
from settings.config import Settings
from storage.documents.documents import DocumentReader
from storage.documents.tables import DocumentTable
from storage.errors import (
    ExistsError,
    NotFoundError,
    StorageError,
)
from storage.limits import StorageLimits
from storage.locking.locks import FileLock
from storage.paths import RUNNING
from storage.store import Store

_RELEASE_SECONDS = 2.0  # for the thread of a finished job to release its lock
_CANCEL_SECONDS = 1.0  # for a job that is being cancelled to end


class JobService:
    """The jobs of a data directory, as requests use them."""

    def __init__(self, store: Store, settings: Settings, worker: JobWorker) -> None:
        self.store = store
        self.settings = settings
        self.worker = worker
        self._budget = Budget(store, settings)
        self._capacity = Capacity(store, settings, worker)

    def get(self, ref: JobRef) -> Mapping[str, Any]:
        """Return the current job document, read-only. Raises NotFoundError."""
        return self._table(ref).snapshot(ref.id).values

    def find(self, ref: JobRef) -> Mapping[str, Any] | None:
        """Return the current job document, read-only; None if there is none."""
        with suppress(NotFoundError):
            return self.get(ref)
        return None

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

        Raises ReusedKeyError if the key was used for another request.
        """
        job = self.find(ref)
        if job is None:
            return False
        if job["requestHash"] != request_hash:
            raise ReusedKeyError
        return True

    def check_right(self, ref: JobRef, user_id: str) -> None:
        """Raise NotFoundError, RightMissingError unless a user may order a job that exists."""
        job = self.get(ref)
        check_right_to_order(self.store, project_of(job), user_id, planned_calls(job))

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
        self._capacity.check_unfinished(spec.kind, spec.user_id)
        runs_here = self._capacity.runs_here(spec.user_id, spec.keys)
        created = self._create(ref, job, spec, files or {})
        if created is None:
            return
        lock, owner = created
        if runs_here:
            self.worker.launch(ref, spec.user_id, lock, spec.keys, owner)
        else:
            lock.release()

    def start_child(self, ref: JobRef, spec: JobSpec, parent: JobRef) -> None:
        """Start a job that the job `parent` waits for, with what that has reserved; only once.

        It counts as a part of that job, not as one more. Raises as `start`.
        """
        job = new_job(ref, spec)
        if self.is_repetition(ref, job["requestHash"]):
            return
        created = self._create(ref, job, spec, {}, parent)
        if created is not None:
            lock, owner = created
            self.worker.launch(ref, None, lock, spec.keys, owner)

    def cancel(self, ref: JobRef) -> None:
        """Cancel a job and its tasks at providers; finished calls are kept.

        A paid request in progress is completed first, so the job may end a little later. Raises
        ConflictError if the job is finished.
        """
        table = self._table(ref)

        def mutate(job: Job) -> None:
            if job["state"] in FINISHED:
                raise JobStateError("The job is finished", f"Its state is {job['state']}.")
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

    def resume(self, ref: JobRef, user_id: str, keys: Mapping[str, str]) -> None:
        """Continue a job that failed, was interrupted or cancelled, or whose result was deleted.

        From now on it is the job of the user who resumes it. Finished calls are kept, tasks that a
        provider still has are polled, and only the rest is submitted again. Raises ConflictError
        for a job that runs or has its result, TooManyError as `start`, BusyError.
        """
        self._capacity.check_unfinished(self.get(ref)["kind"], user_id)
        runs_here = self._capacity.runs_here(user_id, keys)
        lock, owner = self._reopen(ref, user_id, keys)
        if runs_here:
            self.worker.launch(ref, user_id, lock, keys, owner)
        else:
            lock.release()

    def resume_child(self, ref: JobRef, keys: Mapping[str, str], parent: JobRef) -> None:
        """Continue a job that the job `parent` waits for. Raises as `resume`."""
        lock, owner = self._reopen(ref, self.get(parent)["userId"], keys, parent)
        self.worker.launch(ref, None, lock, keys, owner)

    def _reopen(
        self, ref: JobRef, user_id: str, keys: Mapping[str, str], parent: JobRef | None = None
    ) -> tuple[FileLock, str | None]:
        """Make a finished job a queued one; return its lock and its owner. Raises as `resume`."""
        project_id = project_of(self.get(ref))
        self._check_storage(user_id, project_id)
        keepers = kept_keys.keepers_of(self.store, user_id, project_id)
        kind = self.worker.kinds[self.get(ref)["kind"]]
        lock = self._lock_finished(ref)
        reserved, owner = False, ""

        def mutate(job: Job) -> None:
            nonlocal reserved, owner
            if job["state"] not in FINISHED or self._has_result(job):
                raise JobStateError("The job cannot be resumed", f"Its state is {job['state']}.")
            left = kind.calls_left(self.store, job)
            calls = calls_to_submit(left)
            reserved = self._budget.reserve(user_id, ref, calls, keys, keepers, parent)
            kind.prepare(self.store, ref, job)
            if job["userId"] != user_id:
                job.setdefault("webhookUserId", job["userId"])
                job["userId"] = user_id
            reopen(job, sorted(keys))
            job["keptKeys"] = self._kept_keys(keepers, left, keys, parent)
            owner = job["owner"]
            self.store.queue.add(*ref)

        try:
            self._table(ref).change(ref.id, mutate)
        except BaseException:
            if not self._is_owned(ref, owner):
                lock.release()
                if reserved and parent is None:
                    self._budget.release(user_id, ref)
                raise
            owner = ""
        return lock, owner or None

    def calls_left(self, ref: JobRef) -> list[Call]:
        """Return the calls that a job still has to make or to wait for. Raises NotFoundError."""
        job = self.get(ref)
        return self.worker.kinds[job["kind"]].calls_left(self.store, job)

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

    def _kept_keys(
        self,
        keepers: Sequence[Keeper],
        calls: Iterable[Call],
        keys: Iterable[str],
        parent: JobRef | None,
    ) -> list[str]:
        """Return the vendors whose kept keys a job is to use, also as a step of another job."""
        ordered = self.get(parent).get("keptKeys", ()) if parent else ()
        return sorted({*ordered, *kept_keys.vendors_of(self.store, keepers, calls, keys)})

    def _check_storage(self, user_id: str, project_id: str | None) -> None:
        """Raise QuotaError, ReserveError if there is no room for what a job will store."""
        owner_id = storage_owner(self.store, project_id, user_id)
        StorageLimits(self.store, self.settings).check(owner_id)

    def _table(self, ref: JobRef) -> DocumentTable:
        return self.store.collection(ref.collection)

    def _lock_finished(self, ref: JobRef) -> FileLock:
        """Lock a finished job. Raises ConflictError if the job is running."""
        directory = self._table(ref).documents.directory_of(ref.id)
        deadline = time.monotonic() + _RELEASE_SECONDS
        while (lock := FileLock.try_acquire(directory, RUNNING)) is None:
            if self.get(ref)["state"] not in FINISHED:
                raise JobStateError("The job is running", "There is nothing to resume.")
            if time.monotonic() > deadline:
                raise JobStateError("The job is still ending", "Try again in a few seconds.")
            time.sleep(0.01)  # until the thread that ran it releases it
        return lock

    def _create(
        self,
        ref: JobRef,
        job: Job,
        spec: JobSpec,
        files: ReceivedFiles,
        parent: JobRef | None = None,
    ) -> tuple[FileLock, str | None] | None:
        """Create a job; return its lock and its owner, or None if the same request just did so."""
        project_id = project_of(job)
        self._check_storage(spec.user_id, project_id)
        calls = [*spec.calls, *spec.child_calls]
        keepers = kept_keys.keepers_of(self.store, spec.user_id, project_id)
        job["keptKeys"] = self._kept_keys(keepers, calls, spec.keys, parent)
        reserved = self._budget.reserve(spec.user_id, ref, calls, spec.keys, keepers, parent)
        try:
            self.worker.kinds[spec.kind].prepare(self.store, ref, job)
            return create(self.store, ref, job, files)
        except BaseException as exc:
            if isinstance(exc, ExistsError) and self.is_repetition(ref, job["requestHash"]):
                return None  # the same request, sent twice at once: the reservation is the job's
            if reserved and parent is None:  # else it is for the parent's next attempt
                self._budget.release(spec.user_id, ref)
            raise
