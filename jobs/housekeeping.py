"""What is done now and then: jobs without a marker are found; what has expired is deleted.

A marker in the queue is a hint, with which work is found within a second: the documents decide. If
a marker vanishes, its job would neither go on after a crash nor end; so all documents are read now
and then. Jobs outside of works are deleted after JOB_DAYS.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from jobs.job_states import mark_finished
from jobs.model import FINISHED, Job, JobRef, is_finalized, new_owner
from settings.config import Settings
from storage.clock import DAY_MS, now_ms
from storage.clock_watch import is_trusted
from storage.documents import journal
from storage.documents.index import ProjectJobs
from storage.documents.snapshots import Snapshot, read_current, serialize
from storage.documents.tables import DocumentTable
from storage.errors import StorageError, UnreadableError
from storage.files.durable_files import Disk
from storage.files.files import remove_if_exists
from storage.paths import jobs_of_user, valid_id
from storage.store import Store

_log = logging.getLogger("vidworks.jobs")

_FIRST_SEARCH_SECONDS = 1.0
_SEARCH_SECONDS = 300.0  # between searches for jobs that the queue has lost
_SEARCH_SHARE = 100  # they take at most 1/100 of the time


class Housekeeper:
    """The threads that look after all jobs, in one process of a node: `is_in_charge` says which."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        prune_others: Callable[[Store, bool], None],
        stopping: threading.Event,
        is_in_charge: Callable[[], bool],
    ) -> None:
        self._store = store
        self._settings = settings
        self._prune_others = prune_others
        self._stopping = stopping
        self._is_in_charge = is_in_charge

    def start(self) -> None:
        """Start the threads; not the one that reads the queue, as they take long."""
        threading.Thread(target=self._prune, daemon=True, name="jobs-pruning").start()
        threading.Thread(target=self._search, daemon=True, name="jobs-search").start()

    def _prune(self) -> None:
        """Delete old jobs soon after the start and every hour, and what else has expired."""
        wait = self._settings.tuning.first_pruning
        while not self._stopping.wait(wait):
            if not self._is_in_charge():
                continue  # not yet, or another process of the node is
            wait = self._settings.tuning.prune_pause
            try:
                may_delete = is_trusted(self._store, self._settings.tuning.clock_doubt)
                if may_delete:
                    prune_user_jobs(self._store, self._settings.job_days)
                self._prune_others(self._store, may_delete)
            except Exception:  # noqa: BLE001 - it is tried again an hour later
                _log.warning("could not delete what is old", exc_info=True)

    def _search(self) -> None:
        """Put jobs that the queue has lost back into it: at the start, and every few minutes."""
        wait = _FIRST_SEARCH_SECONDS
        while not self._stopping.wait(wait):
            if not self._is_in_charge():
                continue  # not yet, or another process of the node is
            started = time.monotonic()
            try:
                restore_markers(self._store)
            except Exception:  # noqa: BLE001 - it is tried again later
                _log.warning("could not look for jobs that are not in the queue", exc_info=True)
            wait = max(_SEARCH_SECONDS, _SEARCH_SHARE * (time.monotonic() - started))


def restore_markers(store: Store) -> None:
    """Put unfinished jobs that are not in the queue back into it. Raises UnavailableError."""
    for ref, path in _job_documents(store):
        if _is_lost(store, ref, path):
            _log.warning("job %s was not in the queue, and is put back into it", ref.id)
            store.queue.add(*ref)


def _job_documents(store: Store) -> Iterator[tuple[JobRef, str]]:
    for user_id in filter(valid_id, store.users.documents.names()):
        jobs = store.user_jobs(user_id).documents
        for job_id in filter(valid_id, jobs.names()):
            yield JobRef(jobs_of_user(user_id), job_id), jobs.path_of(job_id)
    for project_id in filter(valid_id, store.projects.documents.names()):
        of_works = ProjectJobs(store.root, project_id)
        for name in of_works.names():
            if all(map(valid_id, name.split("/"))):
                yield JobRef.in_project(project_id, name), of_works.path_of(name)


def is_lost(store: Store, ref: JobRef, path: str) -> bool:
    """Return whether a job is unfinished and has no marker. Raises StorageError.

    It is read twice, as it may finish and lose its marker at any moment.
    """
    return (
        not is_finalized(read_current(path).parse())
        and not store.queue.has(*ref)
        and not is_finalized(read_current(path).parse())
    )


def _is_lost(store: Store, ref: JobRef, path: str) -> bool:
    with suppress(StorageError, KeyError, TypeError):  # deleted, damaged, or on a bad block
        return is_lost(store, ref, path)
    return False


class _NotExpiredError(Exception):
    """The job is too young to be deleted, or not finalized."""


def prune_user_jobs(store: Store, days: int) -> None:
    """Delete jobs of users (outside of works) that were finalized more than `days` days ago."""
    for user_id in list(store.users.documents):
        _prune(store.user_jobs(user_id), now_ms() - days * DAY_MS)


def _prune(table: DocumentTable, oldest: int) -> None:
    def check_expired(job: Snapshot) -> None:
        """Raise _NotExpiredError for a job that must be kept."""
        if not is_finalized(job.values) or job.values["updatedAt"] >= oldest:
            raise _NotExpiredError

    for job_id in list(table.documents):
        # Unreadable documents are kept as well; doctor reports them.
        with suppress(_NotExpiredError, StorageError, KeyError, TypeError):
            table.delete(job_id, check_expired)


def interrupt(disk: Disk, path: str, reason: str, *, sends_webhook: bool) -> None:
    """Interrupt the job whose document is at a path, which nobody else uses, if it is unfinished.

    Nothing is submitted again until a user resumes it; without `sends_webhook`, neither is its
    webhook sent until then, also if it has ended.
    """
    with suppress(UnreadableError, KeyError, TypeError):  # doctor reports damaged jobs
        job = read_current(path).parse()
        if not is_finalized(job):
            _interrupt(job, reason)
            if job["webhook"] is not None and not sends_webhook:
                job["webhook"]["state"] = "failed"
            disk.replace(path, serialize(job))
            remove_if_exists(journal.path_of(path))


def _interrupt(job: Job, reason: str) -> None:
    if job["state"] not in FINISHED:
        mark_finished(job, "interrupted", reason)
    job["owner"] = new_owner()  # a run of the job that is replaced changes this one no more
