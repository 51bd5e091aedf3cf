"""Media files: `media/<slot>.<extension>`, at most one file for each slot."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from errors import ConflictError, InvalidError, MediaTypeError
from storage.errors import DiskFullError, NotFoundError, missing_as_not_found, writing
from storage.files.durable_files import Disk
from storage.files.files import (
    StoredFileIO,
    create,
    is_directory,
    link_status,
    remove_if_exists,
    temporary_path,
)
from storage.files.trees import list_names

# Extensions are unique within video, image, audio and font, so that a file's name determines the
# media type that it was uploaded with.
EXTENSIONS = {
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "video/x-msvideo": "avi",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "audio/mpeg": "mp3",
    "audio/mp4": "mp4",
    "audio/x-m4a": "m4a",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "audio/webm": "weba",
    "font/ttf": "ttf",
    "font/otf": "otf",
    "font/woff": "woff",
    "font/woff2": "woff2",
}

HEAD_BYTES = 8192  # enough to recognise a file's type

# An upload is written to the disk while it arrives, in steps of this many bytes, so that the final
# fsync is short.
_FLUSH_BYTES = 16 << 20

# Space that an upload must leave free, for the document that refers to it.
_RESERVE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A media file that is open for reading; the caller closes it."""

    file: FileIO
    name: str
    media_type: str
    size: int
    mtime_ns: int
    etag: str

    def digest(self) -> str:
        """Return the SHA-256 of the file, in hex."""
        return hashlib.file_digest(self.file, "sha256").hexdigest()

    def contents(self) -> bytes:
        """Return all of the file, which is closed."""
        with self.file:
            self.file.seek(0)
            return self.file.read()


Check = Callable[[], object]

_UNREADABLE = (InvalidError, MediaTypeError)  # what a program says of a file that has moved away


def _accept() -> None:
    """Let a file be stored."""


class IncomingFile:
    """A file that is being received, in a temporary file on the same disk.

    `check` is called right before the file is put into its place: it raises if it may not be stored
    (any more).
    """

    def __init__(self, path: str, descriptor: int, check: Check = _accept) -> None:
        self.path = path
        self.check = check
        self.head = b""
        self.size = 0
        self._flushed = 0
        self._announced = 0
        self.descriptor = descriptor

    def announce(self, size: int) -> None:
        """Give the file the size that it will have, so that it counts before it is written.

        The file takes no space by that. `trim` ends it.
        """
        self._announced = size
        self._truncate(max(size, self.size))

    def trim(self) -> None:
        """Give the file the size of what was received."""
        self._announced = 0
        self._truncate(self.size)

    def restart(self) -> None:
        """Discard what was received so far."""
        self._truncate(0)
        self._truncate(self._announced)
        os.lseek(self.descriptor, 0, os.SEEK_SET)
        self.head, self.size, self._flushed = b"", 0, 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Append received bytes. Raises DiskFullError, UnwritableError."""
        if len(self.head) < HEAD_BYTES:
            self.head += bytes(data[: HEAD_BYTES - len(self.head)])
        view = memoryview(data)
        with writing():
            while view:
                written = os.write(self.descriptor, view)
                self.size += written
                view = view[written:]
        if self.size - self._flushed >= _FLUSH_BYTES:
            self._start_flush()

    def take_written(self) -> None:
        """Take what a program has written to the file as what was received."""
        self.size = self._flushed = os.fstat(self.descriptor).st_size
        self.head = os.pread(self.descriptor, HEAD_BYTES, 0)

    def digest(self) -> str:
        """Return the SHA-256 of the file, in hex."""
        with StoredFileIO(self.path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _truncate(self, size: int) -> None:
        with writing():
            os.ftruncate(self.descriptor, size)

    def _start_flush(self) -> None:
        """Make the kernel start writing the new bytes to the disk, without waiting for it.

        POSIX_FADV_DONTNEED does that on Linux (mm/fadvise.c); it drops only pages that are written.
        """
        length = self.size - self._flushed
        os.posix_fadvise(self.descriptor, self._flushed, length, os.POSIX_FADV_DONTNEED)
        self._flushed = self.size


class Upload(NamedTuple):
    """A completely received file, with the media type and name that the client declared.

    `fields` holds the form's text fields, each with its values in order.
    """

    file: IncomingFile
    declared_type: str | None
    filename: str | None
    fields: Mapping[str, list[str]]


class MediaFiles:
    """The media files of one document."""

    def __init__(self, directory: Path, disk: Disk) -> None:
        self._directory = str(directory)
        self._disk = disk

    def open(self, slot: str, media_types: Iterable[str]) -> StoredFile:
        """Open the file of a slot, which has one of the media types. Raises NotFoundError.

        Raises NotAFileError if something else is in the file's place.
        """
        while (media_type := self._newest(slot, media_types)) is not None:
            with suppress(FileNotFoundError):  # replaced concurrently by a file of another type
                return open_stored(self._path(slot, media_type), media_type)
        raise NotFoundError(slot)

    def find(self, slot: str, media_types: Iterable[str]) -> tuple[str, str] | None:
        """Return the path of a slot's file and its media type; None for an empty slot."""
        media_type = self._newest(slot, media_types)
        return None if media_type is None else (self._path(slot, media_type), media_type)

    def slots(self) -> set[str]:
        """Return the slots that hold a file."""
        return {name.rpartition(".")[0] for name in list_names(self._directory)}

    @contextmanager
    def receive(self, check: Check = _accept) -> Iterator[IncomingFile]:
        """Yield a temporary file for an upload; it is removed unless `place` moved it.

        `check` is as in IncomingFile.

        Raises NotFoundError if the document that owns the media is missing, or deleted meanwhile;
        ConflictError if it was restored as well, since the trash keeps no unfinished files.
        """
        owner = os.path.dirname(self._directory)
        path = temporary_path(owner)
        with writing(), missing_as_not_found(owner):
            descriptor = create(path)
        try:
            yield IncomingFile(path, descriptor, check)
        except (FileNotFoundError, NotFoundError, *_UNREADABLE) as exc:
            if not is_directory(owner):
                raise NotFoundError(owner) from exc
            if os.fstat(descriptor).st_nlink:
                raise
            raise ConflictError(
                "The upload was lost",
                "The work or project was deleted and restored meanwhile: repeat the upload.",
            ) from exc
        finally:
            os.close(descriptor)
            remove_if_exists(path)

    def finish(self, incoming: IncomingFile) -> None:
        """Make a received file durable; call this before locking the document.

        Raises DiskFullError also if no space would be left to write the document.
        """
        with writing():
            self._disk.sync_file(incoming.descriptor)
            disk = os.fstatvfs(incoming.descriptor)
        if disk.f_bavail * disk.f_frsize < _RESERVE_BYTES:
            raise DiskFullError("no space left in addition to the upload")

    def place(
        self, incoming: IncomingFile, slot: str, media_type: str, media_types: Iterable[str]
    ) -> None:
        """Move a finished upload into a slot, replacing its file of any of the media types.

        Raises what the file's `check` raises.
        """
        incoming.check()
        self.move_in(incoming.path, slot, media_type, media_types)

    def move_in(self, source: str, slot: str, media_type: str, media_types: Iterable[str]) -> None:
        """Move a complete file on the same disk into a slot, as `place` does."""
        if not is_directory(self._directory):
            self._disk.make_subdirectory(self._directory)
        path = self._path(slot, media_type)
        others = [self._path(slot, other) for other in media_types if other != media_type]
        self._disk.put_in_place(source, path, others)

    def remove(self, slot: str, media_types: Iterable[str]) -> bool:
        """Remove a slot's file durably; return False if there was none."""
        candidates = [self._path(slot, media_type) for media_type in media_types]
        present = [path for path in candidates if os.path.lexists(path)]
        with writing():
            for path in present:
                remove_if_exists(path)
            if present:
                self._disk.sync_directory(self._directory)
        return bool(present)

    def _path(self, slot: str, media_type: str) -> str:
        return f"{self._directory}/{slot}.{EXTENSIONS[media_type]}"

    def _newest(self, slot: str, media_types: Iterable[str]) -> str | None:
        """Return the media type of a slot's file; of the newest if a crash left several."""
        present = {}
        for media_type in media_types:
            try:
                mtime = link_status(self._path(slot, media_type)).st_mtime_ns
            except (FileNotFoundError, NotADirectoryError):
                continue
            present[mtime, EXTENSIONS[media_type]] = media_type
        return present[max(present)] if present else None


def entity_tag(status: os.stat_result) -> str:
    """Return the entity tag of a stored file. Each upload creates a new file, and a new tag."""
    return f"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"


def open_stored(path: str, media_type: str) -> StoredFile:
    """Open a media file. Raises FileNotFoundError, NotAFileError, UnavailableError."""
    file = StoredFileIO(path)
    status = file.status()
    size, mtime, name = status.st_size, status.st_mtime_ns, os.path.basename(path)
    return StoredFile(file, name, media_type, size, mtime, entity_tag(status))
