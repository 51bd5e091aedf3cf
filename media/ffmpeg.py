"""The one place that runs FFmpeg: within limits (media/limits.py), on local files alone."""

import errno
import os
import re
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import IO, NamedTuple

from media.limits import (
    JOBS,
    LimitExceededError,
    NotStartedError,
    Pool,
    StoppedError,
    run_limited,
)
from media.processes import Check, Consume, go_on

_LOG_BYTES = 1 << 18

# What untrusted files may be: a playlist or a script could make FFmpeg read other files.
_PROTOCOLS = "file"
_FORMATS = "mov,matroska,avi,mp3,wav,ogg,gif"
_MAX_PIXELS = 90_000_000  # of a frame: more than 8K has, less than hurts

_REPEATED = "Last message repeated"
_CONTEXT = re.compile(r"\[[^\[\]]* @ 0x[0-9a-f]+\] *")  # that a message of the log begins with

# FFmpeg catches SIGTERM and others, and ends with this exit status. An error that has it as well
# says that an operation is not permitted.
_STOPPED, _NOT_PERMITTED = 255, os.strerror(errno.EPERM)

_settings = {"program": ""}
_search = threading.Lock()


class Result(NamedTuple):
    """FFmpeg's standard output, and its log; of a long log, the beginning and the end."""

    stdout: bytes
    log: str


class FFmpegError(Exception):
    """FFmpeg failed; the message is the last line of its log."""


class FFmpegStartError(FFmpegError):
    """FFmpeg could not be started, whatever it was to do."""

    def __init__(self) -> None:
        super().__init__("FFmpeg could not be started; the setting FFMPEG names it")


class FFmpegLimitError(FFmpegError):
    """FFmpeg took too much time or memory; `partial` is what it wrote until then."""

    def __init__(self, partial: Result) -> None:
        super().__init__("FFmpeg took too much time or memory")
        self.partial = partial


def set_program(name: str) -> None:
    """Set the FFmpeg to run, by its path or name; empty for the one bundled by imageio-ffmpeg."""
    if name != _settings["program"]:
        _settings["program"] = name
        version.cache_clear()


def run(arguments: Sequence[str], timeout: float, pool: Pool = JOBS) -> bytes:
    """Run FFmpeg and return its standard output (`-` or `pipe:1`).

    After `timeout` seconds it is stopped. Raises FFmpegError, StoppedError, MediaBusyError.
    """
    return run_logged(arguments, timeout, pool).stdout


def run_logged(
    arguments: Sequence[str],
    timeout: float,
    pool: Pool = JOBS,
    level: str = "error",
    consume: Consume | None = None,
    check: Check = go_on,
    cpu_seconds: int | None = None,
) -> Result:
    """Run FFmpeg and return also what it logs at this level. Raises as `run` does.

    `consume` gets its standard output in pieces, which is not returned then; `check` is called
    several times a second, and may raise to stop FFmpeg. `cpu_seconds` are its processor time, by
    default the pool's.
    """
    options = ["-hide_banner", "-nostdin", "-loglevel", level, "-filter_threads", "1"]
    command = [program(), *options, *arguments]
    # A broken file can make FFmpeg log more than fits into memory.
    with tempfile.TemporaryFile() as log:
        try:
            done = run_limited(
                command,
                pool=pool,
                timeout=timeout,
                cpu_seconds=cpu_seconds,
                stderr=log,
                consume=consume,
                check=check,
            )
        except LimitExceededError as exc:
            raise FFmpegLimitError(Result(exc.output, _ends(log))) from None
        except NotStartedError:
            raise FFmpegStartError from None
        except StoppedError as exc:
            raise StoppedError(exc.number, "FFmpeg") from None
        if done.returncode:
            raise failure(done.returncode, log, arguments)
        return Result(done.stdout, _ends(log))


@cache
def version() -> str:
    """Return the first line that FFmpeg says of its version. Raises FFmpegError.

    It waits for no other program: it reads no file.
    """
    command = [program(), "-version"]
    try:
        done = subprocess.run(  # noqa: S603 - a trusted program
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError) as exc:
        raise FFmpegStartError from exc
    return done.stdout.decode(errors="replace").partition("\n")[0]


def input_args(path: str | Path) -> list[str]:
    """Return the arguments that open an untrusted file as an input of FFmpeg."""
    allowed = ["-protocol_whitelist", _PROTOCOLS, "-format_whitelist", _FORMATS]
    bounds = ["-max_pixels", str(_MAX_PIXELS), "-threads", "1"]
    return [*allowed, *bounds, "-i", f"file:{path}"]


def program() -> str:
    """Return the path or name of the FFmpeg to run. Raises FFmpegError."""
    if _settings["program"]:
        return _settings["program"]
    import imageio_ffmpeg  # only where FFmpeg is used, and no other is chosen

    try:
        with _search:  # it runs FFmpeg the first time, in each thread that asks for it then
            return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as exc:
        raise FFmpegError("No FFmpeg was found; the setting FFMPEG names one") from exc


def _ends(log: IO[bytes]) -> str:
    """Return the log; of a long log, the beginning and the last lines: much may be metadata."""
    log.seek(0)
    text = log.read(_LOG_BYTES)
    size = log.seek(0, os.SEEK_END)
    if size > 2 * _LOG_BYTES:
        log.seek(size - _LOG_BYTES)
        log.readline()  # the rest of a line
        text += b"\n"
    else:
        log.seek(_LOG_BYTES)
    return (text + log.read(_LOG_BYTES)).decode(errors="replace")


def failure(returncode: int, log: IO[bytes], arguments: Sequence[str]) -> Exception:
    """Return the error of an FFmpeg that failed: StoppedError if a signal ended it."""
    if returncode < 0:
        return StoppedError(-returncode, "FFmpeg")
    reason = failure_reason(log, arguments)
    if returncode == _STOPPED and _NOT_PERMITTED not in reason:
        return StoppedError(signal.SIGTERM, "FFmpeg")
    return FFmpegError(reason)


def failure_reason(log: IO[bytes], arguments: Sequence[str]) -> str:
    """Return the last message of FFmpeg's log, without addresses in memory and without paths.

    Paths are those given, and others beside them.
    """
    log.seek(max(0, log.seek(0, os.SEEK_END) - _LOG_BYTES))
    lines = log.read().decode(errors="replace").strip().splitlines()
    messages = [line for line in lines if not line.strip().startswith(_REPEATED)]
    reason = _CONTEXT.sub("", messages[-1]) if messages else "FFmpeg failed"
    for argument in arguments:
        if "/" in argument:
            reason = reason.replace(argument, "the file")
            directory = os.path.dirname(argument.removeprefix("file:"))
            if os.path.isabs(directory):
                reason = re.sub(rf"(file:)?{re.escape(directory)}/[^\s'\"]*", "the file", reason)
    return reason
