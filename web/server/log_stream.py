"""Standard error as the log's stream, which neither fails nor blocks what is logged.

A log on a full disk, or one whose reader has ended or stalled, loses lines; how many is logged as
soon as it can be written again.
"""

import logging
import select
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from os import write

_MAX_LINES = 10_000  # that wait to be written, per process
_BATCH_SECONDS = 0.01  # lines of this time are written with one system call

_log = logging.getLogger("vidworks")


class LogStream:
    """A stream for log lines. After `start`, a thread of the process writes them.

    `stop` waits `exit_seconds` at most for the last lines to be written.
    """

    def __init__(self, exit_seconds: float = 1.0) -> None:
        self._exit_seconds = exit_seconds
        self._lines: deque[str] = deque()
        self._filled = threading.Event()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._lost = 0

    def write(self, text: str) -> None:
        """Write a line, or several, at once or within a moment."""
        if self._thread is None:
            self._lost += not _write_if_possible(text)
        elif len(self._lines) < _MAX_LINES:
            self._lines.append(text)
            if not self._filled.is_set():
                self._filled.set()
        else:
            self._lost += 1

    def flush(self) -> None:
        """Do nothing: there is no buffer, or a thread writes it."""

    def start(self) -> None:
        """Write in a thread from now on; call it in every process, since threads do not fork."""
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Wait until all is written, but not for long, and write at once from now on."""
        if self._thread is not None:
            self._stopping = True
            self._filled.set()
            self._thread.join(self._exit_seconds)
            if not self._thread.is_alive():
                self._write_lines()  # what was logged while it ended
            self._thread = None

    def _run(self) -> None:
        while not self._stopping:
            self._filled.wait()
            time.sleep(_BATCH_SECONDS)
            self._filled.clear()
            self._write_lines()

    def _write_lines(self) -> None:
        batch = b""
        for _ in range(len(self._lines)):
            line = _encode(self._lines.popleft())
            if len(batch) + len(line) > select.PIPE_BUF:  # more is not written as a whole
                self._write_batch(batch)
                batch = b""
            batch += line
        self._write_batch(batch)

    def _write_batch(self, batch: bytes) -> None:
        if not _write_all(batch):
            self._lost += batch.count(b"\n")
        elif self._lost:
            lost, self._lost = self._lost, 0
            _log.warning("%d lines of the log could not be written", lost)


LOG_STREAM = LogStream()


def _write_if_possible(text: str) -> bool:
    """Write without waiting for a reader; return whether it was written."""
    with suppress(OSError, ValueError):  # it is no file
        poller = select.poll()
        poller.register(sys.stderr.fileno(), select.POLLOUT)
        if not poller.poll(0):
            return False
    return _write_all(_encode(text))


def _write_all(data: bytes) -> bool:
    """Write; return whether that succeeded."""
    try:
        descriptor = sys.stderr.fileno()
    except (OSError, ValueError):  # replaced by a stream that is no file
        sys.stderr.write(data.decode())
        return True
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[write(descriptor, rest) :]
    except OSError:
        return False
    return True


def _encode(text: str) -> bytes:
    return text.encode(errors="backslashreplace")
