"""An update of a collection: documents are locked when accessed, and written at commit."""

import os
import time
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple

from storage import journal, paths
from storage.directories import hold, reopen
from storage.disk import Disk, remove_staged_files
from storage.document_locks import lock_document
from storage.documents import (
    Documents,
    Draft,
    Snapshot,
    Values,
    Write,
    current_signature,
    serialize,
)
from storage.errors import LockLostError, NotFoundError
from storage.files import exists

# A lock may be gone after this time, if its file system is that of a cluster and was cut off.
_SAFE_SECONDS = 2.0


class CommitResult(NamedTuple):
    """What a transaction wrote: ids of changed documents, new versions, directories to remove."""

    changed_ids: list[str]
    snapshots: dict[str, Snapshot]
    deleted_directories: list[str]


class Transaction(MutableMapping[str, Values]):
    """A collection as an updater sees it: values are copies, which the updater may change.

    Each document is written atomically, all of them together are not: they are written one after
    the other, and an error leaves those that were written before. With `steps`, changes of large
    documents are appended to their journals. `shared` are documents that several nodes change.
    """

    def __init__(
        self,
        documents: Documents,
        disk: Disk,
        locks: ExitStack,
        *,
        steps: bool = False,
        shared: bool = False,
    ) -> None:
        self._steps = steps
        self._shared = shared
        self._documents = documents
        self._disk = disk
        self._locks = locks
        self._locked: dict[str, Write] = {}
        self._originals: dict[str, Snapshot] = {}
        self._changed: dict[str, Values] = {}
        self._created: dict[str, Values] = {}
        self._deleted: dict[str, None] = {}  # an ordered set

    def lock(self, doc_id: str, *, exclusive: bool = False) -> None:
        """Lock a document until the end of the transaction. Raises NotFoundError.

        If it is shared by nodes, or with `exclusive`, nobody whose lock has lapsed replaces it now.
        """
        if doc_id not in self._locked:
            directory = self._documents.directory_of(doc_id)
            self._locks.enter_context(lock_document(directory))
            now, last = time.monotonic(), self._documents.last_write(doc_id)
            in_a_row = last is not None and now - last.locked_at < _SAFE_SECONDS
            self._locked[doc_id] = Write(now, in_a_row)
            # Once what is staged was looked for after a write, whoever stages something later finds
            # the document changed. And no lock lapses between writes that are in a row.
            is_safe = last is not None and last.in_a_row and in_a_row
            if exclusive or (self._shared and not is_safe):
                remove_staged_files(directory)

    def original(self, doc_id: str) -> Snapshot:
        """Lock a document and return it as it is before the transaction. Raises NotFoundError."""
        if doc_id not in self._originals:
            self.lock(doc_id)
            self._originals[doc_id] = self._documents.snapshot(doc_id)
        return self._originals[doc_id]

    def reuse(self, doc_id: str, draft: Draft) -> None:
        """Take the values of a draft instead of parsing the document, if it is its current version.

        Raises NotFoundError.
        """
        if self.original(doc_id).data == draft.snapshot.data:
            self._changed[doc_id] = draft.values

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
        self._deleted[doc_id] = None

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
            self._keep(result, doc_id, Snapshot.of_write(data, self._locked[doc_id]))
        for doc_id, values in self._created.items():
            data = serialize(values)
            self._create(doc_id, data)
            self._keep(result, doc_id, Snapshot.of_write(data, Write(time.monotonic())))
        for doc_id in self._deleted:
            self._check_lock(doc_id)
            deleted = self._disk.mark_deleted(self._documents.directory_of(doc_id))
            result.deleted_directories.append(deleted)
            self._documents.evict(doc_id)
            result.changed_ids.append(doc_id)
        return result

    def _keep(self, result: CommitResult, doc_id: str, snapshot: Snapshot) -> None:
        self._documents.keep(doc_id, snapshot)
        result.changed_ids.append(doc_id)
        result.snapshots[doc_id] = snapshot

    def _write(self, doc_id: str, values: Values, data: bytes) -> None:
        original, path = self._originals[doc_id], self._documents.path_of(doc_id)
        check = partial(self._check_lock, doc_id)
        if self._steps and len(original.data) >= journal.MIN_DOCUMENT_BYTES:
            found = original.journal or journal.start(original.data)
            if journal.append(self._disk, path, found, original.parse(), values, check):
                return
        try:
            self._disk.replace(path, data, check)
        except FileNotFoundError as exc:
            if exists(path):  # whoever got the lock after it lapsed removed the new version
                raise LockLostError(f"{doc_id} was changed after its lock had lapsed") from exc
            raise
        if paths.may_have_journal(path):  # also one that a crash left behind
            journal.remove(path)

    def _check_lock(self, doc_id: str) -> None:
        """Raise LockLostError if the lock may be lost, and the document has changed since."""
        if (
            time.monotonic() - self._locked[doc_id].locked_at > _SAFE_SECONDS
            and doc_id in self._originals
        ):
            known = self._originals[doc_id].signature
            if current_signature(self._documents.path_of(doc_id)) != known:
                raise LockLostError(f"{doc_id} was changed while its lock was held for long")

    def _create(self, doc_id: str, data: bytes) -> None:
        directory, name = os.path.split(self._documents.path_of(doc_id))
        collection = self._documents.directory
        levels = paths.depth(collection)
        try:
            opened = reopen(collection, levels)
        except FileNotFoundError:
            self._disk.make_subdirectory(collection)
            opened = reopen(collection, levels)
        self._locks.enter_context(hold(collection, opened))  # also while its log is written
        self._disk.create_directory_with_file(directory, name, data)
