"""Commands and services in forks of one process (`tests/forks.py`), which start in no time."""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from settings.config import ROOT

_one_order = threading.Lock()


class ForkedProcess:
    """A process that is no child of this one, with the methods of Popen that tests use."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._descriptor = os.pidfd_open(pid)
        weakref.finalize(self, os.close, self._descriptor)

    def poll(self) -> bool | None:
        """Return None while it runs."""
        return True if self._has_ended(0) else None

    def wait(self, timeout: float | None = None) -> None:
        """Wait until it has ended. Raise TimeoutExpired."""
        if not self._has_ended(timeout):
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)

    def send_signal(self, number: signal.Signals) -> None:
        signal.pidfd_send_signal(self._descriptor, number)

    def _has_ended(self, seconds: float | None) -> bool:
        poll = select.poll()  # select() takes no descriptor beyond 1,023
        poll.register(self._descriptor, select.POLLIN)
        return bool(poll.poll(None if seconds is None else seconds * 1000))


def run_command(
    args: Sequence[str], environ: Mapping[str, str], stdout: str, stderr: str
) -> tuple[int, int, float]:
    """Run a command to its end; return its status, memory and processor time."""
    status, memory, seconds = _order(False, args, environ, stdout, stderr)
    return status, memory, seconds


def start_service(
    args: Sequence[str], environ: Mapping[str, str], stdout: str, stderr: str
) -> ForkedProcess:
    """Start gunicorn with these arguments in a session of its own, as Popen does."""
    return ForkedProcess(_order(True, args, environ, stdout, stderr))


def _order(
    serves: bool, args: Sequence[str], environ: Mapping[str, str], stdout: str, stderr: str
) -> Any:
    order = {"serves": serves, "args": args, "environ": dict(environ)}
    files = {"stdout": stdout, "stderr": stderr}
    with _one_order:
        process = _forks()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(order | files) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())


@cache
def _forks() -> subprocess.Popen[str]:
    """The process that forks; it ends with the tests, which closes its input."""
    command = [sys.executable, "-m", "tests.forks"]
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    atexit.register(process.communicate)
    return process
