"""The backup archive: a tar of the data directory's files, whose last member is a manifest.

The manifest lists the SHA-256 of every file in the format of `sha256sum -c`, so that an archive can
be verified without this program. Archives are written and read as streams: memory use does not
depend on their size. A summary says what one contains, in numbers.
"""

import hashlib
import os
import sys
import tarfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from gzip import BadGzipFile, GzipFile
from io import BufferedReader, FileIO
from itertools import zip_longest
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple, cast

import click

from storage.files.files import open_named
from storage.files.privileges import as_caller
from storage.layout import FACTS, is_document_file
from storage.paths import (
    ASSETS,
    EXPORTS,
    JOBS,
    JWT_SECRET,
    LINKS,
    MEDIA,
    PROJECTS,
    TAKES,
    TEMPLATES,
    TOKENS,
    TRASH,
    USERS,
    WEBHOOK_SECRET,
    WORKS,
    document_name,
)

# In the order of restoring: no document refers to one of a later collection.
ARCHIVED_COLLECTIONS = (USERS, TOKENS, PROJECTS, TRASH, LINKS)
SECRETS = (JWT_SECRET, WEBHOOK_SECRET)
SETTINGS = "settings.json"  # of the machine (see archived_settings.py); not of the data directory

_MANIFEST = "manifest.sha256"
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK_BYTES = 1 << 20
_MAX_MANIFEST_MEMORY = 1 << 20  # bytes; a larger manifest is kept in a temporary file
_MAX_HEADER_BYTES = 1 << 16  # of one member, with its extensions; those of a backup take 2 KB
_SECRET_BYTES = range(16, 4097)
_MAX_SETTINGS_BYTES = 1 << 16
_MAX_MTIME = 1 << 33  # the year 2242

_MEDIA_FILES = "media files"
_DELETED = "deleted items"  # of the trash, whatever they are
_REPORTED = (
    *(USERS, TOKENS, PROJECTS, WORKS, ASSETS, TEMPLATES, JOBS, EXPORTS),
    *(_DELETED, _MEDIA_FILES),
)


class ArchiveError(Exception):
    """An archive cannot be written, or is not a valid backup; the message says why."""


class HashingReader:
    """Reads a file and computes its SHA-256 on the way."""

    def __init__(self, file: IO[bytes] | FileIO, on_read: Callable[[int], object]) -> None:
        self._file = file
        self._on_read = on_read  # is called with the number of bytes
        self._hash = hashlib.sha256()

    def read(self, size: int = _CHUNK_BYTES) -> bytes:
        """Return the next bytes; empty at the end of the file. Raises ArchiveError."""
        with _tar_errors():
            data = self._file.read(size) or b""
        self._hash.update(data)
        self._on_read(len(data))
        return data

    def manifest_line(self, name: str) -> bytes:
        """Return the line in the manifest of what was read."""
        return f"{self._hash.hexdigest()}  {name}\n".encode(errors="surrogateescape")


class _HeaderLimit:
    """A tar file that is being read, with a limit of what its headers take.

    tarfile reads extended headers and maps of sparse files into memory, whatever size they claim.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left: int | None = None
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int) -> bytes:
        """Return the next bytes. Raises ArchiveError if a header is too large."""
        if self._left is not None:
            self._left -= size
            if self._left < 0:
                limit = f"{_MAX_HEADER_BYTES >> 10} KB"
                raise ArchiveError(f"it contains a header of more than {limit}")
        return self._file.read(size)

    @contextmanager
    def header(self) -> Iterator[None]:
        """Limit what is read meanwhile."""
        self._left = _MAX_HEADER_BYTES
        try:
            yield
        finally:
            self._left = None


class Member(NamedTuple):
    """A file in an archive, named by its path in the data directory.

    `file` can be read until the next member is requested.
    """

    name: str
    size: int
    mtime: float
    file: HashingReader


class ArchiveWriter:
    """Adds files to an archive."""

    def __init__(
        self, tar: tarfile.TarFile, manifest: IO[bytes], on_read: Callable[[int], object]
    ) -> None:
        self._tar = tar
        self._manifest = manifest
        self._on_read = on_read

    def add(self, name: str, file: IO[bytes] | FileIO, size: int, mtime: float) -> None:
        """Write the next `size` bytes of a file under its path in the data directory."""
        reader = HashingReader(file, self._on_read)
        self._write(name, size, mtime, reader)
        self._manifest.write(reader.manifest_line(name))

    def add_manifest(self) -> None:
        """Write the manifest of all files that were added."""
        size = self._manifest.tell()
        self._manifest.seek(0)
        self._write(_MANIFEST, size, time.time(), self._manifest)

    def _write(self, name: str, size: int, mtime: float, file: HashingReader | IO[bytes]) -> None:
        header = tarfile.TarInfo(name)
        header.size, header.mode = size, 0o600
        header.mtime = min(max(int(mtime), 0), _MAX_MTIME - 1)
        self._tar.addfile(header, file)
        _clear_members(self._tar)


@contextmanager
def writing_archive(
    file: IO[bytes], *, compress: bool, total_bytes: int
) -> Iterator[ArchiveWriter]:
    """Write an archive into an open file; it is complete when the block ends without an error.

    `total_bytes` is the expected size of all files, for the progress bar.
    """
    with ExitStack() as stack:
        manifest = stack.enter_context(SpooledTemporaryFile(_MAX_MANIFEST_MEMORY))
        if compress:  # level 1, as media files are compressed already
            gzip = GzipFile(fileobj=file, mode="wb", compresslevel=1)
            file = cast("IO[bytes]", stack.enter_context(gzip))
        tar = stack.enter_context(tarfile.TarFile(fileobj=file, mode="w", copybufsize=_CHUNK_BYTES))
        bar = stack.enter_context(
            click.progressbar(length=total_bytes, label="Backing up", file=sys.stderr)
        )
        writer = ArchiveWriter(tar, manifest, bar.update)
        yield writer
        writer.add_manifest()


@contextmanager
def reading_archive(archive: Path, label: str) -> Iterator[Iterator[Member]]:
    """Open an archive and yield an iterator over its members, with a progress bar.

    The iterator raises ArchiveError before it returns a member that does not belong in a data
    directory, and at the end if a file is missing or differs from the manifest.
    """
    with ExitStack() as stack:
        with as_caller():
            file: IO[bytes] = stack.enter_context(BufferedReader(open_named(archive)))
        bar = stack.enter_context(
            click.progressbar(length=os.fstat(file.fileno()).st_size, label=label, file=sys.stderr)
        )
        raw_file = file  # its position is the progress, also of a compressed archive
        compressed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        file.seek(0)
        if compressed:
            gzip = GzipFile(fileobj=file, mode="rb")
            file = cast("IO[bytes]", stack.enter_context(gzip))
        limited = _HeaderLimit(file)
        with _tar_errors(), limited.header():
            tar = stack.enter_context(tarfile.TarFile(fileobj=cast("IO[bytes]", limited)))
        yield _members(tar, limited, lambda _: bar.update(raw_file.tell() - bar.pos))
        bar.update(raw_file.seek(0, os.SEEK_END) - bar.pos)


def _members(
    tar: tarfile.TarFile, file_of_tar: _HeaderLimit, on_read: Callable[[int], object]
) -> Iterator[Member]:
    complete = has_settings = False
    with SpooledTemporaryFile(_MAX_MANIFEST_MEMORY) as manifest:
        while (header := _next_header(tar, file_of_tar)) is not None:
            if complete:
                raise ArchiveError(f"there is more after {_MANIFEST}, its last file")
            _check_header(header)
            if header.name == SETTINGS and has_settings:  # of two others, extracting fails
                raise ArchiveError(f"it contains two files with the same name: {SETTINGS}")
            has_settings = has_settings or header.name == SETTINGS
            with _tar_errors():
                file = tar.extractfile(header)
            assert file is not None  # noqa: S101  # a regular file, as _check_header ensures
            if header.name == _MANIFEST:
                _check_manifest(header.size, file, manifest)
                complete = True
                continue
            reader = HashingReader(file, on_read)
            yield Member(header.name, header.size, header.mtime, reader)
            while reader.read():
                pass
            manifest.write(reader.manifest_line(header.name))
    if not complete:
        raise ArchiveError(f"it is truncated or not a backup: {_MANIFEST} is not its last file")


def _next_header(tar: tarfile.TarFile, file: _HeaderLimit) -> tarfile.TarInfo | None:
    with _tar_errors(), file.header():
        header = tar.next()
    _clear_members(tar)
    return header


def _clear_members(tar: tarfile.TarFile) -> None:
    """Drop the headers that tarfile keeps of all members, so that memory use stays constant."""
    tar.members.clear()  # type: ignore[attr-defined]  # not in its types


@contextmanager
def _tar_errors() -> Iterator[None]:
    """Raise ArchiveError for the errors of reading a damaged tar or gzip file."""
    try:
        yield
    except (tarfile.TarError, BadGzipFile, EOFError, zlib.error, ValueError) as exc:
        raise ArchiveError(f"it cannot be read: {exc}") from exc


def _check_header(header: tarfile.TarInfo) -> None:
    """Raise ArchiveError for what no backup contains, such as links, devices, unknown paths."""
    collection = header.name.partition("/")[0]
    allowed = collection in ARCHIVED_COLLECTIONS and is_document_file(header.name)
    allowed = allowed or header.name in (*SECRETS, SETTINGS, _MANIFEST)
    if not header.isreg() or header.issparse() or not allowed:
        raise ArchiveError(f"it contains {header.name!r}, which is not allowed in a backup")
    if header.size < 0 or not 0 <= header.mtime < _MAX_MTIME:  # neither is true for "nan"
        raise ArchiveError(f"it contains {header.name!r} with an impossible size or time")
    if header.name in SECRETS and header.size not in _SECRET_BYTES:
        raise ArchiveError(f"its {header.name} has {header.size} bytes, which is no secret's size")
    if header.name == SETTINGS and header.size > _MAX_SETTINGS_BYTES:
        raise ArchiveError(f"its {SETTINGS} has {header.size} bytes, which no settings take")


def _check_manifest(size: int, manifest: IO[bytes], computed: IO[bytes]) -> None:
    """Raise ArchiveError unless the archive's manifest equals the computed one."""
    if size != computed.tell():
        raise ArchiveError(f"it is damaged: {_MANIFEST} does not list the files in it")
    computed.seek(0)
    with _tar_errors():
        for expected, actual in zip_longest(manifest, computed):
            if expected != actual:
                name = (actual or b"").rstrip(b"\n")[66:].decode(errors="replace")
                raise ArchiveError(f"it is damaged: the SHA-256 of {name} is not the listed one")


@dataclass
class ArchiveSummary:
    """The number of documents by collection and of media files, and the bytes of all files."""

    counts: Counter[str] = field(default_factory=Counter)
    total_bytes: int = 0

    def add_file(self, name: str, size: int) -> None:
        """Count one file, by its path in the data directory."""
        *_, collection, directory, file = ("", "", *name.split("/"))
        if name.startswith(f"{TRASH}/"):
            self.counts[_DELETED] += collection == TRASH
        elif file == document_name(collection):
            self.counts[collection] += 1
        elif directory == MEDIA or (directory == TAKES and not file.endswith(f".{FACTS}")):
            self.counts[_MEDIA_FILES] += 1
        self.total_bytes += size

    def merge(self, other: "ArchiveSummary") -> None:
        """Add the counts of another summary."""
        self.counts.update(other.counts)
        self.total_bytes += other.total_bytes

    def __str__(self) -> str:
        reported = (name for name in _REPORTED if name != _DELETED or self.counts[name])
        counts = ", ".join(_format_count(self.counts[name], name) for name in reported)
        return f"{counts} ({format_size(self.total_bytes)})"


def _format_count(count: int, plural: str) -> str:
    return f"{count} {plural.removesuffix('s') if count == 1 else plural}"


def format_size(size: float) -> str:
    """Return a number of bytes for people, e.g. `1.5 MB`."""
    units = iter(("bytes", "KB", "MB", "GB", "TB"))
    unit = next(units)
    while size >= 1000:
        size, unit = size / 1000, next(units)
    return f"{size:.1f} {unit}" if unit != "bytes" else f"{size:.0f} {unit}"
