"""Messages of a webhook while its job runs: that it has begun, and how far it is.

Each is sent once, by the process that runs the job, in a thread of its own: a slow receiver delays
no job. A message about the progress takes the place of an earlier one that is not sent yet.
"""

import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

from jobs.model import FINISHED, JobRef, ordered_at
from jobs.webhooks import messages
from jobs.webhooks.messages import Message, events_of
from schemas.webhooks import PROGRESS, STARTED
from settings.config import Settings
from storage.locking.permits import LocalPermits
from storage.store import Store

_log = logging.getLogger("vidworks.jobs")

_PERMIT_SECONDS = 0.5  # between attempts to get a permit for a request
_END_SECONDS = 30.0  # that the end of a job waits for its start to be told


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
