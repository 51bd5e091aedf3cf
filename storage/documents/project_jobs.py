"""The jobs of all works of a project, as one index: their ids there are `<work>/<job>`.

One `stat` of the log that they share says whether any of them changed (see paths.change_log_of).
What else is in that log are ids of no job, for which an index finds no file.
"""

from pathlib import Path

from storage import paths
from storage.documents.snapshots import Snapshot, read_current
from storage.errors import NotFoundError
from storage.files.trees import list_names
from storage.ids import valid_id


class ProjectJobs:
    """The documents of these jobs, for an index."""

    def __init__(self, root: Path, project_id: str) -> None:
        self._works = str(root / paths.works_of(project_id))

    def names(self) -> list[str]:
        """Return the ids of all jobs, and what else lies in the directories of jobs."""
        return [
            f"{work_id}/{job_id}"
            for work_id in list_names(self._works)
            for job_id in list_names(f"{self._works}/{work_id}/{paths.JOBS}")
        ]

    def path_of(self, doc_id: str) -> str:
        """Return the path of a job's file. Raises NotFoundError for an invalid id."""
        work_id, _, job_id = doc_id.partition("/")
        if not (valid_id(work_id) and valid_id(job_id)):
            raise NotFoundError(f"{self._works}/{doc_id}")
        name = paths.document_name(paths.JOBS)
        return f"{self._works}/{work_id}/{paths.JOBS}/{job_id}/{name}"

    def read(self, path: str) -> Snapshot:
        """Read a job."""
        return read_current(path)
