"""Bringing back what an archive holds, also into a service that runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from maintenance.archive import COLLECTIONS, SECRETS, ArchiveError, Contents, Member, members
from maintenance.backup import verified
from maintenance.doctor.jobs import interrupt_unfinished_jobs
from maintenance.progress import Progress
from storage.errors import ExistsError, writing
from storage.files import Disk, create, list_names, remove_tree, temporary_path
from storage.index import ChangeLog
from storage.paths import ASSETS, TEMPLATES, WORKS
from storage.store import Store


class Restored(NamedTuple):
    """What was brought back, how many things were there already, and what of the secrets."""

    contents: Contents
    kept: int
    other_secret: bool
    other_webhook_secret: bool


def restore(store: Store, archive: Path, progress: Progress, *, replace: bool = False) -> Restored:
    """Verify an archive, extract it, and move each user, token and project into its place.

    What is there already is kept, or replaced as a whole. Jobs that were not finished are left to
    a person. Killed at any moment, it leaves whole things only and can be run again. Raises
    ArchiveError, before anything is in its place.
    """
    verified(archive, progress)
    with _temporary_directory(store) as directory:
        progress.begin("Extracting")
        arrived, kept = _extract(store, archive, directory, replace, progress)
        interrupt_unfinished_jobs(directory)
        store.disk.sync_all()
        progress.end()
        others = [_restore_secret(store, directory, name) for name in SECRETS]
        contents = Contents()
        for home in sorted(arrived, key=_turn):
            try:
                _adopt(store, directory, home, replace)
            except ExistsError:  # made by someone else meanwhile
                kept.add(home)
            else:
                contents.add(arrived[home])
    return Restored(contents, len(kept), *others)


@contextmanager
def _temporary_directory(store: Store) -> Iterator[Path]:
    directory = Path(temporary_path(store.root))
    store.disk.make_directory(directory)
    try:
        yield directory
    finally:
        remove_tree(directory)


def _extract(
    store: Store, archive: Path, directory: Path, replace: bool, progress: Progress
) -> tuple[dict[str, Contents], set[str]]:
    """Extract all that is wanted; returns it by home, and the homes already there."""
    arrived: dict[str, Contents] = {}
    kept: set[str] = set()
    for member in members(archive, progress):
        home = _home(member.name)
        if home not in arrived and home not in kept and home not in SECRETS:
            if (store.root / home).exists() and not replace:
                kept.add(home)
            else:
                arrived[home] = Contents()
        if home not in kept:
            _write(directory / member.name, member)
        if home in arrived:
            arrived[home].count(member.name, member.size)
    return arrived, kept


def _home(name: str) -> str:
    """The directory that is moved as a whole: of a user, a token or a project."""
    return "/".join(name.split("/")[:2])


def _write(path: Path, member: Member) -> None:
    try:
        Disk(fsync=False).make_directory(path.parent)
        with writing(), open(create(str(path)), "wb") as file:
            while data := member.file.read():
                file.write(data)
            file.flush()
            os.utime(file.fileno(), (member.mtime, member.mtime))
    except (FileExistsError, NotADirectoryError) as exc:
        raise ArchiveError(f"it holds two files of one name: {member.name}") from exc


def _restore_secret(store: Store, directory: Path, name: str) -> bool:
    """Restore a secret where none is in use yet; True if another one is, and stays.

    A secret that was made when the directory was is in use as soon as it has users, or a service
    that runs.
    """
    if not (directory / name).exists():
        return False
    data, path = (directory / name).read_bytes(), store.root / name
    with store.exclusive() as alone:
        unused = alone and not store.users.documents
        if unused or not path.exists():
            store.disk.replace(str(path), data)
        return path.read_bytes() != data


def _turn(home: str) -> tuple[int, str]:
    collection = home.partition("/")[0]
    return (COLLECTIONS.index(collection), home)


def _adopt(store: Store, directory: Path, home: str, replace: bool) -> None:
    collection, _, doc_id = home.partition("/")
    tables = (store.users, store.tokens, store.projects)
    table = next(table for table in tables if table.name == collection)
    for listed in (directory / home / name for name in (WORKS, ASSETS, TEMPLATES)):
        if listed.is_dir():
            # A log of its own from the first moment on, by which lists know that it isn't the old.
            ChangeLog(str(listed)).append(list_names(listed))
    table.add_directory(doc_id, directory / home, replace=replace)
