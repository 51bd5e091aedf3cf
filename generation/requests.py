"""Build the spec of a job from a request: its calls, and the keys that they need."""

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import Headers

from assets import service as assets
from errors import FieldsError, InvalidError
from generation.scenes import check_scene_image_type, direct_asset_id, find_scene
from generation.texts import check_assets
from jobs.model import Call, JobSpec
from jobs.provider_headers import plan_call, request_keys
from schemas.scenes import MAX_SCENE_INDEX
from storage.store import Store
from web.context import settings, user_id
from works.slots import media_by_scene, scene_image, scene_video
from works.work_media import Version, version

SpecAndKeys = tuple[JobSpec, dict[str, str]]
Work = Mapping[str, Any]


def build_job_spec(
    kind: str,
    request: Mapping[str, Any],
    calls: list[Call],
    headers: Headers,
    webhook_url: str | None = None,
    client_request: Mapping[str, Any] | None = None,
) -> SpecAndKeys:
    """Return the spec of a job, and the keys by role. Raises InvalidError if one is missing."""
    keys = request_keys(calls, headers, settings())
    roles = tuple(sorted(keys))
    spec = JobSpec(kind, user_id(), request, calls, roles, webhook_url, client_request)
    return spec, keys


def work_job_spec(
    store: Store, work: Work, body: Mapping[str, Any], headers: Headers
) -> SpecAndKeys:
    """Return the spec of a work's job. Raises InvalidError if scenes or assets are missing."""
    kind: str = body["kind"]
    webhook_url = body.get("webhookUrl")
    check_assets(store, work)
    if kind == "scenario":
        _check_scene_count(work)
        calls = [plan_call("llm", headers, settings())]
        return build_job_spec(kind, {"kind": kind}, calls, headers, webhook_url, body)
    indexes = _scene_indexes(kind, work, body)
    again = kind == "scene"
    replaced = _stored_files(store, work, indexes, again)
    calls = [call for index in indexes for call in _scene_calls(store, work, index, headers, again)]
    request = {"kind": kind, "sceneIndexes": indexes, "replaces": replaced}
    return build_job_spec(kind, request, calls, headers, webhook_url, body)


def asset_job_spec(project_id: str, asset_ids: Iterable[str], headers: Headers) -> SpecAndKeys:
    """Return the spec of a job that describes assets of a project."""
    ids = list(dict.fromkeys(asset_ids))
    calls = [
        plan_call("vision", headers, settings(), call_id=f"vision-{n}") for n in range(len(ids))
    ]
    request = {"projectId": project_id, "assetIds": ids}
    return build_job_spec("descriptions", request, calls, headers)


def analysis_job_spec(
    _store: Store, work: Work, body: Mapping[str, Any], headers: Headers
) -> SpecAndKeys:
    """Return the spec of a job that analyses the stored reference video of a work.

    Raises InvalidError without one.
    """
    if not work["hasReferenceVideo"]:
        raise InvalidError("The work has no reference video", "Upload one first.")
    request = {"mode": work["mode"], "analyzerPrompt": work["analyzerPrompt"] or None}
    calls = [plan_call("vision", headers, settings())]
    return build_job_spec("analysis", request, calls, headers, body.get("webhookUrl"), body)


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


def _scene_calls(store: Store, work: Work, index: int, headers: Headers, again: bool) -> list[Call]:
    """Return the calls for a scene's image and clip; unless `again`, only for missing ones."""
    files = store.work_media(work["projectId"], work["id"])
    present = set() if again else media_by_scene(files.slots()).get(index, set())
    if "video" in present:
        return []
    calls = [plan_call("video", headers, settings(), scene_index=index)]
    asset_id = direct_asset_id(work, index)
    if asset_id is not None:
        asset = assets.document(store, work["projectId"], asset_id)
        check_scene_image_type(asset_id, asset["mimeType"])
    elif "image" not in present:
        _check_prompt(work, index)
        calls.insert(0, plan_call("image", headers, settings(), scene_index=index))
    return calls


def _stored_files(
    store: Store, work: Work, indexes: Iterable[int], again: bool
) -> dict[str, Version]:
    """Return the scenes' files by slot; the job may replace these only.

    Unless `again`, scenes with a clip have no calls: their files, which may be large, are not read.
    """
    files = store.work_media(work["projectId"], work["id"])
    present = {} if again else media_by_scene(files.slots())
    wanted = [index for index in indexes if "video" not in present.get(index, ())]
    slots = [slot for index in wanted for slot in (scene_image(index), scene_video(index))]
    versions = {slot.name: version(files, slot) for slot in slots}
    return {name: found for name, found in versions.items() if found is not None}


def _check_prompt(work: Work, index: int) -> None:
    """Raise InvalidError if a scene has no prompt for its image."""
    if not find_scene(work, index)["image_prompt"].strip():
        raise InvalidError(
            f"Scene {index} has no image_prompt",
            "Describe what its image shows, or upload an image.",
        )
