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
from works.origins import takes_of
from works.slots import Slot, scene_image, scene_video

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
        first = known.get(steps.find(self._run.job, step_id)["name"])
        if first is None:
            return spec
        if step_id not in known:  # such as of the second take, which replaces the first
            first = {**first, **self._made_before(spec)}
        return replace(spec, request={**spec.request, "replaces": first})

    def _made_before(self, spec: JobSpec) -> Json:
        """Return those files that a step would replace which the steps before it have made."""
        job, request = self._run.job, spec.request
        made = {child_ref(job, step["id"]).id for step in job["steps"]}
        slots = (
            slot for at in request["sceneIndexes"] for slot in (scene_image(at), scene_video(at))
        )
        return {
            slot.name: request["replaces"][slot.name]
            for slot in slots
            if slot.name in request["replaces"] and self._maker_of(slot) in made
        }

    def _maker_of(self, slot: Slot) -> str | None:
        """Return the id of the job that has made the file in a slot; None if none has."""
        takes = takes_of(self._run.store, self._ref, slot)
        current = takes.read().current
        return None if current is None else takes.facts(current).get("jobId")

    def _is_done_by_hand(self, step_id: str) -> bool:
        """Return whether somebody did since the order what a step would do.

        A job of the step that goes on, or succeeded, did it itself.
        """
        found: Mapping[str, Any] = self._order["found"]
        child = self._child(step_id)
        if step_id not in found or (child is not None and child["state"] not in RESUMABLE):
            return False
        return bool(found_by(step_id, self._work) != found[step_id])
