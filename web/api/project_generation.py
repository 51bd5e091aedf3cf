"""Endpoints of AI calls for the works and assets of a project; the request waits for its job."""

from functools import partial
from typing import Any

from flask import Response, request

from access.rights import CHANGE, SEE
from generation.job_plans import plan_asset_job, plan_work_job
from generation.narration_plans import plan_rewrite
from generation.vision import check_is_image
from jobs.model import JobSpec
from jobs.planning import JobPlanner
from projects.assets import service as assets
from schemas.ai import (
    AssetBatchSchema,
    AssetDescriptionSchema,
    AssetResultsSchema,
    MadeSceneSchema,
    ScenarioSchema,
)
from schemas.new_jobs import RewriteSchema
from schemas.sound_results import RewrittenSchema
from storage.errors import NotFoundError
from storage.paths import WorkRef, jobs_of_user, jobs_of_work
from web.api.common.job_requests import documents_provider_headers, run_and_wait
from web.blueprints import Blueprint
from web.context import store, user_id
from web.downloads import send
from web.guard import requires
from web.payloads import json_response
from works.slots import (
    AUDIO_TYPES,
    IMAGE_TYPES,
    SCENE_INDEX_PARAMETER,
    VIDEO_TYPES,
    parse_scene_index,
)

_ERRORS = (400, 404, 409, 413, 429, 502, 504)
_PICTURES = (*IMAGE_TYPES, *VIDEO_TYPES)

work_blp = Blueprint(
    "work_generation",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>",
    description="AI for a work, while the request waits",
)
asset_blp = Blueprint(
    "asset_descriptions",
    __name__,
    url_prefix="/api/projects/<id:project_id>/assets",
    description="Descriptions of assets",
)


@work_blp.route("/scenario", methods=["POST"])
@requires("ai:generate", right=CHANGE)
@work_blp.response(200, ScenarioSchema, errors=_ERRORS)
@documents_provider_headers("llm")
def write_work_scenario(ref: WorkRef) -> Response:
    """Write the work's scenario, and wait for it."""
    return _run_for_work(ref, {"kind": "scenario"})


@work_blp.route(
    "/generate/scene/<scene_index>",
    methods=["POST"],
    parameters={"scene_index": SCENE_INDEX_PARAMETER},
)
@requires("ai:generate", right=CHANGE)
@work_blp.response(200, MadeSceneSchema, errors=_ERRORS)
@documents_provider_headers("image", "video")
def make_work_scene(ref: WorkRef, scene_index: str) -> Response:
    """Generate a scene's image and clip, and wait for them."""
    index = parse_scene_index(scene_index)
    return _run_for_work(ref, {"kind": "scene", "sceneIndex": index})


@work_blp.route(
    "/scenes/<scene_index>/narration/rewrite",
    methods=["POST"],
    parameters={"scene_index": SCENE_INDEX_PARAMETER},
)
@requires("ai:generate", right=CHANGE)
@work_blp.response(200, RewrittenSchema, errors=_ERRORS)
@work_blp.json_body(RewriteSchema())
@documents_provider_headers("llm")
def rewrite_narration(ref: WorkRef, scene_index: str, body: dict[str, Any]) -> Response:
    """Rewrite what is said in a scene to a number of words, and wait for it; nothing is stored."""
    index = parse_scene_index(scene_index)
    client_request = {"kind": "rewrite", "sceneIndex": index, **body}

    def plan(planner: JobPlanner) -> JobSpec:
        work = store().work(ref).values
        return plan_rewrite(planner, work, index, body["words"])

    jobs = jobs_of_work(ref)
    return json_response(run_and_wait(jobs, "", client_request, plan)[1])


@work_blp.route("/jobs/<id:job_id>/media/<call_id>", methods=["GET", "HEAD"])
@requires("works:read", right=SEE, query_token=True)
@work_blp.file_response((*_PICTURES, *AUDIO_TYPES), errors=(404,))
def get_work_job_media(ref: WorkRef, job_id: str, call_id: str) -> Response:
    """Download what a job made, but did not put into its scene: the `url` of a call."""
    jobs = store().work_jobs(ref)
    roles = {call["id"]: call["role"] for call in jobs.snapshot(job_id).values["calls"]}
    if call_id not in roles:
        raise NotFoundError(call_id)
    types = AUDIO_TYPES if roles[call_id] == "speech" else _PICTURES  # MP4 may be either
    stored = store().media(jobs, job_id).open(call_id, types)
    return send(request, stored)


@asset_blp.route("/<id:asset_id>/analyze", methods=["POST"])
@requires("projects:write", right=CHANGE)
@asset_blp.response(200, AssetDescriptionSchema, errors=_ERRORS)
@documents_provider_headers("vision")
def analyze_asset(project_id: str, asset_id: str) -> Response:
    """Describe an image asset, and store the description."""
    check_is_image(assets.document(store(), project_id, asset_id))
    result = _describe(project_id, [asset_id], partial_result=False)
    return json_response(result["results"][0])


@asset_blp.route("/analyze-batch", methods=["POST"])
@requires("projects:write", right=CHANGE)
@asset_blp.response(200, AssetResultsSchema, errors=_ERRORS)
@asset_blp.json_body(AssetBatchSchema())
@documents_provider_headers("vision")
def analyze_assets(project_id: str, body: dict[str, Any]) -> Response:
    """Describe image assets; returns a description or an error for each."""
    return json_response(_describe(project_id, body["assetIds"], partial_result=True))


def _run_for_work(ref: WorkRef, body: dict[str, Any]) -> Response:
    def plan(planner: JobPlanner) -> JobSpec:
        work = store().work(ref).values
        return plan_work_job(planner, work, body)

    _, result = run_and_wait(jobs_of_work(ref), "", body, plan)
    return json_response(result)


def _describe(project_id: str, asset_ids: list[str], *, partial_result: bool) -> dict[str, Any]:
    """Run a job that describes assets; `partial_result` also accepts that some could not be."""
    client_request = {"projectId": project_id, "assetIds": list(dict.fromkeys(asset_ids))}
    _, result = run_and_wait(
        jobs_of_user(user_id()),
        project_id,
        client_request,
        partial(plan_asset_job, project_id=project_id, asset_ids=asset_ids),
        partial_result=partial_result,
    )
    return result
