"""TinyDB over a directory: one document, one file (see docs/decisions/0001).

TinyDB reads and writes whole databases through two private hooks of its Table, `_read_table` and
`_update_table`. Here the first hands out a lazy mapping over a directory, and the second writes
back only the documents that an update touched, each under its own lock. A third, `_get_next_id`,
gives documents that come without an id a random one, where TinyDB counts. The rest of TinyDB
(`get`, `search`, `insert`, `update`, `remove`) works as documented.
"""

import os
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from storage import paths
from storage.documents import DocumentCache, Documents, Snapshot, Values, serialized
from storage.errors import NotFoundError, writing
from storage.files import Disk, discard
from storage.ids import new_id
from storage.index import ChangeLog
from storage.locks import locked
from storage.transactions import Committed, Transaction

Check = Callable[[Snapshot], None]


class DirectoryStorage(Storage):
    """A data directory as TinyDB sees it: tables are its collections, named by their paths."""

    def __init__(self, root: Path, disk: Disk, cache: DocumentCache) -> None:
        self.root = root
        self.disk = disk
        self.cache = cache

    def read(self) -> dict[str, Any]:
        """Every top-level collection (TinyDB asks for this to list its tables)."""
        return {name: Documents(self.root, name, self.cache) for name in paths.COLLECTIONS}

    def write(self, data: Mapping[str, Any]) -> None:
        """Refuse: a whole database is never written at once; tables write what they touched."""
        raise NotImplementedError("documents are written one by one")


class DocumentTable(Table):
    """A TinyDB table whose documents are files."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB's stub says int, its docs allow any
    default_query_cache_capacity = 0  # TinyDB's query cache does not see other processes' writes

    def __init__(self, storage: DirectoryStorage, name: str, cache_size: int = 0) -> None:
        super().__init__(storage, name, cache_size=cache_size)
        self.documents = Documents(storage.root, name, storage.cache)
        self.change_log = ChangeLog(self.documents.directory)
        self._disk = storage.disk

    def snapshot(self, doc_id: str) -> Snapshot:
        """A document as it is on the disk now. Raises NotFoundError, UnreadableError."""
        return self.documents.snapshot(doc_id)

    def create(self, doc_id: str, values: Values) -> Snapshot:
        """Write a new document durably. Raises ExistsError, also for whoever comes second."""

        def creating(update: Transaction) -> None:
            update[doc_id] = values

        return self._commit(creating).written[doc_id]

    def change(
        self, doc_id: str, change: Callable[[Values], None], check: Check | None = None
    ) -> Snapshot:
        """Read, change and durably write a document under its lock; returns it as written.

        `check` sees the document first; `change` gets its own copy of the values and alters it in
        place. What they raise leaves the document as it was. Raises NotFoundError, UnreadableError.
        """

        def changing(update: Transaction) -> None:
            if check is not None:
                check(update.before(doc_id))
            change(update[doc_id])

        return self._commit(changing).written[doc_id]

    def delete(self, doc_id: str, check: Check | None = None) -> None:
        """Delete a document and everything in its directory. Raises NotFoundError.

        `check` sees the document under its lock first and may raise to keep it.
        """

        def deleting(update: Transaction) -> None:
            if check is not None:
                check(update.before(doc_id))
            del update[doc_id]

        self._commit(deleting)

    @contextmanager
    def staged(self, values: Values) -> Iterator[str]:
        """A directory that holds a new document, to put its files into before `adopt` takes it.

        Gone afterwards unless adopted. Raises NotFoundError if what the collection is in is gone.
        """
        collection = self.documents.directory
        directory = f"{collection}/{paths.NEW}{secrets.token_hex(8)}"
        name = os.path.basename(self.documents.path_of("any"))
        try:
            if not os.path.isdir(collection):
                self._disk.make_subdirectory(collection)
            with writing():
                os.mkdir(directory, 0o700)
                self._disk.write(f"{directory}/{name}", serialized(values))
            yield directory
        except FileNotFoundError as exc:
            raise NotFoundError(self.name) from exc
        finally:
            discard(directory)

    def adopt(self, doc_id: str, directory: str | Path, *, replace: bool = False) -> None:
        """Move a directory that holds a finished document into the collection, durably.

        Raises ExistsError where the document is there already, unless it is to be replaced: that
        one is deleted. Raises NotFoundError if the directory is gone.
        """
        home = self.documents.directory_of(doc_id)
        if not os.path.isdir(directory):
            raise NotFoundError(self.name)  # deleted, with all that it was to be part of
        if not os.path.isdir(self.documents.directory):
            self._disk.make_directory(self.documents.directory)
        hidden = None
        with ExitStack() as locks:
            if replace and os.path.isdir(home):
                locks.enter_context(locked(home))
                hidden = self._disk.mark_deleted(home)
            self._disk.sync_directory(directory)
            self._disk.move(directory, home)
            self.log_changes([doc_id])
        if hidden is not None:
            discard(hidden)

    def log_changes(self, doc_ids: Collection[str]) -> None:
        """Tell lists that documents changed. Raises NotFoundError if the collection is gone."""
        if doc_ids and paths.is_indexed(self.name):
            self.change_log.append(doc_ids)

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return cast("dict[str, Mapping[str, Any]]", self.documents)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        self._commit(updater)

    def _get_next_id(self) -> str:
        return new_id("doc")

    def _commit(self, updater: Callable[[Transaction], None]) -> Committed:
        with ExitStack() as locks:
            update = Transaction(self.documents, self._disk, locks)
            try:
                updater(update)
                done = update.commit()
            except FileNotFoundError as exc:  # deleted meanwhile, with all that it was part of
                raise NotFoundError(self.name) from exc
            self.log_changes(done.ids)
        for directory in done.hidden:
            discard(directory)
        return done


class Database(TinyDB):
    """All documents of a data directory."""

    table_class = DocumentTable  # type: ignore[assignment]  # the stub wants Table itself

    def __init__(self, root: Path, disk: Disk, cache_bytes: int) -> None:
        super().__init__(root, disk, DocumentCache(cache_bytes), storage=DirectoryStorage)

    def collection(self, name: str) -> DocumentTable:
        """A collection by its path, e.g. `projects/<id>/works`."""
        return cast(DocumentTable, self.table(name))

    def forget(self, inside: str) -> None:
        """Drop what is kept in memory for collections that are gone, all those under a path."""
        for name in [name for name in self._tables if name.startswith(inside)]:
            self._tables.pop(name, None)
