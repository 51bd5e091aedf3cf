"""The webhooks of a job: while it runs, and at its end, when it leaves the queue.

A message that was not accepted is sent again when the job's document says that it is due, by the
process that reads the queue. Until then it takes neither a thread nor an open file. While a job
runs, each message is sent once, in a thread of its own: a slow receiver delays no job, and a
message about the progress takes the place of an earlier one that is not sent yet.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from jobs.kinds import JobKinds
from jobs.model import FINISHED, Job, JobRef, is_finalized, ordered_at
from jobs.run import JobRun
from jobs.webhooks import messages
from jobs.webhooks.messages import Message, events_of, is_accepted
from schemas.webhooks import ENDED, EXPORT_READY, PROGRESS, STARTED
from settings.config import Settings
from storage.clock import now_ms
from storage.locking.locks import FileLock
from storage.locking.permits import LocalPermits
from storage.paths import DELIVERING
from storage.store import Store

_log = logging.getLogger("vidworks.jobs")

_PERMIT_SECONDS = 0.5  # between attempts to get a permit for a request
_END_SECONDS = 30.0  # that the end of a job waits for its start to be told

_MAX_DELIVERIES = 16  # requests to receivers at once in a process, shared by its users


class LiveWebhooks:
    """Follows the jobs of a process that have a webhook for their start or their progress."""

    def __init__(self, deliveries: LocalPermits) -> None:
        self._deliveries = deliveries
        self._jobs: dict[JobRef, _FollowedJob] = {}
        self._lock = threading.Lock()

    def observe(
        self, store: Store, settings: Settings, ref: JobRef, job: Mapping[str, Any]
    ) -> None:
        """Send what is to be told of a running job that has just changed."""
        wanted = {STARTED, PROGRESS}.intersection(events_of(job))
        if not wanted or job["state"] in FINISHED or job["state"] == "queued":
            return
        with self._lock:
            followed = self._jobs.setdefault(ref, _FollowedJob())
            followed.note(job, wanted)
            if followed.due and followed.thread is None:
                target = self._send_all
                thread = threading.Thread(
                    target=target, args=(store, settings, ref, followed), daemon=True
                )
                try:
                    thread.start()
                except RuntimeError:  # no more threads; it is told with the job's next change
                    _log.exception("no thread for the webhook of job %s", ref.id)
                else:
                    followed.thread = thread

    def finish(self, ref: JobRef) -> None:
        """Forget a job that has ended, once its start is told; what is not sent then is dropped."""
        with self._lock:
            followed = self._jobs.pop(ref, None)
            if followed is None:
                return
            followed.due.pop(PROGRESS, None)
            thread = followed.thread
        if thread is not None:
            thread.join(_END_SECONDS)
        with self._lock:
            followed.due.clear()

    def _send_all(
        self, store: Store, settings: Settings, ref: JobRef, followed: "_FollowedJob"
    ) -> None:
        while (message := self._next(followed)) is not None:
            user_id = message.job["userId"]
            if not self._deliveries.try_take(user_id):
                time.sleep(_PERMIT_SECONDS)
                continue
            try:
                messages.send(store, settings, ref, message)
            except Exception:  # noqa: BLE001 - such as a user that was deleted
                _log.warning("a webhook of job %s was not sent", ref.id, exc_info=True)
            finally:
                self._deliveries.give_back(user_id)
            with self._lock:
                followed.remove(message)

    def _next(self, followed: "_FollowedJob") -> Message | None:
        """Return the next message of a job; None if there is none, and the thread ends."""
        with self._lock:
            if followed.due:
                return next(iter(followed.due.values()))
            followed.thread = None
            return None


class _FollowedJob:
    """What is still to be told of a job, by events in their order, and what was noted."""

    def __init__(self) -> None:
        self.due: dict[str, Message] = {}
        self.thread: threading.Thread | None = None
        self._ordered_at: int | None = None
        self._tenth = 0

    def note(self, job: Mapping[str, Any], wanted: set[str]) -> None:
        """Note what is new of a job."""
        tenth = job["progress"]["percent"] // 10
        if self._ordered_at != ordered_at(job):
            self._ordered_at, self._tenth = ordered_at(job), tenth
            if STARTED in wanted:
                self.due[STARTED] = messages.started(job)
        elif tenth > self._tenth:
            self._tenth = tenth
            if PROGRESS in wanted and tenth < 10:
                self.due[PROGRESS] = messages.progressed(job, tenth)

    def remove(self, sent: Message) -> None:
        """Remove a message that was sent, unless a newer one took its place meanwhile."""
        self.due = {event: each for event, each in self.due.items() if each is not sent}


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

        It is also sent if the clock was set back by more than the delay.
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
