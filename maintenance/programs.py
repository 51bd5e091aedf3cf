"""Running a program that is to end, with all that it has started, when this process is told to."""

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

_END_SECONDS = 10.0  # to clean up


def run_program(command: Sequence[str], **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run a program without input; return its result. `options` are those of `subprocess.Popen`.

    If this is interrupted, as on Ctrl-C and SIGTERM, its processes have ended before that is
    raised. `subprocess.run` would end the first of them only.
    """
    process = subprocess.Popen(  # noqa: S603 - what callers name
        command, stdin=subprocess.DEVNULL, start_new_session=True, text=True, **options
    )
    try:
        output, errors = process.communicate()
    except BaseException:
        _end(process)
        raise
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


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
