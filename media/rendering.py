"""Running FFmpeg for as long as it takes: with progress, and stopped at once when asked to.

It runs in a process group of its own, niced and with long time slices, and ends with the service: a
watchdog in the group reads from a pipe that only the service can write to, and kills the group when
the pipe is closed.
"""

import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from media.ffmpeg import FFmpegError, FFmpegStartError, failure, program
from media.processes import Check
from media.time_slices import long_slices
from storage.errors import FULL, DiskFullError
from storage.files.privileges import of_programs

MEMORY_BYTES = 3 << 30  # of a process: an encoder of 4096 x 4096 pixels takes half of it
_STACK_BYTES = 2 << 20  # of a thread: part of that memory, and two threads read each input
_STEP_SECONDS = 0.1  # after which the caller is asked whether to go on
_MIN_LOAD = 0.01  # of a processor; less is nothing, since it takes some time to look around

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

OnPosition = Callable[[float], None]


class Turn(Protocol):
    """When programs may run: other jobs take turns with them (jobs/machine_turns.py)."""

    def wait(self) -> None:
        """Return when a program may run."""

    def program(self) -> AbstractContextManager[None]:
        """Wait, and run a program."""

    def is_too_long(self) -> bool:
        """Return whether the program has to pause."""

    def pause(self) -> None:
        """Return when the program may go on."""


class _Always:
    """The turn of what waits for nobody."""

    def wait(self) -> None:
        pass

    def program(self) -> AbstractContextManager[None]:
        return nullcontext()

    def is_too_long(self) -> bool:
        return False

    def pause(self) -> None:
        pass


ALWAYS: Turn = _Always()


class StallLimits(NamedTuple):
    """For how many seconds FFmpeg may do nothing, and write nothing.

    It may have to decode much of a source with one key frame before the output's first frame.
    """

    stalled: float = 120.0
    silent: float = 3600.0


STALL_LIMITS = StallLimits()


class Rendered(NamedTuple):
    """The end of what FFmpeg logged, and how many frames it wrote to the first video stream."""

    log: str
    frames: int


def render(
    arguments: Sequence[str],
    check: Check,
    on_position: OnPosition = lambda _seconds: None,
    level: str = "error",
    turn: Turn = ALWAYS,
    limits: StallLimits = STALL_LIMITS,
) -> Rendered:
    """Run FFmpeg until it has ended, and return the end of what it logs at this level, with more.

    `check` is called several times a second; what it raises stops FFmpeg and is raised.
    `on_position` gets how many seconds of the output are written. FFmpeg is suspended while its
    `turn` is over. Raises FFmpegError, StoppedError, DiskFullError, and what `turn` raises.
    """
    command = [program(), *_OPTIONS, "-loglevel", level, *arguments]
    with turn.program(), tempfile.TemporaryFile() as log:
        watched, service_end = os.pipe()
        try:
            with long_slices():
                process = _start(command, watched, log)
        except OSError as exc:
            raise FFmpegStartError from exc
        else:
            try:
                frames = _follow(process, check, on_position, turn, limits)
            finally:
                _end(process)
        finally:
            os.close(watched)
            os.close(service_end)
        if process.returncode in _NOT_STARTED:
            raise FFmpegStartError
        end = _end_of(log)
        if process.returncode and any(message in end for message in _DISK_FULL):
            raise DiskFullError("FFmpeg could not write its output")
        if process.returncode:
            raise failure(process.returncode, log, arguments)
        return Rendered(end, frames)


def _end_of(log: IO[bytes]) -> str:
    log.seek(max(0, log.seek(0, os.SEEK_END) - _LOG_BYTES))
    return log.read().decode(errors="replace")


def _start(command: Sequence[str], watched: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    limits = [str(MEMORY_BYTES >> 10), str(_STACK_BYTES >> 10)]
    user, group = of_programs()
    return subprocess.Popen(  # noqa: S603 - a trusted program
        ["/bin/sh", "-c", _SCRIPT, "sh", *limits, *command],
        stdin=watched,
        stdout=subprocess.PIPE,
        stderr=log,
        process_group=0,
        umask=0o077,  # what it writes is moved into the data directory
        user=user,
        group=group,
    )


def _follow(
    process: subprocess.Popen[bytes],
    check: Check,
    on_position: OnPosition,
    turn: Turn,
    limits: StallLimits,
) -> int:
    """Read the progress until the program closes its output; return the number of frames."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    descriptor, rest = process.stdout.fileno(), b""
    position, frames, activity = -1.0, 0, _Activity(process.pid, limits)
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            check()
            if turn.is_too_long():
                _suspend(process, turn.pause)
                activity.note_output()
            activity.check()
            if not selector.select(_STEP_SECONDS):
                continue
            data = os.read(descriptor, 65536)
            if not data:
                break
            *lines, rest = (rest + data).split(b"\n")
            frames = _last(b"frame", lines) or frames
            microseconds = _last(b"out_time_us", lines)
            if microseconds is not None and microseconds / 1_000_000 > position:
                position = microseconds / 1_000_000
                activity.note_output()
                on_position(position)
    process.wait()
    return frames


def _suspend(process: subprocess.Popen[bytes], pause: Callable[[], None]) -> None:
    """Suspend a program for the time of a pause. Its watchdog goes on, and can still kill it."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        pause()
    finally:
        os.kill(process.pid, signal.SIGCONT)


class _Activity:
    """When a process last wrote something or used a processor."""

    def __init__(self, process: int, limits: StallLimits) -> None:
        self._process = process
        self._limits = limits
        self.note_output()

    def note_output(self) -> None:
        """Note that it has written something now."""
        self._written = self._active = time.monotonic()
        self._used = _processor_seconds(self._process)

    def check(self) -> None:
        """Raise FFmpegError if that is too long ago."""
        now = time.monotonic()
        if now - self._active < self._limits.stalled:
            return
        used = _processor_seconds(self._process)
        if used - self._used < _MIN_LOAD * (now - self._active):
            raise FFmpegError("FFmpeg made no progress for too long")
        if now - self._written > self._limits.silent:
            raise FFmpegError("FFmpeg wrote nothing for too long")
        self._active, self._used = now, used


def _processor_seconds(process: int) -> float:
    """Return how much processor time a process has used; 0 if the system does not tell."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _last(key: bytes, lines: Sequence[bytes]) -> int | None:
    """Return the last value that lines of progress give for a key; None without one."""
    for line in reversed(lines):
        name, _, value = line.partition(b"=")
        if name == key and value.strip().isdigit():
            return int(value)
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the program, unless it has ended, and its watchdog."""
    if process.stdout is not None:
        process.stdout.close()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
