"""Following a program until it has ended: its output, its deadline, and why it ended."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from typing import NamedTuple

Consume = Callable[[bytes], None]
Check = Callable[[], None]

_STEP_SECONDS = 0.2  # after which a caller notices that the service stops
_FIRST_PAUSE, _LONGEST_PAUSE = 0.001, 0.05  # until a program that wrote all is seen to end
_STOP_SECONDS = 1.0  # that a program that is to hurry may still take
_PIECE_BYTES = 1 << 16
_NEAR_SECONDS = 0.5  # of processor time before a limit: the kernel counts in ticks


def go_on() -> None:
    """Let a program run."""


class Deadline(NamedTuple):
    """When a program is killed (of the monotonic clock), and whether it is to hurry."""

    at: float
    is_hurried: Callable[[], bool]


class End(NamedTuple):
    """How a program ended: the seconds of processor time it took; killed as it was overdue."""

    cpu_seconds: float
    overdue: bool

    def is_limit(self, cpu_seconds: int) -> bool:
        """Return whether its deadline or a limit of processor time is why it was killed."""
        return self.overdue or self.cpu_seconds >= cpu_seconds - _NEAR_SECONDS


def follow(
    process: subprocess.Popen[bytes], deadline: Deadline, consume: Consume, check: Check
) -> End:
    """Read the output of a process until it has ended; kill it at the deadline.

    `consume` gets the output in pieces, `check` is called several times a second: what either
    raises kills the process and is raised.
    """
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    descriptor, is_open, pause = process.stdout.fileno(), True, _FIRST_PAUSE
    end, overdue = deadline.at, False
    with process, selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        try:
            while is_open or (used := _processor_seconds(process)) is None:
                check()
                if not is_open:
                    time.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE)
                elif selector.select(_STEP_SECONDS):
                    data = os.read(descriptor, _PIECE_BYTES)
                    is_open = bool(data)
                    consume(data)
                if deadline.is_hurried():
                    end = min(end, time.monotonic() + _STOP_SECONDS)
                if not overdue and time.monotonic() > end:
                    overdue = True
                    os.kill(process.pid, signal.SIGKILL)
        except BaseException:
            process.kill()
            raise
    return End(used, overdue)


def _processor_seconds(process: subprocess.Popen[bytes]) -> float | None:
    """Return how much processor time a process has used if it has ended; None while it runs."""
    ended, status, usage = os.wait4(process.pid, os.WNOHANG)
    if not ended:
        return None
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime
