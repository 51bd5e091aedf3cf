"""The unfinished jobs: an empty file for each, named by the path of its document.

    queue/projects.p1.works.w1.jobs.j1

A process that looks for work reads this one directory, and no documents.
"""

import time
from pathlib import Path

from storage import paths
from storage.errors import writing
from storage.files import Disk, list_names, remove_if_exists
from storage.ids import valid_id, validate_id


class Queue:
    """The markers of unfinished jobs."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self._directory = root / paths.QUEUE
        self._disk = disk

    def add(self, collection: str, job_id: str) -> None:
        """Mark a job as unfinished, durably."""
        self._disk.make_directory(self._directory)
        with writing():
            self._marker(collection, job_id).touch(mode=0o600)
            self._disk.sync_directory(self._directory)

    def discard(self, collection: str, job_id: str) -> None:
        """Remove a finished job's marker, if there is one; a crash may bring it back."""
        with writing():
            remove_if_exists(self._marker(collection, job_id))

    def jobs(self) -> list[tuple[str, str]]:
        """Return the collection and id of each marked job; other files are ignored."""
        job_paths = [name.split(".") for name in list_names(self._directory)]
        valid = [path for path in job_paths if len(path) > 1 and all(map(valid_id, path))]
        return [("/".join(path[:-1]), path[-1]) for path in valid]

    def age(self, collection: str, job_id: str) -> float:
        """Return the seconds since a job was marked, or 0 if it is not marked."""
        try:
            return time.time() - self._marker(collection, job_id).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def _marker(self, collection: str, job_id: str) -> Path:
        return self._directory / ".".join([*collection.split("/"), validate_id(job_id)])
