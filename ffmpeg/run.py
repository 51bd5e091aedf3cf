"""The one place that runs FFmpeg: with low priority, for a bounded time, on local files alone."""

import math
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

_NICENESS = "10"  # requests come first
_NOT_STARTED = (126, 127)  # what `nice` answers for a program that it cannot run
_SAID_BYTES = 1 << 18

# What files of others may be: a playlist or a script could lead FFmpeg to other files.
_PROTOCOLS = "file,pipe"
_FORMATS = "mov,matroska,avi,mp3,wav,ogg,gif"
_MAX_PIXELS = 90_000_000  # of a frame: more than 8K has, less than hurts

_chosen = {"program": ""}


class FFmpegError(Exception):
    """FFmpeg could not do it, or not in time; the message is the last that it said."""


class Finished(NamedTuple):
    """What FFmpeg wrote, and the beginning of what it said."""

    output: bytes
    said: str


def use(program: str) -> None:
    """Run this FFmpeg from now on, by its path or name; where it is empty, imageio-ffmpeg's."""
    _chosen["program"] = program


def run(arguments: Sequence[str], timeout: float) -> bytes:
    """What FFmpeg, run with these arguments, writes to its standard output (`-` or `pipe:1`).

    After `timeout` seconds it is stopped. Raises FFmpegError.
    """
    return finished(arguments, timeout).output


def finished(arguments: Sequence[str], timeout: float, level: str = "error") -> Finished:
    """As `run`, with what FFmpeg says at this log level. Raises FFmpegError."""
    # The kernel keeps to the limit as well, should this process not be there to do so.
    limit = str(math.ceil(timeout) * (os.cpu_count() or 1))
    options = ["-hide_banner", "-nostdin", "-loglevel", level, "-timelimit", limit]
    command = ["nice", "-n", _NICENESS, _program(), *options, *arguments]
    with tempfile.TemporaryFile() as log:  # a broken file makes FFmpeg say more than memory holds
        try:
            done = subprocess.run(  # noqa: S603 - no shell; callers name files by input_of
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise FFmpegError(f"FFmpeg did not finish within {timeout:g} seconds") from None
        except OSError as exc:
            raise FFmpegError("FFmpeg could not be started") from exc
        if done.returncode in _NOT_STARTED:
            raise FFmpegError("FFmpeg could not be started; the setting FFMPEG names it")
        if done.returncode:
            raise FFmpegError(_reason(log, arguments))
        log.seek(0)
        return Finished(done.stdout, log.read(_SAID_BYTES).decode(errors="replace"))


def input_of(path: str | Path) -> list[str]:
    """The arguments that make a file of someone else's an input of FFmpeg."""
    allowed = ["-protocol_whitelist", _PROTOCOLS, "-format_whitelist", _FORMATS]
    bounds = ["-max_pixels", str(_MAX_PIXELS), "-threads", "1"]
    return [*allowed, *bounds, "-i", f"file:{path}"]


def _program() -> str:
    if _chosen["program"]:
        return _chosen["program"]
    import imageio_ffmpeg  # only where FFmpeg is used, and no other is chosen

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as exc:
        raise FFmpegError("There is no FFmpeg; the setting FFMPEG names one") from exc


def _reason(log: IO[bytes], arguments: Sequence[str]) -> str:
    """The last line that FFmpeg said, without the paths it was given."""
    log.seek(max(0, log.seek(0, os.SEEK_END) - _SAID_BYTES))
    lines = log.read().decode(errors="replace").strip().splitlines() or ["FFmpeg failed"]
    reason = lines[-1]
    for argument in arguments:
        if "/" in argument:
            reason = reason.replace(argument, "the file")
    return reason
