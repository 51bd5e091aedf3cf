"""Projects: made, read, listed, changed and deleted."""

import time
from typing import Any

import pytest
from werkzeug.test import TestResponse

from projects.presets import preset
from tests.people import Person

URL = "/api/projects"
KEYS = {
    *("id", "userId", "name", "projectType", "systemPrompt", "knowledge", "styleGuide"),
    *("analyzerPrompt", "imageSystemPrompt", "videoSystemPrompt", "createdAt", "updatedAt"),
}
OVERRIDES: dict[str, Any] = {
    "systemPrompt": "Three scenes, always.",
    "knowledge": "We sell lamps.",
    "styleGuide": {"tempo": "andante", "color_palette": ["#FFAA00"], "must_avoid": []},
    "analyzerPrompt": "Look at the light.",
    "imageSystemPrompt": "Warm light.",
    "videoSystemPrompt": "Slowly.",
}


def make(person: Person, **fields: Any) -> Any:
    answer = person.post(URL, json=fields)
    assert answer.status_code == 201, answer.text
    return answer.json


def put(person: Person, project: str, **fields: Any) -> TestResponse:
    return person.put(project, json=fields)


def test_every_field_may_be_left_out(ana: Person) -> None:
    project = make(ana)

    assert project.keys() == KEYS
    assert project["id"].startswith("proj_")
    assert project["userId"] == ana.user["id"]
    assert project["name"] == "Untitled project"
    assert project["projectType"] == "blank"
    assert abs(project["createdAt"] - 1000 * time.time()) < 5000
    assert project["updatedAt"] == project["createdAt"]


def test_reads_as_it_was_made(ana: Person) -> None:
    project = make(ana, name="Lamps", projectType="ecommerce")

    assert ana.get(f"{URL}/{project['id']}").json == project


def test_what_is_given_overrides_the_preset(ana: Person) -> None:
    project = make(ana, name="Lamps", projectType="news", **OVERRIDES)

    assert {**project, **OVERRIDES} == project
    assert project["projectType"] == "news"


def test_the_rest_comes_from_the_preset(ana: Person) -> None:
    project = make(ana, projectType="news", systemPrompt="Mine.")

    assert {**project, **preset("news"), "systemPrompt": "Mine."} == project


def test_null_on_creation_is_as_good_as_nothing(ana: Person) -> None:
    fields = dict.fromkeys([*OVERRIDES, "name", "projectType"])
    project, other = make(ana, **fields), make(ana)

    own = {"id", "createdAt", "updatedAt"}
    assert {key: project[key] for key in KEYS - own} == {key: other[key] for key in KEYS - own}


def test_an_empty_text_is_kept_as_it_is(ana: Person) -> None:
    assert make(ana, systemPrompt="")["systemPrompt"] == ""


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("projectType", "opera", "projectType"),
        ("projectType", ["news"], "projectType"),
        ("name", "", "name"),
        ("name", 7, "name"),
        ("name", "x" * 501, "name"),
        ("systemPrompt", {"text": "x"}, "systemPrompt"),
        ("styleGuide", "warm", "styleGuide"),
        ("styleGuide", {"tempo": 3}, "styleGuide.tempo"),
        ("styleGuide", {"color_palette": "red"}, "styleGuide.color_palette"),
        ("styleGuide", {"must_include": ["logo", 5]}, "styleGuide.must_include.1"),
    ],
)
def test_names_the_field_that_is_wrong(ana: Person, field: str, value: Any, path: str) -> None:
    project = ana.new_project()
    before = ana.get(project).json

    for answer in (ana.post(URL, json={field: value}), put(ana, project, **{field: value})):
        assert answer.status_code == 400
        assert answer.json["error"] == "Validation error"
        assert list(answer.json["details"]) == [path]
    assert ana.get(project).json == before


def test_unknown_fields_are_ignored(ana: Person) -> None:
    project = make(ana, name="Lamps", colour="red", styleGuide={"tempo": "slow", "font": "Inter"})

    assert project.keys() == KEYS
    assert project["styleGuide"] == {"tempo": "slow"}


@pytest.mark.parametrize("field", ["name", "projectType", *OVERRIDES])
def test_put_changes_what_is_given_and_keeps_the_rest(ana: Person, field: str) -> None:
    before = make(ana, name="Before")
    value = {**OVERRIDES, "name": "After", "projectType": "saas"}[field]

    answer = put(ana, f"{URL}/{before['id']}", **{field: value})

    assert answer.status_code == 200
    assert answer.json["updatedAt"] > before["updatedAt"]
    assert answer.json == {**before, field: value, "updatedAt": answer.json["updatedAt"]}
    assert ana.get(f"{URL}/{before['id']}").json == answer.json


def test_patch_does_the_same(ana: Person, project: str) -> None:
    answer = ana.patch(project, json={"name": "After"})

    assert answer.status_code == 200
    assert ana.get(project).json["name"] == "After"


def test_put_takes_a_whole_snapshot(ana: Person) -> None:
    before = make(ana, name="Before", **OVERRIDES)

    answer = put(ana, f"{URL}/{before['id']}", **{**before, "name": "After", "works": []})

    assert answer.json == {**before, "name": "After", "updatedAt": answer.json["updatedAt"]}


@pytest.mark.parametrize("field", OVERRIDES)
def test_null_goes_back_to_the_preset(ana: Person, field: str) -> None:
    before = make(ana, projectType="saas", **OVERRIDES)

    after = put(ana, f"{URL}/{before['id']}", **{field: None}).json

    assert after[field] == preset("saas")[field]
    assert after == {**before, field: after[field], "updatedAt": after["updatedAt"]}


def test_null_goes_back_to_the_preset_of_the_type_that_it_comes_with(ana: Person) -> None:
    project = ana.new_project(projectType="saas", **OVERRIDES)

    after = put(ana, project, projectType="news", systemPrompt=None).json

    assert after["systemPrompt"] == preset("news")["systemPrompt"]
    assert after["imageSystemPrompt"] == OVERRIDES["imageSystemPrompt"]


@pytest.mark.parametrize("field", ["name", "projectType"])
def test_a_name_and_a_type_there_must_be(ana: Person, field: str) -> None:
    project = ana.new_project(name="Lamps", projectType="saas")

    after = put(ana, project, **{field: None}).json

    assert (after["name"], after["projectType"]) == ("Lamps", "saas")


def test_a_body_with_another_id_is_400(ana: Person, project: str) -> None:
    before, other = ana.get(project).json, make(ana)

    answer = put(ana, project, id=other["id"], name="After")

    assert answer.status_code == 400
    assert answer.json["error"] == "ID mismatch"
    assert ana.get(project).json == before


@pytest.mark.parametrize(
    "fields", [{"userId": "user_0"}, {"createdAt": 1}, {"updatedAt": 1}, {"userId": None}]
)
def test_owner_and_times_are_the_servers(ana: Person, project: str, fields: Any) -> None:
    before: Any = ana.get(project).json

    after = put(ana, project, **fields).json

    assert after == {**before, "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]
    assert make(ana, **fields)["userId"] == ana.user["id"]


def test_updated_at_increases_with_every_change(ana: Person, project: str) -> None:
    times = [put(ana, project, name=f"Name {number}").json["updatedAt"] for number in range(20)]

    assert times == sorted(set(times))


def test_of_another_user_is_404_for_every_verb(ana: Person, ben: Person, project: str) -> None:
    before = ana.get(project).json

    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = ben.request(method, project, json={"name": "Mine now"})
        assert answer.status_code == 404
        assert answer.json == {"error": "Not found"}
    assert ana.get(project).json == before


def test_an_unchanged_project_is_not_sent_twice(ana: Person, project: str) -> None:
    etag = ana.get(project).headers["ETag"]

    again = ana.get(project, headers={"If-None-Match": etag})
    put(ana, project, name="Changed")
    changed = ana.get(project, headers={"If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200
