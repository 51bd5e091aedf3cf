"""One update of a collection: documents are locked when touched, and written at the end."""

import os
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack
from typing import NamedTuple

from storage.documents import Documents, Snapshot, Values, serialized
from storage.errors import NotFoundError
from storage.files import Disk
from storage.locks import locked


class Committed(NamedTuple):
    """What an update did: which documents changed, their new contents, directories to discard."""

    ids: list[str]
    written: dict[str, Snapshot]
    hidden: list[str]


class Transaction(MutableMapping[str, Values]):
    """The collection as an updater sees it: what it gets is its own copy, to alter in place."""

    def __init__(self, documents: Documents, disk: Disk, locks: ExitStack) -> None:
        self._documents = documents
        self._disk = disk
        self._locks = locks
        self._locked: set[str] = set()
        self._before: dict[str, Snapshot] = {}
        self._changed: dict[str, Values] = {}
        self._created: dict[str, Values] = {}
        self._deleted: set[str] = set()

    def before(self, doc_id: str) -> Snapshot:
        """A document as it is before the update; nobody else changes it from here on."""
        if doc_id not in self._before:
            self._lock(doc_id)
            self._before[doc_id] = self._documents.snapshot(doc_id)
        return self._before[doc_id]

    def __getitem__(self, doc_id: str) -> Values:
        if doc_id in self._created:
            return self._created[doc_id]
        if doc_id in self._deleted:
            raise NotFoundError(doc_id)
        if doc_id not in self._changed:
            self._changed[doc_id] = self.before(doc_id).parse()
        return self._changed[doc_id]

    def __setitem__(self, doc_id: str, values: Values) -> None:
        self._created[doc_id] = values

    def __delitem__(self, doc_id: str) -> None:
        if self._created.pop(doc_id, None) is not None:
            return
        self._lock(doc_id)
        if doc_id not in self:
            raise NotFoundError(doc_id)
        self._changed.pop(doc_id, None)
        self._deleted.add(doc_id)

    def __contains__(self, doc_id: object) -> bool:
        stays = doc_id in self._documents and doc_id not in self._deleted
        return stays or doc_id in self._created

    def __iter__(self) -> Iterator[str]:
        yield from (doc_id for doc_id in self._documents if doc_id not in self._deleted)
        yield from self._created

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Delete all documents, reading the directory but once."""
        for doc_id in list(self):
            del self[doc_id]

    def commit(self) -> Committed:
        """Write everything durably, and what did not change not at all."""
        done = Committed([], {}, [])
        for doc_id, values in self._changed.items():
            data = serialized(values)
            if data != self._before[doc_id].data:
                self._disk.replace(self._documents.path_of(doc_id), data)
                done.ids.append(doc_id)
            done.written[doc_id] = _as_written(data)
        for doc_id, values in self._created.items():
            data = serialized(values)
            self._create(doc_id, data)
            done.ids.append(doc_id)
            done.written[doc_id] = _as_written(data)
        for doc_id in self._deleted:
            done.hidden.append(self._disk.mark_deleted(self._documents.directory_of(doc_id)))
            self._documents.forget(doc_id)
            done.ids.append(doc_id)
        return done

    def _lock(self, doc_id: str) -> None:
        if doc_id not in self._locked:
            self._locks.enter_context(locked(self._documents.directory_of(doc_id)))
            self._locked.add(doc_id)

    def _create(self, doc_id: str, data: bytes) -> None:
        home, path = self._documents.directory_of(doc_id), self._documents.path_of(doc_id)
        if not os.path.isdir(self._documents.directory):
            self._disk.make_subdirectory(self._documents.directory)
        self._disk.create_directory_with(home, os.path.basename(path), data)


def _as_written(data: bytes) -> Snapshot:
    snapshot = Snapshot(data, (0, 0, 0), 0)  # for answering with, not for keeping
    snapshot.body = data
    return snapshot
