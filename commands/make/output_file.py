"""The file that `./vidworks make` writes a video to: with the caller's rights, whole or not."""

from io import FileIO
from pathlib import Path

import click

from storage.files.files import file_type
from storage.files.privileges import as_caller

_CHUNK_BYTES = 1 << 20
_ENDINGS = {"", ".mp4", ".m4v"}


def check_output(output: Path) -> None:
    """Raise UsageError unless the video can be written, before anything is paid."""
    if output.suffix.lower() not in _ENDINGS:
        told = f"-o {output}: videos are MP4 files; expected {output.with_suffix('.mp4')}."
        raise click.UsageError(told)
    directory, part = output.parent, _part_of(output)
    with as_caller():
        if not directory.is_dir():
            raise click.UsageError(f"There is no directory {directory}.")
        if (found := file_type(output, follow_links=True)) not in ("a file", "missing"):
            raise click.UsageError(f"-o {output} is {found}, which is not replaced.")
        try:  # permissions alone don't tell: root has all of them, also where no file can be
            part.touch()
            part.unlink()
        except OSError as exc:
            told = f"No file can be written to {directory.absolute()} ({exc.strerror})."
            raise click.UsageError(told) from exc


def write_video(video: FileIO, output: Path) -> None:
    """Write the video to a file of the caller's, which appears when it is whole."""
    part = _part_of(output)
    with as_caller():
        try:
            with part.open("wb") as file:
                while chunk := video.read(_CHUNK_BYTES):
                    file.write(chunk)
            part.replace(output)
        finally:
            part.unlink(missing_ok=True)


def _part_of(output: Path) -> Path:
    """Return the path of the video's file until it is whole."""
    return output.with_name(f".{output.name}.part")
