"""The kinds of AI jobs."""

from collections.abc import Callable, Mapping
from typing import Any

from generation import (
    captions,
    claims,
    narration,
    narration_plans,
    outputs,
    scene_jobs,
    sound_assets,
    texts,
    transcripts,
    vision,
    voice_samples,
)
from generation.job_plans import plan_analysis, plan_work_job
from generation.scene_slots import finalize_scenes
from jobs.kinds import JobKind, JobKinds
from jobs.model import Job, JobRef, JobSpec
from jobs.planning import JobPlanner
from jobs.run import JobRun
from storage.store import Store

Plan = Callable[[JobPlanner, Mapping[str, Any], Mapping[str, Any]], JobSpec]
Perform = Callable[[JobRun], dict[str, Any] | None]


class _AIJob(JobKind):
    """A kind of AI jobs; with `claims`, what they make is not paid for by two jobs at a time."""

    def __init__(
        self, name: str, perform: Perform, *, scope: str = JobKind.scope, claims: bool = False
    ) -> None:
        self.name = name
        self.scope = scope
        self._perform = perform
        self._claims = claims

    def prepare(self, store: Store, ref: JobRef, job: Job) -> None:
        if self._claims:
            claims.note_known_interruptions(store, ref, job)

    def perform(self, run: JobRun) -> dict[str, Any] | None:
        return self._perform(run)


class _WorkJob(_AIJob):
    """A kind of AI jobs that works have."""

    def __init__(self, name: str, plan: Plan, perform: Perform, **options: Any) -> None:
        super().__init__(name, perform, **options)
        self._plan = plan

    def plan_for_work(
        self, planner: JobPlanner, work: Mapping[str, Any], body: Mapping[str, Any]
    ) -> JobSpec:
        return self._plan(planner, work, body)


class _SceneJob(_WorkJob):
    """A kind of AI jobs that make media of scenes."""

    finalize = staticmethod(finalize_scenes)


_ANALYZE = "ai:analyze"
_KINDS = (
    _WorkJob("scenario", plan_work_job, texts.write_scenario),
    _SceneJob("scene", plan_work_job, scene_jobs.make_scene, claims=True),
    _SceneJob("scenes", plan_work_job, scene_jobs.make_scenes, claims=True),
    _WorkJob("narration", narration_plans.plan_narration, narration.narrate, claims=True),
    _AIJob("rewrite", texts.rewrite_narration),
    _WorkJob("music", sound_assets.plan_music, sound_assets.make_music),
    _WorkJob("sound", sound_assets.plan_sound, sound_assets.make_sound),
    _WorkJob("captions", narration_plans.plan_captions, captions.find_words, claims=True),
    _WorkJob(
        "transcript", transcripts.plan_transcript, transcripts.write_transcript, scope=_ANALYZE
    ),
    _AIJob("image", outputs.make_image),
    _AIJob("video", outputs.make_video),
    _AIJob(outputs.VOICE, voice_samples.make_sample),
    _WorkJob("analysis", plan_analysis, vision.analyze_video, scope=_ANALYZE),
    _AIJob("style_guide", texts.extract_style),
    _AIJob("descriptions", vision.describe_assets),
)
KINDS: JobKinds = {kind.name: kind for kind in _KINDS}
