"""One job being worked on: what its kind may ask and say while it runs."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from config import Settings
from jobs.errors import JobCancelledError, StoppingError
from jobs.job import Call, Job, Ref, call_of, refresh
from storage.errors import DiskFullError, UnwritableError
from storage.locks import FileSemaphore
from storage.media_files import MediaFiles
from storage.store import Store
from storage.tables import DocumentTable

_log = logging.getLogger("vidworks.jobs")

T = TypeVar("T")

_STEP_SECONDS = 0.25  # how soon a pause notices that the job is cancelled
_DISK_SECONDS = 5.0


class Run:
    """A job while this process works on it."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        ref: Ref,
        keys: Mapping[str, str],
        stopping: threading.Event,
    ) -> None:
        self.store = store
        self.settings = settings
        self.ref = ref
        self.keys = keys  # of the vendors, by role: they live in memory alone
        self._stopping = stopping
        self._semaphore = FileSemaphore(store.root, settings.provider_concurrency)

    @property
    def table(self) -> DocumentTable:
        """The collection that the job is in."""
        return self.store.collection(self.ref.collection)

    @property
    def job(self) -> Mapping[str, Any]:
        """The job as it is now: for reading. Raises NotFoundError if it was deleted."""
        return self.table.snapshot(self.ref.id).values

    @property
    def files(self) -> MediaFiles:
        """The job's own files."""
        return self.store.media(self.table, self.ref.id)

    def change(self, change: Callable[[Job], None]) -> None:
        """Change the job durably."""

        def changing(job: Job) -> None:
            change(job)
            refresh(job)

        self.table.change(self.ref.id, changing)

    def say(self, message: str) -> None:
        """Tell those who watch what is being done."""
        self.change(lambda job: job["progress"].update(message=message))

    def insist(self, keep: Callable[[], T]) -> T:
        """Do what must not be lost; while the disk is full, wait and try again.

        Raises StoppingError.
        """
        while True:
            try:
                return keep()
            except (DiskFullError, UnwritableError) as exc:
                _log.warning("job %s waits for the disk: %s", self.ref.id, exc)
                if self._stopping.wait(_DISK_SECONDS):
                    raise StoppingError from exc

    def note(self, call_id: str, message: str | None = None, **fields: Any) -> None:
        """Change a call of the job durably."""

        def changing(job: Job) -> None:
            call_of(job, call_id).update(fields)
            if message:
                job["progress"]["message"] = message

        self.change(changing)

    def call(self, call_id: str) -> Call:
        """A call as it is now."""
        return call_of(self.job, call_id)

    def check(self) -> None:
        """Raise JobCancelledError or StoppingError if the work has to stop here."""
        if self._stopping.is_set():
            raise StoppingError
        if self.job["cancelRequested"]:
            raise JobCancelledError

    def pause(self, seconds: float) -> None:
        """Wait, but not when the work has to stop."""
        until = time.monotonic() + seconds
        while True:
            self.check()
            left = until - time.monotonic()
            if left <= 0:
                return
            self.rest(left)

    def rest(self, seconds: float) -> None:
        """Wait one step of a longer wait. Raises StoppingError."""
        if self._stopping.wait(min(seconds, _STEP_SECONDS)):
            raise StoppingError

    @contextmanager
    def place_at(self, call_id: str) -> Iterator[None]:
        """One of the places that all jobs of the service share at a vendor, once there is one."""
        call = self.call(call_id)
        # Vendors limit what comes with one key; who brings a key of their own waits for no others.
        whose = f"-{self.job['userId']}" if call["role"] in self.keys else ""
        name = f"{call['provider']}-{call['role']}{whose}"
        place = self._semaphore.try_acquire(name)
        if place is None and call["state"] == "planned":
            busy = f"Waiting: {self.settings.provider_concurrency} calls to {call['provider']} run"
            self.note(call_id, busy, state="waiting")
        while place is None:
            self.pause(_STEP_SECONDS)
            place = self._semaphore.try_acquire(name)
        try:
            yield
        finally:
            place.release()


def together(tasks: Sequence[Callable[[], None]], most: int) -> None:
    """Do tasks at once, so many at most; raises what the first of them raised, after all ended.

    Their threads do not keep a process that has to end from ending.
    """
    left = iter(tasks)
    taking = threading.Lock()
    errors: list[BaseException] = []

    def work() -> None:
        while not errors:
            with taking:
                task = next(left, None)
            if task is None:
                return
            try:
                task()
            except BaseException as exc:  # noqa: BLE001 - raised below, in the thread that waits
                errors.append(exc)

    threads = [
        threading.Thread(target=work, daemon=True, name="scene")
        for _ in range(min(most, len(tasks)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
