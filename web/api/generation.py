"""Endpoints of AI calls outside of works; the request waits for its job."""

from collections.abc import Iterable
from typing import Any

from flask import Response, g, request

from accounts.authentication import authenticate
from errors import UnauthenticatedError
from generation.first_frames import fingerprint, first_frame
from generation.outputs import FIRST_FRAME, IMAGE, SLOT_TYPES, VIDEO
from generation.vision import REFERENCE
from jobs.creation import ReceivedFiles
from jobs.model import Call, JobRef, JobSpec
from jobs.planning import JobPlanner
from media.media_types import media_type_of
from providers import kept_keys, offers
from schemas.ai import (
    AnalyzeFormSchema,
    FoundOnPageSchema,
    FoundStyleSchema,
    ImageRequestSchema,
    MadeImageSchema,
    MadeVideoSchema,
    PageRequestSchema,
    ProviderSchema,
    ProvidersQuerySchema,
    ScenarioRequestSchema,
    ScenarioSchema,
    StyleTextSchema,
    VideoRequestSchema,
)
from schemas.file_addresses import VideoAddressSchema
from schemas.loading import load
from schemas.scenes import AnalysisSchema
from storage.media.media_files import StoredFile
from storage.paths import jobs_of_user
from web.addresses import own_path
from web.api.common.job_requests import documents_provider_headers, planner, run_and_wait
from web.api.common.received_files import file_address, receive_file, transfer_check
from web.blueprints import Blueprint
from web.context import services, settings, store, user_id
from web.downloads import send, send_as_data_url
from web.guard import credential_of, public, requires
from web.lists import list_response
from web.payloads import json_response
from web.permission import permission
from works.slots import AUDIO_TYPES, IMAGE_TYPES, VIDEO_TYPES

_ADDRESS = VideoAddressSchema()
_ERRORS = (400, 409, 429, 502, 504)

blp = Blueprint("generation", __name__, url_prefix="/api", description="AI, outside of works")


@blp.route("/providers", methods=["GET"])
@public
@list_response(ProviderSchema)
@blp.query(ProvidersQuerySchema())
def list_providers(query: dict[str, Any]) -> Response:
    """List the providers of each role, with their models.

    A token is optional. With it, each has `key`, and the keys that the user keeps decide with those
    of the server where `demo` is listed (DEMO_PROVIDER=auto), and who is the `default`. With
    `projectId`, so do the keys of that project, if the user may pay there.
    """
    user = _optional_user()
    if user is None:
        return json_response(offers.list_providers(settings()))
    project_id = query.get("projectId")
    caller = kept_keys.caller(store(), user, project_id)
    listed = offers.list_providers(settings(), caller)
    keepers = kept_keys.keepers_of(store(), user, project_id)
    owned = ({**entry, "key": _key_owner(caller, keepers, entry["id"])} for entry in listed)
    return json_response([*owned])


@blp.route("/analyze", methods=["POST"])
@requires("ai:analyze")
@blp.response(200, AnalysisSchema, errors=_ERRORS)
@blp.file_body("video", VIDEO_TYPES, AnalyzeFormSchema(), _ADDRESS)
@documents_provider_headers("vision")
def analyze_video() -> Response:
    """Analyse a reference video; the form also has `mode` and, optionally, `analyzerPrompt`."""
    chosen = planner()
    call = chosen.call("vision")
    chosen.keys([call])  # before a large video is received
    files = store().media(store().users, user_id())
    limit, address = settings().max_upload_mb, file_address(_ADDRESS)
    with receive_file("video", VIDEO_TYPES, files, limit, address) as upload:
        form = {name: values[-1] for name, values in upload.fields.items()}
        body = load(AnalyzeFormSchema(), address or form)
        media_type = media_type_of(upload.declared_type, upload.file.head, VIDEO_TYPES)
        files.finish(upload.file)
        client_request = {**body, "video": upload.file.digest()}
        videos = {REFERENCE: (upload.file, media_type)}
        return json_response(_run("analysis", client_request, call, videos)[1])


@blp.route("/scenario", methods=["POST"])
@requires("ai:generate")
@blp.response(200, ScenarioSchema, errors=_ERRORS)
@blp.json_body(ScenarioRequestSchema())
@documents_provider_headers("llm")
def write_scenario(body: dict[str, Any]) -> Response:
    """Write a scenario."""
    call = planner().call("llm")
    return json_response(_run("scenario", body, call)[1])


@blp.route("/generate/image", methods=["POST"])
@requires("ai:generate")
@blp.response(200, MadeImageSchema, errors=_ERRORS)
@blp.json_body(ImageRequestSchema())
@documents_provider_headers("image")
def make_image(body: dict[str, Any]) -> Response:
    """Generate an image."""
    call = planner().call("image", default="dalle")
    ref, _ = _run("image", body, call)
    return send_as_data_url("imageUrl", _open_output(ref.id, IMAGE))


@blp.route("/generate/video", methods=["POST"])
@requires("ai:generate")
@blp.response(200, MadeVideoSchema, errors=(*_ERRORS, 415))
@blp.json_body(VideoRequestSchema())
@documents_provider_headers("video")
def make_video(body: dict[str, Any]) -> Response:
    """Generate a clip from its first frame."""
    call = planner().call("video", default="runway")
    with services().waiters.fetching_permit(user_id()):
        url = own_path(body["image_url"])
        picture = first_frame(store(), g.identity, url, transfer_check())
    client_request = {**body, "image_url": fingerprint(body["image_url"])}
    files = store().media(store().users, user_id())
    with files.receive(permission().check) as incoming:
        incoming.write(picture.data)
        files.finish(incoming)
        ref, result = _run(
            "video", client_request, call, {FIRST_FRAME: (incoming, picture.media_type)}
        )
    if result.get("publicUrl"):
        return json_response({"videoUrl": result["publicUrl"]})
    return send_as_data_url("videoUrl", _open_output(ref.id, VIDEO))


@blp.route("/style-guide/extract", methods=["POST"])
@requires("ai:generate")
@blp.response(200, FoundStyleSchema, errors=_ERRORS)
@blp.json_body(StyleTextSchema())
@documents_provider_headers("llm")
def extract_style(body: dict[str, Any]) -> Response:
    """Extract the style guide from a text."""
    call = planner().call("llm")
    return json_response(_run("style_guide", body, call)[1])


@blp.route("/style-guide/extract-from-landing", methods=["POST"])
@requires("ai:generate")
@blp.response(200, FoundOnPageSchema, errors=_ERRORS)
@blp.json_body(PageRequestSchema())
@documents_provider_headers("llm")
def extract_page_style(body: dict[str, Any]) -> Response:
    """Extract the style guide, and optionally the product, from a public web page."""
    call = planner().call("llm")
    return json_response(_run("style_guide", body, call)[1])


@blp.route("/jobs/<id:user_job_id>/media", methods=["GET", "HEAD"])
@requires("works:read")
@blp.file_response((*IMAGE_TYPES, *VIDEO_TYPES, *AUDIO_TYPES), errors=(404,))
def get_user_job_media(user_job_id: str) -> Response:
    """Download the image, clip or sample of a voice that an AI call outside of works made."""
    job = store().user_jobs(user_id()).snapshot(user_job_id).values
    return send(request, _open_output(user_job_id, job["kind"]))


def _optional_user() -> str | None:
    """Return the id of the user whose token the request has; None without a valid one."""
    try:
        return authenticate(store(), services().signer, credential_of(request)).user_id
    except UnauthenticatedError:
        return None


def _key_owner(
    caller: offers.Caller, keepers: Iterable[kept_keys.Keeper], provider: str
) -> str | None:
    """Return whose key this user's requests use if they bring none."""
    if holder := kept_keys.holder(store(), keepers, provider):
        return "project" if holder.is_project else "user"
    return "server" if offers.server_key(provider, settings(), caller) else None


def _run(
    kind: str, client_request: dict[str, Any], call: Call, files: ReceivedFiles | None = None
) -> tuple[JobRef, dict[str, Any]]:
    """Run a job outside of works, and wait for its result."""

    def plan(chosen: JobPlanner) -> JobSpec:
        return chosen.job(kind, client_request, [call])

    return run_and_wait(jobs_of_user(user_id()), kind, client_request, plan, files)


def _open_output(job_id: str, slot: str) -> StoredFile:
    """Open the file that one of the user's jobs made. Raises NotFoundError if there is none."""
    files = store().media(store().user_jobs(user_id()), job_id)
    return files.open(slot, SLOT_TYPES.get(slot, ()))
