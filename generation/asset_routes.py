"""Descriptions of assets, by a vision model."""

from functools import partial
from typing import Any

from flask import Response, request

from assets import service as assets
from generation import asking, orders
from generation.described import asks
from schemas.ai import AssetBatchSchema, AssetDescriptionSchema, AssetResultsSchema
from storage.paths import jobs_of_user
from web.api import Blueprint
from web.context import store, user_id
from web.errors import BadRequestError
from web.guard import requires
from web.payloads import json_response

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
    return json_response(_results(project_id, [asset_id], partly=False)["results"][0])


@blp.route("/analyze-batch", methods=["POST"])
@requires("projects:write")
@blp.answers(200, AssetResultsSchema, errors=(400, 404, 409, 429, 502, 504))
@blp.takes(AssetBatchSchema())
@asks("vision")
def analyze_assets(project_id: str, body: dict[str, Any]) -> Response:
    """Have images described; for each the description, or why there is none."""
    return json_response(_results(project_id, body["assetIds"], partly=True))


def _results(project_id: str, asset_ids: list[str], *, partly: bool) -> Any:
    """What a job finds out of each asset; `partly`: also where not all could be described."""
    ordering = partial(orders.for_assets, project_id, asset_ids, request.headers)
    asked = {"projectId": project_id, "assetIds": list(dict.fromkeys(asset_ids))}
    jobs = jobs_of_user(user_id())
    _, result = asking.result(jobs, project_id, asked, ordering, partly=partly)
    return result
