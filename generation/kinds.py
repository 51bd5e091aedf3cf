"""The kinds of AI jobs, by the names that job documents store."""

from generation import outputs, scene_jobs, texts, vision
from generation.requests import work_job_spec
from generation.scene_status import finalize_scenes
from jobs.execution import JobKinds
from jobs.run import JobRun


def _cancel_task(run: JobRun, call_id: str) -> None:
    run.video_model(call_id).cancel(run.call(call_id)["taskId"])


KINDS = JobKinds(
    {
        "scenario": texts.write_scenario,
        "scene": scene_jobs.make_scene,
        "scenes": scene_jobs.make_scenes,
        "image": outputs.make_image,
        "video": outputs.make_video,
        "analysis": vision.analyse_video,
        "style_guide": texts.extract_style,
        "descriptions": vision.describe_assets,
    },
    build_work_job_spec=work_job_spec,
    cancel_task=_cancel_task,
    finalize=finalize_scenes,
)
