"""Pictures that models look at: contact sheets, strips of clips, frames of exports."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from errors import BusyError, InvalidError, MissingError
from export import service as exports
from export.plan.targets import FORMATS, format_of
from mcp_server.definitions import Picture
from mcp_server.timelines import known_scenes
from media.contact_sheet import contact_sheet
from media.ffmpeg import FFmpegError
from media.images import Encoding, ImageTooLargeError, UnreadableImageError, scale
from media.limits import THUMBNAILS, MediaBusyError
from media.video import frame_at, probe
from storage.errors import NotFoundError
from storage.media.media_files import StoredFile
from storage.paths import WorkRef
from storage.store import Store
from web.context import store
from works.posters import open_thumbnail
from works.slots import scene_image, scene_video

MAX_SIDE = 768  # pixels
MAX_FRAMES = 4
SHEET_CELLS = 12
_STRIP_FRAMES = 6
_CELL_SIDE = 384  # pixels of a frame in a strip

T = TypeVar("T")


class MissingPictureError(MissingError):
    """404: nothing was made yet of what there is to look at."""


def contact_sheet_of(ref: WorkRef, first: int) -> tuple[list[int], int | None, Sequence[Picture]]:
    """Return the scenes on a contact sheet, the place of the next one, and the sheet.

    It begins at the place `first` in their order. Scenes without media are left out. Raises
    MissingPictureError if none has any, BusyError.
    """
    known = known_scenes(store().work(ref).values)[first:]
    cells: list[tuple[str, bytes]] = []
    shown: list[int] = []
    following = None
    for number, index in enumerate(known, first):
        if len(cells) == SHEET_CELLS:
            following = number
            break
        try:
            stored = open_thumbnail(store(), ref, index)
        except MissingError:
            continue
        with stored.file:
            stored.file.seek(0)
            cells.append((f"{index}", stored.file.readall()))
        shown.append(index)
    if not cells:
        raise MissingPictureError("Not found", f"No scene from {first} on has an image or a clip.")
    caption = f"Scenes {', '.join(map(str, shown))}, each with its number above it."
    return shown, following, [Picture(caption, contact_sheet(cells, MAX_SIDE))]


def pictures_of_scene(ref: WorkRef, index: int) -> Sequence[Picture]:
    """Return the image of a scene, and a strip of frames of its clip.

    Raises MissingPictureError if it has neither, InvalidError for media that cannot be read,
    BusyError.
    """
    pictures = []
    if path := _path(store(), ref, scene_image(index).name, scene_image(index).types):
        pictures.append(Picture(f"The image of scene {index}.", _scaled(path)))
    if path := _path(store(), ref, scene_video(index).name, scene_video(index).types):
        pictures.append(_strip(index, path))
    if not pictures:
        raise MissingPictureError("Not found", f"Scene {index} has neither an image nor a clip.")
    return pictures


def frames_of_export(ref: WorkRef, export_id: str, times: Sequence[float]) -> Sequence[Picture]:
    """Return frames of an export; without times, from its middle.

    Raises NotFoundError, InvalidError for times after its end and for what has no frames to read,
    BusyError.
    """
    export = exports.get(store(), ref, export_id)
    _check_frames(format_of(export["options"]))
    stored = exports.open_file(store(), ref, export_id)
    path = _close(stored)
    pictures = []
    for seconds in times or [export["duration"] / 2]:
        if seconds >= export["duration"]:
            limit = f"The export ends after {export['duration']:g} s."
            raise InvalidError("There is no frame at this time", limit)
        jpeg = _readable(partial(frame_at, path, seconds, MAX_SIDE, THUMBNAILS))
        pictures.append(Picture(f"The export at {seconds:g} s.", jpeg))
    return pictures


def _check_frames(name: str) -> None:
    """Raise InvalidError for a format of which no frames are read, saying what to do instead."""
    if FORMATS[name].is_sound:
        advice = "It is sound alone. View an export in mp4, or the work's scenes."
    elif name == "webp":
        advice = "Frames of an animated WebP are not read. View an export in mp4 or gif."
    else:
        return
    raise InvalidError("This export has no frames to view", advice)


def pictures_of_files(files: Sequence[tuple[str, StoredFile]], name: str) -> Sequence[Picture]:
    """Return a picture of one file, or a contact sheet of several with their labels.

    Clips are shown by a frame of their middle. Raises MissingPictureError if there are none,
    InvalidError for media that cannot be read, BusyError.
    """
    if not files:
        raise MissingPictureError("Not found", f"There are no {name}.")
    if len(files) == 1:
        [(label, stored)] = files
        return [Picture(f"Number {label} of the {name}.", _picture(stored, MAX_SIDE))]
    cells = [(label, _picture(stored, _CELL_SIDE)) for label, stored in files]
    caption = f"The {name}, each with its number above it."
    return [Picture(caption, contact_sheet(cells, MAX_SIDE))]


def _strip(index: int, path: str) -> Picture:
    probed = _readable(lambda: probe(path, THUMBNAILS))
    seconds = probed.duration or 0.0
    frame = partial(frame_at, path, longest=_CELL_SIDE, pool=THUMBNAILS, signal=probed.signal)
    times = [seconds * (number + 0.5) / _STRIP_FRAMES for number in range(_STRIP_FRAMES)]
    shown = times if seconds else [0.0]
    cells = [(f"{at:.1f} s", _readable(partial(frame, at))) for at in shown]
    caption = f"Frames of the clip of scene {index}, {seconds:g} s long, with their times."
    return Picture(caption, contact_sheet(cells, MAX_SIDE))


def _picture(stored: StoredFile, longest: int) -> bytes:
    path = _close(stored)
    if not stored.media_type.startswith("video/"):
        return _scaled(path, longest)
    probed = _readable(lambda: probe(path, THUMBNAILS))
    middle = (probed.duration or 0.0) / 2
    return _readable(lambda: frame_at(path, middle, longest, THUMBNAILS, probed.signal))


def _scaled(path: str, longest: int = MAX_SIDE) -> bytes:
    return _readable(lambda: scale(path, longest, Encoding("JPEG", (80,)), THUMBNAILS).data)


def _readable(action: Callable[[], T]) -> T:
    """Return `action()`. Raises InvalidError for media that cannot be read, BusyError."""
    try:
        return action()
    except MediaBusyError as exc:
        raise BusyError("Too many pictures are being made", str(exc), 2) from exc
    except (FFmpegError, UnreadableImageError, ImageTooLargeError) as exc:
        raise InvalidError("The media cannot be read", str(exc)) from exc


def _path(data: Store, ref: WorkRef, slot: str, types: Sequence[str]) -> str | None:
    try:
        return _close(data.work_media(ref).open(slot, types))
    except NotFoundError:
        return None


def _close(stored: StoredFile) -> str:
    """Close an open file and return its path."""
    with stored.file:
        return os.fsdecode(stored.file.name)
