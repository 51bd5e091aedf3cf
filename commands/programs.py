"""Running a program that is to end, with all that it has started, when this process is told to."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

_END_SECONDS = 10.0  # to clean up


def run_program(command: Sequence[str], **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run a program without input; return its result. `options` are those of `subprocess.Popen`.

    If this is interrupted, as on Ctrl-C and SIGTERM, its processes have ended before that is
    raised. `subprocess.run` would end the first of them only.
    """
    with _signals_held_back() as received:  # or the process would be running, and not known
        process = subprocess.Popen(  # noqa: S603 - what callers name
            command, stdin=subprocess.DEVNULL, start_new_session=True, text=True, **options
        )
    try:
        for number in received:
            signal.raise_signal(number)
        output, errors = process.communicate()
    except BaseException:
        _end(process)
        raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


@contextmanager
def _signals_held_back() -> Iterator[list[int]]:
    """Collect the signals that would interrupt the main thread within a `with` block."""
    received: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield received
        return
    handlers = {
        number: signal.signal(number, lambda number, _frame: received.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield received
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _end(process: "subprocess.Popen[str]") -> None:
    """End the processes of a program, and wait until they have."""
    _signal(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=_END_SECONDS)  # until the last one closes its output
    _signal(process, signal.SIGKILL)
    process.communicate()


def _signal(process: "subprocess.Popen[str]", number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
