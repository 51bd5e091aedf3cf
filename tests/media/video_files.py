"""Video and sound files of tests, made by FFmpeg without the limits of media/limits.py."""

import subprocess
from pathlib import Path

import imageio_ffmpeg


def make(path: Path, options: str) -> Path:
    """Make a file by FFmpeg with these options and return its path."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", *options.split()]
    subprocess.run([*command, str(path)], check=True, stdin=subprocess.DEVNULL)
    return path
