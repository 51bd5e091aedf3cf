"""Limited permits that users share: what each user may have, and whose turn it is.

A permit is one of a limited number: of programs that run, of calls to a provider, of requests that
wait. Its holder has it for a user, who may have a share of the permits (`has_share`). If there is
none, users take turns (`Turns`): each time, the user goes first who was served least recently.
"""

import threading
import time
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from itertools import zip_longest
from pathlib import Path
from typing import Generic, TypeVar

from storage.errors import DiskFullError, StorageError, writing
from storage.files.files import read_file
from storage.locking.locks import MAX_NOTE_BYTES, FileLock
from storage.paths import SEMAPHORES

T = TypeVar("T")

# The user for whom this thread works: set for each request and each job.
current_user: ContextVar[str] = ContextVar("current_user", default="")


def has_share(users: Iterable[str], user_id: str, permits: int) -> bool:
    """Return whether a user may take one more permit; `users` hold the permits that are taken.

    A user gets at most three quarters of the permits that others leave free, at least one.
    """
    taken = Counter(users)
    own, free_of_others = taken[user_id], permits - taken.total() + taken[user_id]
    return own < free_of_others and own < max(1, free_of_others * 3 // 4)


class Turns(Generic[T]):
    """What waits, in its order: users turn by turn, and what waits for a user as it came."""

    def __init__(self, waiting: Iterable[tuple[str, T]] = ()) -> None:
        self._users: OrderedDict[str, deque[T]] = OrderedDict()
        for user_id, each in waiting:
            self.join(user_id, each)

    def __iter__(self) -> Iterator[T]:
        for turn_of_each in zip_longest(*self._users.values()):
            yield from (each for each in turn_of_each if each is not None)

    def join(self, user_id: str, each: T) -> None:
        """Let something wait for a user; a user for whom nothing waited goes last."""
        self._users.setdefault(user_id, deque()).append(each)

    def leave(self, user_id: str, each: T, *, served: bool) -> None:
        """Let something wait no more. If it was `served`, it is the others' turn."""
        self._users[user_id].remove(each)
        if not self._users[user_id]:
            del self._users[user_id]
        elif served:
            self.pass_on(user_id)

    def pass_on(self, user_id: str) -> None:
        """Let a user go last, if something waits for them."""
        if user_id in self._users:
            self._users.move_to_end(user_id)


class WaitingThreads:
    """Threads of this process that wait for the same, in turns."""

    def __init__(self) -> None:
        self._turns: Turns[threading.Event] = Turns()
        self._lock = threading.Lock()

    @contextmanager
    def join(self, user_id: str) -> Iterator[Callable[[float], bool]]:
        """Queue up; yield a function that waits some seconds and returns whether it is the turn.

        It returns early if it may be the turn. To leave without an exception means to be served.
        """
        own, served = threading.Event(), False
        with self._lock:
            self._turns.join(user_id, own)

        def wait(seconds: float) -> bool:
            if own.wait(seconds):
                own.clear()
            return self._next() is own

        try:
            yield wait
            served = True
        finally:
            with self._lock:
                self._turns.leave(user_id, own, served=served)
            self.wake()

    def pass_on(self, user_id: str) -> None:
        """Let the next user go first, without having served this one."""
        with self._lock:
            self._turns.pass_on(user_id)
        self.wake()

    def wake(self) -> None:
        """Wake the thread whose turn it is."""
        if (following := self._next()) is not None:
            following.set()

    def _next(self) -> threading.Event | None:
        with self._lock:
            return next(iter(self._turns), None)


class LocalPermits:
    """Permits that users share in this process."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.users: list[str] = []  # of the permits that are taken
        self._lock = threading.Lock()

    def has_share(self, user_id: str) -> bool:
        """Return whether a user may take one more permit now."""
        return has_share(list(self.users), user_id, self.number)

    def try_take(self, user_id: str) -> bool:
        """Take a permit, to be given back, if the user has a share of them."""
        with self._lock:
            if not self.has_share(user_id):
                return False
            self.users.append(user_id)
            return True

    def give_back(self, user_id: str) -> None:
        """Give back one of a user's permits."""
        with self._lock:
            self.users.remove(user_id)


class Permits:
    """Permits in all processes, `number` for each name: locked files that name their last holders.

    If a holder's process died, its permit stays taken for others while `is_kept` returns true for
    the holder. Of the threads of a process, those that wait for a permit are served in turns.
    """

    poll_seconds = 0.01  # between two attempts of the thread whose turn it is

    def __init__(
        self, root: Path, number: int, is_kept: Callable[[str], bool] = lambda _holder: False
    ) -> None:
        self._directory = root / SEMAPHORES
        self._number = number
        self._is_kept = is_kept
        self._threads: defaultdict[str, WaitingThreads] = defaultdict(WaitingThreads)
        self._lock = threading.Lock()

    def waiting(self, name: str) -> WaitingThreads:
        """Return the threads of this process that wait for a permit."""
        with self._lock:
            return self._threads[name]

    def try_take(self, name: str, holder: str = "") -> FileLock | None:
        """Return a free permit, to be released by the caller, or None if all are taken."""
        files = self._files(name)
        if self._is_kept(holder):  # its own permit, which is kept for it, if it has one
            files = [file for file in files if self._last_holder(file) == holder][:1] or files
        permits = (self._try_file(file, holder) for file in files)
        return next((permit for permit in permits if permit is not None), None)

    @contextmanager
    def queue(
        self, name: str, user_id: str, holder: str = ""
    ) -> Iterator[Callable[[float], FileLock | None]]:
        """Queue up; yield a function that waits some seconds for a permit.

        It returns the permit, which the caller releases, or None. To leave without an exception
        means to have got it. A holder for whom one is kept need not wait for the turn.
        """
        threads, is_kept = self.waiting(name), self._is_kept(holder)
        with threads.join(user_id) as is_turn:

            def wait(seconds: float) -> FileLock | None:
                deadline, may_try = time.monotonic() + seconds, is_turn(0) or is_kept
                while True:
                    permit, has_share = None, True
                    if may_try:
                        permit, has_share = self._try(name, user_id, holder)
                    remaining = deadline - time.monotonic()
                    if permit is not None or remaining <= 0:
                        return permit
                    pause = min(self.poll_seconds, remaining) if may_try else remaining
                    may_try = is_turn(pause) or is_kept
                    if not has_share:
                        threads.pass_on(user_id)
                        may_try = is_turn(0)

            yield wait

    def _try(self, name: str, _user_id: str, holder: str) -> tuple[FileLock | None, bool]:
        """Return a permit if one is free, and whether the user has a share of the free ones."""
        return self.try_take(name, holder), True

    def _files(self, name: str) -> list[str]:
        with writing():
            self._directory.mkdir(mode=0o700, exist_ok=True)
        return [f"{name}-{n}" for n in range(self._number)]

    def _try_file(self, file: str, holder: str) -> FileLock | None:
        permit = FileLock.try_acquire(self._directory, file)
        if permit is None:
            return None
        with ExitStack() as unless_taken:
            last = unless_taken.enter_context(permit).read()
            if last in ("", holder) or not self._is_kept(last):
                permit.write(holder)
                unless_taken.pop_all()
                return permit
        return None

    def _last_holder(self, file: str) -> str:
        try:
            return read_file(self._directory / file)[:MAX_NOTE_BYTES].decode(errors="replace")
        except FileNotFoundError:
            return ""


class SharedPermits(Permits):
    """Permits of which each user gets a share: their files name the users."""

    def _try(self, name: str, user_id: str, _holder: str) -> tuple[FileLock | None, bool]:
        permit, users = self._look(name)
        if permit is None:
            return None, True
        if not has_share(users, user_id, self._number):
            permit.release()
            return None, False
        with suppress(StorageError):  # on a full disk, it is not known who has it
            permit.write(user_id)
        return permit, True

    def _look(self, name: str) -> tuple[FileLock | None, list[str]]:
        """Return a free permit, if there is one, and the users of those that are taken."""
        free: FileLock | None = None
        users: list[str] = []
        with ExitStack() as on_error:
            for file in self._files(name):
                try:
                    permit = FileLock.try_acquire(self._directory, file)
                except DiskFullError:  # a permit that was not taken before is a new file
                    if free is None and not users:
                        raise
                    continue
                if permit is None:
                    users.append(self._last_holder(file))
                elif free is None:
                    free = on_error.enter_context(permit)
                else:
                    permit.release()
            on_error.pop_all()
        return free, users
