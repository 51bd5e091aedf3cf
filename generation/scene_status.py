"""The status of scenes in a work's `generatedScenes`, while a job makes them and afterwards."""

from collections.abc import Callable, Mapping
from typing import Any

from generation.claims import claimed_by_others
from jobs.run import JobRun
from storage.ids import WorkRef
from storage.store import Store
from works import service
from works.generated_scenes import status_for, with_updated_scene
from works.slots import media_by_scene

Json = dict[str, Any]

_IN_PROGRESS = {"generating_image", "generating_video"}


def set_scene_status(
    store: Store,
    ref: WorkRef,
    index: int,
    status: str | None,
    error: str | None,
    check: Callable[[], None],
) -> None:
    """Set the status of a scene.

    None stands for the status that follows from the scene's media.
    `check` is called under the lock of the work; if it raises, the status stays as it is.
    """

    def mutate(work: Json) -> None:
        before = work["generatedScenes"]
        _set_status(store, work, index, status, error)
        if work["generatedScenes"] != before:
            service.touch(work)

    store.works(ref.project_id).change(ref.work_id, mutate, lambda _: check())


def finalize_scenes(run: JobRun) -> None:
    """After a job has ended, reset the scenes of its work that still have a status in progress.

    Except those that another job makes now.
    """
    job = run.job
    indexes = job["request"].get("sceneIndexes")
    if run.ref.work_ref is None or not indexes:
        return
    others = claimed_by_others(run)
    indexes = [index for index in indexes if index not in others]

    def mutate(work: Json) -> None:
        for index in _in_progress(work, indexes):
            errors = [call["error"] for call in job["calls"] if call["sceneIndex"] == index]
            error = next(filter(None, errors), None)
            _set_status(run.store, work, index, "error" if error else None, error)

    if _in_progress(run.work, indexes):
        service.change(run.store, run.work_ref, mutate)


def _in_progress(work: Mapping[str, Any], indexes: list[int]) -> list[int]:
    """Return the indexes of scenes whose status is in progress."""
    return [
        entry["sceneIndex"]
        for entry in work["generatedScenes"]
        if entry["sceneIndex"] in indexes and entry["status"] in _IN_PROGRESS
    ]


def _set_status(
    store: Store, work: Json, index: int, status: str | None, error: str | None
) -> None:
    """Set the status of a scene's entry; by default the one that follows from its media."""
    slots = store.work_media(WorkRef.of(work)).slots()
    present = media_by_scene(slots).get(index, set())
    scenes = work["generatedScenes"]
    new_status = status or status_for(present)
    work["generatedScenes"] = with_updated_scene(scenes, index, present, new_status, work, error)
