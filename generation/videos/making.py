"""Making a video: what each step of its job does.

A step that is repeated, since a crash came before it was noted, makes nothing twice: the work has
an id derived from the job's, and so have the jobs of the steps.
"""

from collections.abc import Callable
from contextlib import suppress

from generation.lengths import spoken_seconds
from generation.videos import steps
from generation.videos.brief import Sound
from generation.videos.selection import use_assets
from generation.videos.step_jobs import StepJobs
from jobs.children import ChildJobs
from jobs.kinds import JobKinds
from jobs.run import JobRun
from schemas.new_jobs import IMAGE
from storage.errors import ExistsError
from works import service as works
from works import timeline
from works.templates.applying import build_overlays


class VideoMaker(StepJobs):
    """Makes the video of a running job."""

    def __init__(self, run: JobRun, children: ChildJobs, kinds: JobKinds) -> None:
        super().__init__(run, children, kinds)
        self._steps: dict[str, Callable[[], steps.Outcome | None]] = {
            "work": self._make_work,
            "assets": lambda: use_assets(run),
            "scenario": lambda: self._do("scenario", {"narration": self._sound.is_narrated}),
            "scenes": lambda: self._do(
                "scenes", {"redo": IMAGE} if self._order["photosMove"] else {}
            ),
            "narration": lambda: self._narrate({}),
            "music": self._make_music,
            "template": self._apply_template,
            "export": lambda: self._do("export", {"options": self._order["export"]}),
        }

    def take_step(self, step_id: str) -> steps.Outcome:  # noqa: D102 - as in StepJobs
        return self._steps[step_id]() or steps.DONE

    @property
    def _sound(self) -> Sound:
        return Sound.from_json(self._order["sound"])

    def _make_work(self) -> None:
        project_id, work_id = self._ref
        with suppress(ExistsError):
            works.create(self._run.store, project_id, self._order["brief"], work_id)
        if self._order["scenes"] and not self._work["scenes"]:
            works.update(self._run.store, self._ref, {"scenes": self._order["scenes"]})

    def _make_music(self) -> steps.Outcome | None:
        if self._child("music") is None and self._work["editorState"].get("audioUrl"):
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
