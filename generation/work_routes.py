"""What AI does for a work, as endpoints: as jobs, and as requests that wait for them."""

from typing import Any

from flask import Response, request

from generation import asking, orders
from generation.described import asks
from jobs.job import Order
from jobs.keys import Keys
from jobs.routes import job_response, work_jobs
from schemas.ai import MadeSceneSchema, ScenarioSchema
from schemas.jobs import JobSchema, NewJobSchema
from storage.paths import jobs_of_work
from web.api import Blueprint
from web.context import store
from web.guard import requires
from web.payloads import json_response
from works import slots

_INDEX = {
    "name": "scene_index",
    "in": "path",
    "description": "The scene's number, from 0",
    "schema": {"type": "string", "pattern": f"^{slots.SCENE_INDEX}$"},
}

blp = Blueprint(
    "work_generation",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>",
    description="What AI does for a work, while the request waits",
)


def _ordered(project_id: str, work_id: str, body: dict[str, Any]) -> tuple[Order, Keys]:
    work = store().works(project_id).snapshot(work_id).values
    return orders.for_work(store(), work, body, request.headers)


def _result(project_id: str, work_id: str, body: dict[str, Any]) -> Response:
    jobs = jobs_of_work(project_id, work_id)
    _, result = asking.result(jobs, "", body, lambda: _ordered(project_id, work_id, body))
    return json_response(result)


@work_jobs.route("", methods=["POST"])
@requires("ai:generate")
@work_jobs.answers(202, JobSchema, errors=(404, 409, 429), headers=("Location",))
@work_jobs.takes(NewJobSchema())
@asks("llm", "image", "video")
def start_work_job(project_id: str, work_id: str, body: dict[str, Any]) -> Response:
    """Start a job: write the scenario, make one scene, or make all that are not done."""
    jobs = jobs_of_work(project_id, work_id)
    ref = asking.begin(jobs, "", body, lambda: _ordered(project_id, work_id, body))
    return job_response(ref, 202)


@blp.route("/scenario", methods=["POST"])
@requires("ai:generate")
@blp.answers(200, ScenarioSchema, errors=(400, 404, 409, 429, 502, 504))
@asks("llm")
def write_work_scenario(project_id: str, work_id: str) -> Response:
    """Have the work's scenario written, and wait for it."""
    return _result(project_id, work_id, {"kind": "scenario"})


@blp.route("/generate/scene/<scene_index>", methods=["POST"], parameters=[_INDEX])
@requires("ai:generate")
@blp.answers(200, MadeSceneSchema, errors=(400, 404, 409, 429, 502, 504))
@asks("image", "video")
def make_work_scene(project_id: str, work_id: str, scene_index: str) -> Response:
    """Make a scene's image and clip, and wait for them."""
    index = slots.scene_index(scene_index)
    return _result(project_id, work_id, {"kind": "scene", "sceneIndex": index})
