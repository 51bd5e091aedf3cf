"""The archive: a tar of the data directory's files whose last member lists their SHA-256 sums.

That list is what `sha256sum -c` reads, so that an archive can be checked without this program.
Archives are written and read as streams: memory stays flat whatever their size.
"""

import hashlib
import os
import tarfile
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from gzip import BadGzipFile, GzipFile
from io import FileIO
from itertools import zip_longest
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple, cast

from maintenance.progress import Progress
from storage.ids import valid_id
from storage.paths import (
    ASSETS,
    JOBS,
    JWT_SECRET,
    MEDIA,
    PROJECTS,
    TEMPLATES,
    TOKENS,
    USERS,
    WEBHOOK_SECRET,
    WORKS,
    document_name,
)

COLLECTIONS = (USERS, TOKENS, PROJECTS)  # in this order nothing refers to what comes later
SECRETS = (JWT_SECRET, WEBHOOK_SECRET)

_SUMS = "manifest.sha256"
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
_SPOOL = 1 << 20  # bytes of the list of sums that are kept in memory


class ArchiveError(Exception):
    """An archive that cannot be written, or not be trusted; the message says why."""


class Member(NamedTuple):
    """A file in an archive: its path in the data directory, to be read before the next one."""

    name: str
    size: int
    mtime: float
    file: "Summed"


class Summed:
    """A file whose SHA-256 is made while it is read."""

    def __init__(self, file: IO[bytes] | FileIO, progress: Progress) -> None:
        self._file = file
        self._progress = progress
        self._sum = hashlib.sha256()

    def read(self, size: int = _CHUNK) -> bytes:
        """The next bytes. Raises ArchiveError."""
        with _reading():
            data = self._file.read(size) or b""
        self._sum.update(data)
        self._progress.count_bytes(len(data))
        return data

    def line(self, name: str) -> bytes:
        """The file's line in the list of sums, after reading what was not read yet."""
        while self.read():
            pass
        return f"{self._sum.hexdigest()}  {name}\n".encode(errors="surrogateescape")


class Writer:
    """Writes files into an archive."""

    def __init__(self, tar: tarfile.TarFile, sums: IO[bytes], progress: Progress) -> None:
        self._tar = tar
        self._sums = sums
        self._progress = progress

    def add(self, name: str, file: FileIO) -> None:
        """Write an open file under its path in the data directory."""
        status = os.fstat(file.fileno())
        summed = Summed(file, self._progress)
        self._write(name, status.st_size, status.st_mtime, summed)
        self._sums.write(summed.line(name))
        self._progress.count_file()

    def finish(self) -> None:
        """Write the list of sums."""
        size = self._sums.tell()
        self._sums.seek(0)
        self._write(_SUMS, size, time.time(), Summed(self._sums, self._progress))

    def _write(self, name: str, size: int, mtime: float, file: Summed) -> None:
        header = tarfile.TarInfo(name)
        header.size, header.mtime, header.mode = size, int(mtime), 0o600
        self._tar.addfile(header, file)
        _forget(self._tar)


@contextmanager
def writing_archive(file: IO[bytes], compress: bool, progress: Progress) -> Iterator[Writer]:
    """Write an archive into an open file; it is complete when the block ends well."""
    with ExitStack() as stack:
        sums = stack.enter_context(SpooledTemporaryFile(_SPOOL))
        if compress:  # level 1, as nearly all of it is compressed already
            gzip = GzipFile(fileobj=file, mode="wb", compresslevel=1)
            file = cast("IO[bytes]", stack.enter_context(gzip))
        tar = stack.enter_context(tarfile.TarFile(fileobj=file, mode="w", copybufsize=_CHUNK))
        writer = Writer(tar, sums, progress)
        yield writer
        writer.finish()


def members(archive: Path, progress: Progress) -> Iterator[Member]:
    """The files of an archive, one by one; whoever comes to the end knows that all are whole.

    Raises ArchiveError: before handing out what has no place in a data directory, and at the end
    if anything is missing or not as it was written.
    """
    listed = False
    with _opened(archive) as tar, SpooledTemporaryFile(_SPOOL) as sums:
        while (header := _next(tar)) is not None:
            if listed:
                raise ArchiveError(f"it goes on after {_SUMS}")
            _check(header)
            with _reading():
                file = tar.extractfile(header)
            assert file is not None  # noqa: S101  # it is a regular file, as was just checked
            if header.name == _SUMS:
                _compare(header.size, file, sums)
                listed = True
                continue
            summed = Summed(file, progress)
            yield Member(header.name, header.size, header.mtime, summed)
            sums.write(summed.line(header.name))
            progress.count_file()
    if not listed:
        raise ArchiveError(f"it is cut short, or no backup: {_SUMS} is not its last file")


@contextmanager
def _opened(archive: Path) -> Iterator[tarfile.TarFile]:
    with ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(archive.open("rb"))
        compressed = file.read(2) == _GZIP
        file.seek(0)
        if compressed:
            gzip = GzipFile(fileobj=file, mode="rb")
            file = cast("IO[bytes]", stack.enter_context(gzip))
        with _reading():
            tar = stack.enter_context(tarfile.TarFile(fileobj=file))
        yield tar


def _next(tar: tarfile.TarFile) -> tarfile.TarInfo | None:
    with _reading():
        header = tar.next()
    _forget(tar)
    return header


def _forget(tar: tarfile.TarFile) -> None:
    """Drop what tarfile remembers of every member."""
    tar.members.clear()  # type: ignore[attr-defined]  # not in its types


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, BadGzipFile, EOFError, zlib.error) as exc:
        raise ArchiveError(f"it cannot be read: {exc}") from exc


def _check(header: tarfile.TarInfo) -> None:
    """Raise ArchiveError for what no backup holds: links, devices, paths that lead elsewhere."""
    parts = header.name.split("/")
    fits = len(parts) > 2 and parts[0] in COLLECTIONS and valid_id(parts[1])
    if any(not part or part.startswith(".") or "\0" in part for part in parts):
        fits = False
    fits = fits or header.name in (*SECRETS, _SUMS)
    if not header.isreg() or header.issparse() or not fits:
        raise ArchiveError(f"it holds {header.name!r}, which no backup does")


def _compare(size: int, listed: IO[bytes], sums: IO[bytes]) -> None:
    """Raise ArchiveError unless the sums are those listed."""
    if size != sums.tell():
        raise ArchiveError(f"it is damaged: {_SUMS} does not list what is there")
    sums.seek(0)
    with _reading():
        for should, found in zip_longest(listed, sums):
            if should != found:
                name = (found or b"").rstrip(b"\n")[66:].decode(errors="replace")
                raise ArchiveError(f"it is damaged: {name} is not as it was written")


_MEDIA_FILES = "media files"


@dataclass
class Contents:
    """Counts of documents and media files, and the bytes of all files."""

    counts: Counter[str] = field(default_factory=Counter)
    bytes: int = 0

    def count(self, name: str, size: int) -> None:
        """Count one file, by its path in the data directory."""
        *_, collection, home, file = ("", "", *name.split("/"))
        if file == document_name(collection):
            self.counts[collection] += 1
        elif home == MEDIA:
            self.counts[_MEDIA_FILES] += 1
        self.bytes += size

    def add(self, other: "Contents") -> None:
        """Count all that the other counted."""
        self.counts.update(other.counts)
        self.bytes += other.bytes

    def __str__(self) -> str:
        kinds = (USERS, TOKENS, PROJECTS, WORKS, ASSETS, TEMPLATES, JOBS, _MEDIA_FILES)
        counts = ", ".join(_counted(self.counts[kind], kind) for kind in kinds)
        return f"{counts} ({_size(self.bytes)})"


def _counted(count: int, kind: str) -> str:
    return f"{count} {kind.removesuffix('s') if count == 1 else kind}"


def _size(count: float) -> str:
    units = iter(("bytes", "KB", "MB", "GB", "TB"))
    unit = next(units)
    while count >= 1000:
        count, unit = count / 1000, next(units)
    return f"{count:.1f} {unit}" if unit != "bytes" else f"{count:.0f} {unit}"
