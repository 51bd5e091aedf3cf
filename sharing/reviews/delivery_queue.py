"""Which notices wait in this process, and when each is sent: those of a user one at a time.

While anything waits, one thread looks for what is due. While notices of a user are sent, the user
has a thread and takes one of the permits for requests, which limit the number of threads.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from storage.locking.permits import LocalPermits

# Tries to send notices of a user, in their order; yields each with the seconds until it is due
# again, None if it is done.
Attempt = Callable[[Sequence[str]], Iterator[tuple[str, float | None]]]

_log = logging.getLogger("vidworks.reviews")

_STEP_SECONDS = 0.5  # between looks for what is due, unless something ends or is added before


class _Waiting(NamedTuple):
    user_id: str
    due: float  # by the monotonic clock


class DeliveryQueue:
    """The notices that wait in this process."""

    def __init__(self, attempt: Attempt, permits: LocalPermits, stopping: threading.Event) -> None:
        """`permits` are the requests to receivers at once, which users share."""
        self._attempt = attempt
        self._permits = permits
        self._stopping = stopping
        self._changed = threading.Condition()
        self._waiting: dict[str, _Waiting] = {}  # by the notice's id, in the order of arrival
        self._served: set[str] = set()  # the users who have a thread
        self._is_running = False

    def add(self, notices: Iterable[tuple[str, str]]) -> None:
        """Send notices as soon as possible; each is named by its user's id and its own."""
        with self._changed:
            for user_id, notice_id in notices:
                self._waiting.setdefault(notice_id, _Waiting(user_id, time.monotonic()))
            if self._waiting and not self._is_running:
                self._is_running = _start(self._run)
                if not self._is_running:
                    self._waiting.clear()
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while self._waiting and not self._stopping.is_set():
                for user_id, notice_ids in self._due().items():
                    self._serve(user_id, notice_ids)
                self._changed.wait(_STEP_SECONDS)
            self._is_running = False

    def _due(self) -> dict[str, list[str]]:
        """Return the notices that are due, of each user who has no thread."""
        now, due = time.monotonic(), dict[str, list[str]]()
        for notice_id, waiting in self._waiting.items():
            if waiting.due <= now and waiting.user_id not in self._served:
                due.setdefault(waiting.user_id, []).append(notice_id)
        return due

    def _serve(self, user_id: str, notice_ids: list[str]) -> None:
        if self._permits.try_take(user_id):
            self._served.add(user_id)
            if not _start(self._send, user_id, notice_ids):
                self._end(user_id)

    def _send(self, user_id: str, notice_ids: list[str]) -> None:
        try:
            for notice_id, wait in self._attempt(notice_ids):
                with self._changed:
                    if wait is None:
                        del self._waiting[notice_id]
                    else:
                        self._waiting[notice_id] = _Waiting(user_id, time.monotonic() + wait)
                if self._stopping.is_set():
                    return
        finally:
            self._end(user_id)

    def _end(self, user_id: str) -> None:
        with self._changed:
            self._served.remove(user_id)
            self._permits.give_back(user_id)
            self._changed.notify()


def _start(target: Callable[..., None], *args: object) -> bool:
    """Start a thread; return whether there was room for one more."""
    try:
        threading.Thread(target=target, args=args, daemon=True).start()
    except RuntimeError:
        _log.exception("no thread for the webhooks of reviews")
        return False
    return True
