"""Hooks for schemathesis: real media files, and values that no schema can describe.

Loaded by schemathesis itself, see schemathesis.toml.
"""

import os
from itertools import count
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies as st

from schemas.new_jobs import KINDS_OF_FIELDS
from tests.walk import REQUIRED_OF_JOBS

_SAMPLES = {
    "video/mp4": "video.mp4",
    "video/webm": "video.webm",
    "video/quicktime": "video.mov",
    "video/x-msvideo": "video.avi",
    "audio/mpeg": "audio.mp3",
    "audio/mp4": "audio.m4a",
    "audio/x-m4a": "audio.m4a",
    "audio/wav": "audio.wav",
    "audio/ogg": "audio.ogg",
    "audio/webm": "audio.weba",
}
_RAW = "application/octet-stream"  # which each path takes with its own kind of file
_RAW_SAMPLES = {
    "reference": "video.mp4",
    "image": "image.png",
    "video": "video.mp4",
    "voice": "audio.mp3",
    "audio": "audio.mp3",
}
_SCENE_KEYS = {"scenes": "scene_index", "generatedScenes": "sceneIndex"}
_IF_MATCH = {"$ref": "#/components/parameters/If-Match"}
_IDEMPOTENCY_KEY = {"$ref": "#/components/parameters/Idempotency-Key"}
_INDESCRIBABLE = {"fields", "cursor"}
_PROJECT = f"/api/projects/{os.environ['PROJECT']}"
_NOT_DELETED = {
    _PROJECT,
    f"{_PROJECT}/works/{os.environ['WORK']}",
    f"{_PROJECT}/assets/{os.environ['ASSET']}",
    f"{_PROJECT}/templates/{os.environ['TEMPLATE']}",
}
_ID_PARAMETERS = ("workId", "assetId", "templateId")
_OVERLAYS = ("textOverlays", "imageOverlays")
_SIMPLE = {
    "crop": {"x": 0, "y": 0, "width": 1, "height": 1},
    "motion": {"preset": "zoomIn"},
    "speed": 1,
}
_MIN_KEY = 8  # characters: a shorter one of a vendor may be in its ids, which the service redacts

for media_type, name in _SAMPLES.items():
    contents = Path(os.environ["SAMPLES"], name).read_bytes()
    schemathesis.openapi.media_type(media_type, st.just(contents))


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: Any) -> None:
    """Remove If-Match where there is a body: a random one is rejected before the body is read.

    And what no schema can describe: names of fields, cursors, addresses that can be reached, and
    that the Idempotency-Key of an upload to a work is read only where a job fetches the file.
    """
    for url, path in raw_schema["paths"].items():
        for method in path.keys() - {"parameters"}:
            needless = [_IF_MATCH] if method in {"put", "patch"} else []
            needless += [_IDEMPOTENCY_KEY] if "/media/" in url else []
            path[method]["parameters"] = [
                each
                for each in path[method].get("parameters", [])
                if each not in needless and each.get("name") not in _INDESCRIBABLE
            ]
            bodies = path[method].get("requestBody", {}).get("content", {})
            if len(bodies) > 1:  # a file, or its address
                del bodies["application/json"]
    del raw_schema["components"]["schemas"]["PageRequest"]["examples"]


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:
    """Make valid bodies what no schema can describe: media, the ids of their URL, no duplicates."""
    if case.media_type == _RAW and _is_valid(case):
        sample = _RAW_SAMPLES.get(case.path.rpartition("/")[2], "image.png")
        case.body = Path(os.environ["SAMPLES"], sample).read_bytes()
    if isinstance(case.body, dict) and _is_valid(case):
        _make_consistent(case.path, case.method, case.body)
    if (
        isinstance(case.body, dict)
        and isinstance(case.body.get("content"), dict)
        and _is_valid(case)
    ):
        for field in _OVERLAYS:
            if overlays := case.body["content"].get(field):
                case.body["content"][field] = list(
                    {overlay["id"]: overlay for overlay in overlays}.values()
                )
    in_url = case.path_parameters
    changes = case.method in {"PUT", "PATCH"} and "projectId" in in_url
    if changes and isinstance(case.body, dict) and _is_valid(case):
        own_id = next((in_url[key] for key in _ID_PARAMETERS if key in in_url), in_url["projectId"])
        # Some are null: schemathesis takes them from jobs that belong to no work.
        ids = {"projectId": str(in_url["projectId"]), "id": str(own_id)}
        case.body.update({key: value for key, value in ids.items() if key in case.body})
        for field, key in _SCENE_KEYS.items():
            if scenes := case.body.get(field):
                case.body[field] = list({scene[key]: scene for scene in scenes}.values())
    return case


def _make_consistent(path: str, method: str, body: dict[str, Any]) -> None:
    """Make a body valid where its values depend on each other, or on a voice."""
    _simplify(body)
    if path.endswith("/voice/words"):
        times = ({"start": number / 10_000, "end": number / 10_000} for number in count())
        body["words"] = [word | time for word, time in zip(body["words"], times, strict=False)]
    if (path.rpartition("/")[2], method) == ("jobs", "POST"):
        for field, kinds in KINDS_OF_FIELDS.items():
            if body["kind"] not in kinds:
                body.pop(field, None)
        body.update(REQUIRED_OF_JOBS.get(body["kind"], {}))


def _simplify(value: Any) -> None:
    """Replace crops, motions and speeds: no schema describes all of what these may be.

    And leave one entry for the voice of a scene.
    """
    if isinstance(value, dict):
        if voices := value.get("voiceTrack"):
            value["voiceTrack"] = list({each["sceneIndex"]: each for each in voices}.values())
        given = [key for key in _SIMPLE if value.get(key) is not None]
        value.update({key: _SIMPLE[key] for key in given})
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            _simplify(each)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Keep the project, work, asset and template of most requests from being deleted.

    And replace white space, which the API takes for a missing body, by what is no JSON, and keys
    that are too short.
    """
    for name, value in dict(case.headers or {}).items():
        if name.lower().endswith("api-key") and 0 < len(value) < _MIN_KEY:
            case.headers[name] = f"made-up-{value}"
    if isinstance(case.body, bytes | str) and case.body and not case.body.strip():
        case.body = "x"
    if case.method == "DELETE" and case.formatted_path in _NOT_DELETED:
        case.path_parameters["projectId"] = "proj_none"


def _is_valid(case: Any) -> bool:
    return case.meta is None or case.meta.generation.mode.is_positive
