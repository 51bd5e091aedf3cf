"""The threads that do what is due now and then, in one process of each node.

Every hour, what has expired is deleted (expiry.py); every few minutes, jobs that the queue has lost
are put back into it (lost_jobs.py).
"""

import logging
import threading
import time
from collections.abc import Callable

from jobs.lost_jobs import restore_markers
from settings.config import Settings
from storage.clock_watch import is_trusted
from storage.store import Store

_log = logging.getLogger("vidworks.jobs")

_FIRST_SEARCH_SECONDS = 1.0
_SEARCH_SECONDS = 300.0  # between searches for jobs that the queue has lost
_SEARCH_SHARE = 100  # they take at most 1/100 of the time


class Housekeeper:
    """The threads that look after all jobs, in one process of a node: `is_in_charge` says which."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        every_hour: Callable[[Store, bool], None],
        stopping: threading.Event,
        is_in_charge: Callable[[], bool],
    ) -> None:
        self._store = store
        self._settings = settings
        self._every_hour = every_hour
        self._stopping = stopping
        self._is_in_charge = is_in_charge

    def start(self) -> None:
        """Start the threads; not the one that reads the queue, as they take long."""
        threading.Thread(target=self._call_every_hour, daemon=True, name="jobs-pruning").start()
        threading.Thread(target=self._search, daemon=True, name="jobs-search").start()

    def _call_every_hour(self) -> None:
        """Delete what has expired, soon after the start and every hour."""
        wait = self._settings.tuning.first_pruning
        while not self._stopping.wait(wait):
            if not self._is_in_charge():
                continue  # not yet, or another process of the node is
            wait = self._settings.tuning.prune_pause
            try:
                may_delete = is_trusted(self._store, self._settings.tuning.clock_doubt)
                self._every_hour(self._store, may_delete)
            except Exception:  # noqa: BLE001 - it is tried again an hour later
                _log.warning("could not delete what is old", exc_info=True)

    def _search(self) -> None:
        """Put jobs that the queue has lost back into it: at the start, and every few minutes."""
        wait = _FIRST_SEARCH_SECONDS
        while not self._stopping.wait(wait):
            if not self._is_in_charge():
                continue  # not yet, or another process of the node is
            started = time.monotonic()
            try:
                restore_markers(self._store)
            except Exception:  # noqa: BLE001 - it is tried again later
                _log.warning("could not look for jobs that are not in the queue", exc_info=True)
            wait = max(_SEARCH_SECONDS, _SEARCH_SHARE * (time.monotonic() - started))
