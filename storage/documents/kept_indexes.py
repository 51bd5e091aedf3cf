"""The indexes that a process keeps in memory; those of deleted projects are dropped."""

from pathlib import Path

from settings.tuning import Tuning
from storage import paths
from storage.documents.change_log import ChangeLog
from storage.documents.derived_values import DerivedValues
from storage.documents.index import Index, IndexedDocuments, Summarize
from storage.files.files import is_directory

_FEW = 100  # that are kept, whether or not their projects are there
_IN_PROJECT = f"{paths.PROJECTS}/"


class KeptIndexes:
    """The indexes of a data directory, with what is derived from its collections."""

    def __init__(self, root: Path, tuning: Tuning, derived: DerivedValues) -> None:
        self._root = root
        self._tuning = tuning
        self._derived = derived
        self._indexes: dict[tuple[str, Summarize], Index] = {}
        self._next_look = _FEW  # for deleted projects: when there are this many indexes

    def get(
        self, name: str, documents: IndexedDocuments, log: ChangeLog, summarize: Summarize
    ) -> Index:
        """Return the index of documents by its name, and what it summarizes them with."""
        index = self._indexes.get((name, summarize))
        if index is None:
            self._evict_deleted()
            new = Index(documents, log, summarize, self._tuning)
            index = self._indexes.setdefault((name, summarize), new)
        return index

    def evict(self, project_id: str) -> None:
        """Drop what is known of a deleted project."""
        prefix = f"{_IN_PROJECT}{project_id}/"
        for key in [key for key in list(self._indexes) if key[0].startswith(prefix)]:
            self._indexes.pop(key, None)
        self._derived.evict(prefix)

    def _evict_deleted(self) -> None:
        """Drop what is known of projects that other processes have deleted, now and then.

        That is when there are twice as many indexes as after the last time, since it looks for all
        projects that have some.
        """
        if len(self._indexes) < self._next_look:
            return
        names = [*(name for name, _ in list(self._indexes)), *self._derived.collections()]
        for project_id in {each.split("/")[1] for each in names if each.startswith(_IN_PROJECT)}:
            if not is_directory(self._root / paths.PROJECTS / project_id):
                self.evict(project_id)
        self._next_look = max(_FEW, 2 * len(self._indexes))
