"""Describing images among a project's assets."""

from functools import partial
from typing import Any

from assets import service as assets
from generation.texts import answered
from jobs import calls
from jobs.errors import CallFailedError
from jobs.run import Run, together
from media.images import TooManyPixelsError
from media.thumbnails import scaled_jpeg
from prompts import description
from providers.contract import Picture
from schemas.answers import load_description
from storage.errors import NotFoundError
from web.errors import ApiError, BadRequestError, TooLargeError

Json = dict[str, Any]

_SIDE = 1536  # pixels; vision models see no more of a picture


def describe(run: Run) -> Json:
    """Job kind `descriptions`: of each asset, or why there is none."""
    asset_ids: list[str] = run.job["request"]["assetIds"]
    results: dict[str, Json] = {}

    def one(position: int, asset_id: str) -> None:
        results[asset_id] = _described(run, f"vision-{position}", asset_id)

    tasks = [partial(one, *place) for place in enumerate(asset_ids)]
    together(tasks, run.settings.provider_concurrency)
    return {"results": [results[asset_id] for asset_id in asset_ids]}


def _described(run: Run, call_id: str, asset_id: str) -> Json:
    project_id = run.job["request"]["projectId"]
    try:
        asset = assets.document(run.store, project_id, asset_id)
        if calls.is_open(run, call_id):
            question = description.question(_picture(run, asset), name=asset["name"])

            def keep(value: Json) -> str:
                text = load_description(value)
                assets.set_description(run.store, project_id, asset_id, text)
                return text

            return {"assetId": asset_id, "description": answered(run, call_id, question, keep)}
        return {"assetId": asset_id, "description": asset.get("description") or ""}
    except CallFailedError as exc:
        return {"assetId": asset_id, "error": str(exc)}
    except NotFoundError:
        return _not_described(run, call_id, asset_id, "No such asset", 404)
    except ApiError as exc:
        return _not_described(run, call_id, asset_id, exc.message, exc.status)


def _not_described(run: Run, call_id: str, asset_id: str, error: str, status: int) -> Json:
    calls.fail(run, call_id, error, status)
    return {"assetId": asset_id, "error": error}


def _picture(run: Run, asset: Json) -> Picture:
    """The asset as vision models take it. Raises BadRequestError for what is no readable image."""
    if asset["type"] != "image":
        raise BadRequestError("Only images can be described", f"It is of type {asset['type']}.")
    stored = assets.open_file(run.store, asset["projectId"], asset["id"])
    stored.file.close()
    try:
        data = scaled_jpeg(str(stored.file.name), _SIDE)
    except TooManyPixelsError as exc:
        raise TooLargeError("Image too large", f"{exc}.") from None
    if data is None:
        raise BadRequestError("The image cannot be read", "It may be damaged.")
    return Picture(data, "image/jpeg")
