"""A pool of threads whose size can change while it runs.

`concurrent.futures.ThreadPoolExecutor` has a fixed size, and starts too few threads after it was
busy for a while: it counts idle threads with a semaphore that grows with each task that had to
wait.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

_Task = tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]


class ThreadPool:
    """Runs functions in at most `size` threads, which are started when they are needed."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._threads = 0
        self._idle = 0  # threads that wait for a task
        self._queued = 0  # tasks that wait for a thread
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._lock = threading.Lock()

    def submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:
        """Call a function in a thread as soon as one is free."""
        future: Future[Any] = Future()
        self._tasks.put((future, function, args))
        with self._lock:
            self._queued += 1
            self._start_threads()
        return future

    def resize(self, change: int) -> None:
        """Change the size; surplus threads end after their task."""
        with self._lock:
            self._size += change
            self._start_threads()
        for _ in range(-change):
            self._tasks.put(None)  # wakes an idle thread, so that it can end

    def shutdown(self, *, wait: bool = False) -> None:
        """Do nothing: the threads end with the process."""

    def _start_threads(self) -> None:
        with suppress(RuntimeError):  # the system permits no more threads: tasks wait
            while self._queued > self._idle and self._threads < self._size:
                threading.Thread(target=self._run, name="request", daemon=True).start()
                self._threads += 1
                self._idle += 1

    def _run(self) -> None:
        while True:
            task = self._tasks.get()
            with self._lock:
                self._idle -= 1
                self._queued -= task is not None
            if task is not None:
                _call(*task)
            del task  # a request must not stay in memory until the next one
            with self._lock:
                if self._threads > self._size:
                    self._threads -= 1
                    return
                self._idle += 1


def _call(future: Future[Any], function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    try:
        result = function(*args)
    except BaseException as exc:  # noqa: BLE001  # raised by future.result()
        future.set_exception(exc)
    else:
        future.set_result(result)
