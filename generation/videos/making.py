"""Making a video: what each step of its job does.

A step that is repeated, since a crash came before it was noted, makes nothing twice: the work has
an id derived from the job's, and so have the jobs of the steps.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from errors import ConflictError
from generation.lengths import spoken_seconds
from generation.videos import steps
from generation.videos.brief import Sound
from generation.videos.ids import child_ref
from generation.videos.order import choices_of
from generation.videos.selection import use_assets
from generation.videos.speaking import narrated
from jobs.children import ChildJobs
from jobs.execution import NO_KEY
from jobs.failures import error_of
from jobs.kinds import JobKinds
from jobs.model import JobInterruptedError, JobRef
from jobs.planning import JobPlanner
from jobs.run import JobRun
from schemas.new_jobs import IMAGE
from storage.errors import ExistsError
from storage.ids import WorkRef
from works import service as works
from works import timeline
from works.narration import narration_texts
from works.templates.applying import build_overlays

Json = dict[str, Any]
Job = Mapping[str, Any]


class VideoMaker:
    """Makes the video of a running job."""

    def __init__(self, run: JobRun, children: ChildJobs, kinds: JobKinds) -> None:
        self._run = run
        self._children = children
        self._kinds = kinds
        self._order: Mapping[str, Any] = run.job["request"]
        self._ref = WorkRef.named_in(run.job)
        self._steps: dict[str, Callable[[], steps.Outcome | None]] = {
            "work": self._make_work,
            "assets": lambda: use_assets(run),
            "scenario": lambda: self._do("scenario", {"narration": self._sound.is_narrated}),
            "scenes": lambda: self._do(
                "scenes", {"redo": IMAGE} if self._order["photosMove"] else {}
            ),
            "narration": self._narrate,
            "music": self._make_music,
            "template": self._apply_template,
            "export": lambda: self._do("export", {"options": self._order["export"]}),
        }

    def take_step(self, name: str) -> steps.Outcome:
        """Do what a step is for; nothing of it that is done already. Raises what stops it."""
        return self._steps[name]() or steps.DONE

    @property
    def _sound(self) -> Sound:
        return Sound.from_json(self._order["sound"])

    @property
    def _work(self) -> Mapping[str, Any]:
        return self._run.store.work(self._ref).values

    def _make_work(self) -> None:
        project_id, work_id = self._ref
        with suppress(ExistsError):
            works.create(self._run.store, project_id, self._order["brief"], work_id)
        if self._order["scenes"] and not self._work["scenes"]:
            works.update(self._run.store, self._ref, {"scenes": self._order["scenes"]})

    def _narrate(self) -> steps.Outcome:
        texts = narration_texts(self._work)
        if any(texts.values()):
            self._do("narration", {})
        return narrated(texts)

    def _make_music(self) -> steps.Outcome | None:
        child = self._children.find(child_ref(self._run.job, "music"))
        if child is None and self._work["editorState"].get("audioUrl"):
            return "skipped", "The recording among the assets is the music"
        prompt = self._sound.music_prompt
        self._do("music", {"prompt": prompt} if prompt else {})
        return None

    def _apply_template(self) -> None:
        store, template = self._run.store, self._order["template"]
        content = store.templates(self._ref.project_id).snapshot(template["id"]).values["content"]
        seconds = spoken_seconds(store, self._work)
        values = template.get("placeholderValues") or {}

        def mutate(work: works.Work) -> None:
            self._run.check_owner()
            first = build_overlays(content, seconds, values)
            added = {*first["textOverlays"], *first["imageOverlays"]}
            if not added & timeline.overlay_ids(work):  # else it was applied before a crash
                timeline.add_overlays(work, first)

        works.change(store, self._ref, mutate)

    def _do(self, name: str, fields: Json) -> None:
        """Let the job of a step do it, and wait for it."""
        run, ref = self._run, child_ref(self._run.job, name)
        child = self._children.find(ref)
        if child is None:
            body = {"kind": name, **fields}
            spec = self._kinds[name].plan_for_work(self._planner(), self._work, body)
            self._children.start(run, ref, spec)
        elif self._is_to_be_resumed(name, child) or self._children.has_lost_result(ref):
            self._resume(ref)
        child = self._follow(name, ref)
        if run.keys and child["reason"] == NO_KEY:  # it ended after the video was resumed with one
            self._resume(ref)
            child = self._follow(name, ref)
        check_child(name, child, ref)

    def _resume(self, ref: JobRef) -> None:
        with suppress(ConflictError):  # somebody resumed it at the same time
            self._children.resume(self._run, ref)

    def _follow(self, name: str, ref: JobRef) -> Job:
        """Wait for the job of a step, and note how it is; return how it ended."""
        child = self._children.follow(self._run, ref, lambda job: self._note(name, job))
        self._note(name, child)
        return child

    def _planner(self) -> JobPlanner:
        run = self._run
        choices = choices_of(self._order, run.keys)
        return JobPlanner(run.store, run.settings, run.job["userId"], choices, self._ref.project_id)

    def _is_to_be_resumed(self, name: str, child: Job) -> bool:
        """Return whether a child ended before the video was resumed, and not since."""
        ended = self._run.job["childrenToResume"].get(name)
        return ended is not None and bool(ended == child["finishedAt"])

    def _note(self, name: str, child: Job) -> None:
        self._run.change(lambda job: steps.note_child(job, name, child), step=True)


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
