"""The one place that runs FFmpeg: with low priority, for a bounded time, on local files alone."""

import math
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

_NICENESS = "10"  # requests come first
_NOT_STARTED = (126, 127)  # exit statuses of `nice` for a program that it cannot run
_LOG_BYTES = 1 << 18

# What untrusted files may be: a playlist or a script could make FFmpeg read other files.
_PROTOCOLS = "file,pipe"
_FORMATS = "mov,matroska,avi,mp3,wav,ogg,gif"
_MAX_PIXELS = 90_000_000  # of a frame: more than 8K has, less than hurts

_settings = {"program": ""}


class FFmpegError(Exception):
    """FFmpeg failed, or did not finish in time; the message is the last line of its log."""


class Result(NamedTuple):
    """FFmpeg's standard output, and the beginning of its log."""

    stdout: bytes
    log: str


def set_program(program: str) -> None:
    """Set the FFmpeg to run, by its path or name; empty for the one bundled by imageio-ffmpeg."""
    _settings["program"] = program


def run(arguments: Sequence[str], timeout: float) -> bytes:
    """Run FFmpeg and return its standard output (`-` or `pipe:1`).

    After `timeout` seconds it is stopped. Raises FFmpegError.
    """
    return run_logged(arguments, timeout).stdout


def run_logged(arguments: Sequence[str], timeout: float, level: str = "error") -> Result:
    """Run FFmpeg and return also what it logs at this level. Raises FFmpegError."""
    # FFmpeg stops by itself as well, should this process be killed.
    limit = str(math.ceil(timeout) * (os.cpu_count() or 1))
    options = ["-hide_banner", "-nostdin", "-loglevel", level, "-timelimit", limit]
    command = ["nice", "-n", _NICENESS, _program(), *options, *arguments]
    with (
        tempfile.TemporaryFile() as log
    ):  # a broken file can make FFmpeg log more than fits into memory
        try:
            done = subprocess.run(  # noqa: S603 - no shell; callers name files by input_args
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
        return Result(done.stdout, log.read(_LOG_BYTES).decode(errors="replace"))


def input_args(path: str | Path) -> list[str]:
    """Return the arguments that open an untrusted file as an input of FFmpeg."""
    allowed = ["-protocol_whitelist", _PROTOCOLS, "-format_whitelist", _FORMATS]
    bounds = ["-max_pixels", str(_MAX_PIXELS), "-threads", "1"]
    return [*allowed, *bounds, "-i", f"file:{path}"]


def _program() -> str:
    if _settings["program"]:
        return _settings["program"]
    import imageio_ffmpeg  # only where FFmpeg is used, and no other is chosen

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as exc:
        raise FFmpegError("No FFmpeg was found; the setting FFMPEG names one") from exc


def _reason(log: IO[bytes], arguments: Sequence[str]) -> str:
    """Return the last line of FFmpeg's log, without the paths it was given."""
    log.seek(max(0, log.seek(0, os.SEEK_END) - _LOG_BYTES))
    lines = log.read().decode(errors="replace").strip().splitlines() or ["FFmpeg failed"]
    reason = lines[-1]
    for argument in arguments:
        if "/" in argument:
            reason = reason.replace(argument, "the file")
    return reason
