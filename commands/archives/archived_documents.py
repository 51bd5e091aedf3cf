"""The documents that go into a backup, in an order that misses none that is moved meanwhile."""

from collections.abc import Container, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from storage.documents.snapshots import read_snapshot
from storage.errors import NoAccessError, StorageError
from storage.files.trees import list_all
from storage.layout import StoredDirectory, in_collections
from storage.paths import (
    LINKS,
    PROJECTS,
    TOKENS,
    TRASH,
    USERS,
    document_name,
    is_change_log,
)
from storage.trash import content_of

_DAMAGES = (StorageError, KeyError, TypeError, ValueError)  # of an entry of the trash
_MAX_ROUNDS = 20  # each reads what the one before has missed, and takes less time

_TrashState = dict[str, int | bool]


class StoredDocument(NamedTuple):
    """The directory of a document, and the name of its collection."""

    directory: Path
    collection: str


def archived_documents(root: Path, archived: Container[Path]) -> Iterator[StoredDocument]:
    """Yield all documents, without those whose directories are in `archived` by then.

    The caller adds each document to that once it has read it: one that was moved before comes
    again.

    Links come before projects, and users last: so the archive contains what a link opens, and the
    owner of a project, if they are created meanwhile. The trash comes after projects, for what is
    deleted meanwhile. If something was deleted or restored meanwhile, it may have been missed in
    both places: they are searched again.
    Entries of the trash whose document is elsewhere, since it is being moved, are left out.
    """
    for _ in range(_MAX_ROUNDS):
        before = _trash_state(root)
        for directory in chain(in_collections(root, (LINKS, PROJECTS)), _in_trash(root)):
            yield from _document(directory, archived)
        if _trash_state(root) == before:
            break
    for directory in in_collections(root, (TOKENS, USERS)):
        yield from _document(directory, archived)


def _in_trash(root: Path) -> Iterator[StoredDirectory]:
    left_out: Path | None = None
    for directory in in_collections(root, (TRASH,)):
        if directory.path.parent == root / TRASH and _lacks_document(root, directory.path):
            left_out = directory.path
        if left_out is None or not directory.path.is_relative_to(left_out):
            yield directory


def _document(directory: StoredDirectory, archived: Container[Path]) -> Iterator[StoredDocument]:
    """Yield the document of a directory, if it is a document's. Raises NoAccessError."""
    if directory.denied:
        raise NoAccessError(str(directory.path))
    if directory.role == "document" and directory.path not in archived:
        yield StoredDocument(directory.path, directory.collection)


def _trash_state(root: Path) -> _TrashState:
    """Return something that differs after a document was moved into the trash or out of it.

    Its entries, and whether their documents are elsewhere; and the sizes of its change logs, which
    tell of an entry that came and went.
    """
    state: _TrashState = {}
    with suppress(FileNotFoundError):
        for name in list_all(root / TRASH):
            path = root / TRASH / name
            with suppress(FileNotFoundError):
                state[name] = (
                    path.stat().st_size if is_change_log(name) else _lacks_document(root, path)
                )
    return state


def _lacks_document(root: Path, directory: Path) -> bool:
    """Return whether the document of an entry of the trash is elsewhere; not of a damaged entry."""
    with suppress(*_DAMAGES):
        entry = read_snapshot(str(directory / document_name(TRASH))).parse()
        return not Path(content_of(root, entry)).is_dir()
    return False
