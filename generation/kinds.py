"""The kinds of AI jobs."""

from collections.abc import Mapping
from typing import Any

from generation import claims, outputs, scene_jobs, texts, vision
from generation.job_plans import plan_analysis, plan_work_job
from generation.scene_status import finalize_scenes
from jobs.kinds import JobKind, JobKinds
from jobs.model import Job, JobRef, JobSpec
from jobs.planning import JobPlanner
from jobs.run import JobRun
from storage.store import Store


class _ForWork(JobKind):
    def plan_for_work(
        self, planner: JobPlanner, work: Mapping[str, Any], body: Mapping[str, Any]
    ) -> JobSpec:
        return plan_work_job(planner, work, body)


class _WithTasks(JobKind):
    def cancel_task(self, run: JobRun, call_id: str) -> None:
        run.video_model(call_id).cancel(run.call(call_id)["taskId"])


class _Scenario(_ForWork):
    name = "scenario"

    def perform(self, run: JobRun) -> None:
        texts.write_scenario(run)


class _Scenes(_ForWork, _WithTasks):
    name = "scenes"

    def prepare(self, store: Store, ref: JobRef, job: Job) -> None:
        claims.note_known_interruptions(store, ref, job)

    def perform(self, run: JobRun) -> dict[str, Any]:
        return scene_jobs.make_scenes(run)

    def finalize(self, run: JobRun) -> None:
        finalize_scenes(run)


class _Scene(_Scenes):
    name = "scene"

    def perform(self, run: JobRun) -> dict[str, Any]:
        return scene_jobs.make_scene(run)


class _Image(JobKind):
    name = "image"

    def perform(self, run: JobRun) -> None:
        outputs.make_image(run)


class _Video(_WithTasks):
    name = "video"

    def perform(self, run: JobRun) -> None:
        outputs.make_video(run)


class _Analysis(JobKind):
    name = "analysis"
    scope = "ai:analyze"

    def plan_for_work(
        self, planner: JobPlanner, work: Mapping[str, Any], body: Mapping[str, Any]
    ) -> JobSpec:
        return plan_analysis(planner, work, body)

    def perform(self, run: JobRun) -> None:
        vision.analyse_video(run)


class _StyleGuide(JobKind):
    name = "style_guide"

    def perform(self, run: JobRun) -> None:
        texts.extract_style(run)


class _Descriptions(JobKind):
    name = "descriptions"

    def perform(self, run: JobRun) -> dict[str, Any]:
        return vision.describe_assets(run)


_KINDS = (_Scenario, _Scene, _Scenes, _Image, _Video, _Analysis, _StyleGuide, _Descriptions)
KINDS: JobKinds = {kind.name: kind() for kind in _KINDS}
