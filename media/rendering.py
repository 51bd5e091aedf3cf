"""Running FFmpeg for as long as it takes: with progress, and stopped at once when asked to.

It runs in a process group of its own, niced, and ends with the service: a watchdog in the group
reads from a pipe that only the service can write to, and kills the group when the pipe is closed.
"""

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO

from media.ffmpeg import FFmpegError, failure_reason, program
from storage.errors import FULL, DiskFullError

MEMORY_BYTES = 3 << 30  # of a process: an encoder of 4096 x 4096 pixels takes half of it
_STACK_BYTES = 2 << 20  # of a thread: part of that memory, and two threads read each input
_STEP_SECONDS = 0.1  # after which the caller is asked whether to go on
_STALL_SECONDS = 120.0  # without any progress, after which FFmpeg is stopped

_OPTIONS = (
    *("-hide_banner", "-nostdin", "-nostats", "-y"),
    *("-progress", "pipe:1", "-stats_period", "0.25"),
)
_LOG_BYTES = 1 << 16
_DISK_FULL = tuple(os.strerror(number) for number in FULL)

# Standard input is the pipe that the watchdog reads until the service closes it, or has ended.
_SCRIPT = """
{ ulimit -d "$1"; ulimit -s "$2"; ulimit -c 0; } 2>/dev/null
shift 2
exec 3<&0 </dev/null
{ cat <&3; kill -KILL 0; } >/dev/null 2>&1 &
exec 3<&-
exec nice -n 10 "$@"
"""
_NOT_STARTED = (126, 127)  # exit statuses of `sh` and `nice` for a program that they cannot run

Check = Callable[[], None]
OnPosition = Callable[[float], None]


def render(
    arguments: Sequence[str],
    check: Check,
    on_position: OnPosition = lambda _seconds: None,
    level: str = "error",
) -> str:
    """Run FFmpeg until it has ended, and return the end of what it logs at this level.

    `check` is called several times a second; what it raises stops FFmpeg and is raised.
    `on_position` gets how many seconds of the output are written. Raises FFmpegError,
    DiskFullError.
    """
    watched, service_end = os.pipe()
    command = [program(), *_OPTIONS, "-loglevel", level, *arguments]
    with tempfile.TemporaryFile() as log:
        try:
            process = _start(command, watched, log)
        except OSError as exc:
            raise FFmpegError("FFmpeg could not be started") from exc
        else:
            try:
                _follow(process, check, on_position)
            finally:
                _end(process)
        finally:
            os.close(watched)
            os.close(service_end)
        if process.returncode in _NOT_STARTED:
            raise FFmpegError("FFmpeg could not be started; the setting FFMPEG names it")
        end = _end_of(log)
        if process.returncode and any(message in end for message in _DISK_FULL):
            raise DiskFullError("FFmpeg could not write its output")
        if process.returncode:
            raise FFmpegError(failure_reason(log, arguments))
        return end


def _end_of(log: IO[bytes]) -> str:
    log.seek(max(0, log.seek(0, os.SEEK_END) - _LOG_BYTES))
    return log.read().decode(errors="replace")


def _start(command: Sequence[str], watched: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    limits = [str(MEMORY_BYTES >> 10), str(_STACK_BYTES >> 10)]
    return subprocess.Popen(  # noqa: S603 - a trusted program
        ["/bin/sh", "-c", _SCRIPT, "sh", *limits, *command],
        stdin=watched,
        stdout=subprocess.PIPE,
        stderr=log,
        process_group=0,
    )


def _follow(process: subprocess.Popen[bytes], check: Check, on_position: OnPosition) -> None:
    """Read the progress until the program closes its output."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    descriptor, rest = process.stdout.fileno(), b""
    position, progressed = -1.0, time.monotonic()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            check()
            if time.monotonic() - progressed > _STALL_SECONDS:
                raise FFmpegError("FFmpeg made no progress for too long")
            if not selector.select(_STEP_SECONDS):
                continue
            data = os.read(descriptor, 65536)
            if not data:
                break
            *lines, rest = (rest + data).split(b"\n")
            reached = _last_position(lines)
            if reached > position:
                position, progressed = reached, time.monotonic()
                on_position(position)
    process.wait()


def _last_position(lines: Sequence[bytes]) -> float:
    """Return the position in the last of these lines of progress, in seconds; or -1."""
    for line in reversed(lines):
        key, _, value = line.partition(b"=")
        if key == b"out_time_us" and value.strip().isdigit():
            return int(value) / 1_000_000
    return -1.0


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the program, unless it has ended, and its watchdog."""
    if process.stdout is not None:
        process.stdout.close()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
