"""AI calls outside of works are kept for some days: their results went to whoever asked."""

from contextlib import suppress

from clock import now_ms
from jobs.job import settled
from storage.documents import DocumentTable
from storage.errors import NotFoundError

_DAY_MS = 86_400_000


def prune(table: DocumentTable, days: int) -> None:
    """Delete a user's finished jobs of so many days ago, with their files."""
    oldest = now_ms() - days * _DAY_MS
    for job_id in list(table.documents):
        with suppress(NotFoundError):  # by another request that prunes as well
            job = table.snapshot(job_id).values
            if settled(job) and job["updatedAt"] < oldest:
                table.delete(job_id)
