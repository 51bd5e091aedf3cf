"""Which directories and files a data directory consists of: the only ones that are ever visited.

What else lies in it, however deep, is left alone; `doctor` reports it, and no backup contains it.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from storage.ids import ID_PATTERN, valid_id
from storage.paths import (
    CACHE,
    COLLECTIONS,
    DEMO,
    JOBS,
    JOURNAL,
    JWT_SECRET,
    LOCK,
    LOST_AND_FOUND,
    MEASURES,
    MEDIA,
    NESTED_COLLECTIONS,
    NODES,
    QUEUE,
    SEGMENTS,
    SEMAPHORES,
    TAKES,
    THUMBNAILS,
    USAGE,
    WEBHOOK_SECRET,
    WITH_MEDIA,
    WITH_TAKES,
    document_name,
)
from storage.trees import list_names

ROOT_FILES = (LOCK, JWT_SECRET, WEBHOOK_SECRET, "README.md")  # README.md comes with a clone
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
]


class Directory(NamedTuple):
    """A directory in which the service stores files; `collection` is e.g. `works`, if it is one's.

    It may be missing, or something else may be in its place.
    """

    path: Path
    role: Role
    collection: str = ""


def directories(root: Path) -> Iterator[Directory]:
    """Yield all directories of a data directory, each after the one that it is in."""
    yield Directory(root, "root")
    yield Directory(root / QUEUE, "queue")
    yield Directory(root / SEMAPHORES, "semaphores")
    yield Directory(root / NODES, "semaphores")
    yield Directory(root / USAGE, "usage")
    for name in (SEGMENTS, MEASURES, THUMBNAILS):
        yield Directory(root / CACHE / name, "cache")
    yield from in_collections(root, COLLECTIONS)


def in_collections(parent: Path, collections: Iterable[str]) -> Iterator[Directory]:
    """Yield the directories of these collections in `parent`, and all directories in them."""
    for collection in collections:
        directory = parent / collection
        yield Directory(directory, "collection", collection)
        for name in filter(valid_id, list_names(directory)):
            yield Directory(directory / name, "document", collection)
            if collection in WITH_MEDIA:
                yield Directory(directory / name / MEDIA, "media", collection)
            if collection in WITH_TAKES:
                yield Directory(directory / name / TAKES, "takes", collection)
            yield from in_collections(directory / name, NESTED_COLLECTIONS.get(collection, ()))


def is_document_file(path: str) -> bool:
    """Return whether a path is that of a document, its journal, its media file or its take."""
    collection, parts = "", path.split("/")
    nested: tuple[str, ...] = COLLECTIONS
    while len(parts) > 2 and parts[0] in nested and valid_id(parts[1]):
        collection, parts = parts[0], parts[2:]
        nested = NESTED_COLLECTIONS.get(collection, ())
    if collection in WITH_MEDIA and len(parts) == 2 and parts[0] == MEDIA:
        return _is_media_name(parts[1])
    if collection in WITH_TAKES and len(parts) == 2 and parts[0] == TAKES:
        return take_name(parts[1]) is not None
    if collection == JOBS and parts == [JOURNAL]:
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
