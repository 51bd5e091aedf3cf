"""What AI does for a work, as endpoints: as jobs, and as requests that wait for them."""

from typing import Any

from flask import Response, request

from api import Blueprint, json_response, settings, store, user_id
from generation import orders
from generation.described import asks
from guard import requires
from jobs import service, waiting
from jobs.job import Ref, request_hash
from jobs.routes import job_response, office, room, work_jobs
from schemas.ai import MadeSceneSchema, ScenarioSchema
from schemas.jobs import JobSchema, NewJobSchema
from storage.paths import jobs_of_work
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


def start(project_id: str, work_id: str, body: dict[str, Any]) -> Ref:
    """Start a job for a work, or find the one that the same Idempotency-Key started."""
    work = store().works(project_id).snapshot(work_id).values
    collection = jobs_of_work(project_id, work_id)
    key = request.headers.get("Idempotency-Key")
    ref = Ref(collection, service.job_id_of(user_id(), collection, key))
    if not service.known(store().collection(collection), ref, request_hash(body)):
        order, keys = orders.for_work(store(), work, body, request.headers)
        service.start(office(), ref, order, keys.given)
    return ref


@work_jobs.route("", methods=["POST"])
@requires("ai:generate")
@work_jobs.answers(202, JobSchema, errors=(404, 409, 429), headers=("Location",))
@work_jobs.takes(NewJobSchema())
@asks("llm", "image", "video")
def start_work_job(project_id: str, work_id: str, body: dict[str, Any]) -> Response:
    """Start a job: write the scenario, make one scene, or make all that are not done."""
    return job_response(start(project_id, work_id, body), 202)


@blp.route("/scenario", methods=["POST"])
@requires("ai:generate")
@blp.answers(200, ScenarioSchema, errors=(400, 404, 409, 429, 502, 504))
@asks("llm")
def write_work_scenario(project_id: str, work_id: str) -> Response:
    """Have the work's scenario written, and wait for it."""
    return _result(start(project_id, work_id, {"kind": "scenario"}))


@blp.route("/generate/scene/<scene_index>", methods=["POST"], parameters=[_INDEX])
@requires("ai:generate")
@blp.answers(200, MadeSceneSchema, errors=(400, 404, 409, 429, 502, 504))
@asks("image", "video")
def make_work_scene(project_id: str, work_id: str, scene_index: str) -> Response:
    """Make a scene's image and clip, and wait for them."""
    index = slots.scene_index(scene_index)
    return _result(start(project_id, work_id, {"kind": "scene", "sceneIndex": index}))


def _result(ref: Ref) -> Response:
    seconds = 2 * settings().generation_timeout
    return json_response(waiting.result_of(store(), room(), ref, seconds))
