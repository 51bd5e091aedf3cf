"""The unfinished jobs: an empty file for each, named by the path of its document.

    queue/projects.p1.works.w1.jobs.j1

A process that looks for work reads this one directory, and no documents. A marker is a hint:
whether a job is unfinished is what its document says (see jobs/lost_jobs.py).
"""

import time
from pathlib import Path

from storage import paths
from storage.errors import writing
from storage.files.durable_files import Disk
from storage.files.files import exists, link_status, remove_if_exists
from storage.files.trees import list_names
from storage.paths import valid_id, validate_id

CREATION_SECONDS = 60  # a marker may exist this long before its job does


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

    def has(self, collection: str, job_id: str) -> bool:
        """Return whether a job is marked as unfinished."""
        return exists(self._marker(collection, job_id))

    def jobs(self) -> list[tuple[str, str]]:
        """Return the collection and id of each marked job; other files are ignored."""
        jobs = map(job_of_marker, list_names(self._directory))
        return [job for job in jobs if job is not None]

    def age(self, collection: str, job_id: str) -> float:
        """Return the seconds since a job was marked, or 0 if it is not marked."""
        marked_at = self.marked_at(collection, job_id)
        return time.time() - marked_at if marked_at else 0.0

    def marked_at(self, collection: str, job_id: str) -> float:
        """Return when a job was marked, in seconds since 1970, or 0 if it is not marked."""
        try:
            return link_status(self._marker(collection, job_id)).st_mtime
        except FileNotFoundError:
            return 0.0

    def _marker(self, collection: str, job_id: str) -> Path:
        return self._directory / ".".join([*collection.split("/"), validate_id(job_id)])


def job_of_marker(name: str) -> tuple[str, str] | None:
    """Return the collection and id of the job that a file in the queue marks; None for others."""
    *collection, job_id = name.split(".")
    valid = collection and all(map(valid_id, (*collection, job_id)))
    return ("/".join(collection), job_id) if valid else None
