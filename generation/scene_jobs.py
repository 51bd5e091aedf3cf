"""The kinds of jobs that generate scenes of a work: one scene, or several."""

from typing import Any

from generation import claims
from generation.scene_slots import SceneSlots
from generation.scenes import SceneRun
from jobs.concurrency import run_concurrently
from jobs.model import number_of
from jobs.run import JobRun
from works.slots import scene_image, scene_video

Json = dict[str, Any]


def make_scene(run: JobRun) -> Json:
    """Job kind `scene`."""
    index = run.job["request"]["sceneIndexes"][0]
    scene = SceneRun(run, index)
    scene.make()
    kept = {call["role"]: call["url"] for call in run.job["calls"] if "url" in call}
    work_ref = scene.slots.work_ref
    result = {
        "imageUrl": kept.get("image") or scene_image(index).url(work_ref),
        "videoUrl": kept.get("video") or scene_video(index).url(work_ref),
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
    tasks = [SceneRun(run, index).try_to_make for index in claims.in_order(run, indexes)]
    run_concurrently(tasks, limit, run.threads)
    return {"sceneIndexes": indexes} | _warnings(run)


def _warnings(run: JobRun) -> Json:
    """Return `warnings` about what is not as it was ordered; or nothing."""
    warnings = [*_without_clip(run), *_in_words_only(run)]
    return {"warnings": warnings} if warnings else {}


def _without_clip(run: JobRun) -> list[str]:
    """Return warnings of scenes whose image was replaced while their clip was made."""
    return [
        f"Scene {number_of(call)} has no clip: its image was replaced while the"
        f" clip was made. The clip is at {call['url']}."
        for call in run.job["calls"]
        if call["role"] == "video" and "url" in call
        if not SceneSlots(run, call["sceneIndex"]).has_clip()
    ]


def _in_words_only(run: JobRun) -> list[str]:
    """Return warnings of images whose model takes no pictures of the scene's cast."""
    return [
        f"Scene {number_of(call)}: {call['note']}"
        for call in run.job["calls"]
        if call["role"] == "image" and call["state"] == "done"
        if call.get("note") and "url" not in call
    ]
