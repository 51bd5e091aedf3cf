"""The kinds of jobs that generate scenes of a work: one scene, or several."""

from functools import partial
from typing import Any

from errors import ServiceError
from generation import claims
from generation.scene_slots import SceneSlots
from generation.scenes import SceneRun
from jobs import paid_calls
from jobs.concurrency import run_concurrently
from jobs.model import CallFailedError
from jobs.run import JobRun
from schemas.scenes import scene_number
from works.slots import scene_image, scene_video

Json = dict[str, Any]


def make_scene(run: JobRun) -> Json:
    """Job kind `scene`."""
    index = run.job["request"]["sceneIndexes"][0]
    scene = SceneRun(run, index)
    scene.make()
    kept = {call["role"]: call["url"] for call in run.job["calls"] if "url" in call}
    work_ids = scene.slots.work_ids
    result = {
        "imageUrl": kept.get("image") or scene_image(index).url(*work_ids),
        "videoUrl": kept.get("video") or scene_video(index).url(*work_ids),
    }
    return result | _warnings(run)


def make_scenes(run: JobRun) -> Json:
    """Job kind `scenes`: several at once; one that fails does not stop the others."""
    indexes: list[int] = run.job["request"]["sceneIndexes"]
    if run.job["request"].get("usePhotos"):
        for index in indexes:
            SceneRun(run, index).use_photo()
    # Twice the limit of a provider: images are made while other scenes wait for their clips.
    limit = 2 * run.settings.provider_concurrency
    tasks = [partial(_generate_scene, run, index) for index in _ordered(run, indexes)]
    run_concurrently(tasks, limit, run.threads)
    return {"sceneIndexes": indexes} | _warnings(run)


def _warnings(run: JobRun) -> Json:
    """Return `warnings` about scenes without a clip, as theirs was kept with the job; or nothing.

    That is so if the scene's image was replaced while the clip was made.
    """
    warnings = [
        f"Scene {scene_number(call['sceneIndex'])} has no clip: its image was replaced while the"
        f" clip was made. The clip is at {call['url']}."
        for call in run.job["calls"]
        if call["role"] == "video" and "url" in call
        if not SceneSlots(run, call["sceneIndex"]).has_clip()
    ]
    return {"warnings": warnings} if warnings else {}


def _ordered(run: JobRun, indexes: list[int]) -> list[int]:
    """Return first the scenes whose clips the provider makes, then others that this job has begun.

    That was before a crash. Those clips keep places that the job's other calls may wait for, and
    there may be one thread for all of them. Scenes that other jobs make are the last: so that no
    thread waits for another job while there is something else to do; and that two jobs never wait
    for each other's scenes.
    """
    own, others = claims.scenes_in_progress(run.job), claims.claimed_by_others(run)
    submitted = {call["sceneIndex"] for call in run.job["calls"] if call["state"] == "submitted"}

    def position(index: int) -> int:
        return 0 if index in submitted else 1 if index in own else 3 if index in others else 2

    return sorted(indexes, key=position)


def _generate_scene(run: JobRun, index: int) -> None:
    """Make a scene; a failure is noted in the job instead of raised."""
    try:
        SceneRun(run, index).make()
    except CallFailedError:
        pass  # noted in its call
    except ServiceError as exc:
        paid_calls.mark_call_failed(
            run, claims.last_call(run.job, index), exc.message, type(exc), by_provider=False
        )
