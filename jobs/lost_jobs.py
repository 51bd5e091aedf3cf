"""Finds unfinished jobs that the queue has lost, and puts them back into it.

A marker in the queue is a hint, with which work is found within a second: the documents decide. If
a marker vanishes, its job would neither go on after a crash nor end; so all documents are read now
and then.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress

from jobs.model import JobRef, is_finalized
from storage.documents.project_jobs import ProjectJobs
from storage.documents.snapshots import read_current
from storage.errors import StorageError
from storage.paths import jobs_of_user, valid_id
from storage.store import Store

_log = logging.getLogger("vidworks.jobs")


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
