"""What `./vidworks make` reads of its arguments: photos, the sentence, lines and the shape."""

import errno
import re
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path
from typing import Any, TextIO

import click

from commands.make.local_photos import Photo
from schemas.exports import MAX_SIZE, MIN_SIZE
from schemas.scenes import MAX_SCENES
from schemas.sound import MAX_NARRATION
from storage.errors import NotAFileError
from storage.files.files import open_named
from storage.files.privileges import as_caller

_SHAPES = {"portrait": (1080, 1920), "landscape": (1920, 1080), "square": (1080, 1080)}
_MAX_LINES = MAX_SCENES * (MAX_NARRATION + 1)  # characters
_LIKE_A_FILE = re.compile(
    r"\S+\.(png|jpe?g|webp|gif|heic|heif|mp4|mov|webm|mp3|m4a|wav|ogg)", re.IGNORECASE
)


def read_shape(_context: click.Context, _option: click.Parameter, value: str) -> dict[str, int]:
    """Return a shape as a resolution. Raises BadParameter."""
    pixels = re.fullmatch(r"(\d{1,9})x(\d{1,9})", value)
    if value not in _SHAPES and not pixels:
        raise click.BadParameter(f"expected {', '.join(_SHAPES)}, or such as 720x1280.")
    width, height = map(int, pixels.groups()) if pixels else _SHAPES[value]
    if not (MIN_SIZE <= width <= MAX_SIZE and MIN_SIZE <= height <= MAX_SIZE):
        raise click.BadParameter(f"expected {MIN_SIZE} to {MAX_SIZE} pixels for each side.")
    return {"width": width, "height": height}


def read_lines(file: TextIO | None, said: Sequence[str]) -> list[str]:
    """Return the lines that are said, of a file or as options. Raises UsageError."""
    if file is not None and said:
        raise click.UsageError("Give the lines with --lines or with --say, not with both.")
    if not all(each.strip() for each in said):
        raise click.UsageError("--say is empty: expected what is said.")
    if file is None:
        return [each.strip() for each in said]
    try:
        text = file.read(_MAX_LINES + 1)
    except UnicodeDecodeError as exc:
        raise click.UsageError(f"{file.name} is no text in UTF-8.") from exc
    if len(text) > _MAX_LINES:
        raise click.UsageError(f"{file.name} has more than {_MAX_LINES:,} characters.")
    lines = [each.strip() for each in text.split("\n") if each.strip()]
    if not lines:
        raise click.UsageError(f"{file.name} is empty: expected a line for each photo.")
    return lines


def read_inputs(inputs: Sequence[str], max_mb: int) -> tuple[list[Photo], str | None]:
    """Return the photos, each of at most `max_mb`, and the sentence among the arguments.

    Raises UsageError.
    """
    photos, sentences = [], []
    for each in inputs:
        if not each.strip():
            raise click.UsageError("The sentence is empty: say what the video is about.")
        if each.startswith(("http://", "https://")):
            photos.append(Photo(each.rpartition("/")[2] or each, each))
            continue
        contents = _read_file(each, max_mb)
        if contents is not None:
            photos.append(Photo(Path(each).name, contents))
            continue
        if _LIKE_A_FILE.fullmatch(each):
            raise click.UsageError(f"There is no file {each}.")
        sentences.append(each)
    if len(sentences) > 1:
        listed = ", ".join(f'"{each}"' for each in sentences)
        raise click.UsageError(
            f"Expected one sentence, in quotes, and existing files; got {listed}."
        )
    return photos, sentences[0] if sentences else None


def check_together(
    photos: Sequence[Photo], sentence: str | None, lines: Sequence[str], *, is_silent: bool
) -> None:
    """Raise UsageError unless a video can be made of what is given."""
    if not (photos or sentence):
        raise click.UsageError("Expected photos, or a sentence that says what the video is about.")
    if lines and is_silent:
        raise click.UsageError("Lines are spoken: leave out --silent.")
    if lines and not photos:
        raise click.UsageError("Lines need photos, which are shown while they are said.")


def scenes_of_lines(lines: Sequence[str], photos: int) -> list[dict[str, Any]]:
    """Return a scene for each line and each photo, whichever are more.

    Photos take turns if there are more lines; photos without a line are shown in silence.
    """
    texts = dict(enumerate(lines))
    return [
        {"asset": index % photos, "narration": texts.get(index)}
        for index in range(max(len(lines), photos))
    ]


def surplus(lines: int, photos: int) -> str | None:
    """Return what becomes of lines without a photo, and of photos without a line."""
    if not lines or lines == photos:
        return None
    counts = f"{lines} {'line' if lines == 1 else 'lines'} for {photos}"
    counts += " photo" if photos == 1 else " photos"
    if lines > photos:
        return f"{counts}: photos are shown again, from the first on."
    return f"{counts}: nothing is said over the last {photos - lines}."


def _read_file(name: str, max_mb: int) -> bytes | None:
    """Return the contents of a file; None if there is none of this name. Raises UsageError."""
    max_bytes = max_mb << 20
    with as_caller():
        try:
            with BufferedReader(open_named(name)) as file:
                contents = file.read(max_bytes + 1)
        except (FileNotFoundError, NotADirectoryError, ValueError):  # the last of a NUL
            return None
        except NotAFileError as exc:
            raise click.UsageError(f"{exc}.") from exc
        except OSError as exc:
            if exc.errno == errno.ENAMETOOLONG:  # a sentence
                return None
            raise click.UsageError(f"{name} cannot be read: {exc.strerror}.") from exc
    if len(contents) > max_bytes:
        raise click.UsageError(f"{name} is too large: at most {max_mb} MB are accepted.")
    return contents
