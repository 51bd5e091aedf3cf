"""How much of jobs runs at once: calls to each provider, and the threads of a job.

A provider's PROVIDER_CONCURRENCY permits for calls are shared by all processes. A permit is a
locked file that names its call. If its process dies, the call's task still runs at the provider:
the permit stays taken until another process has continued the call, or its job has ended.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import partial

from jobs.model import FINISHED, JobRef, find_call
from settings.config import Settings
from storage.errors import NotFoundError, UnreadableError
from storage.locking.permits import LocalPermits, Permits, current_user
from storage.store import Store

_MIN_THREADS = 24

_current: "ContextVar[_Tasks | None]" = ContextVar("tasks", default=None)


class ProviderPermits(Permits):
    """The permits for calls, for the threads of one process.

    `threads` are permits for the further threads of jobs that make several calls at once.
    """

    poll_seconds = 0.05

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(store.root, settings.provider_concurrency, self._is_running)
        self._store = store
        self.threads = LocalPermits(max(_MIN_THREADS, 4 * settings.provider_concurrency))

    @contextmanager
    def hold(
        self, name: str, user_id: str, ref: JobRef, call_id: str, wait: Callable[[], float]
    ) -> Iterator[None]:
        """Hold a permit of `name` for a call of a job.

        `wait` is called while there is none; it returns for how many seconds to wait, or raises.
        """
        with self.queue(name, user_id, f"{ref.collection}/{ref.id} {call_id}") as wait_for_permit:
            permit = wait_for_permit(0)
            while permit is None:
                permit = wait_for_permit(wait())
        with permit:  # its release wakes nobody: other processes have the same chance as this one
            yield

    def _is_running(self, holder: str) -> bool:
        """Return whether the call that a permit names has a task that runs at the provider."""
        path, _, call_id = holder.partition(" ")
        collection, _, job_id = path.rpartition("/")
        try:
            job = self._store.collection(collection).snapshot(job_id).values
            return job["state"] not in FINISHED and find_call(job, call_id)["state"] == "submitted"
        except (NotFoundError, UnreadableError, KeyError, StopIteration):
            return False


def run_concurrently(
    tasks: Iterable[Callable[[], object]], limit: int, permits: LocalPermits | None = None
) -> None:
    """Run tasks in this thread and in others, at most `limit`, each with one of `permits`, if any.

    Raises the first error after all threads have ended; no task is started after an error, and
    those that run can find it with `check_others`. The other threads are daemons, so the process
    can exit.
    """
    _Tasks(tasks, limit, permits or LocalPermits(limit * 2)).run()


class OtherFailedError(Exception):
    """A task ended because another one has failed, with the error that is raised for all."""


def check_others() -> None:
    """Raise OtherFailedError in a task of `run_concurrently` if another one of it has failed.

    In nested ones, those of the innermost count.
    """
    tasks = _current.get()
    if tasks is not None and tasks.errors:
        raise OtherFailedError


class _Tasks:
    """Tasks that some threads run: each takes the next one, and starts a further thread before."""

    def __init__(
        self, tasks: Iterable[Callable[[], object]], limit: int, permits: LocalPermits
    ) -> None:
        self._remaining = deque(tasks)
        self._limit = limit
        self._permits = permits
        self._user_id = current_user.get()
        self._threads: list[threading.Thread] = []
        self.errors: list[BaseException] = []
        self._lock = threading.Lock()

    def run(self) -> None:
        """Run all tasks. Raises the first error."""
        outer = _current.set(self)
        try:
            self._work()
        finally:
            _current.reset(outer)
        for thread in self._threads:  # also those that they start
            thread.join()
        if self.errors:
            raise self.errors[0]

    def _work(self) -> None:
        while not self.errors:
            try:
                task = self._remaining.popleft()
            except IndexError:
                return
            self._start_thread()
            try:
                task()
            except BaseException as exc:  # noqa: BLE001 - raised in the thread that waits for all
                self.errors.append(exc)

    def _start_thread(self) -> None:
        """Start a further thread, if there is something to do for it and it may run."""
        with self._lock:
            if not self._remaining or len(self._threads) + 1 >= self._limit:
                return
            if not self._permits.try_take(self._user_id):
                return
            target = partial(copy_context().run, self._work_with_permit)
            thread = threading.Thread(target=target, daemon=True, name="job-task")
            try:
                thread.start()
            except RuntimeError:  # no more threads; the others do it
                self._permits.give_back(self._user_id)
            else:
                self._threads.append(thread)

    def _work_with_permit(self) -> None:
        try:
            self._work()
        finally:
            self._permits.give_back(self._user_id)
