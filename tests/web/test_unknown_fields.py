"""Unknown fields of bodies: told, and refused by requests that prefer that."""

from collections.abc import Mapping
from typing import Any

import pytest
from werkzeug.test import TestResponse

from schemas.new_jobs import NewJobSchema
from schemas.unknown_fields import MAX_FOUND, unknown_fields
from schemas.works import WorkSchema, WorkUpdateSchema
from tests.people import Person

Json = dict[str, Any]

WORK = WorkUpdateSchema()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, {}),
        ({"name": "A", "scenes": [{"scene_index": 0}], "resolution": {"width": 1}}, {}),
        ({"nmae": "A"}, {"nmae": "Unknown field; did you mean `name`?"}),
        ({"scene_count": 2}, {"scene_count": "Unknown field; did you mean `sceneCount`?"}),
        ({"zzz": {"a": 1}}, {"zzz": "Unknown field."}),
        (
            {"scenes": [{}, {"image_promt": ""}]},
            {"scenes.1.image_promt": "Unknown field; did you mean `image_prompt`?"},
        ),
        ({"resolution": {"wide": 1}}, {"resolution.wide": "Unknown field; did you mean `width`?"}),
        (
            {"editorState": {"textOverlays": {"a": {"tezt": ""}}}},
            {"editorState.textOverlays.a.tezt": "Unknown field; did you mean `text`?"},
        ),
        ({"scenes": {"a": 1}, "resolution": [{"b": 1}], "editorState": 5}, {}),  # invalid anyway
    ],
)
def test_unknown_fields_are_found_at_their_paths(body, found):
    assert unknown_fields(body, WORK) == found


def test_fields_of_the_resource_itself_are_known():
    body = {"createdAt": 1, "generatedScenes": [{"sceneIndex": 0, "imageUrl": "/api/x", "x": 1}]}

    assert unknown_fields(body, WORK, WorkSchema()).keys() == {"generatedScenes.0.x"}
    assert unknown_fields(body, WORK).keys() == {
        "createdAt",
        "generatedScenes.0.imageUrl",
        "generatedScenes.0.x",
    }


def test_fields_of_objects_of_several_kinds_are_checked():
    found = unknown_fields({"kind": "export", "options": {"fsp": 30}}, NewJobSchema())

    assert found == {"options.fsp": "Unknown field; did you mean `fps`?"}


def test_as_many_are_found_as_are_told():
    body = {"scenes": [{"x": 1} for _ in range(2 * MAX_FOUND)]}

    assert len(unknown_fields(body, WORK)) == MAX_FOUND


def create(person: Person, body: Any, headers: Mapping[str, str] | None = None) -> TestResponse:
    return person.post("/api/projects", json=body, headers=headers or {})


def test_unknown_fields_are_told_in_a_header(ana):
    answer = create(ana, {"name": "A", "nmae": "B", "styleGuide": {"a\r\nX: ,b": 1}})

    assert answer.status_code == 201
    told = sorted(answer.headers["X-Unknown-Fields"].split(", "))
    assert told == ["nmae", "styleGuide.a%0D%0AX%3A%20%2Cb"]
    assert "warnings" not in answer.text
    assert "X-Unknown-Fields" not in create(ana, {"name": "A"}).headers


def test_many_and_long_names_are_told_in_part(ana):
    body = {f"{number:03}" + "é" * 1000: 1 for number in range(200)}

    answer = create(ana, body, {"Prefer": "handling=lenient"})

    assert answer.status_code == 201
    assert len(answer.headers["X-Unknown-Fields"]) < 1100
    assert len(answer.json["warnings"]) == MAX_FOUND
    assert {len(each["field"]) for each in answer.json["warnings"]} == {200}


def test_unknown_fields_are_told_with_what_is_invalid(ana):
    answer = create(ana, {"name": 5, "nmae": "B"})

    assert (answer.status_code, answer.headers["X-Unknown-Fields"]) == (400, "nmae")


def test_lenient_requests_get_warnings(ana):
    answer = create(ana, {"nmae": "B"}, {"Prefer": "handling=lenient"})

    assert answer.status_code == 201
    assert answer.headers["Preference-Applied"] == "handling=lenient"
    message = "Unknown field; did you mean `name`?"
    assert answer.json["warnings"] == [{"field": "nmae", "message": message}]
    assert "warnings" not in create(ana, {}, {"Prefer": "handling=lenient"}).text


def test_strict_requests_are_refused(ana):
    preferences = "respond-async, handling=strict, handling=lenient"  # the first one counts
    refused = create(ana, {"nmae": "B"}, {"Prefer": preferences})

    assert (refused.status_code, refused.json["code"]) == (400, "unknown_fields")
    assert refused.headers["Preference-Applied"] == "handling=strict"
    assert refused.json["details"] == {"nmae": "Unknown field; did you mean `name`?"}
    assert ana.show("/api/projects") == []
    accepted = create(ana, {"name": "A"}, {"Prefer": "handling=strict"})
    assert (accepted.status_code, accepted.headers["Preference-Applied"]) == (
        201,
        "handling=strict",
    )


def test_what_a_client_got_is_known_when_it_is_sent_back(ana):
    ana.show("/api/openapi.json")  # which is made from the same schemas
    project = ana.new_project()
    work, strict = ana.new_work(project), {"Prefer": "handling=strict"}
    scenes = [{"scene_index": 0, "duration_seconds": 1, "image_prompt": "", "video_prompt": ""}]
    ana.save(work, {"scenes": scenes, "generatedScenes": [{"sceneIndex": 0, "status": "pending"}]})
    template = (
        f"{project}/templates/"
        + ana.create(f"{project}/templates", {"name": "A", "content": {"textOverlays": []}})["id"]
    )

    for url in (project, work, template):
        answer = ana.put(url, json=ana.show(url), headers=strict)
        assert answer.status_code == 200, answer.json


def test_order_of_a_video_is_strict(ana):
    for body, field, meant in (
        ({"promt": "A lamp"}, "promt", "prompt"),
        ({"prompt": "A lamp", "scenecount": 1}, "scenecount", "sceneCount"),
        ({"scenes": [{"naration": "It turns."}]}, "scenes.0.naration", "narration"),
    ):
        answer = ana.post("/api/videos", json=body)

        assert (answer.status_code, answer.json["code"]) == (400, "unknown_fields")
        assert answer.json["details"] == {field: f"Unknown field; did you mean `{meant}`?"}
    assert ana.show("/api/videos")["items"] == []


def test_unknown_query_parameters_are_told(ana):
    ana.show("/api/openapi.json")  # which is made from the same operations
    for path, told in (
        ("/api/jobs?wiat=30&limit=2&page=1&fields=id", "?wiat"),
        ("/api/videos?limit=2&cursor=", None),
        ("/api/videos/job_1?wiat=1&wait=0&%0D%0AX=", "?%0D%0AX, ?wiat"),
    ):
        assert ana.get(path).headers.get("X-Unknown-Fields") == told, path
    both = ana.post("/api/projects?x=1", json={"nmae": "A"})
    assert both.headers["X-Unknown-Fields"] == "nmae, ?x"
