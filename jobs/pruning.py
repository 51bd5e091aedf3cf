"""AI calls outside of works are kept for some days: their results went to whoever asked."""

from contextlib import suppress

from jobs.job import settled
from storage.clock import now_ms
from storage.errors import StorageError
from storage.store import Store
from storage.tables import DocumentTable

_DAY_MS = 86_400_000


def prune_all(store: Store, days: int) -> None:
    """Delete all users' finished jobs of so many days ago that belong to no work."""
    for user_id in list(store.users.documents):
        prune(store.user_jobs(user_id), days)


def prune(table: DocumentTable, days: int) -> None:
    """Delete finished jobs of so many days ago, with their files."""
    oldest = now_ms() - days * _DAY_MS
    for job_id in list(table.documents):
        with suppress(StorageError, KeyError, TypeError):  # doctor tells of what cannot be read
            job = table.snapshot(job_id).values
            if settled(job) and job["updatedAt"] < oldest:
                table.delete(job_id)
