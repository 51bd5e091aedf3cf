"""The kinds of AI jobs."""

from collections.abc import Mapping
from typing import Any

from generation import (
    captions,
    claims,
    narration,
    narration_plans,
    outputs,
    scene_jobs,
    sound_assets,
    sound_plans,
    texts,
    transcripts,
    vision,
    voice_samples,
)
from generation.job_plans import plan_analysis, plan_work_job
from generation.scene_status import finalize_scenes
from jobs.kinds import JobKind, JobKinds
from jobs.model import Job, JobRef, JobSpec
from jobs.planning import JobPlanner
from jobs.run import JobRun
from storage.store import Store


class _WithTasks(JobKind):
    def cancel_task(self, run: JobRun, call_id: str) -> None:
        run.task_model(call_id).cancel(run.call(call_id)["taskId"])


class _WithClaims(JobKind):
    def prepare(self, store: Store, ref: JobRef, job: Job) -> None:
        claims.note_known_interruptions(store, ref, job)


class _Scenario(JobKind):
    name = "scenario"
    plan_for_work = staticmethod(plan_work_job)
    perform = staticmethod(texts.write_scenario)


class _Scenes(_WithTasks, _WithClaims):
    name = "scenes"
    plan_for_work = staticmethod(plan_work_job)
    perform = staticmethod(scene_jobs.make_scenes)
    finalize = staticmethod(finalize_scenes)


class _Scene(_Scenes):
    name = "scene"
    perform = staticmethod(scene_jobs.make_scene)


class _Narration(_WithTasks, _WithClaims):
    name = "narration"
    plan_for_work = staticmethod(narration_plans.plan_narration)
    perform = staticmethod(narration.narrate)


class _Captions(_WithClaims):
    name = "captions"
    plan_for_work = staticmethod(narration_plans.plan_captions)
    perform = staticmethod(captions.find_words)


class _Rewrite(JobKind):
    name = "rewrite"
    perform = staticmethod(texts.rewrite_narration)


class _Music(_WithTasks):
    name = "music"
    plan_for_work = staticmethod(sound_plans.plan_music)
    perform = staticmethod(sound_assets.make_music)


class _Sound(_WithTasks):
    name = "sound"
    perform = staticmethod(sound_assets.make_sound)

    def plan_for_work(
        self, planner: JobPlanner, work: Mapping[str, Any], body: Mapping[str, Any]
    ) -> JobSpec:
        return sound_plans.plan_sound(planner, body)


class _Transcript(JobKind):
    name = "transcript"
    scope = "ai:analyze"
    plan_for_work = staticmethod(sound_plans.plan_transcript)
    perform = staticmethod(transcripts.write_transcript)


class _Image(JobKind):
    name = "image"
    perform = staticmethod(outputs.make_image)


class _Video(_WithTasks):
    name = "video"
    perform = staticmethod(outputs.make_video)


class _Voice(_WithTasks):
    name = outputs.VOICE
    perform = staticmethod(voice_samples.make_sample)


class _Analysis(JobKind):
    name = "analysis"
    scope = "ai:analyze"
    plan_for_work = staticmethod(plan_analysis)
    perform = staticmethod(vision.analyze_video)


class _StyleGuide(JobKind):
    name = "style_guide"
    perform = staticmethod(texts.extract_style)


class _Descriptions(JobKind):
    name = "descriptions"
    perform = staticmethod(vision.describe_assets)


_KINDS = (
    *(_Scenario, _Scene, _Scenes),
    *(_Narration, _Rewrite, _Music, _Sound, _Captions, _Transcript),
    *(_Image, _Video, _Voice, _Analysis, _StyleGuide, _Descriptions),
)
KINDS: JobKinds = {kind.name: kind() for kind in _KINDS}
