"""Creating, reading and updating projects."""

import time
from typing import Any

import pytest
from werkzeug.test import TestResponse

from projects.presets import preset
from tests.people import Person

URL = "/api/projects"
KEYS = {
    *("id", "userId", "name", "role", "projectType", "systemPrompt", "knowledge", "styleGuide"),
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


def create(person: Person, **fields: Any) -> Any:
    """Create a project and return it."""
    return person.create(URL, fields)


def update(person: Person, project: str, **fields: Any) -> TestResponse:
    """Update the project at this path."""
    return person.put(project, json=fields)


def test_project_can_be_created_without_fields(ana):
    before = int(time.time() * 1000)

    project = create(ana)

    assert project.keys() == KEYS
    assert project["id"].startswith("proj_")
    assert project["userId"] == ana.user["id"]
    assert project["name"] == "Untitled project"
    assert project["projectType"] == "blank"
    assert before <= project["createdAt"] == project["updatedAt"] <= int(time.time() * 1000)


def test_get_project_returns_it_as_created(ana):
    project = create(ana, name="Lamps", projectType="ecommerce")

    assert ana.get(f"{URL}/{project['id']}").json == project


def test_fields_of_a_new_project_override_the_preset(ana):
    project = create(ana, name="Lamps", projectType="news", **OVERRIDES)

    assert {**project, **OVERRIDES} == project
    assert project["projectType"] == "news"


def test_omitted_fields_of_a_new_project_come_from_the_preset(ana):
    project = create(ana, projectType="news", systemPrompt="Mine.")

    assert {**project, **preset("news"), "systemPrompt": "Mine."} == project


def test_null_on_creation_of_a_project_equals_an_omitted_field(ana):
    fields = dict.fromkeys([*OVERRIDES, "name", "projectType"])
    project, other = create(ana, **fields), create(ana)

    own = {"id", "createdAt", "updatedAt"}
    assert {key: project[key] for key in KEYS - own} == {key: other[key] for key in KEYS - own}


def test_empty_text_in_a_project_is_stored_as_given(ana):
    assert create(ana, systemPrompt="")["systemPrompt"] == ""


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
def test_invalid_field_of_a_project_returns_400_with_its_path(ana, field, value, path):
    project = ana.new_project()
    before = ana.get(project).json

    for answer in (ana.post(URL, json={field: value}), update(ana, project, **{field: value})):
        assert answer.status_code == 400
        assert answer.json["error"] == "Validation error"
        assert list(answer.json["details"]) == [path]
    assert ana.get(project).json == before


def test_unknown_fields_of_a_project_are_ignored(ana):
    project = create(ana, name="Lamps", colour="red", styleGuide={"tempo": "slow", "font": "Inter"})

    assert project.keys() == KEYS
    assert project["styleGuide"] == {"tempo": "slow"}


@pytest.mark.parametrize("field", ["name", "projectType", *OVERRIDES])
def test_put_project_changes_the_given_field_and_keeps_the_others(ana, field):
    before = create(ana, name="Before")
    value = {**OVERRIDES, "name": "After", "projectType": "saas"}[field]

    answer = update(ana, f"{URL}/{before['id']}", **{field: value})

    assert answer.status_code == 200
    assert answer.json["updatedAt"] > before["updatedAt"]
    assert answer.json == {**before, field: value, "updatedAt": answer.json["updatedAt"]}
    assert ana.get(f"{URL}/{before['id']}").json == answer.json


def test_patch_project_changes_the_given_field(ana, project):
    answer = ana.patch(project, json={"name": "After"})

    assert answer.status_code == 200
    assert ana.get(project).json["name"] == "After"


def test_put_project_accepts_a_complete_project_with_unknown_fields(ana):
    before = create(ana, name="Before", **OVERRIDES)

    answer = update(ana, f"{URL}/{before['id']}", **{**before, "name": "After", "works": []})

    assert answer.json == {**before, "name": "After", "updatedAt": answer.json["updatedAt"]}


@pytest.mark.parametrize("field", OVERRIDES)
def test_null_resets_a_field_of_a_project_to_the_preset(ana, field):
    before = create(ana, projectType="saas", **OVERRIDES)

    after = update(ana, f"{URL}/{before['id']}", **{field: None}).json

    assert after[field] == preset("saas")[field]
    assert after == {**before, field: after[field], "updatedAt": after["updatedAt"]}


def test_null_resets_a_field_to_the_preset_of_a_type_given_with_it(ana):
    project = ana.new_project(projectType="saas", **OVERRIDES)

    after = update(ana, project, projectType="news", systemPrompt=None).json

    assert after["systemPrompt"] == preset("news")["systemPrompt"]
    assert after["imageSystemPrompt"] == OVERRIDES["imageSystemPrompt"]


@pytest.mark.parametrize("field", ["name", "projectType"])
def test_null_for_name_or_type_of_a_project_is_ignored(ana, field):
    project = ana.new_project(name="Lamps", projectType="saas")

    after = update(ana, project, **{field: None}).json

    assert (after["name"], after["projectType"]) == ("Lamps", "saas")


def test_updating_a_project_with_another_id_returns_400(ana, project):
    before, other = ana.get(project).json, create(ana)

    answer = update(ana, project, id=other["id"], name="After")

    assert answer.status_code == 400
    assert answer.json["error"] == "ID mismatch"
    assert ana.get(project).json == before


@pytest.mark.parametrize(
    "fields", [{"userId": "user_0"}, {"createdAt": 1}, {"updatedAt": 1}, {"userId": None}]
)
def test_owner_and_timestamps_of_a_project_are_read_only(ana, project, fields):
    before: Any = ana.get(project).json

    after = update(ana, project, **fields).json

    assert after == {**before, "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]
    assert create(ana, **fields)["userId"] == ana.user["id"]


def test_updated_at_of_a_project_increases_with_each_update(ana, project):
    times = [update(ana, project, name=f"Name {number}").json["updatedAt"] for number in range(20)]

    assert times == sorted(set(times))


def test_project_of_another_user_returns_404_for_each_method(ana, ben, project):
    before = ana.get(project).json

    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = ben.request(method, project, json={"name": "Mine now"})
        assert answer.status_code == 404
        project_id = project.rpartition("/")[2]
        details = f"There is no project {project_id}."
        assert (answer.json["code"], answer.json["details"]) == ("not_found", details)
    assert ana.get(project).json == before


def test_get_project_with_the_current_etag_returns_304(ana, project):
    etag = ana.get(project).headers["ETag"]

    unchanged = ana.get(project, headers={"If-None-Match": etag})
    update(ana, project, name="Changed")
    changed = ana.get(project, headers={"If-None-Match": etag})

    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert changed.status_code == 200
