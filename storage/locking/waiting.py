"""Waiting for locks that others hold: for a limited time, and one after the other.

`flock` by itself waits without an end, and the thread of a request with it. So a thread asks again
and again whether a lock is free: of those of a process that wait for the same one, only the first.
What a thread may do meanwhile, and for how long, is up to the layers above (see `configure`).
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from typing import NoReturn

from settings.tuning import DEFAULT
from storage.errors import LockedError

MayWait = Callable[[], bool]
Waiting = Callable[[], AbstractContextManager[MayWait]]

_SECONDS = 60.0  # of the command line, and where nothing is configured

# Between attempts, divided by how many threads of the process wait, so that those of all processes
# have the same chances. Only a lock that is held for long is tried more rarely.
_PAUSE, _MIN_PAUSE, _LONG_PAUSE = 0.002, 0.0002, 0.05
_LONG_SECONDS = 1.0
_STEP_SECONDS = 0.05  # after which a thread that is not the first notices that its time is over

_guard = threading.Lock()
_lines: dict[str, "_Line"] = {}  # of each lock that threads wait for
_thread = threading.local()


def within(seconds: float) -> MayWait:
    """Return a function that says whether these seconds are not over yet."""
    deadline = time.monotonic() + seconds
    return lambda: time.monotonic() < deadline


@contextmanager
def _wait_patiently() -> Iterator[MayWait]:
    yield within(_SECONDS)


_waiting: list[Waiting] = [_wait_patiently]
_brief = [DEFAULT.brief_lock]  # seconds before that context is entered


def configure(waiting: Waiting, brief: float) -> None:
    """After `brief` seconds, let a thread wait on for a lock only within the context `waiting()`.

    The context yields a function that says whether the thread may wait on. It raises LockedError if
    no more threads may wait.
    """
    _waiting[:], _brief[:] = [waiting], [brief]


def permit() -> AbstractContextManager[MayWait]:
    """Return the context in which the current thread may wait. Raises LockedError."""
    return _waiting[0]()


@contextmanager
def own_permit() -> Iterator[None]:
    """Hold a permit of those that wait, for what takes long; if none is free, do without."""
    with ExitStack() as held:
        with suppress(LockedError):
            held.enter_context(permit())
        yield


@contextmanager
def not_waiting() -> Iterator[None]:
    """Wait for no lock in this thread: for what is not worth it. Raises LockedError instead."""
    _thread.is_hurried = True
    try:
        yield
    finally:
        _thread.is_hurried = False


def is_awaited(path: str) -> bool:
    """Return whether threads of this process wait for a lock, after which it is others' turn."""
    return path in _lines


def wait(path: str, try_lock: Callable[[], bool], seconds: float | None = None) -> None:
    """Wait until `try_lock` returns true for the lock at a path: so long, or as configured.

    Raises LockedError.
    """
    if getattr(_thread, "is_hurried", False):
        _give_up(path)
    with _queue_up(path) as (line, is_first):
        if not line.wait(is_first, try_lock, within(_brief[0])):
            with permit() if seconds is None else nullcontext(within(seconds)) as may_wait:
                if not line.wait(is_first, try_lock, may_wait):
                    _give_up(path)


class _Line(deque[threading.Event]):
    """The threads that wait for a lock: the event of the first is set."""

    def wait(self, is_first: threading.Event, try_lock: Callable[[], bool], may: MayWait) -> bool:
        """Try to lock when it is this thread's turn, as long as it may wait.

        It tries at least once, however long the process stood still meanwhile.
        """
        while not is_first.wait(_STEP_SECONDS):
            if not may():
                return False
        is_contended = within(_LONG_SECONDS)
        while not try_lock():
            if not may():
                return False
            time.sleep(max(_PAUSE / len(self), _MIN_PAUSE) if is_contended() else _LONG_PAUSE)
        return True


@contextmanager
def _queue_up(path: str) -> Iterator[tuple[_Line, threading.Event]]:
    is_first = threading.Event()
    with _guard:
        line = _lines.setdefault(path, _Line())
        line.append(is_first)
        line[0].set()
    try:
        yield line, is_first
    finally:
        with _guard:
            line.remove(is_first)
            if line:
                line[0].set()
            else:
                del _lines[path]


def _give_up(path: str) -> NoReturn:
    raise LockedError(f"{path} is locked by another program or request")
