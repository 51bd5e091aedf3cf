"""Endpoints of the voices of scenes: their files, their words, and what is said in a work."""

from typing import Any

from flask import Response

from access.rights import CHANGE, SEE
from media.lanes import LANE_TYPES
from schemas.sound import (
    CleanedVoiceSchema,
    NarrationsSchema,
    VoiceCleaningSchema,
    VoiceUploadQuerySchema,
    VoiceWordsSchema,
    VoiceWordsUpdateSchema,
)
from schemas.works import SceneMediaQuerySchema, UploadedSchema
from storage.paths import WorkRef
from web.api.common.received_files import documents_job
from web.api.work_media import ADDRESS, SCENE, download, lane, remove, upload
from web.blueprints import Blueprint
from web.conditional import if_match_of_file
from web.context import storage_limits, storage_user_id, store
from web.guard import requires
from web.payloads import json_response
from works import voices
from works.cleaned_voices import VoiceCleaner
from works.slots import AUDIO_TYPES, parse_scene_index, scene_voice

blp = Blueprint(
    "scene-voices",
    __name__,
    url_prefix="/api/projects/<id:project_id>/works/<id:work_id>",
    description="Voices of scenes",
)


@blp.route("/media/scene/<index>/voice", methods=["POST", "PUT"], **SCENE)
@requires("works:write", right=CHANGE)
@blp.response(200, UploadedSchema, errors=(400, 404, 412))
@blp.file_body("file", AUDIO_TYPES, address=ADDRESS)
@documents_job
@blp.query(VoiceUploadQuerySchema())
def upload_scene_voice(ref: WorkRef, index: str, query: dict[str, Any]) -> Response:
    """Upload the voice of a scene, replacing any existing one."""
    says = query.get("narration")
    slot = scene_voice(parse_scene_index(index))
    return upload(ref, slot, says_narration=None if says is None else bool(says))


@blp.route("/media/scene/<index>/voice", methods=["GET", "HEAD"], **SCENE)
@requires("works:read", right=SEE, query_token=True)
@blp.file_response(AUDIO_TYPES, errors=(400, 404))
def get_scene_voice(ref: WorkRef, index: str) -> Response:
    """Download the voice of a scene."""
    return download(ref, scene_voice(parse_scene_index(index)))


@blp.route("/media/scene/<index>/voice", methods=["PATCH"], **SCENE)
@requires("works:write", right=CHANGE)
@blp.response(200, CleanedVoiceSchema, errors=(400, 404, 409, 412, 415, 503))
@blp.json_body(VoiceCleaningSchema())
def clean_scene_voice(ref: WorkRef, index: str, body: dict[str, Any]) -> Response:
    """Clean up the voice of a scene, or undo that.

    The recording stays as it is, as a take. `If-Match` takes the entity tag of the voice's file.
    """
    scene = parse_scene_index(index)
    limits = storage_limits()
    cleaner = VoiceCleaner(store(), limits, storage_user_id(), ref, scene, if_match_of_file())
    return json_response(cleaner.switch(is_on=body["cleanUp"]))


@blp.route("/media/scene/<index>/voice", methods=["DELETE"], **SCENE)
@requires("works:write", right=CHANGE)
@blp.response(204, errors=(400, 404, 412))
@blp.query(SceneMediaQuerySchema())
def remove_scene_voice(ref: WorkRef, index: str, query: dict[str, Any]) -> Response:
    """Delete the voice of a scene.

    Its takes are kept, unless the query says `takes=1`.
    """
    return remove(ref, scene_voice(parse_scene_index(index)), query)


@blp.route("/media/scene/<index>/voice/peaks", methods=["GET", "HEAD"], **SCENE)
@requires("works:read", right=SEE, query_token=True)
@blp.file_response(LANE_TYPES["peaks"], errors=(400, 404, 503), may_be_empty=True)
def get_voice_peaks(ref: WorkRef, index: str) -> Response:
    """Download how loud the voice of a scene is: a byte for each 1/50 s.

    It is made when it is first asked for.
    """
    return lane(ref, scene_voice(parse_scene_index(index)), "peaks")


@blp.route("/media/scene/<index>/voice/words", methods=["GET"], **SCENE)
@requires("works:read", right=SEE)
@blp.response(200, VoiceWordsSchema, errors=(400, 404))
def get_voice_words(ref: WorkRef, index: str) -> Response:
    """Return the words of a scene's voice, in seconds from its beginning."""
    scene = parse_scene_index(index)
    return json_response(voices.voice_words(store(), ref, scene))


@blp.route("/media/scene/<index>/voice/words", methods=["PUT"], **SCENE)
@requires("works:write", right=CHANGE)
@blp.response(200, VoiceWordsSchema, errors=(400, 404, 412))
@blp.json_body(VoiceWordsUpdateSchema())
def set_voice_words(ref: WorkRef, index: str, body: dict[str, Any]) -> Response:
    """Correct the words of a scene's voice, and what it says.

    `If-Match` takes the entity tag of the voice's file.
    """
    scene = parse_scene_index(index)
    names = {"source": "wordsSource"}
    facts = {names.get(key, key): value for key, value in body.items()}
    words = voices.set_words(store(), ref, scene, facts, if_match_of_file())
    return json_response(words)


@blp.route("/narration", methods=["GET"])
@requires("works:read", right=SEE)
@blp.response(200, NarrationsSchema, errors=(404,))
def get_narration(ref: WorkRef) -> Response:
    """Return what is said in all scenes of a work, with the words of their voices."""
    return json_response(voices.work_narration(store(), ref))
