"""The document of a job that runs: its directory is held open, and found wherever it was moved.

A work that is deleted goes to the trash, with its jobs. What its run has paid for by then is noted
there, and is found when the work is restored (docs/decisions/0035).
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from jobs.model import Job
from storage.documents.documents import DocumentReader
from storage.documents.snapshots import Snapshot
from storage.documents.tables import DocumentTable
from storage.errors import NotFoundError, missing_as_not_found
from storage.files.directories import BY_PATH, Directory


class HeldJob:
    """A job's document, and its directory once it is held."""

    def __init__(self, table: DocumentTable, job_id: str) -> None:
        self._table = table
        self._id = job_id
        self._reader = DocumentReader(table.documents, job_id)
        self._directory: Directory | None = None

    def hold(self) -> None:
        """Hold the job's directory, from now on. Raises NotFoundError."""
        path = self._table.documents.directory_of(self._id)
        with missing_as_not_found(path):
            self._directory = BY_PATH.open_directory(path)

    @property
    def directory(self) -> Directory:
        """The job's directory, held from now on, wherever it is. Raises NotFoundError."""
        if self._directory is None:
            self.hold()
        return cast(Directory, self._directory)

    def values_in_place(self) -> Mapping[str, Any]:
        """Return the job, read-only. Raises NotFoundError also if it is in the trash."""
        return self._reader.values()

    def values(self) -> Mapping[str, Any]:
        """Return the job, read-only, wherever it is. Raises NotFoundError if it is gone."""
        try:
            return self.values_in_place()
        except NotFoundError:
            if self._directory is None:
                raise
            return self._table.documents.snapshot(self._id, self._directory).values

    def is_away(self) -> bool:
        """Return whether the job is not in its place: in the trash, or gone."""
        try:
            self.values_in_place()
        except NotFoundError:
            return True
        return False

    def change(self, mutate: Callable[[Job], None], *, step: bool, anywhere: bool) -> Snapshot:
        """Change the job durably; with `anywhere`, also in the trash. Raises NotFoundError."""
        held = self._directory if anywhere else None
        return self._table.change(self._id, mutate, step=step, held=held)
