"""TinyDB over a directory: one document, one file (see docs/decisions/0001).

TinyDB reads and writes whole databases through two private hooks of its Table, `_read_table` and
`_update_table`. Here the first hands out a lazy mapping over a directory, and the second writes
back only the documents that an update touched, each under its own lock. The rest of TinyDB
(`get`, `search`, `insert`, `update`, `remove`) works as documented.
"""

import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import orjson
from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Document, Table

from storage import paths
from storage.changes import ChangeLog
from storage.errors import ExistsError, NotFoundError
from storage.files import Disk, discard
from storage.locks import locked
from storage.snapshots import Snapshot, SnapshotCache

Values = dict[str, Any]


class DirectoryStorage(Storage):
    """A data directory as TinyDB sees it: tables are its collections, named by their paths."""

    def __init__(self, root: Path, disk: Disk, cache: SnapshotCache) -> None:
        self.root = root
        self.disk = disk
        self.cache = cache

    def read(self) -> dict[str, Any]:
        """Every top-level collection (TinyDB asks for this to list its tables)."""
        names = (paths.USERS, paths.TOKENS, paths.LOGINS, paths.PROJECTS)
        return {name: Documents(self, name) for name in names}

    def write(self, data: Mapping[str, Any]) -> None:
        """Refuse: a whole database is never written at once; tables write what they touched."""
        raise NotImplementedError("documents are written one by one")


class Documents(Mapping[str, Values]):
    """The documents of one collection, read from the disk when they are looked at."""

    def __init__(self, storage: DirectoryStorage, collection: str) -> None:
        self._storage = storage
        self.directory = str(storage.root / collection)
        self._name = paths.document_name(collection)

    def home(self, doc_id: str) -> str:
        """The directory of a document. Raises NotFoundError for what cannot be an id."""
        if not paths.valid_id(doc_id):
            raise NotFoundError(doc_id)
        return f"{self.directory}/{doc_id}"

    def path(self, doc_id: str) -> str:
        """The file of a document. Raises NotFoundError for what cannot be an id."""
        return f"{self.home(doc_id)}/{self._name}"

    def snapshot(self, doc_id: str) -> Snapshot:
        """A document as it is on the disk now. Raises NotFoundError, UnreadableError."""
        return self._storage.cache.get(self.path(doc_id))

    def __getitem__(self, doc_id: str) -> Values:
        return self.snapshot(doc_id).parse()

    def __contains__(self, doc_id: object) -> bool:
        return paths.valid_id(str(doc_id)) and os.path.exists(self.path(str(doc_id)))

    def __iter__(self) -> Iterator[str]:
        try:
            names = sorted(os.listdir(self.directory))
        except FileNotFoundError:
            return
        yield from (name for name in names if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Changes(MutableMapping[str, Values]):
    """What one update does to a collection: documents are locked when touched, written at once."""

    def __init__(self, documents: Documents, disk: Disk, locks: ExitStack) -> None:
        self._documents = documents
        self._disk = disk
        self._locks = locks
        self._changed: dict[str, Values] = {}
        self._created: dict[str, Values] = {}
        self._deleted: list[str] = []

    def __getitem__(self, doc_id: str) -> Values:
        if doc_id not in self._changed:
            self._lock(doc_id)
            self._changed[doc_id] = self._documents[doc_id]
        return self._changed[doc_id]

    def __setitem__(self, doc_id: str, values: Values) -> None:
        self._created[doc_id] = values

    def __delitem__(self, doc_id: str) -> None:
        if self._changed.pop(doc_id, None) is None:
            self._lock(doc_id)
        if doc_id not in self._documents:
            raise NotFoundError(doc_id)
        self._deleted.append(doc_id)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._documents

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)

    def commit(self) -> tuple[list[str], list[str]]:
        """Write everything durably; returns the ids that changed and the directories to discard."""
        written = [
            doc_id for doc_id, values in self._changed.items() if self._write(doc_id, values)
        ]
        for doc_id, values in self._created.items():
            self._create(doc_id, values)
        hidden = [self._disk.hide(self._documents.home(doc_id)) for doc_id in self._deleted]
        return [*written, *self._created, *self._deleted], hidden

    def _lock(self, doc_id: str) -> None:
        self._locks.enter_context(locked(self._documents.home(doc_id)))

    def _write(self, doc_id: str, values: Values) -> bool:
        data = serialized(values)
        if data == self._documents.snapshot(doc_id).data:
            return False
        self._disk.replace(self._documents.path(doc_id), data)
        return True

    def _create(self, doc_id: str, values: Values) -> None:
        home, path = self._documents.home(doc_id), self._documents.path(doc_id)
        if not os.path.isdir(self._documents.directory):
            self._disk.make_directory(self._documents.directory)
        self._disk.create_directory_with(home, os.path.basename(path), serialized(values))


class DocumentTable(Table):
    """A TinyDB table whose documents are files."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB's stub says int, its docs allow any
    default_query_cache_capacity = 0  # TinyDB's query cache does not see other processes' writes

    def __init__(self, storage: DirectoryStorage, name: str, cache_size: int = 0) -> None:
        super().__init__(storage, name, cache_size=cache_size)
        self.documents = Documents(storage, name)
        self.changes = ChangeLog(self.documents.directory)
        self._disk = storage.disk

    def snapshot(self, doc_id: str) -> Snapshot:
        """A document as it is on the disk now. Raises NotFoundError, UnreadableError."""
        return self.documents.snapshot(doc_id)

    def create(self, doc_id: str, values: Values) -> Snapshot:
        """Write a new document durably. Raises ExistsError, also for whoever comes second."""
        try:
            self.insert(Document(values, cast(int, doc_id)))
        except ValueError as exc:  # TinyDB's word for an id that is taken
            raise ExistsError(doc_id) from exc
        return as_written(values)

    def change(self, doc_id: str, change: Callable[[Values], None]) -> Snapshot:
        """Read, change and durably write a document under its lock; returns it as written.

        `change` gets the document's own copy of the values and alters it in place; what it raises
        leaves the document as it was. Raises NotFoundError, UnreadableError.
        """
        result: Values = {}

        def changing(values: Any) -> None:
            change(values)
            result.update(values)

        self.update(changing, doc_ids=[cast(int, doc_id)])
        return as_written(result)

    def delete(self, doc_id: str, check: Callable[[Values], None] | None = None) -> None:
        """Delete a document and everything in its directory. Raises NotFoundError.

        `check` sees the document under its lock first and may raise to keep it.
        """

        def deleting(table: Any) -> None:
            if check is not None:
                check(table[doc_id])
            del table[doc_id]

        self._update_table(deleting)

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return cast("dict[str, Mapping[str, Any]]", self.documents)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        hidden: list[str] = []
        with ExitStack() as locks:
            changes = Changes(self.documents, self._disk, locks)
            updater(changes)
            ids, hidden = changes.commit()
            if ids:
                self.changes.append(ids)
        for directory in hidden:
            discard(directory)


class Database(TinyDB):
    """All documents of a data directory."""

    table_class = DocumentTable  # type: ignore[assignment]  # the stub wants Table itself

    def __init__(self, root: Path, disk: Disk, cache_bytes: int) -> None:
        super().__init__(root, disk, SnapshotCache(cache_bytes), storage=DirectoryStorage)

    def collection(self, name: str) -> DocumentTable:
        """A collection by its path, e.g. `projects/<id>/works`."""
        return cast(DocumentTable, self.table(name))

    def forget(self, name: str) -> None:
        """Drop what is kept in memory for a collection that is gone."""
        self._tables.pop(name, None)


def serialized(values: Values) -> bytes:
    """A document as it is stored, and as it is served."""
    return orjson.dumps(values, option=orjson.OPT_INDENT_2)


def as_written(values: Values) -> Snapshot:
    """A snapshot of values that were just written; not for keeping."""
    return Snapshot(serialized(values), (0, 0, 0), 0)
