"""A pipeline for an existing work: what each step of its job does.

Others may edit the work meanwhile. A step is planned when it begins, for the work as it is then; it
replaces only what was there when the pipeline was ordered.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from generation.videos import steps
from generation.videos.order import child_ref
from generation.videos.step_jobs import StepJobs
from generation.videos.work_order import NARRATION, fields_of, found_by
from jobs.model import RESUMABLE, JobSpec

Json = dict[str, Any]

_DONE_BY_HAND = {
    "scenario": "The scenes were changed since the order; they stay",
    "music": "The recording was changed since the order; it stays",
}


class WorkSteps(StepJobs):
    """Does the steps of a pipeline that was ordered for an existing work."""

    def take_step(self, step_id: str) -> steps.Outcome:  # noqa: D102 - as in StepJobs
        if self._is_done_by_hand(step_id):
            return "skipped", _DONE_BY_HAND[step_id]
        fields = fields_of(self._order, steps.find(self._run.job, step_id)["name"])
        if step_id == NARRATION:
            return self._narrate(fields)
        self._do(step_id, fields)
        return steps.DONE

    def _as_ordered(self, step_id: str, spec: JobSpec) -> JobSpec:
        known: Mapping[str, Any] = self._order["replaces"]
        if step_id not in known:  # such as of the second take, which replaces the first
            return spec
        return replace(spec, request={**spec.request, "replaces": known[step_id]})

    def _is_done_by_hand(self, step_id: str) -> bool:
        """Return whether somebody did since the order what a step would do.

        A job of the step that goes on, or succeeded, did it itself.
        """
        found: Mapping[str, Any] = self._order["found"]
        child = self._children.find(child_ref(self._run.job, step_id))
        if step_id not in found or (child is not None and child["state"] not in RESUMABLE):
            return False
        return bool(found_by(step_id, self._work) != found[step_id])
