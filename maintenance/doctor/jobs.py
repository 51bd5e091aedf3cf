"""Jobs that are not finished: left alone after a restore, and marked for whoever works on them."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from jobs.model import FINISHED, Job, is_finalized, mark_finished
from maintenance.doctor.documents import jobs_of_valid_owners
from maintenance.doctor.findings import CheckContext, Finding
from storage.documents import read_snapshot, serialize
from storage.errors import NotFoundError, UnreadableError
from storage.files import list_names
from storage.paths import QUEUE
from storage.tables import DocumentTable

_JOBS = ("projects/*/works/*/jobs/*/job.json", "users/*/jobs/*/job.json")
_BEING_MADE = 60  # seconds for which a mark may be without its job

_RESTORED = (
    "Restored from a backup that was made while this ran. Resume it to go on: what was submitted"
    " since then is not known here, and would be submitted again."
)


def interrupt_unfinished_jobs(root: Path) -> None:
    """Interrupt all unfinished jobs under a directory that nobody uses yet.

    The vendor may have gone on since they were copied, for whoever they were copied from: nothing
    is submitted again, and no webhook told, before a person resumes them.
    """
    for pattern in _JOBS:
        for path in root.glob(pattern):
            with suppress(UnreadableError, KeyError, TypeError):  # doctor will tell of it
                job = read_snapshot(str(path)).parse()
                if not is_finalized(job):
                    _leave(job)
                    path.write_bytes(serialize(job))


def _leave(job: Job) -> None:
    if job["state"] not in FINISHED:
        mark_finished(job, "interrupted", _RESTORED)
    if job["webhook"] is not None:
        job["webhook"]["state"] = "failed"


def check(context: CheckContext) -> Iterator[Finding]:
    """Look for marks of jobs that are not there, and for unfinished jobs without a mark."""
    yield from _stray_marks(context)
    for jobs in jobs_of_valid_owners(context):
        for job_id in jobs.valid_ids():
            if _is_unknown(context, jobs.table, job_id):
                words = "is not finished, and no process knows that it is to be worked on"
                repair = partial(_mark, context, jobs.table, job_id)
                yield Finding(f"{jobs.table.name}/{job_id}", words, repair)


def _stray_marks(context: CheckContext) -> Iterator[Finding]:
    queue = context.store.queue
    known = {".".join([*name.split("/"), job_id]): (name, job_id) for name, job_id in queue.jobs()}
    with context.store.exclusive() as alone:
        for name in list_names(context.path(QUEUE)):
            path = f"{QUEUE}/{name}"
            if name not in known:
                words = "is nothing that the service knows"
                yield Finding(path, words, partial(context.quarantine, path))
            elif not _there(context, *known[name]) and (
                alone or queue.age(*known[name]) > _BEING_MADE
            ):
                words = "marks a job that is not there"
                yield Finding(path, words, partial(_discard, context, *known[name]))


def _there(context: CheckContext, collection: str, job_id: str) -> bool:
    return job_id in context.store.collection(collection).documents


def _is_unknown(context: CheckContext, table: DocumentTable, job_id: str) -> bool:
    """Whether a job is unfinished without a mark; a job may end, and lose it, at any moment."""
    path = table.documents.path_of(job_id)
    try:
        return (
            not is_finalized(read_snapshot(path).values)
            and (table.name, job_id) not in context.store.queue.jobs()
            and not is_finalized(read_snapshot(path).values)
        )
    except NotFoundError:
        return False  # deleted just now


def _discard(context: CheckContext, collection: str, job_id: str) -> str:
    context.store.queue.discard(collection, job_id)
    return "removed"


def _mark(context: CheckContext, table: DocumentTable, job_id: str) -> str:
    context.store.queue.add(table.name, job_id)
    return "marked: it goes on as soon as the service runs"
