"""Kinds of jobs: what the packages above this one supply for each."""

from collections.abc import Callable, Mapping
from typing import Any

from jobs.model import COMPLETE, Call, Job, JobRef, JobSpec, to_public
from jobs.planning import JobPlanner
from jobs.run import JobRun
from settings.config import Settings
from storage.store import Store


class JobKind:
    """A kind of jobs; a package that has some inherits from it.

    `name` is in job documents. `scope` is required to start, cancel and resume a job, and
    `max_unfinished` is how many unfinished ones a user may have. With a `turn_message`, jobs of the
    kind run one at a time on a machine, and show it while they wait as `queued`; `run.turn` is over
    when others wait. `can_assist` says whether `assist` is supplied.
    """

    name: str
    scope = "ai:generate"
    max_unfinished: int | None = None
    turn_message: str | None = None
    can_assist = False

    def plan_for_work(
        self, planner: JobPlanner, work: Mapping[str, Any], body: Mapping[str, Any]
    ) -> JobSpec:
        """Return the spec of a work's job; `body` is that of `POST …/jobs`, if it starts any."""
        raise NotImplementedError

    def scopes(self, _order: Mapping[str, Any]) -> frozenset[str]:
        """Return the scopes that a job requires, given its order or its `request`."""
        return frozenset({self.scope})

    def prepare(self, store: Store, ref: JobRef, job: Job) -> None:
        """Note in a job that is being ordered or resumed what it has to know of other jobs."""

    def perform(self, run: JobRun) -> dict[str, Any] | None:
        """Do the work, and return the job's result."""
        raise NotImplementedError

    def find_result(self, _run: JobRun) -> dict[str, Any] | None:
        """Return a result that is there already."""
        return None

    def has_result(self, _store: Store, _job: Mapping[str, Any]) -> bool:
        """Return whether the result of a job that succeeded is still there; else it is resumed."""
        return True

    def made_export(self, _store: Store, _job: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the export that a finished job has made, as clients see it, if any."""
        return None

    def show(self, _store: Store, _settings: Settings, job: Mapping[str, Any]) -> dict[str, Any]:
        """Return a job that has ended as its webhook has it."""
        return to_public(job)

    def assist(self, run: JobRun, check: Callable[[], None]) -> None:
        """Help with a job that another node runs and alone may change, until `check` raises."""
        raise NotImplementedError

    def calls_left(self, _store: Store, job: Mapping[str, Any]) -> list[Call]:
        """Return the calls that the job still has to make or to wait for, as it is now."""
        return [call for call in job["calls"] if call["state"] not in COMPLETE]

    def cancel_parts(self, run: JobRun) -> None:
        """Cancel what else goes on for a job that is being cancelled."""

    def finalize(self, run: JobRun) -> None:
        """Update the work after the job has ended."""


JobKinds = Mapping[str, JobKind]
