"""The kinds of AI jobs, by the names that job documents store."""

from collections.abc import Callable
from typing import Any

from generation import outputs, scene_jobs, texts, vision
from generation.requests import analysis_job_spec, work_job_spec
from generation.scene_status import finalize_scenes
from jobs.execution import JobKind
from jobs.run import JobRun


def _cancel_task(run: JobRun, call_id: str) -> None:
    run.video_model(call_id).cancel(run.call(call_id)["taskId"])


def _scene_kind(perform: Callable[[JobRun], dict[str, Any]]) -> JobKind:
    return JobKind(perform, work_job_spec, cancel_task=_cancel_task, finalize=finalize_scenes)


KINDS = {
    "scenario": JobKind(texts.write_scenario, work_job_spec),
    "scene": _scene_kind(scene_jobs.make_scene),
    "scenes": _scene_kind(scene_jobs.make_scenes),
    "image": JobKind(outputs.make_image),
    "video": JobKind(outputs.make_video, cancel_task=_cancel_task),
    "analysis": JobKind(vision.analyse_video, analysis_job_spec, scope="ai:analyze"),
    "style_guide": JobKind(texts.extract_style),
    "descriptions": JobKind(vision.describe_assets),
}
