"""Creating, reading, listing, updating and deleting editor templates."""

import json
import time
from typing import Any

import pytest

from tests.people import Person
from tests.works.templates.shapes import SQUARE, content, image_overlay, template, text_overlay

REQUIRED = {"id", "projectId", "name", "content", "createdAt", "updatedAt"}
OPTIONAL = {"description": "For interviews", "tags": ["news", "calm"], "thumbnail": "/pictures/1"}


def create(ana: Person, templates: str, **fields: Any) -> Any:
    """Create a template and return it."""
    return ana.create(templates, template(**fields))


def test_new_template_has_the_given_fields(ana, project, templates):
    before = int(time.time() * 1000)

    created = create(ana, templates, **OPTIONAL)

    assert created.keys() == REQUIRED | OPTIONAL.keys()
    assert created["id"].startswith("tmpl_")
    assert created["projectId"] == project.rpartition("/")[2]
    assert created["content"] == content()
    assert {**created, **OPTIONAL, "name": "Lower third"} == created
    assert before <= created["createdAt"] == created["updatedAt"] <= int(time.time() * 1000)


def test_get_template_returns_it_as_created(ana, templates):
    created = create(ana, templates, **OPTIONAL)

    assert ana.show(f"{templates}/{created['id']}") == created


def test_get_template_with_the_current_etag_returns_304(ana, new_template):
    url = new_template()
    etag = ana.get(url).headers["ETag"]

    assert ana.get(url, headers={"If-None-Match": etag}).status_code == 304


def test_optional_fields_of_a_template_may_be_omitted_or_null(ana, templates):
    created = create(ana, templates, **dict.fromkeys(OPTIONAL), content={"defaultTransition": None})

    assert created.keys() == REQUIRED
    assert created["content"]["textOverlays"] == created["content"]["imageOverlays"] == []


def test_unknown_fields_of_a_template_are_ignored(ana, templates):
    created = create(
        ana, templates, colour="red", content=content(textOverlays=[text_overlay(font="Inter")])
    )

    assert created.keys() == REQUIRED
    assert created["content"] == content()


@pytest.mark.parametrize(
    "fields",
    [
        {"startPercent": -20, "endPercent": 180},
        {"startPercent": 80, "endPercent": 20},
        {"timingMode": "absolute", "startSeconds": 5, "endSeconds": 1e9},
    ],
)
def test_times_outside_of_a_video_are_stored_in_a_template_as_given(ana, templates, fields):
    overlay = text_overlay(**fields)

    created = create(ana, templates, content=content(textOverlays=[overlay]))

    assert created["content"]["textOverlays"] == [overlay]


INVALID_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name"),
    ({"name": "x" * 501}, "name"),
    ({"name": 7}, "name"),
    ({"description": ["a"]}, "description"),
    ({"tags": "news"}, "tags"),
    ({"tags": ["news", 5]}, "tags.1"),
    ({"thumbnail": 1}, "thumbnail"),
    ({"content": []}, "content"),
    ({"content": {"textOverlays": {}}}, "content.textOverlays"),
    ({"content": {"textOverlays": [None]}}, "content.textOverlays.0"),
    ({"content": content(textOverlays=[text_overlay(text=None)])}, "content.textOverlays.0.text"),
    (
        {"content": content(textOverlays=[text_overlay(fontSize="48")])},
        "content.textOverlays.0.fontSize",
    ),
    (
        {"content": content(textOverlays=[text_overlay(timingMode="half")])},
        "content.textOverlays.0.timingMode",
    ),
    (
        {"content": content(textOverlays=[text_overlay(endPercent="50%")])},
        "content.textOverlays.0.endPercent",
    ),
    (
        {"content": content(imageOverlays=[image_overlay(assetId=5)])},
        "content.imageOverlays.0.assetId",
    ),
    (
        {"content": content(imageOverlays=[image_overlay(), image_overlay("x"), image_overlay()])},
        "content.imageOverlays.2.id",
    ),
    (
        {"content": content(textOverlays=[text_overlay(), text_overlay()])},
        "content.textOverlays.1.id",
    ),
    ({"content": content(exportSettings={**SQUARE, "fps": 0})}, "content.exportSettings.fps"),
    (
        {"content": content(defaultTransition={"type": "fade"})},
        "content.defaultTransition.duration",
    ),
]


@pytest.mark.parametrize(("fields", "path"), INVALID_FIELDS)
def test_invalid_field_of_a_template_returns_400_with_its_path(
    ana, templates, new_template, fields, path
):
    url = new_template()
    before = ana.show(url)

    for answer in (ana.post(templates, json=template(**fields)), ana.put(url, json=fields)):
        assert answer.status_code == 400
        assert answer.json["error"] == "Validation error"
        assert list(answer.json["details"]) == [path]
    assert ana.show(url) == before
    assert ana.show(templates)["count"] == 1


def test_creating_a_template_requires_name_and_content(ana, templates):
    answer = ana.post(templates)

    assert answer.status_code == 400
    assert answer.json["details"].keys() == {"name", "content"}


@pytest.mark.parametrize("field", [*OPTIONAL, "name", "content"])
def test_put_template_changes_the_given_field_and_keeps_the_others(ana, templates, field):
    before = create(ana, templates)
    values = {**OPTIONAL, "name": "After", "content": content(textOverlays=[])}

    after = ana.put(f"{templates}/{before['id']}", json={field: values[field]}).json

    assert after == {**before, field: values[field], "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]
    assert ana.show(f"{templates}/{before['id']}") == after


def test_patch_template_changes_the_given_field(ana, new_template):
    url = new_template()

    assert ana.patch(url, json={"name": "After"}).status_code == 200
    assert ana.show(url)["name"] == "After"


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_removes_an_optional_field_of_a_template(ana, templates, field):
    before = create(ana, templates, **OPTIONAL)

    after = ana.put(f"{templates}/{before['id']}", json={field: None}).json

    assert after.keys() == before.keys() - {field}


def test_null_for_required_fields_of_a_template_is_ignored(ana, templates):
    before = create(ana, templates)

    after = ana.put(f"{templates}/{before['id']}", json={"name": None, "content": None}).json

    assert after == {**before, "updatedAt": after["updatedAt"]}


@pytest.mark.parametrize("key", ["id", "projectId"])
def test_updating_a_template_with_another_id_returns_400(ana, new_template, key):
    url = new_template()
    before = ana.show(url)

    answer = ana.put(url, json={key: "other_0", "name": "After"})

    assert answer.status_code == 400
    assert answer.json["error"] == "ID mismatch"
    assert key in answer.json["details"]
    assert ana.show(url) == before


def test_put_template_accepts_a_complete_template_and_ignores_its_timestamps(ana, new_template):
    url = new_template()
    before = ana.show(url)

    after = ana.put(url, json={**before, "name": "After", "createdAt": 1, "updatedAt": 1}).json

    assert after == {**before, "name": "After", "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]


@pytest.mark.usefixtures("ticking_clock")
def test_template_list_contains_summaries_newest_first(ana, templates):
    first = create(ana, templates, **OPTIONAL)
    second = create(ana, templates, content=content(imageOverlays=[], exportSettings=SQUARE))
    ana.put(f"{templates}/{first['id']}", json={"name": "Changed"})

    listed = ana.show(templates)

    assert listed["count"] == 2
    assert [template["id"] for template in listed["templates"]] == [first["id"], second["id"]]
    newest, other = listed["templates"]
    counts = {"textOverlayCount", "imageOverlayCount", "hasExportSettings"}
    assert newest.keys() == {"id", "name", "createdAt", "updatedAt"} | OPTIONAL.keys() | counts
    assert {**newest, **OPTIONAL, "name": "Changed"} == newest
    assert (newest["textOverlayCount"], newest["imageOverlayCount"]) == (1, 1)
    assert newest["hasExportSettings"] is False
    assert other.keys() == {"id", "name", "createdAt", "updatedAt"} | counts
    assert (other["textOverlayCount"], other["imageOverlayCount"]) == (1, 0)
    assert other["hasExportSettings"] is True


@pytest.mark.parametrize("field", ["id", "name", "createdAt", "updatedAt", "content"])
def test_template_list_omits_documents_without_a_required_field(
    ana, templates, new_template, settings, field
):
    kept, damaged = new_template(), new_template()
    path = settings.data_dir / damaged.removeprefix("/api/") / "template.json"
    document = json.loads(path.read_text())
    del document[field]
    path.write_text(json.dumps(document))

    listed = ana.show(templates)

    assert [template["id"] for template in listed["templates"]] == [kept.rpartition("/")[2]]
    assert listed["count"] == 1


def test_template_list_of_a_new_project_is_empty(ana, templates):
    assert ana.show(templates) == {"templates": [], "count": 0}


def test_deleted_template_returns_404(ana, templates, new_template):
    url = new_template()

    assert ana.delete(url).status_code == 204
    assert ana.get(url).status_code == 404
    assert ana.delete(url).status_code == 404
    assert ana.show(templates)["count"] == 0


def test_deleting_a_project_deletes_its_templates(ana, project, templates, new_template):
    url = new_template()

    ana.delete(project)

    assert ana.get(url).status_code == 404
    assert ana.get(templates).status_code == 404
    assert ana.post(templates, json=template()).status_code == 404


def test_template_in_the_url_of_another_project_returns_404(ana, new_template):
    template_id = new_template().rpartition("/")[2]

    assert ana.get(f"{ana.new_project()}/templates/{template_id}").status_code == 404


def test_template_with_a_thousand_overlays_is_stored_within_seconds(ana, new_template):
    overlays = [text_overlay(f"text-{number}") for number in range(1000)]
    started = time.thread_time()

    url = new_template(textOverlays=overlays)

    assert ana.show(url)["content"]["textOverlays"] == overlays
    assert time.thread_time() - started < 10
