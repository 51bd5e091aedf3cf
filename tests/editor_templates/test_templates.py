"""Editor templates: made, read, listed, changed and deleted."""

import json
import time
from typing import Any

import pytest

from config import Settings
from tests.editor_templates.conftest import Make
from tests.editor_templates.shapes import SQUARE, content, image, template, text
from tests.people import Person

REQUIRED = {"id", "projectId", "name", "content", "createdAt", "updatedAt"}
OPTIONAL = {"description": "For interviews", "tags": ["news", "calm"], "thumbnail": "/pictures/1"}


def new(ana: Person, templates: str, **fields: Any) -> Any:
    answer = ana.post(templates, json=template(**fields))
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_new_template_has_what_it_was_given(ana: Person, project: str, templates: str) -> None:
    made = new(ana, templates, **OPTIONAL)

    assert made.keys() == REQUIRED | OPTIONAL.keys()
    assert made["id"].startswith("tmpl_")
    assert made["projectId"] == project.rpartition("/")[2]
    assert made["content"] == content()
    assert {**made, **OPTIONAL, "name": "Lower third"} == made
    assert abs(made["createdAt"] - 1000 * time.time()) < 5000
    assert made["updatedAt"] == made["createdAt"]


def test_reads_as_it_was_made(ana: Person, templates: str) -> None:
    made = new(ana, templates, **OPTIONAL)

    assert ana.show(f"{templates}/{made['id']}") == made


def test_an_unchanged_template_is_not_sent_twice(ana: Person, make: Make) -> None:
    url = make()
    etag = ana.get(url).headers["ETag"]

    assert ana.get(url, headers={"If-None-Match": etag}).status_code == 304


def test_what_is_optional_may_be_left_out_or_null(ana: Person, templates: str) -> None:
    made = new(ana, templates, **dict.fromkeys(OPTIONAL), content={"defaultTransition": None})

    assert made.keys() == REQUIRED
    assert made["content"]["textOverlays"] == made["content"]["imageOverlays"] == []


def test_unknown_fields_are_ignored(ana: Person, templates: str) -> None:
    made = new(ana, templates, colour="red", content=content(textOverlays=[text(font="Inter")]))

    assert made.keys() == REQUIRED
    assert made["content"] == content()


@pytest.mark.parametrize(
    "fields",
    [
        {"startPercent": -20, "endPercent": 180},
        {"startPercent": 80, "endPercent": 20},
        {"timingMode": "absolute", "startSeconds": 5, "endSeconds": 1e9},
    ],
)
def test_times_beyond_a_video_are_kept_for_one_that_is_longer(
    ana: Person, templates: str, fields: dict[str, Any]
) -> None:
    overlay = text(**fields)

    made = new(ana, templates, content=content(textOverlays=[overlay]))

    assert made["content"]["textOverlays"] == [overlay]


WRONG: list[tuple[dict[str, Any], str]] = [
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
    ({"content": content(textOverlays=[text(text=None)])}, "content.textOverlays.0.text"),
    ({"content": content(textOverlays=[text(fontSize="48")])}, "content.textOverlays.0.fontSize"),
    (
        {"content": content(textOverlays=[text(timingMode="half")])},
        "content.textOverlays.0.timingMode",
    ),
    (
        {"content": content(textOverlays=[text(endPercent="50%")])},
        "content.textOverlays.0.endPercent",
    ),
    ({"content": content(imageOverlays=[image(assetId=5)])}, "content.imageOverlays.0.assetId"),
    (
        {"content": content(imageOverlays=[image(), image("x"), image()])},
        "content.imageOverlays.2.id",
    ),
    ({"content": content(textOverlays=[text(), text()])}, "content.textOverlays.1.id"),
    ({"content": content(exportSettings={**SQUARE, "fps": 0})}, "content.exportSettings.fps"),
    (
        {"content": content(defaultTransition={"type": "fade"})},
        "content.defaultTransition.duration",
    ),
]


@pytest.mark.parametrize(("fields", "path"), WRONG)
def test_a_wrong_field_is_named_by_its_path(
    ana: Person, templates: str, make: Make, fields: dict[str, Any], path: str
) -> None:
    url = make()
    before = ana.show(url)

    for answer in (ana.post(templates, json=template(**fields)), ana.put(url, json=fields)):
        assert answer.status_code == 400
        assert answer.json["error"] == "Validation error"
        assert list(answer.json["details"]) == [path]
    assert ana.show(url) == before
    assert ana.show(templates)["count"] == 1


def test_a_name_and_content_there_must_be(ana: Person, templates: str) -> None:
    answer = ana.post(templates)

    assert answer.status_code == 400
    assert answer.json["details"].keys() == {"name", "content"}


@pytest.mark.parametrize("field", [*OPTIONAL, "name", "content"])
def test_put_changes_what_is_given_and_keeps_the_rest(
    ana: Person, templates: str, field: str
) -> None:
    before = new(ana, templates)
    values = {**OPTIONAL, "name": "After", "content": content(textOverlays=[])}

    after = ana.put(f"{templates}/{before['id']}", json={field: values[field]}).json

    assert after == {**before, field: values[field], "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]
    assert ana.show(f"{templates}/{before['id']}") == after


def test_patch_does_the_same(ana: Person, make: Make) -> None:
    url = make()

    assert ana.patch(url, json={"name": "After"}).status_code == 200
    assert ana.show(url)["name"] == "After"


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_takes_an_optional_field_away(ana: Person, templates: str, field: str) -> None:
    before = new(ana, templates, **OPTIONAL)

    after = ana.put(f"{templates}/{before['id']}", json={field: None}).json

    assert after.keys() == before.keys() - {field}


def test_null_for_what_there_must_be_changes_nothing(ana: Person, templates: str) -> None:
    before = new(ana, templates)

    after = ana.put(f"{templates}/{before['id']}", json={"name": None, "content": None}).json

    assert after == {**before, "updatedAt": after["updatedAt"]}


@pytest.mark.parametrize("key", ["id", "projectId"])
def test_a_body_with_another_id_is_400(ana: Person, make: Make, key: str) -> None:
    url = make()
    before = ana.show(url)

    answer = ana.put(url, json={key: "other_0", "name": "After"})

    assert answer.status_code == 400
    assert answer.json["error"] == "ID mismatch"
    assert key in answer.json["details"]
    assert ana.show(url) == before


def test_put_takes_a_whole_snapshot_and_keeps_the_times(ana: Person, make: Make) -> None:
    url = make()
    before = ana.show(url)

    after = ana.put(url, json={**before, "name": "After", "createdAt": 1, "updatedAt": 1}).json

    assert after == {**before, "name": "After", "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]


@pytest.mark.usefixtures("ticking_clock")
def test_a_list_has_summaries_newest_first(ana: Person, templates: str) -> None:
    first = new(ana, templates, **OPTIONAL)
    second = new(ana, templates, content=content(imageOverlays=[], exportSettings=SQUARE))
    ana.put(f"{templates}/{first['id']}", json={"name": "Changed"})

    listed = ana.show(templates)

    assert listed["count"] == 2
    assert [each["id"] for each in listed["templates"]] == [first["id"], second["id"]]
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
def test_a_template_without_a_required_field_is_left_out_of_the_list(
    ana: Person, templates: str, make: Make, settings: Settings, field: str
) -> None:
    kept, damaged = make(), make()
    path = settings.data_dir / damaged.removeprefix("/api/") / "template.json"
    document = json.loads(path.read_text())
    del document[field]
    path.write_text(json.dumps(document))

    listed = ana.show(templates)

    assert [each["id"] for each in listed["templates"]] == [kept.rpartition("/")[2]]
    assert listed["count"] == 1


def test_a_new_project_has_none(ana: Person, templates: str) -> None:
    assert ana.show(templates) == {"templates": [], "count": 0}


def test_a_deleted_template_is_gone(ana: Person, templates: str, make: Make) -> None:
    url = make()

    assert ana.delete(url).status_code == 204
    assert ana.get(url).status_code == 404
    assert ana.delete(url).status_code == 404
    assert ana.show(templates)["count"] == 0


def test_a_deleted_project_takes_its_templates_along(
    ana: Person, project: str, templates: str, make: Make
) -> None:
    url = make()

    ana.delete(project)

    assert ana.get(url).status_code == 404
    assert ana.get(templates).status_code == 404
    assert ana.post(templates, json=template()).status_code == 404


def test_of_another_project_it_is_404(ana: Person, make: Make) -> None:
    template_id = make().rpartition("/")[2]

    assert ana.get(f"{ana.new_project()}/templates/{template_id}").status_code == 404


def test_a_thousand_overlays_are_no_burden(ana: Person, make: Make) -> None:
    overlays = [text(f"text-{number}") for number in range(1000)]
    started = time.monotonic()

    url = make(textOverlays=overlays)

    assert ana.show(url)["content"]["textOverlays"] == overlays
    assert time.monotonic() - started < 10
