"""One archive of everything, written while the service runs.

Left out are locks, change logs, leftovers, what counts for a day at most (failed logins, paid
calls), the marks of unfinished jobs, and what is in lost+found.
"""

import os
import resource
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import IO

from maintenance.archive import SECRETS, ArchiveError, Contents, members, writing_archive
from maintenance.progress import Progress
from storage.errors import NotFoundError
from storage.files import Disk, create, list_names, remove_if_exists
from storage.ids import valid_id
from storage.locks import lock_document
from storage.paths import ASSETS, JOBS, PROJECTS, TEMPLATES, TOKENS, USERS, WORKS

Files = list[tuple[str, FileIO]]

_WITHIN = (ASSETS, TEMPLATES, WORKS, JOBS)  # collections inside of documents


def back_up(root: Path, target: Path, progress: Progress, *, overwrite: bool = False) -> Contents:
    """Write everything in the data directory into an archive and verify it; returns what it holds.

    The archive gets its name when it is whole and on the disk. Raises ArchiveError.
    """
    if target.exists() and not overwrite:
        raise ArchiveError(f"{target} is there already; --force overwrites it.")
    target = target.absolute()
    part = f"{target}.{secrets.token_hex(4)}.part"
    disk = Disk(fsync=True)  # whatever the service's setting is: this is a backup
    try:
        with open(create(part), "wb") as file:
            _write(root, file, target.suffix in (".gz", ".tgz"), progress)
            file.flush()
            disk.sync_file(file.fileno())
            if hasattr(os, "posix_fadvise"):  # so that verifying reads what is on the disk
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        contents = verified(Path(part), progress)
        disk.put_in_place(part, str(target), superseded=())
    except BaseException:
        remove_if_exists(part)
        raise
    return contents


def verified(archive: Path, progress: Progress) -> Contents:
    """What an archive holds, all of it read and compared. Raises ArchiveError."""
    progress.begin("Verifying")
    contents = Contents()
    for member in members(archive, progress):
        contents.count(member.name, member.size)
    progress.end()
    return contents


def _write(root: Path, file: IO[bytes], compress: bool, progress: Progress) -> None:
    _allow_many_open_files()
    progress.begin("Backing up")
    with writing_archive(file, compress, progress) as writer:
        for name in SECRETS:
            with suppress(FileNotFoundError), FileIO(root / name) as secret:
                writer.add(name, secret)
        for home in _homes(root):
            with _opened(root, home) as files:
                for name, opened in files:
                    writer.add(name, opened)
    progress.end()


def _homes(root: Path) -> Iterator[Path]:
    """The directories of all documents; users last, so that nobody is missing whom others name."""
    for collection in (PROJECTS, TOKENS, USERS):
        for home in _entries(root / collection):
            yield from _with_inner(home)


def _with_inner(home: Path) -> Iterator[Path]:
    """A document's directory, and those of the documents inside: each is locked by itself."""
    yield home
    for collection in _WITHIN:
        for inner in _entries(home / collection):
            yield from _with_inner(inner)


def _entries(collection: Path) -> list[Path]:
    return [collection / name for name in list_names(collection) if valid_id(name)]


@contextmanager
def _opened(root: Path, home: Path) -> Iterator[Files]:
    """All files of a document's directory, as they are at one moment; none if it is gone.

    They are opened under the document's lock and read after it: files are replaced and never
    changed in place, so that what is open stays as it was.
    """
    with ExitStack() as stack:
        files: Files = []
        try:
            with lock_document(home):
                for path in _files(home):
                    opened = stack.enter_context(FileIO(path))
                    files.append((str(path.relative_to(root)), opened))
        except (FileNotFoundError, NotFoundError):
            if home.exists():
                raise
            files = []  # it was deleted, or the project around it
        yield files


def _files(home: Path) -> Iterator[Path]:
    """The files of one document: not the storage's own, nor those of collections within."""
    for parent, directories, names in os.walk(home, onerror=_raise):
        inner = _WITHIN if parent == str(home) else ()
        directories[:] = sorted(
            name for name in directories if not name.startswith(".") and name not in inner
        )
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith("."))


def _raise(error: OSError) -> None:
    raise error


def _allow_many_open_files() -> None:
    """A work may have 2,000 media files, and the usual limit is 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
