"""The OpenAPI description of works and their media, and responses that conform to it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.openapi import Json, parameters, resolved

ID = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
WORK = "/api/projects/{projectId}/works/{workId}"


def test_getting_a_work_accepts_if_none_match(description, operations):
    get = operations["getWork"]

    assert "ETag" in get["responses"]["200"]["headers"]
    assert "ETag" in get["responses"]["304"]["headers"]
    assert "content" not in get["responses"]["304"]
    assert parameters(description, get) == {"If-None-Match", "fields"}


@pytest.mark.parametrize("name", ["updateWork", "patchWork", "deleteWork"])
def test_writing_a_work_accepts_if_match(description, operations, name):
    assert "412" in operations[name]["responses"]
    others = {"permanently"} if name == "deleteWork" else set()
    assert parameters(description, operations[name]) == {"If-Match", *others}


def test_listing_works_has_pagination_parameters_and_a_link_header(description, operations):
    works = operations["listWorks"]

    assert "Link" in works["responses"]["200"]["headers"]
    assert parameters(description, works) == {"limit", "cursor", "q", "sort", "fields"}


def test_media_upload_accepts_multipart_and_raw_bodies(operations):
    form_body = operations["uploadReferenceVideo"]["requestBody"]
    raw_body = operations["putReferenceVideo"]["requestBody"]

    assert form_body["content"].keys() == {"multipart/form-data", "application/json"}
    form = form_body["content"]["multipart/form-data"]
    assert form["schema"]["required"] == ["video"]
    assert form["schema"]["properties"]["video"]["format"] == "binary"
    assert "video/mp4" in form["encoding"]["video"]["contentType"]
    assert raw_body["content"].keys() == {"application/octet-stream", "application/json"}
    for body in (form_body, raw_body):
        assert "`video/mp4`, `video/webm`" in body["description"]


def test_media_download_supports_ranges(description, operations):
    get, head = operations["getSceneImage"], operations["headSceneImage"]

    for status in ("200", "206"):
        content = get["responses"][status]["content"]
        assert content.keys() == {"image/*", "application/octet-stream"}
        assert "Accept-Ranges" in get["responses"][status]["headers"]
    assert "`image/png`, `image/jpeg`, `image/webp`" in get["responses"]["200"]["description"]
    assert "Content-Range" in get["responses"]["206"]["headers"]
    assert {"Range", "If-Range", "If-None-Match"} < parameters(description, get)
    assert "206" not in head["responses"]


def test_path_parameters_have_patterns(description):
    media = description["paths"][f"{WORK}/media/scene/{{index}}/image"]["parameters"]

    patterns = {parameter["name"]: parameter["schema"]["pattern"] for parameter in media}

    assert patterns == {"projectId": ID, "workId": ID, "index": "^(0|[1-9][0-9]{0,2})$"}


def test_every_field_of_a_work_is_required(description):
    work = description["components"]["schemas"]["Work"]

    added = {"audioUpdatedAt", "sound"}  # some works have none
    assert set(work["required"]) | added == work["properties"].keys()


def test_nullable_fields_allow_null(description):
    update = description["components"]["schemas"]["WorkUpdate"]["properties"]

    assert update["productName"]["type"] == ["string", "null"]
    assert {"type": "null"} in update["assetUsageMode"]["anyOf"]
    assert {"type": "null"} in update["analysis"]["anyOf"]


def test_number_fields_have_their_limits(description):
    brief = description["components"]["schemas"]["NewWork"]["properties"]

    assert brief["videoDuration"]["exclusiveMinimum"] == 0
    assert (brief["sceneCount"]["minimum"], brief["sceneCount"]["maximum"]) == (1, 1000)


def test_responses_contain_only_described_fields(description, ana, work, samples):
    scene = {"scene_index": 0, "image_prompt": "A lake at dawn"}
    status = {"sceneIndex": 0, "status": "error", "error": "too dark"}
    ana.put(work, json={"scenes": [scene], "generatedScenes": [status]})
    ana.upload(f"{work}/media/scene/0/image", samples / "image.png")
    ana.upload(f"{work}/media/audio", samples / "audio.mp3", "audio")
    project = work.rpartition("/works/")[0]

    assert undescribed(description, "Work", ana.get(work).json) == []
    assert undescribed(description, "Project", ana.get(project).json) == []
    assert undescribed(description, "WorkSummary", ana.get(f"{project}/works").json[0]) == []
    assert undescribed(description, "ProjectSummary", ana.get("/api/projects").json[0]) == []
    assert undescribed(description, "User", ana.get("/api/auth/me").json) == []
    assert undescribed(description, "Error", ana.get("/api/projects/none").json) == []


def undescribed(description: Json, name: str, value: Any) -> list[str]:
    """Return the paths of the fields of a value that its schema does not have."""
    return list(_undescribed(description, description["components"]["schemas"][name], value, ""))


def _undescribed(description: Json, schema: Json, value: Any, path: str) -> Iterator[str]:
    schema = resolved(description, schema)
    for alternative in schema.get("anyOf", []):
        if alternative != {"type": "null"}:
            schema = resolved(description, alternative)
    if isinstance(value, list):
        for item in value:
            yield from _undescribed(description, schema["items"], item, path)
    elif isinstance(value, dict) and "properties" in schema:
        for key, field in value.items():
            if key in schema["properties"]:
                yield from _undescribed(
                    description, schema["properties"][key], field, f"{path}.{key}"
                )
            else:
                yield f"{path}.{key}"
