"""AI calls that belong to no work; the request waits, a job does it."""

from functools import partial
from typing import Any

from flask import Response, g, request

from generation import asking, orders
from generation.analysis import REFERENCE
from generation.answers import with_file
from generation.choices import call_for
from generation.described import asks
from generation.first_frames import fingerprint, first_frame
from generation.single import FIRST_FRAME, IMAGE, TYPES, VIDEO
from jobs.job import Call, Ref
from jobs.keys import keys_for
from providers import registry
from schemas.ai import (
    AnalyzeFormSchema,
    FoundOnPageSchema,
    FoundStyleSchema,
    ImageRequestSchema,
    MadeImageSchema,
    MadeVideoSchema,
    PageRequestSchema,
    ProviderSchema,
    ScenarioRequestSchema,
    ScenarioSchema,
    StyleTextSchema,
    VideoRequestSchema,
)
from schemas.scenes import AnalysisSchema
from storage.paths import jobs_of_user
from web.api import Blueprint, answers_file, takes_file
from web.context import settings, store, user_id
from web.downloads import send
from web.guard import public, requires
from web.media_types import type_of
from web.payloads import json_response, load
from web.uploads import received
from works.slots import IMAGE_TYPES, VIDEO_TYPES

_ERRORS = (400, 409, 429, 502, 504)

blp = Blueprint("generation", __name__, url_prefix="/api", description="AI, outside of works")


@blp.route("/providers", methods=["GET"])
@public
@blp.answers(200, ProviderSchema(many=True))
def list_providers() -> Response:
    """List the providers of each role, with their models."""
    return json_response(registry.listed(settings()))


@blp.route("/analyze", methods=["POST"])
@requires("ai:analyze")
@blp.answers(200, AnalysisSchema, errors=_ERRORS)
@takes_file("video", VIDEO_TYPES, AnalyzeFormSchema())
@asks("vision")
def analyze_video() -> Response:
    """Analyse a reference video; the form has `mode` and maybe `analyzerPrompt` beside it."""
    call = call_for("vision", request.headers, settings())
    keys_for([call], request.headers, settings())  # before the video, which may be large, arrives
    files = store().media(store().users, user_id())
    with received(request, files, "video", settings().max_upload_mb) as upload:
        form = {name: values[-1] for name, values in upload.fields.items()}
        body = load(AnalyzeFormSchema(), form)
        kind = type_of(upload.claimed, upload.file.head, VIDEO_TYPES)
        files.finish(upload.file)
        asked = {**body, "video": upload.file.digest()}
        return json_response(_done("analysis", asked, call, {REFERENCE: (upload.file, kind)})[1])


@blp.route("/scenario", methods=["POST"])
@requires("ai:generate")
@blp.answers(200, ScenarioSchema, errors=_ERRORS)
@blp.takes(ScenarioRequestSchema())
@asks("llm")
def write_scenario(body: dict[str, Any]) -> Response:
    """Have a scenario written."""
    call = call_for("llm", request.headers, settings())
    return json_response(_done("scenario", body, call)[1])


@blp.route("/generate/image", methods=["POST"])
@requires("ai:generate")
@blp.answers(200, MadeImageSchema, errors=_ERRORS)
@blp.takes(ImageRequestSchema())
@asks("image")
def make_image(body: dict[str, Any]) -> Response:
    """Have an image made."""
    call = call_for("image", request.headers, settings(), default="dalle")
    ref, _ = _done("image", body, call)
    return with_file(store(), ref, "imageUrl", IMAGE)


@blp.route("/generate/video", methods=["POST"])
@requires("ai:generate")
@blp.answers(200, MadeVideoSchema, errors=(*_ERRORS, 415))
@blp.takes(VideoRequestSchema())
@asks("video")
def make_video(body: dict[str, Any]) -> Response:
    """Have a clip made from its first frame."""
    call = call_for("video", request.headers, settings(), default="runway")
    picture = first_frame(store(), g.identity, body["image_url"], request.host)
    asked = {**body, "image_url": fingerprint(body["image_url"])}
    files = store().media(store().users, user_id())
    with files.receive() as incoming:
        incoming.write(picture.data)
        files.finish(incoming)
        ref, result = _done("video", asked, call, {FIRST_FRAME: (incoming, picture.type)})
    if result.get("publicUrl"):
        return json_response({"videoUrl": result["publicUrl"]})
    return with_file(store(), ref, "videoUrl", VIDEO)


@blp.route("/style-guide/extract", methods=["POST"])
@requires("ai:generate")
@blp.answers(200, FoundStyleSchema, errors=_ERRORS)
@blp.takes(StyleTextSchema())
@asks("llm")
def extract_style(body: dict[str, Any]) -> Response:
    """Find the style guide in a text."""
    call = call_for("llm", request.headers, settings())
    return json_response(_done("style_guide", body, call)[1])


@blp.route("/style-guide/extract-from-landing", methods=["POST"])
@requires("ai:generate")
@blp.answers(200, FoundOnPageSchema, errors=_ERRORS)
@blp.takes(PageRequestSchema())
@asks("llm")
def extract_page_style(body: dict[str, Any]) -> Response:
    """Find the style guide, and the product, in a public web page."""
    call = call_for("llm", request.headers, settings())
    return json_response(_done("style_guide", body, call)[1])


@blp.route("/jobs/<id:user_job_id>/media", methods=["GET", "HEAD"])
@requires("works:read")
@blp.answers(200, errors=(404,))
@answers_file((*IMAGE_TYPES, *VIDEO_TYPES))
def get_user_job_media(user_job_id: str) -> Response:
    """Show what an AI call outside of works made."""
    job = store().user_jobs(user_id()).snapshot(user_job_id).values
    files = store().media(store().user_jobs(user_id()), user_job_id)
    stored = files.open(job["kind"], TYPES.get(job["kind"], ()))
    return send(request, stored, settings().client_timeout)


def _done(
    kind: str, asked: dict[str, Any], call: Call, files: asking.Files | None = None
) -> tuple[Ref, dict[str, Any]]:
    """Have a job of the user's do this, and wait for its result."""
    ordering = partial(orders.order, kind, asked, [call], request.headers)
    return asking.result(jobs_of_user(user_id()), kind, asked, ordering, files)
