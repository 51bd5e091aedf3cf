"""An update of a collection: documents are locked when accessed, and written at commit."""

import os
import time
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple

from storage import paths
from storage.documents import journal
from storage.documents.documents import Documents, WorkingCopy
from storage.documents.snapshots import Snapshot, Values, Write, serialize
from storage.errors import NotFoundError
from storage.files.directories import Directory
from storage.files.durable_files import Disk
from storage.locking.locks import LockedDocument, lock_document, lock_held
from storage.shared.lapsed_locks import HeldLock
from storage.shared.nodes import Nodes


class CommitResult(NamedTuple):
    """What a transaction wrote: ids of changed documents, new versions, directories to remove."""

    changed_ids: list[str]
    snapshots: dict[str, Snapshot]
    deleted_directories: list[str]


class Transaction(MutableMapping[str, Values]):
    """A collection as an updater sees it: values are copies, which the updater may change.

    Each document is written atomically, all of them together are not: they are written one after
    the other, and an error leaves those that were written before. With `steps`, changes of large
    documents are appended to their journals. With `held`, the directory of a document that is
    open, this one is changed there if it was moved away.
    """

    def __init__(
        self,
        documents: Documents,
        disk: Disk,
        nodes: Nodes,
        locks: ExitStack,
        *,
        steps: bool = False,
        held: Directory | None = None,
    ) -> None:
        self._steps = steps
        self._held = held
        self._documents = documents
        self._disk = disk
        self._nodes = nodes
        self._locks = locks
        self.collection: Directory | None = None  # that of what was locked or created
        self._locked: dict[str, HeldLock] = {}
        self._originals: dict[str, Snapshot] = {}
        self._changed: dict[str, Values] = {}
        self._created: dict[str, Values] = {}
        self._deleted: dict[str, str] = {}  # where they are moved to; "": they are removed

    def lock(self, doc_id: str, *, exclusive: bool = False) -> None:
        """Lock a document until the end of the transaction. Raises NotFoundError.

        If it is shared by nodes, or with `exclusive`, nobody whose lock has lapsed replaces it now.
        """
        if doc_id not in self._locked:
            document = self._lock_document(doc_id)
            lock = HeldLock(
                document, self._documents.last_write(doc_id), self._nodes.tuning.safe_lock
            )
            self._locked[doc_id], self.collection = lock, document.collection
            if exclusive or (self._nodes.own and not lock.is_exclusive):
                lock.exclude_others()

    def _lock_document(self, doc_id: str) -> LockedDocument:
        path = self._documents.directory_of(doc_id)
        try:
            return self._locks.enter_context(lock_document(path, self._nodes.directories))
        except NotFoundError:
            if self._held is None:
                raise
            return self._locks.enter_context(lock_held(self._held))

    def original(self, doc_id: str) -> Snapshot:
        """Lock a document and return it as it is before the transaction. Raises NotFoundError."""
        if doc_id not in self._originals:
            self.lock(doc_id)
            directory = self._locked[doc_id].document.directory
            self._originals[doc_id] = self._documents.snapshot(doc_id, directory)
        return self._originals[doc_id]

    def reuse(self, doc_id: str, copy: WorkingCopy) -> None:
        """Take the values of a working copy of the current version instead of parsing that.

        Raises NotFoundError.
        """
        if self.original(doc_id).data == copy.snapshot.data:
            self._changed[doc_id] = copy.values

    def __getitem__(self, doc_id: str) -> Values:
        if doc_id in self._created:
            return self._created[doc_id]
        if doc_id in self._deleted:
            raise NotFoundError(self._documents.directory_of(doc_id))
        if doc_id not in self._changed:
            self._changed[doc_id] = self.original(doc_id).parse()
        return self._changed[doc_id]

    def __setitem__(self, doc_id: str, values: Values) -> None:
        self._created[doc_id] = values

    def __delitem__(self, doc_id: str) -> None:
        if self._created.pop(doc_id, None) is not None:
            return
        self.lock(doc_id)
        if doc_id not in self:
            raise NotFoundError(self._documents.directory_of(doc_id))
        self._changed.pop(doc_id, None)
        self._deleted[doc_id] = ""

    def move(self, doc_id: str, target: str) -> None:
        """Delete a document, but move its directory to a path outside of the collection."""
        del self[doc_id]
        self._deleted[doc_id] = target

    def __contains__(self, doc_id: object) -> bool:
        remains = doc_id in self._documents and doc_id not in self._deleted
        return remains or doc_id in self._created

    def __iter__(self) -> Iterator[str]:
        yield from (doc_id for doc_id in self._documents if doc_id not in self._deleted)
        yield from self._created

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Delete all documents; the inherited method would list the directory for each."""
        for doc_id in list(self):
            del self[doc_id]

    def commit(self) -> CommitResult:
        """Write the documents that changed, each durably; unchanged ones are not written.

        Raises DocumentTooLargeError, LockLostError.
        """
        result = CommitResult([], {}, [])
        for doc_id, values in self._changed.items():
            original = self._originals[doc_id]
            data = serialize(values, len(original.data))
            if data == original.data:
                result.snapshots[doc_id] = original
                continue
            self._write(doc_id, values, data)
            self._keep(result, doc_id, Snapshot.of_write(data, self._locked[doc_id].write))
        for doc_id, values in self._created.items():
            data = serialize(values)
            self._create(doc_id, data)
            self._keep(result, doc_id, Snapshot.of_write(data, Write(time.monotonic())))
        for doc_id, target in self._deleted.items():
            result.deleted_directories.extend(self._delete(doc_id, target))
            self._documents.evict(doc_id)
            result.changed_ids.append(doc_id)
        return result

    def _keep(self, result: CommitResult, doc_id: str, snapshot: Snapshot) -> None:
        self._documents.keep(doc_id, snapshot)
        result.changed_ids.append(doc_id)
        result.snapshots[doc_id] = snapshot

    def _write(self, doc_id: str, values: Values, data: bytes) -> None:
        original, path = self._originals[doc_id], self._documents.path_of(doc_id)
        lock = self._locked[doc_id]
        directory = lock.document.directory
        check = partial(lock.check, path, original.signature)
        if self._steps and len(original.data) >= journal.MIN_DOCUMENT_BYTES:
            found = original.journal or journal.start(original.data)
            change = (original.parse(), values)
            if journal.append(self._disk, directory, path, found, *change, check):
                return
        with lock.replacing(path):
            self._disk.replace(path, data, check, directory)
        if paths.may_have_journal(path):  # also one that a crash left behind
            directory.remove_if_exists(journal.path_of(path))

    def _delete(self, doc_id: str, target: str) -> list[str]:
        """Delete a document, or move it to `target`; return the directories to be removed."""
        lock = self._locked[doc_id]
        if doc_id in self._originals:
            lock.check(self._documents.path_of(doc_id), self._originals[doc_id].signature)
        directory = self._documents.directory_of(doc_id)
        if target:
            self._disk.move(directory, target)
            return []
        return [self._disk.mark_deleted(directory, lock.document.collection)]

    def _create(self, doc_id: str, data: bytes) -> None:
        directory, name = os.path.split(self._documents.path_of(doc_id))
        self.collection = self._open_collection()
        self._disk.create_directory_with_file(self.collection, directory, name, data)

    def _open_collection(self) -> Directory:
        path = self._documents.directory
        try:
            return self._nodes.directories.open_directory(path)
        except FileNotFoundError:
            self._disk.make_subdirectory(path)
        return self._nodes.directories.open_directory(path)
