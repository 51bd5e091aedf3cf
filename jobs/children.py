"""Jobs that another job orders and waits for.

Their ids are derived from that of their parent, so that a crash between ordering one and noting it
makes nothing twice. A child runs in a thread of its own that takes no permit of the process; a
child that another process runs is waited for.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from errors import ConflictError
from jobs.model import FINISHED, JobCancelledError, JobRef, JobSpec
from jobs.run import JobRun
from jobs.service import JobService
from storage.errors import NotFoundError

Job = Mapping[str, Any]

_ADOPT_SECONDS = 1.0  # between attempts to run a child that no process runs


def child_id(parent_id: str, name: str, prefix: str = "job") -> str:
    """Return the id of what a job makes under this name: always the same."""
    digest = hashlib.sha256(f"{parent_id}/{name}".encode()).hexdigest()
    return f"{prefix}_{digest[:32]}"


class ChildJobs:
    """Orders and follows the jobs that jobs of this process consist of.

    Kinds of jobs need it before there is the service that runs them: hence `connect`.
    """

    def __init__(self) -> None:
        self._service: JobService | None = None

    def connect(self, service: JobService) -> None:
        """Use this service, which has the kinds of jobs."""
        self._service = service

    def find(self, ref: JobRef) -> Job | None:
        """Return a job if it was ordered."""
        return self._jobs.find(ref)

    def start(self, run: JobRun, ref: JobRef, spec: JobSpec) -> None:
        """Start a child of a job. Raises as `JobService.start`."""
        self._jobs.start_child(ref, spec, run.ref)

    def resume(self, run: JobRun, ref: JobRef) -> None:
        """Continue a child of a job that has ended. Raises as `JobService.resume`."""
        self._jobs.resume_child(ref, run.keys, run.ref)

    def has_lost_result(self, ref: JobRef) -> bool:
        """Return whether a child succeeded, and what it made was deleted since."""
        return self._jobs.has_lost_result(ref)

    def follow(self, run: JobRun, ref: JobRef, report: Callable[[Job], None]) -> Job:
        """Return a child as soon as it has ended; run it unless another process does.

        `report` gets it whenever it has changed. If the parent is cancelled, so is the child.
        """
        reader, seen, adopted = self._jobs.reader(ref), -1, float("-inf")
        while (job := reader.values())["state"] not in FINISHED:
            try:
                run.check_stop()
            except JobCancelledError:
                self.cancel(ref)
            if time.monotonic() - adopted >= _ADOPT_SECONDS:
                self._jobs.worker.run_child(ref, run.keys)
                adopted = time.monotonic()
            if job["updatedAt"] != seen:
                seen = job["updatedAt"]
                report(job)
            self._jobs.worker.wait_for_end(run.settings.tuning.job_step)
        run.check_stop()
        return job

    def cancel(self, ref: JobRef) -> None:
        """Cancel a child, unless it has ended or there is none."""
        with suppress(ConflictError, NotFoundError):
            if not self._jobs.get(ref)["cancelRequested"]:
                self._jobs.cancel(ref)

    @property
    def _jobs(self) -> JobService:
        assert self._service is not None  # noqa: S101 - connected before any job runs
        return self._service
