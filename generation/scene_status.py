"""What a work says of its scenes while they are made, and after."""

from typing import Any

from jobs.run import JobRun
from storage.store import Store
from works import service
from works.generated_scenes import status_for, with_updated_scene
from works.slots import media_by_scene

Json = dict[str, Any]

_UNDER_WAY = {"generating_image", "generating_video"}


def set_scene_status(
    store: Store, work_ids: tuple[str, str], index: int, status: str, error: str | None = None
) -> None:
    """Set the status of a scene in a work, given by its project's id and its own."""

    def mutate(work: Json) -> None:
        _set_status(store, work, index, status, error)

    service.change(store, *work_ids, mutate)


def settle_scenes(run: JobRun) -> None:
    """After a job ended: no scene of its work says any more that it is being made."""
    job = run.job
    indexes = job["request"].get("sceneIndexes")
    if run.ref.work_ids is None or not indexes:
        return

    def mutate(work: Json) -> None:
        for index in _under_way(work, indexes):
            errors = [call["error"] for call in job["calls"] if call["sceneIndex"] == index]
            error = next(filter(None, errors), None)
            _set_status(run.store, work, index, "error" if error else None, error)

    project_id, work_id = run.ref.work_ids
    if _under_way(run.store.works(project_id).snapshot(work_id).values, indexes):
        service.change(run.store, project_id, work_id, mutate)


def _under_way(work: Any, indexes: list[int]) -> list[int]:
    return [
        entry["sceneIndex"]
        for entry in work["generatedScenes"]
        if entry["sceneIndex"] in indexes and entry["status"] in _UNDER_WAY
    ]


def _set_status(
    store: Store, work: Json, index: int, status: str | None, error: str | None
) -> None:
    """Change a scene's entry; without a status, by the media that it has."""
    slots = store.work_media(work["projectId"], work["id"]).slots()
    kinds = media_by_scene(slots).get(index, set())
    scenes = work["generatedScenes"]
    new_status = status or status_for(kinds)
    work["generatedScenes"] = with_updated_scene(scenes, index, kinds, new_status, work, error)
