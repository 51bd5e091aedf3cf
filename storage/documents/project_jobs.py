"""The documents of the jobs of all works of a project, for an index."""

from pathlib import Path

from storage import paths
from storage.documents.snapshots import Snapshot, read_current
from storage.errors import NotFoundError
from storage.files.trees import list_names
from storage.paths import valid_id


class ProjectJobs:
    """The job documents of a project's works."""

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
