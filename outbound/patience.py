"""Waiting for other servers: until a deadline, and only as long as the client stays."""

import select
import socket
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

Check = Callable[[], object]

_STEP_SECONDS = 0.2  # between calls of `check`


def go_on() -> None:
    """Wait on."""


class Patience(NamedTuple):
    """When a request to another server is given up.

    That is at a `deadline` of the monotonic clock; when the server sends nothing for `idle`
    seconds, if that is limited; or as soon as `check` raises, which is called several times a
    second whatever is waited for.
    """

    deadline: float
    idle: float | None = None
    check: Check = go_on

    def left(self) -> float:
        """Return the seconds until the deadline, at least 0. Raises what `check` raises."""
        self.check()
        return max(self.deadline - time.monotonic(), 0.0)

    def for_at_most(self, seconds: float) -> "Patience":
        """Return the same with an earlier deadline, if it is not that early."""
        return self._replace(deadline=min(self.deadline, time.monotonic() + seconds))

    def is_ready(self, sock: socket.socket, event: int) -> bool:
        """Wait for a poll event of a socket; return False if it does not come in time.

        Raises as `left`.
        """
        poller = select.poll()
        poller.register(sock, event)
        end = self.deadline if self.idle is None else time.monotonic() + self.idle
        while (left := min(self.left(), end - time.monotonic())) > 0:
            if poller.poll(min(left, _STEP_SECONDS) * 1000):
                return True
        return False

    def join(self, thread: threading.Thread) -> bool:
        """Wait until a thread has ended; return whether it has in time. Raises as `left`."""
        while thread.is_alive() and (left := self.left()) > 0:
            thread.join(min(left, _STEP_SECONDS))
        return not thread.is_alive()
