"""What a work says of its scenes while they are made, and after."""

from typing import Any

from jobs.run import Run
from storage.store import Store
from works import service
from works.generated import status_with, updated
from works.slots import scene_slots

Json = dict[str, Any]

_UNDER_WAY = {"generating_image", "generating_video"}


def note(
    store: Store, owners: tuple[str, str], index: int, status: str, error: str | None = None
) -> None:
    """Say in a work (by its project's id and its own) how far one of its scenes is."""

    def change(work: Json) -> None:
        _update(store, work, index, status, error)

    service.change(store, *owners, change)


def settle(run: Run) -> None:
    """After a job ended: no scene of its work says any more that it is being made."""
    job = run.job
    indexes = job["request"].get("sceneIndexes")
    if run.ref.owners is None or not indexes:
        return

    def change(work: Json) -> None:
        for index in _under_way(work, indexes):
            errors = [call["error"] for call in job["calls"] if call["sceneIndex"] == index]
            error = next(filter(None, errors), None)
            _update(run.store, work, index, "error" if error else None, error)

    project_id, work_id = run.ref.owners
    if _under_way(run.store.works(project_id).snapshot(work_id).values, indexes):
        service.change(run.store, project_id, work_id, change)


def _under_way(work: Any, indexes: list[int]) -> list[int]:
    return [
        entry["sceneIndex"]
        for entry in work["generatedScenes"]
        if entry["sceneIndex"] in indexes and entry["status"] in _UNDER_WAY
    ]


def _update(store: Store, work: Json, index: int, status: str | None, error: str | None) -> None:
    """Change a scene's entry; no status means what the media that are there say."""
    media = store.work_media(work["projectId"], work["id"]).slots()
    kinds = scene_slots(media).get(index, set())
    told = status or status_with(kinds)
    scenes = work["generatedScenes"]
    work["generatedScenes"] = updated(scenes, index, kinds, told, work, error)
