"""What schemathesis cannot know of this service: real media, and which values have to agree.

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
_INDEXES = {"scenes": "scene_index", "generatedScenes": "sceneIndex"}
_IF_MATCH = {"$ref": "#/components/parameters/If-Match"}
_PROJECT = f"/api/projects/{os.environ['PROJECT']}"
_KEPT = {
    _PROJECT,
    f"{_PROJECT}/works/{os.environ['WORK']}",
    f"{_PROJECT}/assets/{os.environ['ASSET']}",
    f"{_PROJECT}/templates/{os.environ['TEMPLATE']}",
}
_OWN = ("workId", "assetId", "templateId")
_OVERLAYS = ("textOverlays", "imageOverlays")

for kind, name in _SAMPLES.items():
    schemathesis.openapi.media_type(kind, st.just(Path(os.environ["SAMPLES"], name).read_bytes()))


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: Any) -> None:
    """No If-Match with bodies: a random one is refused before the body is looked at."""
    for path in raw_schema["paths"].values():
        for method in path.keys() & {"put", "patch"}:
            parameters = path[method].get("parameters", [])
            path[method]["parameters"] = [each for each in parameters if each != _IF_MATCH]


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:
    """Valid bodies have the ids of their URL and nothing twice, which no schema can say."""
    if isinstance(case.body, dict) and isinstance(case.body.get("content"), dict) and _valid(case):
        for field in _OVERLAYS:
            if overlays := case.body["content"].get(field):
                case.body["content"][field] = list({each["id"]: each for each in overlays}.values())
    if case.method in {"PUT", "PATCH"} and isinstance(case.body, dict) and _valid(case):
        url = case.path_parameters
        own = next((url[key] for key in _OWN if key in url), url["projectId"])
        # Some are null: schemathesis takes them from jobs that belong to no work.
        ids = {"projectId": str(url["projectId"]), "id": str(own)}
        case.body.update({key: value for key, value in ids.items() if key in case.body})
        for field, key in _INDEXES.items():
            if scenes := case.body.get(field):
                case.body[field] = list({scene[key]: scene for scene in scenes}.values())
    return case


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """The project, work, asset and template that most requests go to are not deleted."""
    if case.method == "DELETE" and case.formatted_path in _KEPT:
        case.path_parameters["projectId"] = "proj_none"


def _valid(case: Any) -> bool:
    return case.meta is None or case.meta.generation.mode.is_positive
