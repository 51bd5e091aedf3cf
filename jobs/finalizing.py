"""The end of a job: its work is updated, its webhook is delivered, and it leaves the queue.

A webhook that was not accepted is sent again when the job's document says that it is due, by the
process that reads the queue. Until then it takes neither a thread nor an open file.
"""

import threading
from collections import Counter

from jobs import webhooks
from jobs.kinds import JobKinds
from jobs.model import JobRef, is_finalized
from jobs.run import JobRun
from storage.document_locks import lock_document
from storage.locks import FileLock
from storage.paths import DELIVERING
from storage.sharing import has_share

_MAX_DELIVERIES = 16  # requests to receivers at once in a process, shared by its users


class Finalizer:
    """Finalizes the jobs of a process."""

    def __init__(self, kinds: JobKinds) -> None:
        self._kinds = kinds
        self._deliveries: dict[JobRef, str] = {}  # in progress, with the id of the user
        self._lock = threading.Lock()

    def finalize(self, run: JobRun) -> None:
        """Do what is left to do for a finished job now, unless another process does.

        Raises NotFoundError if the job was deleted, WorkerStoppingError.
        """
        directory = run.table.documents.directory_of(run.ref.id)
        lock = FileLock.try_acquire(directory, DELIVERING)
        if lock is None:
            return
        try:
            if not webhooks.was_sent(run.job):
                run.retry_while_disk_full(lambda: self._kinds[run.job["kind"]].finalize(run))
            self._deliver(run)
            with lock_document(directory):
                if is_finalized(run.job):  # not resumed in the meantime
                    run.store.queue.discard(*run.ref)
        finally:
            lock.release()

    def _deliver(self, run: JobRun) -> None:
        """Deliver the job's webhook if it is due and its user has a share of the deliveries."""
        job = run.job
        with self._lock:
            if not (webhooks.is_due(job) and self.has_room(job["userId"])):
                return
            self._deliveries[run.ref] = job["userId"]
        try:
            webhooks.deliver(run)
        finally:
            self._deliveries.pop(run.ref)

    def has_room(self, user_id: str) -> bool:
        """Return whether one more webhook of a user may be delivered now."""
        return has_share(Counter(list(self._deliveries.values())), user_id, _MAX_DELIVERIES)
