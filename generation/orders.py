"""What requests ask for, as jobs: their calls, with the keys that these need."""

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import Headers

from assets import service as assets
from generation import scenario
from generation.choices import call_for
from generation.scenes import scene_of
from jobs.job import Call, Order
from jobs.keys import Keys, keys_for
from outbound.addresses import checked, parsed, port_of
from outbound.errors import OutboundError
from schemas.scenes import MAX_SCENE_INDEX
from storage.store import Store
from web.context import settings, user_id
from web.errors import BadRequestError, InvalidError
from works.slots import IMAGE_TYPES, scene_slots

_LOOKUP_SECONDS = 5.0

Work = Mapping[str, Any]


def order(
    kind: str,
    request: Mapping[str, Any],
    calls: list[Call],
    headers: Headers,
    webhook_url: str | None = None,
    asked: Mapping[str, Any] | None = None,
) -> tuple[Order, Keys]:
    """A job to be started, and the keys for it. Raises BadRequestError where a key is missing."""
    keys = keys_for(calls, headers, settings())
    if webhook_url is not None:
        _check_webhook(webhook_url)
    return Order(kind, user_id(), request, calls, keys.roles, webhook_url, asked), keys


def for_work(
    store: Store, work: Work, body: Mapping[str, Any], headers: Headers
) -> tuple[Order, Keys]:
    """A job for a work. Raises BadRequestError for scenes or assets that are not there."""
    kind: str = body["kind"]
    webhook_url = body.get("webhookUrl")
    scenario.check(store, work)
    if kind == "scenario":
        _check_count(work)
        calls = [call_for("llm", headers, settings())]
        return order(kind, {"kind": kind}, calls, headers, webhook_url, body)
    indexes = _indexes(kind, work, body)
    calls = [
        call
        for index in indexes
        for call in _calls_of_scene(store, work, index, headers, again=kind == "scene")
    ]
    request = {"kind": kind, "sceneIndexes": indexes}
    return order(kind, request, calls, headers, webhook_url, body)


def for_assets(project_id: str, asset_ids: Iterable[str], headers: Headers) -> tuple[Order, Keys]:
    """A job that describes assets of a project."""
    ids = list(dict.fromkeys(asset_ids))
    calls = [call_for("vision", headers, settings(), place=f"vision-{n}") for n in range(len(ids))]
    return order("descriptions", {"projectId": project_id, "assetIds": ids}, calls, headers)


def _check_count(work: Work) -> None:
    """Raise InvalidError for more scenes than a work can have."""
    if (work["sceneCount"] or 0) > MAX_SCENE_INDEX + 1:
        raise InvalidError({"sceneCount": [f"Expected at most {MAX_SCENE_INDEX + 1} scenes."]})


def _check_webhook(url: str) -> None:
    """Raise InvalidError for an address that would not be called."""
    try:
        address = parsed(url, any_port=True)
        private = address.host in settings().intranet_hosts
        checked(address.host, port_of(address), _LOOKUP_SECONDS, private=private)
    except OutboundError as exc:
        raise InvalidError({"webhookUrl": [str(exc)]}) from None


def _indexes(kind: str, work: Work, body: Mapping[str, Any]) -> list[int]:
    """The scenes that are meant, in the order of the scenario."""
    if kind == "scene":
        if body.get("sceneIndex") is None:
            raise InvalidError({"sceneIndex": ["Missing data for required field."]})
        indexes = [body["sceneIndex"]]
    else:
        indexes = body.get("sceneIndexes") or [scene["scene_index"] for scene in work["scenes"]]
    if not indexes:
        raise BadRequestError(
            "The work has no scenes", "Have a scenario written, or save scenes, first."
        )
    for index in indexes:
        scene_of(work, index)
    return sorted(set(indexes))


def _calls_of_scene(
    store: Store, work: Work, index: int, headers: Headers, again: bool
) -> list[Call]:
    """What is to be made of a scene: all of it again, or what is not there yet."""
    files = store.work_media(work["projectId"], work["id"])
    present = set() if again else scene_slots(files.slots()).get(index, set())
    if "video" in present:
        return []
    calls = [call_for("video", headers, settings(), scene_index=index)]
    if work["assetUsageMode"] == "direct" and work["selectedAssetIds"]:
        _check_asset(store, work, index)
    elif "image" not in present:
        _check_prompt(work, index)
        calls.insert(0, call_for("image", headers, settings(), scene_index=index))
    return calls


def _check_prompt(work: Work, index: int) -> None:
    """Raise BadRequestError if a scene does not say what is to be seen in it."""
    if not scene_of(work, index)["image_prompt"].strip():
        raise BadRequestError(
            f"Scene {index} has no image_prompt", "Say what its image shows, or upload an image."
        )


def _check_asset(store: Store, work: Work, index: int) -> None:
    """Raise BadRequestError if the asset that a scene shows is no image of a scene's types."""
    ids = work["selectedAssetIds"]
    asset = assets.document(store, work["projectId"], ids[index % len(ids)])
    if asset["mimeType"] not in IMAGE_TYPES:
        raise BadRequestError(
            f"Asset {asset['id']} cannot be a scene's image",
            f"It is {asset['mimeType']}; expected one of {', '.join(IMAGE_TYPES)}.",
        )
