"""Deletes jobs outside of works once they are older than JOB_DAYS."""

from contextlib import suppress

from jobs.model import is_finalized
from storage.clock import DAY_MS, now_ms
from storage.documents.snapshots import Snapshot
from storage.documents.tables import DocumentTable
from storage.errors import StorageError
from storage.store import Store


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
