"""Which directories and files a data directory consists of: the only ones that are ever visited.

What else lies in it, however deep, is left alone; `doctor` reports it, and no backup contains it.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from storage.errors import NoAccessError
from storage.files.monthly_log import is_log_name
from storage.files.trees import list_all
from storage.paths import (
    ACTIVITY,
    CACHE,
    COLLECTIONS,
    DEMO,
    FILES_BESIDE,
    ID_PATTERN,
    JWT_SECRET,
    LANES,
    LAST_BACKUP,
    LOCK,
    LOST_AND_FOUND,
    MEASURES,
    MEDIA,
    NESTED_COLLECTIONS,
    NODES,
    QUEUE,
    SEGMENTS,
    SEMAPHORES,
    SETUP_CODE,
    TAKES,
    THUMBNAILS,
    USAGE,
    WEBHOOK_SECRET,
    WITH_ACTIVITY,
    WITH_MEDIA,
    WITH_TAKES,
    document_name,
    valid_id,
)

# README.md comes with a clone.
ROOT_FILES = (LOCK, LAST_BACKUP, JWT_SECRET, WEBHOOK_SECRET, SETUP_CODE, "README.md")
ROOT_DIRECTORIES = (*COLLECTIONS, QUEUE, SEMAPHORES, NODES, DEMO, CACHE, USAGE, LOST_AND_FOUND)

_MAX_FILE_NAME = 255  # bytes, the limit of common file systems

Role = Literal[
    "root",
    "queue",
    "semaphores",
    "usage",
    "cache",
    "collection",
    "document",
    "media",
    "takes",
    "activity",
]


class StoredDirectory(NamedTuple):
    """A directory in which the service stores files, or a link to one.

    `names` is what is in it, also hidden, sorted; nothing if this process may not list it.
    `collection` is e.g. `works`, if it is one's.
    """

    path: Path
    role: Role
    names: tuple[str, ...]
    collection: str = ""
    denied: bool = False


def directories(root: Path) -> Iterator[StoredDirectory]:
    """Yield all directories of a data directory, each after the one that it is in."""
    yield from _listed(root, "root")
    yield from _listed(root / QUEUE, "queue")
    yield from _listed(root / SEMAPHORES, "semaphores")
    yield from _listed(root / NODES, "semaphores")
    yield from _listed(root / USAGE, "usage")
    for name in (SEGMENTS, MEASURES, THUMBNAILS, LANES):
        yield from _listed(root / CACHE / name, "cache")
    yield from in_collections(root, COLLECTIONS)


def in_collections(parent: Path, collections: Iterable[str]) -> Iterator[StoredDirectory]:
    """Yield the directories of these collections in `parent`, and all directories in them."""
    for collection in collections:
        for directory in _listed(parent / collection, "collection", collection):
            yield directory
            for name in filter(valid_id, directory.names):
                yield from of_document(directory.path / name, collection)


def of_document(path: Path, collection: str) -> Iterator[StoredDirectory]:
    """Yield the directory of a document, and all directories in it."""
    for directory in _listed(path, "document", collection):
        yield directory
        if MEDIA in directory.names and collection in WITH_MEDIA:
            yield from _listed(path / MEDIA, "media", collection)
        if TAKES in directory.names and collection in WITH_TAKES:
            yield from _listed(path / TAKES, "takes", collection)
        if ACTIVITY in directory.names and collection in WITH_ACTIVITY:
            yield from _listed(path / ACTIVITY, "activity", collection)
        nested = NESTED_COLLECTIONS.get(collection, ())
        yield from in_collections(path, (name for name in nested if name in directory.names))


def _listed(path: Path, role: Role, collection: str = "") -> list[StoredDirectory]:
    """Return a directory; nothing if it is missing, or something else is in its place."""
    try:
        names = tuple(sorted(list_all(path)))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except NoAccessError:
        return [StoredDirectory(path, role, (), collection, denied=True)]
    return [StoredDirectory(path, role, names, collection)]


def is_document_file(path: str) -> bool:
    """Return whether a path leads to a document, or to a file beside it.

    That is its journal, a media file, a take or a log of what was done.
    """
    collection, parts = "", path.split("/")
    nested: tuple[str, ...] = COLLECTIONS
    while len(parts) > 2 and parts[0] in nested and valid_id(parts[1]):
        collection, parts = parts[0], parts[2:]
        nested = NESTED_COLLECTIONS.get(collection, ())
    if collection in WITH_MEDIA and len(parts) == 2 and parts[0] == MEDIA:
        return _is_media_name(parts[1])
    if collection in WITH_TAKES and len(parts) == 2 and parts[0] == TAKES:
        return take_name(parts[1]) is not None
    if collection in WITH_ACTIVITY and len(parts) == 2 and parts[0] == ACTIVITY:
        return is_log_name(parts[1])
    if parts == [FILES_BESIDE.get(collection)]:
        return True
    return bool(collection) and parts == [document_name(collection)]


class TakeName(NamedTuple):
    """The name of a file in `takes/`; the extension is FACTS for the facts of a take."""

    slot: str
    id: str
    extension: str

    def __str__(self) -> str:
        return ".".join(self)


FACTS = "json"

_TAKE_NAME = re.compile(rf"({ID_PATTERN})\.({ID_PATTERN})\.([a-z0-9]{{1,8}})")


def take_name(name: str) -> TakeName | None:
    """Return the parts of a take's file name; None for another name."""
    match = _TAKE_NAME.fullmatch(name)
    return TakeName(*match.groups()) if match else None


def _is_media_name(name: str) -> bool:
    """Return whether a media file can have this name, also one that no slot has."""
    if not name.isprintable() or name.startswith("."):  # surrogates are unprintable
        return False
    return 0 < len(name.encode()) <= _MAX_FILE_NAME
