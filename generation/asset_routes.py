"""Descriptions of assets, by a vision model."""

from typing import Any

from flask import Response, request

from api import Blueprint, json_response, settings, store, user_id
from assets import service as assets
from errors import ApiError, BadRequestError
from generation import orders
from generation.described import asks
from guard import requires
from jobs import service, waiting
from jobs.job import Ref
from jobs.routes import office, room
from schemas.ai import AssetBatchSchema, AssetDescriptionSchema, AssetResultsSchema
from storage.paths import jobs_of_user

blp = Blueprint(
    "asset_descriptions",
    __name__,
    url_prefix="/api/projects/<id:project_id>/assets",
    description="What assets show",
)


@blp.route("/<id:asset_id>/analyze", methods=["POST"])
@requires("projects:write")
@blp.answers(200, AssetDescriptionSchema, errors=(400, 404, 409, 429, 502, 504))
@asks("vision")
def analyze_asset(project_id: str, asset_id: str) -> Response:
    """Have an image described, and keep the description."""
    asset = assets.document(store(), project_id, asset_id)
    if asset["type"] != "image":
        raise BadRequestError("Only images can be described", f"It is of type {asset['type']}.")
    return json_response(_results(project_id, [asset_id])["results"][0])


@blp.route("/analyze-batch", methods=["POST"])
@requires("projects:write")
@blp.answers(200, AssetResultsSchema, errors=(400, 404, 409, 429, 502, 504))
@blp.takes(AssetBatchSchema())
@asks("vision")
def analyze_assets(project_id: str, body: dict[str, Any]) -> Response:
    """Have images described; for each the description, or why there is none."""
    return json_response(_results(project_id, body["assetIds"], each=True))


def _results(project_id: str, asset_ids: list[str], each: bool = False) -> dict[str, Any]:
    """What a job finds out; `each`: also where not all, or none, could be described."""
    collection = jobs_of_user(user_id())
    key = request.headers.get("Idempotency-Key")
    ref = Ref(collection, service.job_id_of(user_id(), f"{collection}/{project_id}", key))
    order, keys = orders.for_assets(project_id, asset_ids, request.headers)
    service.start(office(), ref, order, keys.given)
    seconds = 2 * settings().generation_timeout
    try:
        return waiting.result_of(store(), room(), ref, seconds)
    except ApiError:
        job = store().collection(ref.collection).snapshot(ref.id).values
        if each and job["result"]:
            return dict(job["result"])
        raise
