"""`./vidworks backup`: write the data directory into one archive while the service runs.

Not included: locks, change logs, leftovers of interrupted operations, lost+found, the queue's
markers, the cache of exports, keys of vendors that users keep, and what expires within a day
(counts of failed logins and of paid calls, requests with an Idempotency-Key, who is in a work).
What does not belong in a data directory is left out and reported, also a media file of no slot.
"""

import os
import re
import resource
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO, FileIO
from pathlib import Path
from typing import IO, NamedTuple

from commands.archives.archive import (
    ARCHIVED_COLLECTIONS,
    SECRETS,
    SETTINGS,
    ArchiveError,
    ArchiveSummary,
    ArchiveWriter,
    reading_archive,
    writing_archive,
)
from commands.archives.archived_documents import StoredDocument, archived_documents
from commands.archives.strays import is_stray_media, strays
from storage.errors import NoAccessError, NotAFileError, NotFoundError, UnreadableError
from storage.files.durable_files import Disk
from storage.files.files import create, file_type, open_file, remove_if_exists
from storage.files.privileges import as_caller
from storage.files.trees import list_names
from storage.layout import FACTS, is_document_file
from storage.locking.locks import read_locked
from storage.paths import ACTIVITY, FILES_BESIDE, MEDIA, NESTED_COLLECTIONS, TAKES
from storage.secret_files import read_secret

_MOVES_AWAY = "`./vidworks doctor --repair` moves it away"

_TIME = "%Y-%m-%dT%H%M%SZ"
_NAME = re.compile(r"vidworks-(\d{4}-\d\d-\d\dT\d{6}Z)\.tar(\.[0-9a-f]{8}\.part)?")
_UNFINISHED = timedelta(days=1)  # after which an archive that is not complete never will be


class Backup(NamedTuple):
    """What an archive contains, and the paths in the data directory that were left out of it."""

    summary: ArchiveSummary
    left_out: list[str]


class _Contents(NamedTuple):
    """The first `size` bytes of an open file, by its path in the data directory."""

    path: str
    file: IO[bytes] | FileIO
    size: int
    mtime: float


class _Opened(NamedTuple):
    """The open files of a document, and the paths of other files in its directory."""

    files: list[_Contents]
    others: list[str]


def create_backup(
    root: Path, target: Path, *, settings: bytes = b"", overwrite: bool = False
) -> Backup:
    """Write the data directory into an archive, verify it, and say what it contains.

    `settings` are added, if there are any (see archived_settings.py). The archive gets its final
    name when it is complete and on the disk. Raises ArchiveError.
    """
    target = target.absolute()
    with as_caller():
        if target.exists() and not overwrite:
            raise ArchiveError(f"{target} already exists; --force overwrites it.")
        if (found := file_type(target, follow_links=True)) not in ("a file", "missing"):
            raise ArchiveError(f"{target} is {found}, which is not replaced.")
        if not target.parent.is_dir():
            raise ArchiveError(f"The directory {target.parent} does not exist.")
    part = f"{target}.{secrets.token_hex(4)}.part"
    disk = Disk(fsync=True)  # whatever the service's setting is: this is a backup
    try:
        with as_caller():
            descriptor = create(part)
        with open(descriptor, "wb") as file:
            left_out = _write(root, file, settings, compress=target.suffix in (".gz", ".tgz"))
            file.flush()
            disk.sync_file(file.fileno())
            if hasattr(os, "posix_fadvise"):  # so that verifying reads from the disk
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        summary = verify(Path(part))
        with as_caller():
            disk.put_in_place(part, str(target), superseded=())
    except BaseException:
        with as_caller():
            remove_if_exists(part)
        raise
    return Backup(summary, left_out)


def verify(archive: Path) -> ArchiveSummary:
    """Read an archive, compare it with its manifest, and return its summary.

    Raises ArchiveError.
    """
    summary = ArchiveSummary()
    with reading_archive(archive, "Verifying") as members:
        for member in members:
            summary.add_file(member.name, member.size)
    return summary


def _write(root: Path, file: IO[bytes], settings: bytes, *, compress: bool) -> list[str]:
    """Write the archive; return the paths that were left out."""
    _raise_open_files_limit()
    left_out = list(strays(root, ARCHIVED_COLLECTIONS))
    with writing_archive(file, compress=compress, total_bytes=_total_bytes(root)) as writer:
        if settings:
            writer.add(SETTINGS, BytesIO(settings), len(settings), time.time())
        left_out += _add_secrets(root, writer)
        archived: set[Path] = set()
        for document in archived_documents(root, archived):
            with _open_files(root, document) as opened:
                if opened is None:
                    continue
                archived.add(document.directory)
                left_out.extend(opened.others)
                for contents in opened.files:
                    writer.add(*contents)
    return left_out


def _add_secrets(root: Path, writer: ArchiveWriter) -> list[str]:
    """Add the secrets that sign; return those that were left out. Raises ArchiveError."""
    left_out = []
    for name in SECRETS:
        try:
            secret = read_secret(root / name)
        except FileNotFoundError:
            continue
        except NotAFileError as exc:
            raise ArchiveError(f"{exc}; {_MOVES_AWAY}.") from exc
        except NoAccessError:
            raise
        except UnreadableError:
            left_out.append(f"{name} (too short)")
        else:
            mtime = (root / name).stat().st_mtime
            writer.add(name, BytesIO(secret), len(secret), mtime)
    return left_out


def _total_bytes(root: Path) -> int:
    """Return the size of all files of documents; approximate while the service runs."""
    total = 0
    seen: set[Path] = set()
    for document in archived_documents(root, seen):
        seen.add(document.directory)
        for name in _names(document):
            with suppress(OSError):  # deleted concurrently, or reported when it is opened
                total += os.lstat(document.directory / name).st_size
    return total


@contextmanager
def _open_files(root: Path, document: StoredDocument) -> Iterator[_Opened | None]:
    """Open all files of one document as a consistent snapshot; yield None if it was deleted.

    They are opened under the document's lock and read after its release: files are replaced and
    never modified, so that an open file does not change. A journal and comments do: they are read
    under the lock. A log is only appended to: what is there under the lock is read.
    Raises ArchiveError if something else is in the place of a file.
    """
    prefix = str(document.directory.relative_to(root))
    with ExitStack() as stack:
        opened = None
        try:
            opened = read_locked(document.directory, partial(_open, root, document, prefix, stack))
        except NotAFileError as exc:
            raise ArchiveError(f"In {prefix}, {exc}; {_MOVES_AWAY}.") from exc
        except (FileNotFoundError, NotFoundError):
            if document.directory.exists():
                raise
            # The document was deleted, or a document that contains it.
        yield opened


def _open(root: Path, document: StoredDocument, prefix: str, stack: ExitStack) -> _Opened:
    opened = _Opened([], [])
    for path in (f"{prefix}/{name}" for name in _names(document)):
        if is_document_file(path) and not is_stray_media(path):
            file = stack.enter_context(FileIO(root / path, opener=open_file))
            opened.files.append(_contents(path, file))
        else:
            opened.others.append(path)
    return opened


def _contents(path: str, file: FileIO) -> _Contents:
    """Return what an open file contains now.

    A journal and comments, which may change, are read at once. So are the facts of takes: a work
    with many of them needs half of the open files.
    """
    status = os.fstat(file.fileno())
    directory, name = path.split("/")[-2:]
    if name in FILES_BESIDE.values() or (directory == TAKES and name.endswith(f".{FACTS}")):
        with file:
            data = file.read(status.st_size) or b""  # at most as large as the document
        return _Contents(path, BytesIO(data), len(data), status.st_mtime)
    return _Contents(path, file, status.st_size, status.st_mtime)


def _names(document: StoredDocument) -> list[str]:
    """Return the files of a document, and what else is in its directories, without hidden ones."""
    directories = {MEDIA, TAKES, ACTIVITY, *NESTED_COLLECTIONS.get(document.collection, ())}
    names = [
        name
        for name in list_names(document.directory)
        if name not in directories or not (document.directory / name).is_dir()
    ]
    media = [
        f"{directory}/{name}"
        for directory in (MEDIA, TAKES, ACTIVITY)
        for name in list_names(document.directory / directory)
    ]
    return sorted([*names, *media])


def _raise_open_files_limit() -> None:
    """Raise the soft limit to the hard limit: a work may have 2,000 files, the default is 1,024."""
    _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))


def name_at(time: datetime) -> str:
    """Return the name of the archive of a time."""
    return f"vidworks-{time.astimezone(UTC):{_TIME}}.tar"


def superseded(directory: Path, keep: int, now: datetime) -> list[Path]:
    """Return the archives that are older than the newest `keep`, and what interrupted ones left."""
    archives, others = [], []
    for path in sorted(directory.iterdir()):
        if name := _NAME.fullmatch(path.name):
            time = datetime.strptime(name[1], _TIME).replace(tzinfo=UTC)
            if name[2] is None:
                archives.append(path)
            elif now - time > _UNFINISHED:
                others.append(path)
    return [*archives[: max(0, len(archives) - keep)], *others]
