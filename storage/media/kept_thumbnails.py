"""Thumbnails of scenes, kept in `cache/thumbnails` until the scene's media change.

Where none can be made, a file `….failed` says why; also for assets, which keep their thumbnails.
"""

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from storage.errors import NotAFileError
from storage.files.disk import Disk
from storage.files.files import link_status
from storage.media.cached_files import CachedFiles
from storage.media.media_files import EXTENSIONS, StoredFile, open_stored
from storage.paths import CACHE, THUMBNAILS

_MAX_FILES = 10_000  # some 200 MB
_FAILED = "failed"
_RETRY_SECONDS = 3600  # after which it is tried again, maybe with another FFmpeg


class ThumbnailKey(NamedTuple):
    """What a thumbnail is of: a scene (0 of an asset), and the version of its media."""

    project_id: str
    document_id: str
    scene: int
    version: str

    @property
    def scene_prefix(self) -> str:
        """What the names of all files of the scene begin with."""
        return f"{self.project_id}.{self.document_id}.{self.scene}."

    def file_name(self, extension: str) -> str:
        """Return the name of a file of this version."""
        return f"{self.scene_prefix}{self.version}.{extension}"


class ThumbnailCache:
    """The thumbnails of a data directory."""

    def __init__(self, root: Path, disk: Disk, max_files: int = _MAX_FILES) -> None:
        self._files = CachedFiles(root / CACHE / THUMBNAILS, disk, max_files)

    def find(self, key: ThumbnailKey, media_types: Iterable[str]) -> StoredFile | None:
        """Open a thumbnail, which has one of the media types; None if there is none."""
        for media_type in media_types:
            path = self._files.path_of(key.file_name(EXTENSIONS[media_type]))
            with suppress(FileNotFoundError, NotADirectoryError, NotAFileError):
                return open_stored(path, media_type)
        return None

    def failure(self, key: ThumbnailKey) -> str | None:
        """Return why the thumbnail could not be made within the last hour; None if it could."""
        name = key.file_name(_FAILED)
        with suppress(FileNotFoundError, NotADirectoryError):
            made_at = link_status(self._files.path_of(name)).st_mtime
            if time.time() - made_at < _RETRY_SECONDS:
                reason = self._files.read(name)
                return None if reason is None else reason.decode(errors="replace")
        return None

    def add(self, key: ThumbnailKey, data: bytes, media_type: str) -> None:
        """Keep a thumbnail instead of the scene's earlier ones; not on a disk that is full."""
        self._write(key, EXTENSIONS[media_type], data)

    def add_failure(self, key: ThumbnailKey, reason: str) -> None:
        """Remember for an hour why a thumbnail cannot be made."""
        self._write(key, _FAILED, reason.encode())

    def remove(self, prefix: str) -> None:
        """Remove the files whose names begin with this: of a project, a work or a scene."""
        self._files.remove_all(prefix)

    def _write(self, key: ThumbnailKey, extension: str, data: bytes) -> None:
        written = key.file_name(extension)
        names = self._files.write(written, data)
        self._files.remove(
            name for name in names if name.startswith(key.scene_prefix) and name != written
        )
