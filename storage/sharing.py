"""How users share what is scarce: places are limited, and waiting is turn by turn."""

import threading
import time
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from storage.errors import DiskFullError, StorageError
from storage.locks import FileLock, FileSemaphore

T = TypeVar("T", bound=Hashable)

# The user for whom this thread works: set for each request and each job.
current_user: ContextVar[str] = ContextVar("current_user", default="")

_POLL_SECONDS = 0.01  # between two looks of the thread whose turn it is


def has_share(taken: Counter[str], user_id: str, places: int) -> bool:
    """Return whether a user may take one more place.

    A user gets at most three quarters of the places that others leave free, at least one.
    """
    others = taken.total() - taken[user_id]
    return others + taken[user_id] < places and taken[user_id] < max(1, (places - others) * 3 // 4)


def in_turns(items: Iterable[T], user_of: Callable[[T], str]) -> Iterator[T]:
    """Yield the first item of each user, then the second of each, and so on."""
    queues: dict[str, deque[T]] = {}
    for item in items:
        queues.setdefault(user_of(item), deque()).append(item)
    while queues:
        for user_id in list(queues):
            yield queues[user_id].popleft()
            if not queues[user_id]:
                del queues[user_id]


class Turns:
    """The threads that wait for something: users turn by turn, each user's in their order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: OrderedDict[str, deque[threading.Event]] = OrderedDict()

    @contextmanager
    def waiting(self, user_id: str) -> Iterator[Callable[[float], bool]]:
        """Queue up; yield a function that waits some seconds and returns whether it is the turn.

        It returns early if it may be the turn. To leave without an exception means to be served.
        """
        ticket = threading.Event()
        with self._lock:
            self._users.setdefault(user_id, deque()).append(ticket)

        def wait(seconds: float) -> bool:
            if ticket.wait(seconds):
                ticket.clear()
            with self._lock:
                return self._next() is ticket

        served = False
        try:
            yield wait
            served = True
        finally:
            with self._lock:
                self._leave(user_id, ticket, served)
            self.notify()

    def pass_on(self, user_id: str) -> None:
        """Let the next user go first, without having served this one."""
        with self._lock:
            self._users.move_to_end(user_id)
        self.notify()

    def notify(self) -> None:
        """Wake the thread whose turn it is."""
        with self._lock:
            ticket = self._next()
        if ticket is not None:
            ticket.set()

    def _next(self) -> threading.Event | None:
        return next(iter(self._users.values()))[0] if self._users else None

    def _leave(self, user_id: str, ticket: threading.Event, served: bool) -> None:
        self._users[user_id].remove(ticket)
        if not self._users[user_id]:
            del self._users[user_id]
        elif served:
            self._users.move_to_end(user_id)


class SharedPlaces(FileSemaphore):
    """Places that users share, in all processes: each name has so many.

    A place is a locked file that names its user, who gets a share of the places (`has_share`). The
    threads of a process that wait for the same name are served turn by turn.
    """

    def __init__(self, root: Path, places: int) -> None:
        super().__init__(root, places)
        self._turns: defaultdict[str, Turns] = defaultdict(Turns)
        self._lock = threading.Lock()

    @contextmanager
    def queue(self, name: str, user_id: str) -> Iterator[Callable[[float], FileLock | None]]:
        """Queue up; yield a function that waits some seconds for a place.

        It returns the place, which the caller releases, or None. To leave without an exception
        means to have got it.
        """
        with self._lock:
            turns = self._turns[name]
        with turns.waiting(user_id) as is_turn:

            def wait(seconds: float) -> FileLock | None:
                deadline, may_try = time.monotonic() + seconds, is_turn(0)
                while True:
                    place, is_full = self._try(name, user_id) if may_try else (None, True)
                    remaining = deadline - time.monotonic()
                    if place is not None or remaining <= 0:
                        return place
                    pause = _POLL_SECONDS if may_try else remaining
                    was_turn, may_try = may_try, is_turn(min(pause, remaining))
                    if was_turn and not is_full:  # this user has a share of the places already
                        turns.pass_on(user_id)
                        may_try = is_turn(0)

            yield wait

    def _try(self, name: str, user_id: str) -> tuple[FileLock | None, bool]:
        """Return a place, if one is free and the user has a share of it; and whether none is."""
        place, taken = self._look(name)
        if place is None:
            return None, True
        if not has_share(taken, user_id, self._slots):
            place.release()
            return None, False
        with suppress(StorageError):  # on a full disk, it is not known who has it
            place.write(user_id)
        return place, False

    def _look(self, name: str) -> tuple[FileLock | None, Counter[str]]:
        """Return a free place, if there is one, and how many places each user has."""
        free: FileLock | None = None
        taken: Counter[str] = Counter()
        try:
            for file in self._files(name):
                try:
                    lock = FileLock.try_acquire(self._directory, file)
                except DiskFullError:  # a place that was not taken before is a new file
                    if free is None and not taken:
                        raise
                    continue
                if lock is None:
                    taken[self._last_holder(file)] += 1
                elif free is None:
                    free = lock
                else:
                    lock.release()
        except BaseException:
            if free is not None:
                free.release()
            raise
        return free, taken
