"""Media files: `media/<slot>.<extension>`, at most one file a slot."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from storage.errors import DiskFullError, NotFoundError, writing
from storage.files import Disk, create, remove_if_exists, temporary_name

# One extension for one type, within video, image, audio and font, so that a file's name tells the
# type it was uploaded with.
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

HEAD_BYTES = 8192  # what recognising a file by its first bytes needs

# A file goes to the disk while it arrives, in steps of this many bytes, so that little is left to
# wait for at the end.
_FLUSH_BYTES = 16 << 20

# An upload must leave room for the document that will say it is there.
_RESERVE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A media file that is open for reading; the caller closes it."""

    file: FileIO
    name: str
    type: str
    size: int
    mtime_ns: int
    etag: str


class IncomingFile:
    """A file that is being received, beside the place where it will be."""

    def __init__(self, path: str, descriptor: int) -> None:
        self.path = path
        self.head = b""
        self.size = 0
        self._flushed = 0
        self.descriptor = descriptor

    def restart(self) -> None:
        """Forget what was received so far."""
        os.ftruncate(self.descriptor, 0)
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
            self._begin_flush()

    def digest(self) -> str:
        """The SHA-256 of what was received, in hex."""
        with open(self.path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _begin_flush(self) -> None:
        """Have the kernel start writing what arrived, without waiting for it.

        The advice that these pages are not needed does that (Linux: mm/fadvise.c), and keeps those
        that are not written yet.
        """
        length = self.size - self._flushed
        os.posix_fadvise(self.descriptor, self._flushed, length, os.POSIX_FADV_DONTNEED)
        self._flushed = self.size


class MediaFiles:
    """The media files of one directory's slots."""

    def __init__(self, directory: Path, disk: Disk) -> None:
        self._directory = str(directory)
        self._disk = disk

    def open(self, slot: str, types: Iterable[str]) -> StoredFile:
        """Open the file of a slot, of whichever of the types it is. Raises NotFoundError."""
        while (kind := self._newest(slot, types)) is not None:
            try:
                file = FileIO(self._path(slot, kind))
            except FileNotFoundError:
                continue  # replaced by one of another type meanwhile
            status = os.fstat(file.fileno())
            size, mtime = status.st_size, status.st_mtime_ns
            etag = f"{mtime:x}-{size:x}-{status.st_ino:x}"  # every upload makes a new file
            name = f"{slot}.{EXTENSIONS[kind]}"
            return StoredFile(file, name, kind, size, mtime, etag)
        raise NotFoundError(slot)

    def slots(self) -> set[str]:
        """The slots that hold a file."""
        try:
            names = os.listdir(self._directory)
        except FileNotFoundError:
            return set()
        return {name.rpartition(".")[0] for name in names if not name.startswith(".")}

    @contextmanager
    def receive(self) -> Iterator[IncomingFile]:
        """A temporary file to write an upload to; gone afterwards unless `place` took it."""
        owner = os.path.dirname(self._directory)
        path = temporary_name(owner)
        try:
            with writing():
                descriptor = create(path)
        except FileNotFoundError:
            raise NotFoundError(owner) from None
        try:
            yield IncomingFile(path, descriptor)
        finally:
            os.close(descriptor)
            remove_if_exists(path)

    def finish(self, incoming: IncomingFile) -> None:
        """Make a received file's contents durable; for before the lock on the work is taken.

        Raises DiskFullError also where there would be no room for the work's document.
        """
        with writing():
            self._disk.sync(incoming.descriptor)
        room = os.fstatvfs(incoming.descriptor)
        if room.f_bavail * room.f_frsize < _RESERVE_BYTES:
            raise DiskFullError("no room left beside the upload")

    def place(self, incoming: IncomingFile, slot: str, kind: str, types: Iterable[str]) -> None:
        """Move a finished upload into its slot, instead of whatever was there."""
        if not os.path.isdir(self._directory):
            self._disk.make_subdirectory(self._directory)
        path = self._path(slot, kind)
        others = [self._path(slot, other) for other in types if other != kind]
        self._disk.put_in_place(incoming.path, path, others)

    def remove(self, slot: str, types: Iterable[str]) -> bool:
        """Empty a slot, durably; False if it was empty."""
        paths_of_slot = [self._path(slot, kind) for kind in types]
        present = [path for path in paths_of_slot if os.path.exists(path)]
        with writing():
            for path in present:
                remove_if_exists(path)
            if present:
                self._disk.sync_directory(self._directory)
        return bool(present)

    def _path(self, slot: str, kind: str) -> str:
        return f"{self._directory}/{slot}.{EXTENSIONS[kind]}"

    def _newest(self, slot: str, types: Iterable[str]) -> str | None:
        """The type of a slot's file; of the newest, should a crash have left two."""
        present = {}
        for kind in types:
            try:
                present[kind] = os.stat(self._path(slot, kind)).st_mtime_ns
            except (FileNotFoundError, NotADirectoryError):
                continue
        return max(present, key=lambda kind: present[kind], default=None)
