"""`./vidworks backup`: write the data directory into one archive while the service runs.

Not included: locks, change logs, leftovers of interrupted operations, lost+found, the queue's
markers, and what expires within a day (counts of failed logins and of paid calls).
"""

import os
import resource
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import IO

from maintenance.archive import SECRETS, ArchiveError, reading_archive, writing_archive
from maintenance.summary import ArchiveSummary
from storage.errors import NotFoundError
from storage.files import Disk, create, list_names, remove_if_exists
from storage.ids import valid_id
from storage.locks import lock_document
from storage.paths import ASSETS, JOBS, PROJECTS, TEMPLATES, TOKENS, USERS, WORKS

_NESTED = (ASSETS, TEMPLATES, WORKS, JOBS)  # collections in the directory of a document


def create_backup(root: Path, target: Path, *, overwrite: bool = False) -> ArchiveSummary:
    """Write the data directory into an archive, verify it, and return its summary.

    The archive gets its final name when it is complete and on the disk. Raises ArchiveError.
    """
    if target.exists() and not overwrite:
        raise ArchiveError(f"{target} already exists; --force overwrites it.")
    target = target.absolute()
    if not target.parent.is_dir():
        raise ArchiveError(f"The directory {target.parent} does not exist.")
    part = f"{target}.{secrets.token_hex(4)}.part"
    disk = Disk(fsync=True)  # whatever the service's setting is: this is a backup
    try:
        with open(create(part), "wb") as file:
            _write(root, file, compress=target.suffix in (".gz", ".tgz"))
            file.flush()
            disk.sync_file(file.fileno())
            if hasattr(os, "posix_fadvise"):  # so that verifying reads from the disk
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        summary = verify(Path(part))
        disk.put_in_place(part, str(target), superseded=())
    except BaseException:
        remove_if_exists(part)
        raise
    return summary


def verify(archive: Path) -> ArchiveSummary:
    """Read an archive, compare it with its manifest, and return its summary.

    Raises ArchiveError.
    """
    summary = ArchiveSummary()
    with reading_archive(archive, "Verifying") as members:
        for member in members:
            summary.add_file(member.name, member.size)
    return summary


def _write(root: Path, file: IO[bytes], *, compress: bool) -> None:
    _raise_open_files_limit()
    with writing_archive(file, compress=compress, total_bytes=_total_bytes(root)) as writer:
        for name in SECRETS:
            with suppress(FileNotFoundError), FileIO(root / name) as secret:
                writer.add(name, secret)
        for directory in _document_directories(root):
            with _open_files(directory) as files:
                for path, opened in files:
                    writer.add(str(path.relative_to(root)), opened)


def _total_bytes(root: Path) -> int:
    """Return the size of all files of documents; approximate while the service runs."""
    total = 0
    for directory in _document_directories(root):
        with suppress(FileNotFoundError):  # deleted concurrently
            total += sum(path.stat().st_size for path in _files(directory))
    return total


def _document_directories(root: Path) -> Iterator[Path]:
    """Yield the directories of all documents.

    Users come last, so that the archive contains the owner of a project that is created
    meanwhile.
    """
    for collection in (PROJECTS, TOKENS, USERS):
        for directory in _entries(root / collection):
            yield from _with_nested(directory)


def _with_nested(directory: Path) -> Iterator[Path]:
    """Yield a document's directory and those of the documents in it, which have their own locks."""
    yield directory
    for collection in _NESTED:
        for nested in _entries(directory / collection):
            yield from _with_nested(nested)


def _entries(collection: Path) -> list[Path]:
    return [collection / name for name in list_names(collection) if valid_id(name)]


@contextmanager
def _open_files(directory: Path) -> Iterator[list[tuple[Path, FileIO]]]:
    """Open all files of one document as a consistent snapshot; none if it was deleted.

    They are opened under the document's lock and read after its release: files are replaced and
    never modified, so that an open file does not change.
    """
    with ExitStack() as stack:
        files: list[tuple[Path, FileIO]] = []
        try:
            with lock_document(directory):
                files.extend(
                    (path, stack.enter_context(FileIO(path))) for path in _files(directory)
                )
        except (FileNotFoundError, NotFoundError):
            if directory.exists():
                raise
            files = []  # the document was deleted, or a document that contains it
        yield files


def _files(directory: Path) -> Iterator[Path]:
    """Yield the files of one document, without hidden files and nested collections."""
    for parent, directories, names in os.walk(directory, onerror=_raise):
        nested = _NESTED if parent == str(directory) else ()
        directories[:] = sorted(
            name for name in directories if not name.startswith(".") and name not in nested
        )
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def _raise(error: OSError) -> None:
    raise error


def _raise_open_files_limit() -> None:
    """Raise the soft limit to the hard limit: a work may have 2,000 files, the default is 1,024."""
    _, hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
