"""The documents that go into a backup, in an order that misses none that is moved meanwhile."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from storage.documents.snapshots import read_snapshot
from storage.errors import NoAccessError, StorageError
from storage.files.trees import list_names
from storage.layout import StoredDirectory, in_collections, of_document
from storage.paths import LINKS, PROJECTS, TOKENS, TRASH, USERS, document_name
from storage.trash import Entry, collection_of, content_of

_DAMAGES = (StorageError, KeyError, TypeError, ValueError)  # of an entry of the trash


class StoredDocument(NamedTuple):
    """The directory of a document, and the name of its collection."""

    directory: Path
    collection: str


class _Deleted(NamedTuple):
    """Where a document of the trash is, and where it is once it is restored."""

    in_trash: Path
    origin: Path


def archived_documents(root: Path) -> Iterator[StoredDocument]:
    """Yield all documents.

    Links come before projects, and users last: so the archive contains what a link opens, and the
    owner of a project, if they are created meanwhile. The trash comes after projects, for what is
    deleted meanwhile. What is restored meanwhile, and was not there yet, comes after it.
    Entries of the trash whose document is elsewhere, since it is being moved, are left out.
    """
    deleted = _deleted(root)
    origins, passed = {each.origin for each in deleted}, set()
    for directory in in_collections(root, (LINKS, PROJECTS)):
        if directory.path in origins:
            passed.add(directory.path)
        yield from _document(directory)
    left_out: Path | None = None
    for directory in in_collections(root, (TRASH,)):
        if directory.path.parent == root / TRASH and _lacks_document(root, directory.path):
            left_out = directory.path
        if left_out is None or not directory.path.is_relative_to(left_out):
            yield from _document(directory)
    for in_trash, origin in deleted:
        if origin not in passed and not in_trash.is_dir():
            passed.add(origin)
            for directory in of_document(origin, origin.parent.name):
                yield from _document(directory)
    for directory in in_collections(root, (TOKENS, USERS)):
        yield from _document(directory)


def _document(directory: StoredDirectory) -> Iterator[StoredDocument]:
    """Yield the document that a directory is of, if it is one's. Raises NoAccessError."""
    if directory.denied:
        raise NoAccessError(str(directory.path))
    if directory.role == "document":
        yield StoredDocument(directory.path, directory.collection)


def _deleted(root: Path) -> list[_Deleted]:
    """Return what is in the trash now; damaged entries are left out, as nothing restores them."""
    found = []
    for name in list_names(root / TRASH):
        with suppress(*_DAMAGES):
            entry = _read_entry(root / TRASH / name)
            origin = root / collection_of(entry) / entry["documentId"]
            found.append(_Deleted(Path(content_of(root, entry)), origin))
    return found


def _lacks_document(root: Path, directory: Path) -> bool:
    """Return whether the document of an entry of the trash is elsewhere; not of a damaged entry."""
    with suppress(*_DAMAGES):
        return not Path(content_of(root, _read_entry(directory))).is_dir()
    return False


def _read_entry(directory: Path) -> Entry:
    return read_snapshot(str(directory / document_name(TRASH))).parse()
