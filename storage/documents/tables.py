"""TinyDB over a directory: one file for each document (see docs/decisions/0001).

TinyDB reads and writes whole databases through private hooks of its Table. Here `_read_table`
returns a lazy mapping over a directory, `_update_table` writes only the documents that an update
changed, each under its own lock, and `_get_next_id` gives
documents that are inserted without an id a random one instead of a number. The rest of TinyDB
(`get`, `search`, `insert`, `update`, `remove`) works as documented.
"""

import os
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import (
    AbstractContextManager,
    ExitStack,
    contextmanager,
    nullcontext,
    suppress,
)
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from storage import paths
from storage.documents.change_log import ChangeLog
from storage.documents.documents import DocumentCache, Documents, WorkingCopy
from storage.documents.snapshots import Snapshot, Values, Write, serialize
from storage.documents.transactions import CommitResult, Transaction
from storage.errors import NotFoundError, confirming, missing_as_not_found, writing
from storage.files.directories import BY_PATH, Directory, Files
from storage.files.durable_files import Disk
from storage.files.files import is_directory
from storage.files.trees import remove_tree
from storage.locking.locks import LockedDocument, lock_document
from storage.paths import new_id
from storage.shared.nodes import Nodes

_MAX_TABLES = 1000  # that are kept, whether or not their collections exist

Check = Callable[[Snapshot], None]
Permit = Callable[[], object]
FileCheck = Callable[[str | None], None]  # of a media file's entity tag, None without a file
Mutate = Callable[[Values], None]


class DirectoryStorage(Storage):
    """A data directory as a TinyDB storage: its tables are collections, named by their paths."""

    def __init__(self, root: Path, disk: Disk, cache: DocumentCache, nodes: Nodes) -> None:
        self.root = root
        self.disk = disk
        self.cache = cache
        self.nodes = nodes

    def read(self) -> dict[str, Any]:
        """Return every top-level collection; TinyDB calls this to list its tables."""
        return {name: Documents(self.root, name, self.cache) for name in paths.COLLECTIONS}

    def write(self, data: Mapping[str, Any]) -> None:
        """Raise NotImplementedError: tables write single documents, never a whole database."""
        raise NotImplementedError("documents are written one by one")


class DocumentTable(Table):
    """A TinyDB table whose documents are files."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB's stub says int, its docs allow any
    default_query_cache_capacity = 0  # TinyDB's query cache does not see other processes' writes

    def __init__(self, storage: DirectoryStorage, name: str, cache_size: int = 0) -> None:
        super().__init__(storage, name, cache_size=cache_size)
        self.documents = Documents(storage.root, name, storage.cache)
        directory, prefix = paths.change_log_of(name)
        self.change_log = ChangeLog(str(storage.root / directory), storage.nodes, prefix)
        self._disk = storage.disk
        self._nodes = storage.nodes

    def snapshot(self, doc_id: str) -> Snapshot:
        """Return the current version of a document. Raises NotFoundError, UnreadableError."""
        return self.documents.snapshot(doc_id)

    def create(self, doc_id: str, values: Values) -> Snapshot:
        """Write a new document durably.

        Raises ExistsError, also for the later of two callers, and DocumentTooLargeError.
        """

        def update(transaction: Transaction) -> None:
            transaction[doc_id] = values

        return self._commit(update).snapshots[doc_id]

    def working_copy(self, doc_id: str) -> WorkingCopy:
        """Return the version of at most a second ago, for `change`.

        Raises NotFoundError, UnreadableError.
        """
        snapshot = self.documents.recent_snapshot(doc_id)
        return WorkingCopy(snapshot, snapshot.parse())

    def change(
        self,
        doc_id: str,
        mutate: Mutate,
        check: Check | None = None,
        copy: WorkingCopy | None = None,
        *,
        step: bool = False,
        held: Directory | None = None,
    ) -> Snapshot:
        """Read, change and durably write a document under its lock; return the new version.

        `check` gets the current version first; `mutate` gets a copy of its values and changes it
        in place: that of `copy`, if it is of the current version, which spares parsing it again. If
        one of them raises, the document stays as it is. With `step`, the change is appended to a
        journal if the document is large. With `held`, its directory that is open, it is changed
        there if it was moved away. Raises NotFoundError, UnreadableError, DocumentTooLargeError.
        """

        def update(transaction: Transaction) -> None:
            if check is not None:
                check(transaction.original(doc_id))
            if copy is not None:
                transaction.reuse(doc_id, copy)
            mutate(transaction[doc_id])

        return self._commit(update, steps=step, held=held).snapshots[doc_id]

    def change_or_delete(self, doc_id: str, is_kept: Callable[[Values], bool]) -> Snapshot | None:
        """Change a document as `change` does, or delete it; return the new version, if any.

        `is_kept` gets a copy of its values, changes it in place, and returns whether it stays.
        Raises as `change`.
        """

        def update(transaction: Transaction) -> None:
            if not is_kept(transaction[doc_id]):
                del transaction[doc_id]

        return self._commit(update).snapshots.get(doc_id)

    def take_over(self, doc_id: str, mutate: Mutate) -> None:
        """Change a document that another process, whose lock has lapsed, may be about to replace.

        It cannot do so any more. Raises as `change`.
        """

        def update(transaction: Transaction) -> None:
            transaction.lock(doc_id, exclusive=True)
            mutate(transaction[doc_id])

        self._commit(update)

    def lock(self, doc_id: str) -> AbstractContextManager[LockedDocument]:
        """Hold the lock of a document within a `with` block. Raises as `lock_document`."""
        return lock_document(self.documents.directory_of(doc_id), self._nodes.directories)

    def delete(self, doc_id: str, check: Check | None = None, permit: Permit | None = None) -> None:
        """Delete a document and its directory. Raises NotFoundError.

        `permit` is called under its lock first, then `check` with the current version, which has to
        be readable for that; if one of them raises, the document stays.
        """

        def update(transaction: Transaction) -> None:
            _check(transaction, doc_id, check, permit)
            del transaction[doc_id]

        self._commit(update)

    def move_away(
        self, doc_id: str, target: str, check: Check | None = None, permit: Permit | None = None
    ) -> None:
        """Move the directory of a document to a path outside of the collection, durably.

        `check` and `permit` are as in `delete`. Raises NotFoundError, ExistsError if there is
        something at the path, UnconfirmedError if something fails once the document is there.
        """

        def update(transaction: Transaction) -> None:
            _check(transaction, doc_id, check, permit)
            transaction.move(doc_id, target)

        self._commit(update)

    @contextmanager
    def stage(self, values: Values) -> Iterator[str]:
        """Yield a temporary directory with a new document, for files that belong to it.

        `add_directory` moves it into the collection; otherwise it is removed at the end. Raises
        NotFoundError if the parent of the collection was deleted, DocumentTooLargeError.
        """
        collection = self.documents.directory
        directory = f"{collection}/{paths.NEW}{secrets.token_hex(8)}"
        name = os.path.basename(self.documents.path_of("any"))
        try:
            with missing_as_not_found(self.name):
                if not is_directory(collection):
                    self._disk.make_subdirectory(collection)
                with writing():
                    os.mkdir(directory, 0o700)
                    self._disk.write(f"{directory}/{name}", serialize(values))
                yield directory
        finally:
            remove_tree(directory)

    def add_directory(self, doc_id: str, directory: str | Path, *, replace: bool = False) -> None:
        """Move a directory with a complete document into the collection, durably.

        Raises ExistsError if the document exists; with `replace` that one is deleted instead, and
        is there until then.
        Raises NotFoundError if the directory is missing, or the parent of the collection: deleted.
        Raises UnconfirmedError if something fails once the document is in its place.
        """
        target = self.documents.directory_of(doc_id)
        if not is_directory(directory):
            raise NotFoundError(self.name)
        if not is_directory(self.documents.directory):  # made without its parents: deleted ones
            with missing_as_not_found(self.name):  # would come back empty, and keep their place
                self._disk.make_subdirectory(self.documents.directory)
        replaced = None
        with ExitStack() as locks:
            with writing():
                self._disk.sync_directory(directory)
            if replace and is_directory(target):
                locks.enter_context(self.lock(doc_id))
                replaced = self._disk.exchange(str(directory), target)
            else:
                self._disk.move(directory, target)
            with confirming(target):
                self.log_changes([doc_id])
        if replaced is not None:
            remove_tree(replaced)

    def keep(self, doc_id: str, values: Values) -> None:
        """Keep a document in memory that was just created."""
        snapshot = Snapshot.of_write(serialize(values), Write(time.monotonic()))
        self.documents.keep(doc_id, snapshot)

    def log_changes(self, doc_ids: Collection[str], files: Files = BY_PATH) -> None:
        """Record in the change log, which is in `files`, that documents changed.

        Raises NotFoundError.
        """
        if doc_ids and paths.is_indexed(self.name):
            self.change_log.append(doc_ids, files)

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return cast("dict[str, Mapping[str, Any]]", self.documents)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        self._commit(updater)

    def _get_next_id(self) -> str:
        return new_id("doc")

    def _commit(
        self,
        updater: Callable[[Transaction], None],
        *,
        steps: bool = False,
        held: Directory | None = None,
    ) -> CommitResult:
        with ExitStack() as locks:
            transaction = Transaction(
                self.documents, self._disk, self._nodes, locks, steps=steps, held=held
            )
            with missing_as_not_found(self.name):  # deleted meanwhile, with a parent of the table
                updater(transaction)
                result = transaction.commit()
            # What was moved away is logged when it is put back, unless that has just happened.
            with suppress(NotFoundError) if held else nullcontext():
                self.log_changes(result.changed_ids, transaction.collection or BY_PATH)
        for directory in result.deleted_directories:
            remove_tree(directory)
        return result


def _check(
    transaction: Transaction, doc_id: str, check: Check | None, permit: Permit | None
) -> None:
    """Lock a document that is to be deleted, and ask whether it may be."""
    transaction.lock(doc_id)
    if permit is not None:
        permit()
    if check is not None:
        check(transaction.original(doc_id))


class Database(TinyDB):
    """All documents of a data directory."""

    table_class = DocumentTable  # type: ignore[assignment]  # the stub wants Table itself

    def __init__(self, root: Path, disk: Disk, cache_bytes: int, nodes: Nodes) -> None:
        storage = DirectoryStorage(root, disk, DocumentCache(cache_bytes, nodes.directories), nodes)
        super().__init__(storage=lambda: storage)
        # Instead of TinyDB's dictionary, which grows without limit and is not thread-safe.
        self._table = lru_cache(_MAX_TABLES)(partial(DocumentTable, storage))

    def table(self, name: str, **_options: Any) -> Table:
        """Return a table; one that was not used for a while may be another object than before."""
        return self._table(name)

    def collection(self, name: str) -> DocumentTable:
        """Return a collection by its path, e.g. `projects/<id>/works`."""
        return self._table(name)
