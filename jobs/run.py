"""A running job, as the function of its kind uses it: models, files, progress, waiting."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from access.projects import storage_owner
from jobs.budget import Budget
from jobs.called_models import CalledModels
from jobs.concurrency import ProviderPermits
from jobs.held_jobs import HeldJob
from jobs.job_states import IN_PROGRESS, change_call, report_part, update_progress
from jobs.model import (
    FileFailedError,
    Job,
    JobCancelledError,
    JobLostError,
    JobRef,
    WorkerStoppingError,
    find_call,
    new_owner,
    project_of,
)
from media.rendering import ALWAYS, Turn
from providers.errors import NoCreditError
from settings.config import Settings
from storage.documents.tables import DocumentTable
from storage.errors import (
    DiskFullError,
    LockedError,
    StorageError,
    UnavailableError,
    UnwritableError,
)
from storage.limits import StorageLimits
from storage.media.media_files import MediaFiles
from storage.paths import WorkRef
from storage.store import Store

_log = logging.getLogger("vidworks.jobs")

T = TypeVar("T")
Observe = Callable[[JobRef, Mapping[str, Any]], object]

_FEW_THREADS = 40  # of a process; if there are more, each that waits looks more rarely


def _ignore(_ref: JobRef, _job: Mapping[str, Any]) -> None:
    """Observe nothing."""


class JobRun(CalledModels):
    """A job that this process runs."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        ref: JobRef,
        keys: Mapping[str, str],
        stopping: threading.Event,
        permits: ProviderPermits,
        owner: str | None = None,
        observe: Observe = _ignore,
    ) -> None:
        """`observe` is called with the job whenever it has changed, if it has a webhook."""
        self.store = store
        self.settings = settings
        self.ref = ref
        self.keys = keys
        self.threads = permits.threads  # permits for further threads that make calls
        self.turn: Turn = ALWAYS  # of jobs of its kind, if they take turns
        self.without_credit: dict[str, NoCreditError] = {}  # by provider and role: see paid_calls
        self._observe = observe
        self._owner = owner  # in the job while it is this run's; None: any run may change it
        self._stopping = stopping
        self._budget = Budget(store, settings)
        self.held = HeldJob(self.table, ref.id)
        self._permits = permits

    @property
    def table(self) -> DocumentTable:
        """The table that holds the job."""
        return self.store.collection(self.ref.collection)

    @property
    def work_ref(self) -> WorkRef:
        """The work of the job; only for kinds of jobs that works alone have."""
        assert self.ref.work_ref is not None  # noqa: S101 - see above
        return self.ref.work_ref

    @property
    def work(self) -> Mapping[str, Any]:
        """The current work of the job, read-only. Raises NotFoundError if it was deleted."""
        return self.store.work(self.work_ref).values

    @property
    def job(self) -> Mapping[str, Any]:
        """The current job document, read-only, also in the trash. Raises NotFoundError."""
        return self.held.values()

    @property
    def files(self) -> MediaFiles:
        """The job's own media files."""
        return self.store.media(self.table, self.ref.id)

    def check_storage(self) -> None:
        """Raise QuotaError or ReserveError if there is no room for the result of a paid call."""
        StorageLimits(self.store, self.settings).check(self.storage_owner)

    @property
    def storage_owner(self) -> str:
        """The id of the user whose quota is charged for what the job stores."""
        return storage_owner(self.store, project_of(self.job), self.job["userId"])

    def take_over(self) -> None:
        """Make a job whose lock this process got this run's, unless it is already; hold it.

        A run that had it before may still exist if its lock has lapsed: it can change nothing more.
        """
        self.held.hold()
        if self._owner is None:
            # Its creation may have failed once the job was in place.
            self.store.disk.sync_directory(self.table.documents.directory)
            owner = new_owner()
            self.table.take_over(self.ref.id, lambda job: job.update(owner=owner))
            self._owner = owner

    def check_owner(self, job: Mapping[str, Any] | None = None) -> None:
        """Raise JobLostError if another run has taken the job over."""
        if self._owner is not None and (job or self.job).get("owner") != self._owner:
            raise JobLostError

    def change(
        self, mutate: Callable[[Job], None], *, step: bool = False, anywhere: bool = False
    ) -> None:
        """Change the job durably. A `step` of a large job costs no more than one of a small job.

        With `anywhere`, also in the trash. Raises JobLostError, NotFoundError.
        """
        has_webhook = False

        def mutate_and_update(job: Job) -> None:
            nonlocal has_webhook
            self.check_owner(job)
            mutate(job)
            update_progress(job)
            has_webhook = job["webhook"] is not None

        changed = self.held.change(mutate_and_update, step=step, anywhere=anywhere)
        if has_webhook:
            self._observe(self.ref, changed.values)

    def end(self, mutate: Callable[[Job], None]) -> None:
        """Change the job to a finished one, also in the trash; give unsent calls back."""
        self.check_owner()
        self._budget.release(self.job["userId"], self.ref)
        self.change(mutate, anywhere=True)

    def report(self, message: str) -> None:
        """Set the progress message."""
        self.change(lambda job: job["progress"].update(message=message), step=True)

    def report_part(self, fraction: float, message: str) -> None:
        """Set the progress of a job without calls, from 0 to 1, and its message."""
        self.change(partial(report_part, fraction=fraction, message=message), step=True)

    def update_call(self, call_id: str, message: str | None = None, **fields: Any) -> None:
        """Change a call of the job durably, and the progress message if one is given."""
        self.change(partial(change_call, call_id, message, fields), step=True)

    def note_answer(self, call_id: str, message: str | None = None, **fields: Any) -> None:
        """Change a call once its provider has answered, also in the trash, and on a full disk."""
        mutate = partial(change_call, call_id, message, fields)
        self.retry_while_disk_full(lambda: self.change(mutate, step=True, anywhere=True))

    def hand_over_task(self, call_id: str, fields: Mapping[str, Any]) -> None:
        """Note the task of a paid call in a job that was taken over before its id was known.

        Resuming the job polls it then, instead of paying for another one.
        """

        def mutate(job: Job) -> None:
            call = find_call(job, call_id)
            if call["state"] == "interrupted" and call["taskId"] is None:
                call.update(fields, state="interrupted", error=IN_PROGRESS)
                update_progress(job)

        self.table.change(self.ref.id, mutate)

    def spend(self, call_id: str) -> None:
        """Count a paid call that is about to be sent. Raises TooManyError over a daily limit."""
        self._change_budget(self._budget.spend, call_id)

    def give_back(self, call_id: str) -> None:
        """Undo `spend` for a call that was not started."""
        self._change_budget(self._budget.give_back, call_id)

    def retry_while_disk_full(self, action: Callable[[], T]) -> T:
        """Return `action()`; while the disk is full, read-only or fails, wait and call it again.

        What was paid for is not lost that way, and the job does not fail for it.

        Raises WorkerStoppingError; FileFailedError if it is only a file that fails for long, such
        as one in a bad place of a disk that works.
        """
        failures = 0
        while True:
            try:
                return action()
            except (DiskFullError, UnwritableError) as exc:
                failures = failures + 1 if self._is_of_one_file(exc) else 0
                if failures == self.settings.tuning.file_attempts:
                    raise FileFailedError(str(exc)) from exc
                _log.warning("job %s cannot write to the disk and retries: %s", self.ref.id, exc)
                pause = 0.0 if isinstance(exc, LockedError) else self.settings.tuning.disk_pause
                if self._stopping.wait(pause):
                    raise WorkerStoppingError from exc

    def retry_while_locked(self, action: Callable[[], T]) -> T:
        """Return `action()`; call it again while others hold a lock that it needs.

        Raises WorkerStoppingError.
        """
        while True:
            try:
                return action()
            except LockedError as exc:
                if self._stopping.is_set():
                    raise WorkerStoppingError from exc

    def _is_of_one_file(self, exc: StorageError) -> bool:
        """Return whether the file system failed, and does not fail for the data directory now."""
        if not isinstance(exc, UnavailableError) or isinstance(exc, LockedError):
            return False
        try:
            self.store.check_writable()
        except (DiskFullError, UnwritableError):
            return False
        return True

    def check_stop(self) -> None:
        """Raise JobCancelledError or WorkerStoppingError if the job must stop.

        Raises NotFoundError if it was deleted, also if it is in the trash.
        """
        if self._stopping.is_set():
            raise WorkerStoppingError
        job = self.held.values_in_place()
        self.check_owner(job)
        if job["cancelRequested"]:
            raise JobCancelledError

    def sleep(self, seconds: float) -> None:
        """Wait for some seconds. Raises JobCancelledError, WorkerStoppingError."""
        deadline = time.monotonic() + seconds
        while True:
            self.check_stop()
            left = deadline - time.monotonic()
            if left <= 0:
                return
            self.sleep_step(left)

    def sleep_step(self, seconds: float) -> None:
        """Wait for `seconds`, at most a step. Raises WorkerStoppingError."""
        if self._stopping.wait(min(seconds, self.settings.tuning.job_step)):
            raise WorkerStoppingError

    @contextmanager
    def provider_permit(self, call_id: str) -> Iterator[None]:
        """Hold one of a provider's PROVIDER_CONCURRENCY permits, which all processes share."""
        call, user_id = self.call(call_id), self.job["userId"]
        # Providers limit calls per key, so calls with a key of one's own have their own permits.
        payer = self.payer(call)
        owner = f"-{payer}" if payer else ""
        name = f"{call['provider']}-{call['role']}{owner}"
        is_noted = False

        def wait() -> float:
            nonlocal is_noted
            self.check_stop()
            if not is_noted and self.call(call_id)["state"] == "planned":
                count = self.settings.provider_concurrency
                message = f"Waiting: {count} calls to {call['provider']} are running"
                self.update_call(call_id, message, state="waiting")
            is_noted = True
            step = self.settings.tuning.job_step
            return step * max(1.0, threading.active_count() / _FEW_THREADS)

        with self._permits.hold(name, user_id, self.ref, call_id, wait):
            yield

    def _change_budget(self, change: Callable[..., None], call_id: str) -> None:
        call = self.call(call_id)
        change(self.job["userId"], self.ref, call, users_key=bool(self.user_key(call)))
