"""Plan the jobs of a work and of its project's assets: their calls, from a request."""

from collections.abc import Iterable, Mapping
from typing import Any

from errors import FieldsError, InvalidError
from generation.cast import scene_cast
from generation.photos import check_scene_image_type, direct_asset_id
from generation.scene_slots import stored_files
from generation.scenes import find_scene
from generation.texts import check_assets
from jobs.model import Call, JobSpec
from jobs.planning import JobPlanner
from projects.assets import service as assets
from schemas.new_jobs import ALL, IMAGE
from schemas.scenes import MAX_SCENE_INDEX
from storage.paths import WorkRef
from storage.store import Store
from timeline.scene_numbers import scene_number
from works.slots import media_by_scene, scene_image, scene_video
from works.work_media import Version

Work = Mapping[str, Any]


def plan_work_job(planner: JobPlanner, work: Work, body: Mapping[str, Any]) -> JobSpec:
    """Return the spec of a work's job. Raises InvalidError if scenes or assets are missing."""
    kind: str = body["kind"]
    if body.get("redo") and kind != "scenes":
        raise FieldsError({"redo": ["Only for kind `scenes`."]})
    check_assets(planner.store, work)
    if kind == "scenario":
        _check_scene_count(work)
        order = {name: body[name] for name in ("kind", "narration") if body.get(name) is not None}
        return planner.job(kind, order, [planner.call("llm")], body)
    indexes = _scene_indexes(kind, work, body)
    redo = ALL if kind == "scene" else body.get("redo")
    replaced = _stored_files(planner.store, work, indexes, again=redo is not None)
    present = _present(planner.store, work)  # read last: what is put there since is not replaced
    calls = [
        call
        for index in indexes
        for call in _scene_calls(planner, work, index, redo, present.get(index, set()))
    ]
    request: dict[str, Any] = {"kind": kind, "sceneIndexes": indexes, "replaces": replaced}
    if redo == IMAGE and not calls:
        request["usePhotos"] = True
    return planner.job(kind, request, calls, body)


def plan_asset_job(planner: JobPlanner, project_id: str, asset_ids: Iterable[str]) -> JobSpec:
    """Return the spec of a job that describes assets of a project."""
    ids = list(dict.fromkeys(asset_ids))
    calls = [planner.call("vision", call_id=f"vision-{number}") for number in range(len(ids))]
    request = {"projectId": project_id, "assetIds": ids}
    return planner.job("descriptions", request, calls)


def plan_analysis(planner: JobPlanner, work: Work, body: Mapping[str, Any]) -> JobSpec:
    """Return the spec of a job that analyses the stored reference video of a work.

    Raises InvalidError without one.
    """
    if not work["hasReferenceVideo"]:
        raise InvalidError("The work has no reference video", "Upload one first.")
    request = {"mode": work["mode"], "analyzerPrompt": work["analyzerPrompt"] or None}
    calls = [planner.call("vision")]
    return planner.job("analysis", request, calls, body)


def _check_scene_count(work: Work) -> None:
    """Raise FieldsError if the scenario is to have more scenes than a work can have."""
    if (work["sceneCount"] or 0) > MAX_SCENE_INDEX + 1:
        raise FieldsError({"sceneCount": [f"Expected at most {MAX_SCENE_INDEX + 1} scenes."]})


def _scene_indexes(kind: str, work: Work, body: Mapping[str, Any]) -> list[int]:
    """Return the indexes of the scenes to make, sorted."""
    if kind == "scene":
        if body.get("sceneIndex") is None:
            raise FieldsError({"sceneIndex": ["Required."]})
        indexes = [body["sceneIndex"]]
    else:
        indexes = body.get("sceneIndexes") or [scene["scene_index"] for scene in work["scenes"]]
    if not indexes:
        raise InvalidError("The work has no scenes", "Generate a scenario or save scenes first.")
    for index in indexes:
        find_scene(work, index)
    return sorted(set(indexes))


def _present(store: Store, work: Work) -> dict[int, set[str]]:
    """Return which media each scene has."""
    return media_by_scene(store.work_media(WorkRef.of(work)).slots())


def _scene_calls(
    planner: JobPlanner, work: Work, index: int, redo: str | None, present: set[str]
) -> list[Call]:
    """Return the calls for what a scene lacks of its media, or for what is to be made anew."""
    asset_id = direct_asset_id(work, index)
    if redo == IMAGE:
        return _image_calls(planner, work, index, asset_id)
    if "video" in present and redo is None:
        return []
    calls = [planner.call("video", scene_index=index)]
    if asset_id is not None:
        _check_photo(planner.store, work, asset_id)
    elif "image" not in present or redo == ALL:
        calls = [*_image_calls(planner, work, index, None), *calls]
    return calls


def _image_calls(planner: JobPlanner, work: Work, index: int, asset_id: str | None) -> list[Call]:
    """Return the call for a scene's image; none if that is a photo, the asset with this id."""
    if asset_id is not None:
        _check_photo(planner.store, work, asset_id)
        return []
    _check_prompt(work, index)
    call = planner.call("image", scene_index=index)
    cast = scene_cast(planner.store, work, find_scene(work, index), call)
    cast.check()
    return [{**call, "note": cast.note} if cast.note else call]


def _check_photo(store: Store, work: Work, asset_id: str) -> None:
    """Raise InvalidError if an asset cannot be the image of a scene."""
    asset = assets.document(store, work["projectId"], asset_id)
    check_scene_image_type(asset_id, asset["mimeType"])


def _stored_files(
    store: Store, work: Work, indexes: Iterable[int], again: bool
) -> dict[str, Version]:
    """Return the scenes' files by slot; the job may replace these only.

    Unless `again`, scenes with a clip have no calls: their files, which may be large, are not read.
    """
    present = {} if again else _present(store, work)
    wanted = [index for index in indexes if "video" not in present.get(index, ())]
    slots = [slot for index in wanted for slot in (scene_image(index), scene_video(index))]
    return stored_files(store, WorkRef.of(work), slots)


def _check_prompt(work: Work, index: int) -> None:
    """Raise InvalidError if a scene has no prompt for its image."""
    if not find_scene(work, index)["image_prompt"].strip():
        raise InvalidError(
            f"Scene {scene_number(work, index)} has no image_prompt",
            "Describe what its image shows, or upload an image.",
        )
