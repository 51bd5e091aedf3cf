"""Which jobs are not finished: one empty file for each, named by the path of its document.

    queue/projects.p1.works.w1.jobs.j1

So a process that looks for work reads one directory, and no documents.
"""

import os
import time
from pathlib import Path

from storage import paths
from storage.errors import writing
from storage.files import Disk, remove_if_exists
from storage.ids import checked_id, valid_id


class Queue:
    """The markers of unfinished jobs."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self._directory = root / paths.QUEUE
        self._disk = disk

    def add(self, collection: str, job_id: str) -> None:
        """LogPosition a job as unfinished, durably."""
        self._disk.make_directory(self._directory)
        with writing():
            (self._directory / _name(collection, job_id)).touch(mode=0o600)
            self._disk.sync_directory(self._directory)

    def discard(self, collection: str, job_id: str) -> None:
        """Take a finished job's mark away. Should a crash keep it, it is taken away later."""
        with writing():
            remove_if_exists(str(self._directory / _name(collection, job_id)))

    def jobs(self) -> list[tuple[str, str]]:
        """The collection and id of every marked job; other names mean nothing."""
        try:
            names = sorted(os.listdir(self._directory))
        except FileNotFoundError:
            return []
        parts = [name.split(".") for name in names if not name.startswith(".")]
        paths_of_jobs = [path for path in parts if all(map(valid_id, path)) and len(path) > 1]
        return [("/".join(path[:-1]), path[-1]) for path in paths_of_jobs]

    def age(self, collection: str, job_id: str) -> float:
        """Seconds since a job was marked; 0 if it is not."""
        try:
            return time.time() - (self._directory / _name(collection, job_id)).stat().st_mtime
        except FileNotFoundError:
            return 0.0


def _name(collection: str, job_id: str) -> str:
    return ".".join([*collection.split("/"), checked_id(job_id)])
