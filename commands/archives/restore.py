"""`./vidworks restore`: bring back the contents of an archive, also while the service runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from commands.archives.archive import (
    ARCHIVED_COLLECTIONS,
    SECRETS,
    SETTINGS,
    ArchiveError,
    ArchiveSummary,
    Member,
    format_size,
    reading_archive,
)
from commands.archives.archived_settings import ArchivedSettings, parse_settings
from commands.archives.strays import is_stray_media
from jobs.interrupting import interrupt
from storage.documents.change_log import renew_logs
from storage.errors import ExistsError, NoAccessError, UnreadableError, writing
from storage.files.durable_files import Disk
from storage.files.files import create, temporary_path
from storage.files.trees import remove_tree
from storage.secret_files import read_secret
from storage.store import Store

_EXTRACTING = Disk(fsync=False)  # all is made durable at once, before it is put in place
_JOB_DOCUMENTS = (
    "projects/*/works/*/jobs/*/job.json",
    "trash/*/projects/*/works/*/jobs/*/job.json",
    "trash/*/works/*/jobs/*/job.json",
    "users/*/jobs/*/job.json",
)
_INTERRUPTED = (
    "Restored from a backup that was made while this job was unfinished. Resume it to continue:"
    " calls that were submitted after the backup are not known here and are submitted again."
)


class RestoreResult(NamedTuple):
    """What was restored, which entries existed already, what was left out, and which secrets kept.

    `settings` are those of the machine that was backed up. Media files of no slot are left out:
    backups of earlier versions contain them.
    """

    summary: ArchiveSummary
    skipped: list[str]
    left_out: list[str]
    settings: ArchivedSettings
    kept_jwt_secret: bool
    kept_webhook_secret: bool


def restore_archive(store: Store, archive: Path, *, replace: bool = False) -> RestoreResult:
    """Verify an archive, extract it, and move each user, token, project and link into its place.

    An entry that exists already is skipped, or replaced as a whole. Unfinished jobs are
    interrupted. If the process is killed, entries are complete or absent, and the restore can be
    repeated. Raises ArchiveError, before anything was restored.
    """
    settings = _verify(store, archive, replace)
    with _temporary_directory(store) as directory:
        extracted, skipped, left_out = _extract(store, archive, directory, replace)
        _interrupt_unfinished_jobs(directory)
        store.disk.sync_all()
        kept_secrets = [_restore_secret(store, directory, name) for name in SECRETS]
        summary = ArchiveSummary()
        for entry in sorted(extracted, key=_restore_order):
            try:
                _move_into_place(store, directory, entry, replace)
            except ExistsError:  # created concurrently
                skipped.add(entry)
            else:
                summary.merge(extracted[entry])
    entries = sorted(skipped, key=_restore_order)
    return RestoreResult(summary, entries, left_out, settings, *kept_secrets)


def _verify(store: Store, archive: Path, replace: bool) -> ArchivedSettings:
    """Return the settings in an archive. Raises ArchiveError if it is damaged.

    So it does if the archive needs more than the disk's free space: a compressed one that expands
    without end is not read to its end.
    """
    disk = os.statvfs(store.root)
    free, needed = disk.f_bavail * disk.f_frsize, 0
    settings: ArchivedSettings = {}
    with reading_archive(archive, "Verifying") as members:
        for member in members:
            if member.name == SETTINGS:
                settings = parse_settings(member.file.read(member.size))
            if replace or not (store.root / _entry_of(member.name)).exists():
                needed += member.size
            if needed > free:
                room = f"{format_size(needed)} or more, and {format_size(free)} are free"
                raise ArchiveError(f"it takes {room} in {store.root}")
    return settings


@contextmanager
def _temporary_directory(store: Store) -> Iterator[Path]:
    directory = Path(temporary_path(store.root))
    store.disk.make_directory(directory)
    try:
        yield directory
    finally:
        remove_tree(directory)


def _extract(
    store: Store, archive: Path, directory: Path, replace: bool
) -> tuple[dict[str, ArchiveSummary], set[str], list[str]]:
    """Extract the entries to be restored.

    Return their summaries, the skipped entries, and the paths of what was left out.
    """
    left_out: list[str] = []
    extracted: dict[str, ArchiveSummary] = {}
    skipped: set[str] = set()
    with reading_archive(archive, "Extracting") as members:
        for member in members:
            if member.name == SETTINGS:
                continue
            if is_stray_media(member.name):
                left_out.append(member.name)
                continue
            entry = _entry_of(member.name)
            if entry not in extracted and entry not in skipped and entry not in SECRETS:
                if (store.root / entry).exists() and not replace:
                    skipped.add(entry)
                else:
                    extracted[entry] = ArchiveSummary()
            if entry not in skipped:
                _write(directory / member.name, member)
            if entry in extracted:
                extracted[entry].add_file(member.name, member.size)
    return extracted, skipped, left_out


def _entry_of(name: str) -> str:
    """Return the directory that is restored as a whole, such as `projects/<id>`."""
    return "/".join(name.split("/")[:2])


def _write(path: Path, member: Member) -> None:
    try:
        _EXTRACTING.make_directory(path.parent)
        with writing(), open(create(str(path)), "wb") as file:
            while data := member.file.read():
                file.write(data)
            file.flush()
            os.utime(file.fileno(), (member.mtime, member.mtime))
    except (FileExistsError, NotADirectoryError) as exc:
        raise ArchiveError(f"it contains two files with the same name: {member.name}") from exc


def _interrupt_unfinished_jobs(directory: Path) -> None:
    """Interrupt all unfinished jobs in the extracted files.

    The service that was backed up may have continued them.
    """
    for pattern in _JOB_DOCUMENTS:
        for path in directory.glob(pattern):
            interrupt(_EXTRACTING, str(path), _INTERRUPTED, sends_webhook=False)


def _restore_secret(store: Store, directory: Path, name: str) -> bool:
    """Restore a secret unless a proper one is in use; return whether a different one was kept.

    The secret that was made with the directory is in use once there are users or another process
    runs the service.
    """
    if not (directory / name).exists():
        return False
    data, path = (directory / name).read_bytes(), store.root / name
    with store.exclusive() as alone:
        unused = alone and not store.users.documents
        if unused or not _is_usable(path):
            store.disk.replace(str(path), data)
        return path.read_bytes() != data


def _is_usable(secret: Path) -> bool:
    try:
        read_secret(secret)
    except NoAccessError:
        raise
    except (FileNotFoundError, UnreadableError):
        return False
    return True


def _restore_order(entry: str) -> tuple[int, str]:
    collection = entry.partition("/")[0]
    return (ARCHIVED_COLLECTIONS.index(collection), entry)


def _move_into_place(store: Store, directory: Path, entry: str, replace: bool) -> None:
    collection, _, doc_id = entry.partition("/")
    tables = (store.users, store.tokens, store.projects, store.trash, store.links)
    table = next(table for table in tables if table.name == collection)
    if table is store.projects:
        renew_logs(directory / entry, store.nodes)
    table.add_directory(doc_id, directory / entry, replace=replace)
