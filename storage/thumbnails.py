"""Thumbnails of scenes, kept in `cache/thumbnails` until the scene's media change.

Nothing in it is needed: it can be deleted at any time, and no backup contains it. Where none can be
made, a file `….failed` says why.
"""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from storage.disk import Disk
from storage.errors import NotAFileError, StorageError
from storage.files import link_status, read_file, remove_if_exists
from storage.media_files import EXTENSIONS, StoredFile, open_stored
from storage.paths import CACHE, THUMBNAILS
from storage.trees import list_names

_MAX_FILES = 10_000  # some 200 MB
_KEPT_SHARE = 0.75  # of them, when there are more
_FAILED = "failed"
_RETRY_SECONDS = 3600  # after which it is tried again, maybe with another FFmpeg


class ThumbnailKey(NamedTuple):
    """What a thumbnail is of: a scene, and the version of its media."""

    project_id: str
    work_id: str
    scene: int
    version: str

    @property
    def scene_prefix(self) -> str:
        """What the names of all files of the scene begin with."""
        return f"{self.project_id}.{self.work_id}.{self.scene}."


class ThumbnailCache:
    """The thumbnails of a data directory."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self._directory = root / CACHE / THUMBNAILS
        self._disk = disk

    def find(self, key: ThumbnailKey, media_types: Iterable[str]) -> StoredFile | None:
        """Open a thumbnail, which has one of the media types; None if there is none."""
        for media_type in media_types:
            with suppress(FileNotFoundError, NotADirectoryError, NotAFileError):
                return open_stored(self._path(key, EXTENSIONS[media_type]), media_type)
        return None

    def failure(self, key: ThumbnailKey) -> str | None:
        """Return why the thumbnail could not be made within the last hour; None if it could."""
        path = self._path(key, _FAILED)
        with suppress(FileNotFoundError, NotADirectoryError, NotAFileError):
            if time.time() - link_status(path).st_mtime < _RETRY_SECONDS:
                return read_file(path).decode(errors="replace")
        return None

    def add(self, key: ThumbnailKey, data: bytes, media_type: str) -> None:
        """Keep a thumbnail instead of the scene's earlier ones; not on a disk that is full."""
        self._write(key, EXTENSIONS[media_type], data)

    def add_failure(self, key: ThumbnailKey, reason: str) -> None:
        """Remember for an hour why a thumbnail cannot be made."""
        self._write(key, _FAILED, reason.encode())

    def remove(self, prefix: str) -> None:
        """Remove the files whose names begin with this: of a project, a work or a scene."""
        self._remove(name for name in list_names(self._directory) if name.startswith(prefix))

    def _write(self, key: ThumbnailKey, extension: str, data: bytes) -> None:
        path = self._path(key, extension)
        with suppress(OSError, StorageError):
            self._disk.make_directory(self._directory)
            self._disk.replace(path, data)
        names = list_names(self._directory)
        written = os.path.basename(path)
        self._remove(
            name for name in names if name.startswith(key.scene_prefix) and name != written
        )
        if len(names) > _MAX_FILES:
            self._prune(names)

    def _prune(self, names: Iterable[str]) -> None:
        """Remove the files that were made first, until there is room for many more."""
        made = sorted((self._made_at(name), name) for name in names)
        self._remove(name for _, name in made[: -int(_MAX_FILES * _KEPT_SHARE)])

    def _made_at(self, name: str) -> int:
        try:
            return link_status(self._directory / name).st_mtime_ns
        except FileNotFoundError:
            return 0

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(OSError):
                remove_if_exists(self._directory / name)

    def _path(self, key: ThumbnailKey, extension: str) -> str:
        return f"{self._directory}/{key.scene_prefix}{key.version}.{extension}"
