"""How users share what is scarce in a process: places are limited, and waiting is turn by turn."""

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


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
