"""The backup archive: a tar of the data directory's files, whose last member is a manifest.

The manifest lists the SHA-256 of every file in the format of `sha256sum -c`, so that an archive
can be verified without this program. Archives are written and read as streams: memory use does
not depend on their size.
"""

import hashlib
import os
import sys
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from gzip import BadGzipFile, GzipFile
from io import FileIO
from itertools import zip_longest
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, NamedTuple, cast

import click

from storage.ids import valid_id
from storage.paths import JWT_SECRET, PROJECTS, TOKENS, USERS, WEBHOOK_SECRET

# In the order of restoring: no document refers to one of a later collection.
ARCHIVED_COLLECTIONS = (USERS, TOKENS, PROJECTS)
SECRETS = (JWT_SECRET, WEBHOOK_SECRET)

_MANIFEST = "manifest.sha256"
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK_BYTES = 1 << 20
_MAX_MANIFEST_MEMORY = 1 << 20  # bytes; a larger manifest is kept in a temporary file


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
        """Read the rest of the file and return its line in the manifest."""
        while self.read():
            pass
        return f"{self._hash.hexdigest()}  {name}\n".encode(errors="surrogateescape")


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

    def add(self, name: str, file: FileIO) -> None:
        """Write an open file under its path in the data directory."""
        status = os.fstat(file.fileno())
        reader = HashingReader(file, self._on_read)
        self._write(name, status.st_size, status.st_mtime, reader)
        self._manifest.write(reader.manifest_line(name))

    def add_manifest(self) -> None:
        """Write the manifest of all files that were added."""
        size = self._manifest.tell()
        self._manifest.seek(0)
        self._write(_MANIFEST, size, time.time(), self._manifest)

    def _write(self, name: str, size: int, mtime: float, file: HashingReader | IO[bytes]) -> None:
        header = tarfile.TarInfo(name)
        header.size, header.mtime, header.mode = size, int(mtime), 0o600
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
        file: IO[bytes] = stack.enter_context(archive.open("rb"))
        bar = stack.enter_context(
            click.progressbar(length=archive.stat().st_size, label=label, file=sys.stderr)
        )
        raw_file = file  # its position is the progress, also of a compressed archive
        compressed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        file.seek(0)
        if compressed:
            gzip = GzipFile(fileobj=file, mode="rb")
            file = cast("IO[bytes]", stack.enter_context(gzip))
        with _tar_errors():
            tar = stack.enter_context(tarfile.TarFile(fileobj=file))
        yield _members(tar, lambda _: bar.update(raw_file.tell() - bar.pos))
        bar.update(raw_file.seek(0, os.SEEK_END) - bar.pos)


def _members(tar: tarfile.TarFile, on_read: Callable[[int], object]) -> Iterator[Member]:
    complete = False
    with SpooledTemporaryFile(_MAX_MANIFEST_MEMORY) as manifest:
        while (header := _next_header(tar)) is not None:
            if complete:
                raise ArchiveError(f"it continues after {_MANIFEST}")
            _check_header(header)
            with _tar_errors():
                file = tar.extractfile(header)
            assert file is not None  # noqa: S101  # a regular file, as _check_header ensures
            if header.name == _MANIFEST:
                _check_manifest(header.size, file, manifest)
                complete = True
                continue
            reader = HashingReader(file, on_read)
            yield Member(header.name, header.size, header.mtime, reader)
            manifest.write(reader.manifest_line(header.name))
    if not complete:
        raise ArchiveError(f"it is truncated or not a backup: {_MANIFEST} is not its last file")


def _next_header(tar: tarfile.TarFile) -> tarfile.TarInfo | None:
    with _tar_errors():
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
    except (tarfile.TarError, BadGzipFile, EOFError, zlib.error) as exc:
        raise ArchiveError(f"it cannot be read: {exc}") from exc


def _check_header(header: tarfile.TarInfo) -> None:
    """Raise ArchiveError for links, devices, and paths that no backup contains."""
    parts = header.name.split("/")
    allowed = len(parts) > 2 and parts[0] in ARCHIVED_COLLECTIONS and valid_id(parts[1])
    if any(not part or part.startswith(".") or "\0" in part for part in parts):
        allowed = False
    allowed = allowed or header.name in (*SECRETS, _MANIFEST)
    if not header.isreg() or header.issparse() or not allowed:
        raise ArchiveError(f"it contains {header.name!r}, which is not allowed in a backup")


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
