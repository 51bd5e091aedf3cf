"""The steps of a pipeline that jobs of their own do: each is ordered once, and waited for."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from errors import ConflictError
from generation.videos import steps
from generation.videos.order import child_ref, choices_of
from generation.videos.speaking import narrated
from jobs.children import ChildJobs
from jobs.execution import NO_KEY
from jobs.failures import error_of
from jobs.kinds import JobKinds
from jobs.model import JobInterruptedError, JobRef, JobSpec
from jobs.planning import JobPlanner
from jobs.run import JobRun
from storage.paths import WorkRef
from works.narration import narration_texts

Json = dict[str, Any]
Job = Mapping[str, Any]


class StepJobs:
    """Does the steps of a running pipeline with jobs of its work."""

    def __init__(self, run: JobRun, children: ChildJobs, kinds: JobKinds) -> None:
        self._run = run
        self._children = children
        self._kinds = kinds
        self._order: Mapping[str, Any] = run.job["request"]
        self._ref = WorkRef.named_in(run.job)

    def take_step(self, step_id: str) -> steps.Outcome:
        """Do what a step is for; nothing of it that is done already. Raises what stops it."""
        raise NotImplementedError

    @property
    def _work(self) -> Mapping[str, Any]:
        return self._run.store.work(self._ref).values

    def _child(self, step_id: str) -> Job | None:
        """Return the job of a step; None if it has not been ordered."""
        return self._children.find(child_ref(self._run.job, step_id))

    def _narrate(self, fields: Json) -> steps.Outcome:
        """Let the lines of scenes be spoken, if there are any."""
        texts = narration_texts(self._work)
        if any(texts.values()):
            self._do("narration", fields)
        return narrated(texts)

    def _do(self, step_id: str, fields: Json) -> None:
        """Let the job of a step do it, and wait for it."""
        run, ref = self._run, child_ref(self._run.job, step_id)
        child = self._children.find(ref)
        if child is None:
            kind = steps.find(run.job, step_id)["name"]
            body = {"kind": kind, **fields}
            spec = self._kinds[kind].plan_for_work(self._planner(), self._work, body)
            self._children.start(run, ref, self._as_ordered(step_id, spec))
        elif self._is_to_be_resumed(step_id, child) or self._children.has_lost_result(ref):
            self._resume(ref)
        child = self._follow(step_id, ref)
        if run.keys and child["reason"] == NO_KEY:  # it ended after a resumption with a key
            self._resume(ref)
            child = self._follow(step_id, ref)
        check_child(step_id, child, ref)

    def _as_ordered(self, _step_id: str, spec: JobSpec) -> JobSpec:
        """Return the spec of the job of a step, with what the order has determined."""
        return spec

    def _resume(self, ref: JobRef) -> None:
        with suppress(ConflictError):  # somebody resumed it at the same time
            self._children.resume(self._run, ref)

    def _follow(self, step_id: str, ref: JobRef) -> Job:
        """Wait for the job of a step, and note how it is; return how it ended."""
        child = self._children.follow(self._run, ref, lambda job: self._note(step_id, job))
        self._note(step_id, child)
        return child

    def _planner(self) -> JobPlanner:
        run = self._run
        choices = choices_of(self._order, run.keys)
        return JobPlanner(run.store, run.settings, run.job["userId"], choices, self._ref.project_id)

    def _is_to_be_resumed(self, step_id: str, child: Job) -> bool:
        """Return whether a child ended before the pipeline was resumed, and not since."""
        ended = self._run.job["childrenToResume"].get(step_id)
        return ended is not None and bool(ended == child["finishedAt"])

    def _note(self, step_id: str, child: Job) -> None:
        self._run.change(lambda job: steps.note_child(job, step_id, child), step=True)


def check_child(name: str, child: Job, ref: JobRef) -> None:
    """Raise ServiceError or JobInterruptedError unless the job of a step succeeded."""
    if child["state"] == "cancelled":
        raise JobInterruptedError(f"The job of step {name} was cancelled. Resume to go on.")
    if child["state"] == "interrupted":
        raise JobInterruptedError(f"Step {name}: {child['reason']}")
    if child["state"] == "failed":
        error = error_of(child, ref)
        failed = type(error)(f"Step {name} failed", child["reason"], error.retry_after)
        failed.code = error.code
        raise failed
