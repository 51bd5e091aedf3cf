"""The end of a job: its work is updated, its webhook is sent, and it leaves the queue.

A message that was not accepted is sent again when the job's document says that it is due, by the
process that reads the queue. Until then it takes neither a thread nor an open file.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from jobs.kinds import JobKinds
from jobs.model import FINISHED, Job, is_finalized
from jobs.run import JobRun
from jobs.webhooks import messages
from jobs.webhooks.live import LiveWebhooks
from jobs.webhooks.messages import Message, events_of
from jobs.webhooks.posting import is_accepted
from schemas.webhooks import ENDED, EXPORT_READY
from settings.config import Settings
from storage.clock import now_ms
from storage.locking.locks import FileLock
from storage.locking.permits import LocalPermits
from storage.paths import DELIVERING
from storage.store import Store

_MAX_DELIVERIES = 16  # requests to receivers at once in a process, shared by its users


class Finalizer:
    """Finalizes the jobs of a process."""

    def __init__(self, kinds: JobKinds, delays: Sequence[float]) -> None:
        """Send a webhook `delays` seconds after the job's end, or after the attempt before."""
        self._kinds = kinds
        self._delays = delays
        self.deliveries = LocalPermits(_MAX_DELIVERIES)
        self.live = LiveWebhooks(self.deliveries)

    def finalize(self, run: JobRun) -> None:
        """Do what is left to do for a finished job now, unless another process does.

        Raises NotFoundError if the job was deleted, WorkerStoppingError.
        """
        directory = run.table.documents.directory_of(run.ref.id)
        lock = FileLock.try_acquire(directory, DELIVERING)
        if lock is None:
            self.live.finish(run.ref)
            return
        with lock:
            if not _was_sent(run.job):
                run.retry_while_disk_full(lambda: self._kinds[run.job["kind"]].finalize(run))
            self.live.finish(run.ref)  # afterwards: it waits for a receiver
            self._deliver(run)
            with run.table.lock(run.ref.id):
                if is_finalized(run.job):  # not resumed in the meantime
                    run.store.queue.discard(*run.ref)

    def is_ready(self, job: Mapping[str, Any]) -> bool:
        """Return whether a job's webhook is due, and its user may have one more sent now."""
        return self._is_due(job) and self.deliveries.has_share(job["userId"])

    def _deliver(self, run: JobRun) -> None:
        """Deliver the job's webhook if it is due and its user has a share of the deliveries."""
        job = run.job
        if self._is_due(job) and self.deliveries.try_take(job["userId"]):
            try:
                self._send(run)
            finally:
                self.deliveries.give_back(job["userId"])

    def _send(self, run: JobRun) -> None:
        """Send each message of a job's end that was not accepted; note the outcomes in the job."""
        job = run.job
        accepted = accepted_types(job)
        outcomes = [
            messages.send(run.store, run.settings, run.ref, message)
            for message in messages_of_end(run.store, run.settings, self._kinds, job)
            if message.type not in accepted
        ]
        note = partial(
            _note_deliveries,
            outcomes=outcomes,
            finished_at=job["finishedAt"],
            attempts=len(self._delays),
        )
        run.retry_while_disk_full(partial(run.change, note))

    def _is_due(self, job: Mapping[str, Any]) -> bool:
        """Return whether a webhook is to be sent now: after the end, or a while after a failure.

        If the clock was set back by more than that while, it is.
        """
        if job["state"] not in FINISHED or is_finalized(job):
            return False
        webhook = job["webhook"]
        last: int = webhook["deliveries"][-1]["at"] if webhook["tries"] else job["finishedAt"]
        delay: float = self._delays[webhook["tries"]]
        return abs(now_ms() - last) >= 1000 * delay


def messages_of_end(
    store: Store, settings: Settings, kinds: JobKinds, job: Mapping[str, Any]
) -> list[Message]:
    """Return what is told of a job's end: first the export that it has made."""
    found, events, kind = [], events_of(job), kinds[job["kind"]]
    if EXPORT_READY in events:
        export = kind.made_export(store, job)
        if export is not None:
            found.append(messages.export_ready(job, export, settings))
    if ENDED in events:
        found.append(messages.ended(job, kind.show(store, settings, job)))
    return found


def accepted_types(job: Mapping[str, Any]) -> set[str | None]:
    """Return the types of the messages of a job's end that were accepted."""
    since = (each for each in job["webhook"]["deliveries"] if each["at"] >= job["finishedAt"])
    return {each.get("type") for each in since if is_accepted(each)}


def _was_sent(job: Mapping[str, Any]) -> bool:
    """Return whether a finished job's webhook was sent, accepted or not."""
    return bool(job["webhook"] and job["webhook"]["tries"])


def _note_deliveries(
    job: Job, outcomes: list[dict[str, Any]], finished_at: int, attempts: int
) -> None:
    """Note an attempt in the job; if it was resumed since, its webhook state is not changed."""
    webhook = job["webhook"]
    webhook["deliveries"] = [*webhook["deliveries"], *outcomes]
    if job["finishedAt"] != finished_at:
        return
    tries = webhook["tries"] + 1
    is_complete = all(map(is_accepted, outcomes))
    state = "delivered" if is_complete else "failed" if tries == attempts else "pending"
    webhook.update(state=state, tries=tries)
