"""Thumbnails of scenes, made when they are first asked for (docs/decisions/0018).

A scene's thumbnail shows what it got last: its image, or a frame of its clip.
"""

import hashlib
import os
from contextlib import suppress
from dataclasses import replace
from io import FileIO
from typing import NamedTuple

from errors import BusyError, MissingError
from media.limits import THUMBNAILS, MediaBusyError, is_stopping, mutex
from media.thumbnails import THUMBNAIL_TYPES, NoThumbnailError, Thumbnail, make_thumbnail
from storage.errors import NotFoundError
from storage.media.kept_thumbnails import ThumbnailKey
from storage.media.media_files import EXTENSIONS, MediaFiles, StoredFile
from storage.store import Store
from works.slots import Slot, scene_image, scene_video
from works.work_media import media_files

_VERSION = 2  # to be raised when thumbnails of the same media look otherwise


class Source(NamedTuple):
    """The media file that a scene's thumbnail shows; `version` changes with it."""

    path: str
    media_type: str
    mtime_ns: int
    version: str


def open_thumbnail(store: Store, project_id: str, work_id: str, index: int) -> StoredFile:
    """Open the thumbnail of a scene for reading; its entity tag is the version of its source.

    It is made unless it was before; of several requests, one makes it. Raises NotFoundError,
    MissingError without media and for those that cannot be read, BusyError.
    """
    files = media_files(store, project_id, work_id)
    while True:
        source = find_source(files, index)
        if source is None:
            raise MissingError("Not found", f"Scene {index} has neither an image nor a video.")
        key = ThumbnailKey(project_id, work_id, index, source.version)
        thumbnail = _find(store, key) or _make_once(store, key, source, files)
        if thumbnail is not None:
            name = f"scene-{index}.{EXTENSIONS[thumbnail.media_type]}"
            etag, mtime_ns = source.version, source.mtime_ns
            return replace(thumbnail, name=name, etag=etag, mtime_ns=mtime_ns)


def find_source(files: MediaFiles, index: int) -> Source | None:
    """Return the newer of a scene's clip and image; None if it has neither.

    Raises NotAFileError if something else is in the place of one.
    """
    slots = (scene_video(index), scene_image(index))  # of equal times, the first one counts
    found = [source for slot in slots if (source := _source(files, slot))]
    return max(found, key=lambda source: source.mtime_ns, default=None)


def _source(files: MediaFiles, slot: Slot) -> Source | None:
    try:
        stored = files.open(slot.name, slot.types)
    except NotFoundError:
        return None
    with stored.file:
        path = os.fsdecode(stored.file.name)
    version = hashlib.sha256(f"{_VERSION} {slot.name} {stored.etag}".encode()).hexdigest()[:16]
    return Source(path, stored.media_type, stored.mtime_ns, version)


def _find(store: Store, key: ThumbnailKey) -> StoredFile | None:
    """Open a thumbnail that was made before. Raises MissingError if that failed."""
    if reason := store.thumbnails.failure(key):
        raise MissingError("Not found", reason)
    return store.thumbnails.find(key, THUMBNAIL_TYPES)


def _make_once(
    store: Store, key: ThumbnailKey, source: Source, files: MediaFiles
) -> StoredFile | None:
    """Make a thumbnail, or open what another request has made; None if its source changed."""
    try:
        with mutex(key.file_name("made"), THUMBNAILS):
            return _find(store, key) or _make(store, key, source, files)
    except MediaBusyError as exc:
        raise BusyError("Too many thumbnails are being made", str(exc), 2) from exc


def _make(store: Store, key: ThumbnailKey, source: Source, files: MediaFiles) -> StoredFile | None:
    reason, thumbnail = "", None
    with suppress(FileNotFoundError):  # deleted meanwhile
        try:
            thumbnail = make_thumbnail(source.path, source.media_type)
        except NoThumbnailError as exc:
            if is_stopping(THUMBNAILS):  # which may be why
                raise MediaBusyError("The service is stopping") from exc
            reason = f"Scene {key.scene} has no thumbnail. {exc}."
    if find_source(files, key.scene) != source:
        return None
    if thumbnail is None:
        store.thumbnails.add_failure(key, reason)
        raise MissingError("Not found", reason)
    store.thumbnails.add(key, *thumbnail)
    return _in_memory(thumbnail)


def _in_memory(thumbnail: Thumbnail) -> StoredFile:
    """Return a thumbnail as an open file, also where it could not be kept."""
    file = FileIO(os.memfd_create("thumbnail", os.MFD_CLOEXEC), "r+b")
    file.write(thumbnail.data)
    return StoredFile(file, "", thumbnail.media_type, len(thumbnail.data), 0, "")
