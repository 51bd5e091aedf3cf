"""The kind of job that orders a job for each of its steps, and waits for it.

It makes a video with a work of its own, or does the steps for an existing work.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from errors import NoRoomError, ServiceError, in_words
from export import service as exports
from generation.videos import steps
from generation.videos.default_project import default_project
from generation.videos.making import VideoMaker
from generation.videos.order import child_ref, work_id_of
from generation.videos.results import result_of
from generation.videos.views import show_to_receiver
from generation.videos.work_order import plan_pipeline
from generation.videos.work_steps import WorkSteps
from jobs.children import ChildJobs
from jobs.kinds import JobKind, JobKinds
from jobs.model import DELETED, FINISHED, Call, Job, JobInterruptedError, JobRef, JobSpec
from jobs.planning import JobPlanner
from jobs.run import JobRun
from providers.errors import ProviderError
from schemas.new_jobs import PIPELINE
from settings.config import Settings
from sharing.links.exports import ExportLinks
from storage.errors import NotFoundError, QuotaError, ReserveError
from storage.paths import WorkRef
from storage.store import Store


def pipeline(children: ChildJobs, kinds: JobKinds, derive: Callable[[str], bytes]) -> JobKinds:
    """Return the kind of jobs that make videos; `kinds` are those of the jobs that do the steps.

    `derive` is for the links to the videos (`sharing/links/exports.py`).
    """
    return {PIPELINE: _Pipeline(children, kinds, derive)}


class _Pipeline(JobKind):
    name = PIPELINE

    def __init__(
        self, children: ChildJobs, kinds: JobKinds, derive: Callable[[str], bytes]
    ) -> None:
        self._children = children
        self._kinds = kinds
        self._derive = derive

    def scopes(self, order: Mapping[str, Any]) -> frozenset[str]:
        of_steps = {self._kinds[name].scope for name in order.get("steps") or ()}
        return frozenset({self.scope, *of_steps})

    def plan_for_work(
        self, planner: JobPlanner, work: Mapping[str, Any], body: Mapping[str, Any]
    ) -> JobSpec:
        return plan_pipeline(planner, work, body, self._kinds)

    def prepare(self, store: Store, ref: JobRef, job: Job) -> None:
        if ref.work_ref is None:
            if job["projectId"] is None:  # nothing of the order is refused any more
                job["projectId"] = default_project(store, job["userId"])
            job["workId"] = work_id_of(job)
        if job["state"] == "succeeded":  # and its export was deleted since
            steps.plan_again(job, "export")
        steps.reopen(job)
        ended = {}
        for step_id in steps.ids_left(job):
            child = self._children.find(child_ref(job, step_id))
            if child is not None and child["state"] in FINISHED:
                ended[step_id] = child["finishedAt"]
        job["childrenToResume"] = ended

    def calls_left(self, store: Store, job: Mapping[str, Any]) -> list[Call]:
        left: list[Call] = []
        for step_id in steps.ids_left(job):
            child = self._children.find(child_ref(job, step_id))
            if child is None:
                left += job["plannedCalls"].get(step_id, [])
            else:
                left += self._kinds[child["kind"]].calls_left(store, child)
        return left

    def perform(self, run: JobRun) -> dict[str, Any]:
        does_steps_of = VideoMaker if run.ref.work_ref is None else WorkSteps
        maker = does_steps_of(run, self._children, self._kinds)
        for step_id in steps.ids_left(run.job):
            run.check_stop()
            with _noted(run, step_id):
                outcome = maker.take_step(step_id)
            _note_end(run, step_id, outcome)
        return result_of(run)

    def has_result(self, store: Store, job: Mapping[str, Any]) -> bool:
        return job["result"]["exportId"] is None or self.made_export(store, job) is not None

    def made_export(self, store: Store, job: Mapping[str, Any]) -> Mapping[str, Any] | None:
        export_id = (job["result"] or {}).get("exportId")
        with suppress(NotFoundError):
            if export_id:
                return exports.to_public(exports.get(store, WorkRef.named_in(job), export_id))
        return None

    def show(self, store: Store, settings: Settings, job: Mapping[str, Any]) -> dict[str, Any]:
        links = ExportLinks(store, self._derive, settings.tuning.export_link)
        return show_to_receiver(links, settings, job)

    def cancel_parts(self, run: JobRun) -> None:
        for step_id in steps.ids_left(run.job):
            self._children.cancel(child_ref(run.job, step_id))
        run.change(lambda job: steps.stop_running(job, "cancelled", "Cancelled"), anywhere=True)

    def finalize(self, run: JobRun) -> None:
        job = run.job
        if job["state"] in FINISHED and steps.runs(job):  # it stopped for an unexpected reason
            state = "failed" if job["state"] == "failed" else "interrupted"
            run.change(
                lambda job: steps.stop_running(job, state, job["reason"] or state), anywhere=True
            )


@contextmanager
def _noted(run: JobRun, step_id: str) -> Iterator[None]:
    """Note that a step begins, and why it did not end well."""
    run.change(lambda job: steps.begin(job, step_id))
    try:
        with _limits_as_errors():
            yield
    except (JobInterruptedError, ProviderError) as exc:
        _note_stop(run, step_id, "interrupted", str(exc))
        raise
    except NotFoundError:
        deleted = ("failed", "Something that it needs was deleted in the meantime.")
        _note_stop(run, step_id, *(("interrupted", DELETED) if run.held.is_away() else deleted))
        raise
    except ServiceError as exc:
        _note_stop(run, step_id, "failed", in_words(exc))
        raise


@contextmanager
def _limits_as_errors() -> Iterator[None]:
    """Raise NoRoomError if the user's quota is used up, or the disk's reserve would be."""
    try:
        yield
    except (QuotaError, ReserveError) as exc:
        raise NoRoomError("There is no room for it", str(exc)) from exc


def _note_stop(run: JobRun, step_id: str, state: str, why: str) -> None:
    run.change(lambda job: steps.stop(job, step_id, state, why), anywhere=True)


def _note_end(run: JobRun, step_id: str, outcome: steps.Outcome) -> None:
    """Note that a step has ended well.

    The job goes on without the keys of its request where no further step needs them.
    """

    def mutate(job: Job) -> None:
        steps.end_well(job, step_id, outcome)
        planned = [job["plannedCalls"].get(left, []) for left in steps.ids_left(job)]
        needed = {call["role"] for calls in planned for call in calls}
        job["ownKeys"] = [role for role in job["ownKeys"] if role in needed]

    run.change(mutate)
