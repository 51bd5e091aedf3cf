"""Hooks for schemathesis: real media files, and values that no schema can describe.

Loaded by schemathesis itself, see schemathesis.toml.
"""

import os
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies as st

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
    "audio": "audio.mp3",
}
_SCENE_KEYS = {"scenes": "scene_index", "generatedScenes": "sceneIndex"}
_IF_MATCH = {"$ref": "#/components/parameters/If-Match"}
_PROJECT = f"/api/projects/{os.environ['PROJECT']}"
_NOT_DELETED = {
    _PROJECT,
    f"{_PROJECT}/works/{os.environ['WORK']}",
    f"{_PROJECT}/assets/{os.environ['ASSET']}",
    f"{_PROJECT}/templates/{os.environ['TEMPLATE']}",
}
_ID_PARAMETERS = ("workId", "assetId", "templateId")
_OVERLAYS = ("textOverlays", "imageOverlays")

for media_type, name in _SAMPLES.items():
    contents = Path(os.environ["SAMPLES"], name).read_bytes()
    schemathesis.openapi.media_type(media_type, st.just(contents))


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: Any) -> None:
    """Remove If-Match where there is a body: a random one is rejected before the body is read."""
    for path in raw_schema["paths"].values():
        for method in path.keys() & {"put", "patch"}:
            parameters = path[method].get("parameters", [])
            path[method]["parameters"] = [
                parameter for parameter in parameters if parameter != _IF_MATCH
            ]


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:
    """Make valid bodies what no schema can describe: media, the ids of their URL, no duplicates."""
    if case.media_type == _RAW and _is_valid(case):
        sample = _RAW_SAMPLES[case.path.rpartition("/")[2]]
        case.body = Path(os.environ["SAMPLES"], sample).read_bytes()
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


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Keep the project, work, asset and template of most requests from being deleted.

    And replace white space, which the API takes for a missing body, by what is no JSON.
    """
    if isinstance(case.body, bytes | str) and case.body and not case.body.strip():
        case.body = "x"
    if case.method == "DELETE" and case.formatted_path in _NOT_DELETED:
        case.path_parameters["projectId"] = "proj_none"


def _is_valid(case: Any) -> bool:
    return case.meta is None or case.meta.generation.mode.is_positive
