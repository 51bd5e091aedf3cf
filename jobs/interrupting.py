"""Interrupts a job that nobody else uses, such as one of a work that is restored."""

from contextlib import suppress

from jobs.job_states import mark_finished
from jobs.model import FINISHED, Job, is_finalized, new_owner
from storage.documents import journal
from storage.documents.snapshots import read_current, serialize
from storage.errors import UnreadableError
from storage.files.durable_files import Disk
from storage.files.files import remove_if_exists


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
