"""A pipeline for an existing work: what each step of its job does.

Others may edit the work meanwhile. A step is planned when it begins, for the work as it is then; it
replaces only what was there when the pipeline was ordered.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from generation.videos import steps
from generation.videos.ids import child_ref
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

    def take_step(self, name: str) -> steps.Outcome:  # noqa: D102 - as in StepJobs
        if self._is_done_by_hand(name):
            return "skipped", _DONE_BY_HAND[name]
        fields = fields_of(self._order, name)
        if name == NARRATION:
            return self._narrate(fields)
        self._do(name, fields)
        return steps.DONE

    def _as_ordered(self, name: str, spec: JobSpec) -> JobSpec:
        known: Mapping[str, Any] = self._order["replaces"]
        if name not in known:
            return spec
        return replace(spec, request={**spec.request, "replaces": known[name]})

    def _is_done_by_hand(self, name: str) -> bool:
        """Return whether somebody did since the order what a step would do.

        A job of the step that goes on, or succeeded, did it itself.
        """
        found: Mapping[str, Any] = self._order["found"]
        child = self._children.find(child_ref(self._run.job, name))
        if name not in found or (child is not None and child["state"] not in RESUMABLE):
            return False
        return bool(found_by(name, self._work) != found[name])
