"""What a crash left of something that is gone for good: links to it, and keys of a project."""

from collections.abc import Iterator
from contextlib import suppress

from storage import trash
from storage.documents.tables import DocumentTable
from storage.errors import NotFoundError, StorageError, UnreadableError
from storage.files.files import is_directory
from storage.link_documents import opened_by, summarize
from storage.paths import PROJECTS
from storage.store import Store


def delete_orphans(store: Store) -> None:
    """Delete links that open nothing any more, and keys of projects that are gone for good."""
    for table, doc_id, path in [*_links(store), *_keys(store)]:
        with suppress(StorageError):  # deleted concurrently, or looked at again an hour later
            if _is_gone(store, path):
                table.delete(doc_id)


def _links(store: Store) -> Iterator[tuple[DocumentTable, str, str]]:
    """Yield the links, each with the path of what it opens."""
    for entry in store.index(store.links, summarize).current().entries:
        yield store.links, entry.id, opened_by(entry.values)


def _keys(store: Store) -> Iterator[tuple[DocumentTable, str, str]]:
    """Yield what keeps keys of projects, each with the path of its project; users keep others."""
    for doc_id in store.provider_keys.documents:
        with suppress(NotFoundError, UnreadableError):
            if store.provider_keys.snapshot(doc_id).user_id not in (None, doc_id):
                yield store.provider_keys, doc_id, f"{PROJECTS}/{doc_id}"


def _is_gone(store: Store, path: str) -> bool:
    """Return whether there is nothing at a path, and nothing in the trash that was there.

    It may be restored between the two looks.
    """
    place = f"{store.root}/{path}"
    return not (is_directory(place) or _is_in_trash(store, path) or is_directory(place))


def _is_in_trash(store: Store, path: str) -> bool:
    """Return whether what was at a path, or something that it was in, is in the trash."""
    return any(f"{path}/".startswith(f"{trash.place_of(each)}/") for each in trash.entries(store))
