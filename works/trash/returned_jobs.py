"""The jobs of a work or a project that is restored: those that still run go on, others stop."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from jobs.model import DELETED, Job, JobRef, is_finalized
from jobs.restored_jobs import interrupt
from storage.documents.project_jobs import ProjectJobs
from storage.documents.snapshots import read_current
from storage.errors import NotFoundError, UnreadableError
from storage.files.trees import list_names
from storage.ids import WorkRef, valid_id
from storage.locking.locks import FileLock
from storage.paths import JOBS, RUNNING, WORKS, jobs_of_work
from storage.store import Store
from storage.trash import Entry

# Where the documents of jobs are in the directory of what was deleted.
_JOB_DOCUMENTS = {"work": f"{JOBS}/*/job.json", "project": f"{WORKS}/*/{JOBS}/*/job.json"}


def stop_lost_jobs(store: Store, entry: Entry, directory: str) -> None:
    """Interrupt the unfinished jobs in a directory of the trash, except those that still run.

    If it is restored after seconds, a run may not have noticed yet that the job was away.
    """
    if entry["kind"] in _JOB_DOCUMENTS:
        for path in Path(directory).glob(_JOB_DOCUMENTS[entry["kind"]]):
            if (lock := FileLock.try_acquire(path.parent, RUNNING)) is not None:
                with lock:
                    interrupt(store.disk, str(path), DELETED, sends_webhook=True)


def put_into_queue(store: Store, entry: Entry) -> None:
    """Put the jobs that are not finalized back into the queue, after their work was restored.

    The queue has dropped those whose documents were missing when it looked at them. Those that
    have ended since the deletion are among them.
    """
    for ref in _jobs_of(store, entry):
        path = store.collection(ref.collection).documents.path_of(ref.id)
        with suppress(NotFoundError, UnreadableError):
            if _is_to_finalize(read_current(path).parse(), entry):
                store.queue.add(*ref)


def _is_to_finalize(job: Job, entry: Entry) -> bool:
    return not is_finalized(job) or (job["finishedAt"] or 0) >= entry["deletedAt"]


def _jobs_of(store: Store, entry: Entry) -> Iterator[JobRef]:
    """Yield the jobs of a restored work or project."""
    if entry["kind"] == "work":
        collection = jobs_of_work(WorkRef(entry["projectId"], entry["documentId"]))
        jobs = filter(valid_id, list_names(store.root / collection))
        yield from map(partial(JobRef, collection), jobs)
    if entry["kind"] == "project":
        for name in ProjectJobs(store.root, entry["projectId"]).names():
            if all(map(valid_id, name.split("/"))):
                yield JobRef.in_project(entry["projectId"], name)
