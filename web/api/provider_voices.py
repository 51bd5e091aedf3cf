"""The endpoints of the voices that providers offer."""

from typing import Any

from flask import Response, request

from generation import voices
from generation.outputs import VOICE
from generation.voice_samples import check_lines, fetch_sample, plan_sample
from schemas.voices import (
    CheckedVoiceSchema,
    VoiceCheckSchema,
    VoicePreviewSchema,
    VoicesQuerySchema,
    VoicesSchema,
)
from storage.paths import jobs_of_user
from web.api.common.job_requests import (
    documents_provider_headers,
    planner_with_keys_of,
    run_and_wait,
)
from web.blueprints import Blueprint
from web.context import services, store, user_id
from web.downloads import as_private_file, send
from web.guard import requires
from web.lists import list_response
from web.payloads import json_response
from works.slots import AUDIO_TYPES

blp = Blueprint(
    "voices", __name__, url_prefix="/api/voices", description="Voices that narrate videos"
)


@blp.route("", methods=["GET"])
@requires("works:read")
@list_response(VoicesSchema, "voices", errors=(404, 429, 502, 504))
@blp.query(VoicesQuerySchema())
@documents_provider_headers("speech", starts=False)
def list_voices(query: dict[str, Any]) -> Response:
    """List the voices of the providers that you have a key for. A provider is asked once a day."""
    with services().waiters.permit(user_id()):
        return json_response(
            voices.list_voices(planner_with_keys_of(query.get("projectId")), query)
        )


@blp.route("/check", methods=["POST"])
@requires("works:read")
@blp.response(200, CheckedVoiceSchema, errors=(404, 429, 502, 504))
@blp.json_body(VoiceCheckSchema())
@documents_provider_headers("speech", starts=False)
def check_lines_of_voice(body: dict[str, Any]) -> Response:
    """Say which lines a voice cannot speak, and why. Nothing is paid for it."""
    with services().waiters.permit(user_id()):
        asking = planner_with_keys_of(body.get("projectId"))
        return json_response({"problems": check_lines(asking, body)})


@blp.route("/preview", methods=["POST"])
@requires("ai:generate")
@blp.file_response(AUDIO_TYPES, errors=(404, 409, 429, 502, 504), ranges=False)
@blp.json_body(VoicePreviewSchema())
@documents_provider_headers("speech")
def preview_voice(body: dict[str, Any]) -> Response:
    """Let a voice say a sentence. Providers other than the demo charge for it.

    Where a provider has a sample of its own, that is returned, unless `text` or `speed` asks for
    another one.
    """
    asking = planner_with_keys_of(body.get("projectId"))
    with services().waiters.permit(user_id()):
        sample = fetch_sample(asking, body)
    if sample:
        return as_private_file(Response(sample.data, mimetype=sample.media_type))
    collection = jobs_of_user(user_id())
    ref, _ = run_and_wait(collection, VOICE, body, lambda _: plan_sample(asking, body))
    stored = store().media(store().user_jobs(user_id()), ref.id).open(VOICE, AUDIO_TYPES)
    return as_private_file(send(request, stored))
