"""Unfinished jobs that are not in the queue, and queue markers without a job."""

from collections.abc import Iterator
from functools import partial

from commands.doctor.documents import jobs_of_valid_owners
from commands.doctor.findings import CheckContext, Finding
from jobs.lost_jobs import is_lost
from jobs.model import JobRef
from storage.documents.tables import DocumentTable
from storage.errors import NotFoundError
from storage.files.trees import list_names
from storage.paths import QUEUE
from storage.queue import CREATION_SECONDS, job_of_marker


def check(context: CheckContext) -> Iterator[Finding]:
    """Find queue markers without a job, and unfinished jobs without a marker."""
    yield from _check_markers(context)
    for jobs in jobs_of_valid_owners(context):
        for job_id in jobs.valid_ids():
            if _is_missing_from_queue(context, jobs.table, job_id):
                problem = "is unfinished, but is not in the queue"
                repair = partial(_enqueue, context, jobs.table, job_id)
                yield Finding(f"{jobs.table.name}/{job_id}", problem, repair)


def _check_markers(context: CheckContext) -> Iterator[Finding]:
    queue = context.store.queue
    with context.store.exclusive() as alone:
        for name in list_names(context.path(QUEUE)):
            path = f"{QUEUE}/{name}"
            job = job_of_marker(name)
            if job is None:
                yield Finding(path, "is not a queue marker", partial(context.quarantine, path))
            elif not _job_exists(context, *job) and (alone or queue.age(*job) > CREATION_SECONDS):
                repair = partial(_remove_marker, context, *job)
                yield Finding(path, "is a queue marker of a job that does not exist", repair)


def _job_exists(context: CheckContext, collection: str, job_id: str) -> bool:
    return job_id in context.store.collection(collection).documents


def _is_missing_from_queue(context: CheckContext, table: DocumentTable, job_id: str) -> bool:
    """Return whether a job is unfinished and has no marker."""
    try:
        job = JobRef(table.name, job_id)
        return is_lost(context.store, job, table.documents.path_of(job_id))
    except NotFoundError:
        return False  # deleted concurrently


def _remove_marker(context: CheckContext, collection: str, job_id: str) -> str:
    context.store.queue.discard(collection, job_id)
    return "removed"


def _enqueue(context: CheckContext, table: DocumentTable, job_id: str) -> str:
    context.store.queue.add(table.name, job_id)
    return "added to the queue, it continues when the service runs"
