"""The documents of one collection, as a mapping from ids that reads the disk when looked at."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from storage import paths
from storage.errors import NotFoundError
from storage.ids import valid_id
from storage.snapshots import Snapshot, SnapshotCache

Values = dict[str, Any]


class Documents(Mapping[str, Values]):
    """The documents of one collection, read from the disk when they are looked at."""

    def __init__(self, root: Path, collection: str, cache: SnapshotCache) -> None:
        self.directory = str(root / collection)
        self._cache = cache
        self._name = paths.document_name(collection)

    def home(self, doc_id: str) -> str:
        """The directory of a document. Raises NotFoundError for what cannot be an id."""
        if not valid_id(doc_id):
            raise NotFoundError(doc_id)
        return f"{self.directory}/{doc_id}"

    def path(self, doc_id: str) -> str:
        """The file of a document. Raises NotFoundError for what cannot be an id."""
        return f"{self.home(doc_id)}/{self._name}"

    def snapshot(self, doc_id: str) -> Snapshot:
        """A document as it is on the disk now. Raises NotFoundError, UnreadableError."""
        return self._cache.get(self.path(doc_id))

    def recent(self, doc_id: str) -> Snapshot:
        """A document as it was at most a second ago, without asking the disk each time."""
        return self._cache.recent(self.path(doc_id))

    def forget(self, doc_id: str) -> None:
        """Drop what is remembered of a document that is gone."""
        self._cache.forget(self.path(doc_id))

    def __getitem__(self, doc_id: str) -> Values:
        return self.snapshot(doc_id).parse()

    def __contains__(self, doc_id: object) -> bool:
        return valid_id(str(doc_id)) and os.path.exists(self.path(str(doc_id)))

    def __iter__(self) -> Iterator[str]:
        try:
            names = sorted(os.listdir(self.directory))
        except FileNotFoundError:
            return
        yield from (name for name in names if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def serialized(values: Values) -> bytes:
    """A document as it is stored, and as it is served."""
    return orjson.dumps(values, option=orjson.OPT_INDENT_2)
