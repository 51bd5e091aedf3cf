"""Applying a template to a work: its overlays join those that are there."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from tests.editor_templates.conftest import Make
from tests.editor_templates.shapes import SQUARE, image, text
from tests.people import Person
from tests.works.shapes import filled, scene


def apply(ana: Person, work: str, template: str, **fields: Any) -> Any:
    body = {"templateId": template.rpartition("/")[2], **fields}
    answer = ana.post(f"{work}/apply-template", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_overlays_and_actions_are_added(ana: Person, work: str, make: Make) -> None:
    ana.put(work, json=filled())
    before = ana.show(work)
    template = make(textOverlays=[text(text="{{ product }}", endPercent=50)])

    after = apply(ana, work, template, placeholderValues={"product": "Lamp"})

    timeline, was = after["editorState"], before["editorState"]
    assert timeline["textOverlays"].keys() == {"t0", "applied_title"}
    assert timeline["textOverlays"]["applied_title"]["text"] == "Lamp"
    assert timeline["imageOverlays"].keys() == {"i0", "applied_logo"}
    tracks = timeline["editorData"]
    assert tracks["textTrack"] == [
        *was["editorData"]["textTrack"],
        {"id": "applied_title", "start": 0, "end": 4.5},
    ]
    assert tracks["imageTrack"][1:] == [{"id": "applied_logo", "start": 0, "end": 9}]
    assert ana.show(work) == after


def test_all_else_stays_as_it_was(ana: Person, work: str, make: Make) -> None:
    ana.put(work, json=filled())
    before = ana.show(work)

    after = apply(ana, work, make())

    assert after["updatedAt"] > before["updatedAt"]
    own = {"editorState", "updatedAt"}
    assert {key: after[key] for key in after.keys() - own} == {
        key: before[key] for key in before.keys() - own
    }
    timeline, was = after["editorState"], before["editorState"]
    assert timeline["exportSettings"] == was["exportSettings"]
    assert timeline["audioVolume"] == was["audioVolume"]
    for track in ("videoTrack", "audioTrack"):
        assert timeline["editorData"][track] == was["editorData"][track]


def test_the_templates_export_settings_are_taken_over(ana: Person, work: str, make: Make) -> None:
    after = apply(ana, work, make(exportSettings=SQUARE))

    assert after["editorState"]["exportSettings"] == SQUARE


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        ({"videoDuration": 20, "scenes": [scene(0)]}, 20),
        ({"scenes": [scene(0, duration_seconds=4), scene(1, duration_seconds=2.5)]}, 6.5),
        ({"scenes": [{"scene_index": 0}, scene(1, duration_seconds=3)]}, 3),
        ({"scenes": [{"scene_index": 0}]}, 10),
        ({}, 10),
    ],
)
def test_the_work_says_how_long_its_video_is(
    ana: Person, work: str, make: Make, fields: dict[str, Any], seconds: float
) -> None:
    assert ana.put(work, json=fields).status_code == 200

    after = apply(ana, work, make())

    [action] = after["editorState"]["editorData"]["textTrack"]
    assert action["end"] == seconds


def test_applied_again_it_gets_ids_of_its_own(ana: Person, work: str, make: Make) -> None:
    template = make(textOverlays=[text("a"), text("a_2")])

    for _ in range(2):
        apply(ana, work, template)
    timeline = apply(ana, work, template)["editorState"]

    assert len(timeline["textOverlays"]) == 6
    assert len(timeline["imageOverlays"]) == 3
    for overlays, track in (("textOverlays", "textTrack"), ("imageOverlays", "imageTrack")):
        ids = [action["id"] for action in timeline["editorData"][track]]
        assert len(set(ids)) == len(ids)
        assert set(ids) == timeline[overlays].keys()
        assert all(name.startswith("applied_") for name in ids)


def test_an_id_that_only_an_action_has_is_taken_as_well(ana: Person, work: str, make: Make) -> None:
    action = {"id": "applied_title", "start": 0, "end": 1}
    ana.put(work, json={"editorState": {"editorData": {"textTrack": [action]}}})

    timeline = apply(ana, work, make())["editorState"]

    ids = [each["id"] for each in timeline["editorData"]["textTrack"]]
    assert len(set(ids)) == 2


def test_a_timeline_without_its_optional_parts_gets_them(
    ana: Person, work: str, make: Make
) -> None:
    bare: dict[str, Any] = {"editorData": {"videoTrack": []}, "imageOverlays": None}
    assert ana.put(work, json={"editorState": bare}).status_code == 200

    timeline = apply(ana, work, make())["editorState"]

    assert timeline["imageOverlays"].keys() == {"applied_logo"}
    assert timeline["editorData"].keys() == {"videoTrack", "textTrack", "imageTrack"}


def test_missing_assets_are_no_hindrance(ana: Person, work: str, make: Make) -> None:
    template = make(imageOverlays=[image(assetId="asset_none")])

    timeline = apply(ana, work, template)["editorState"]

    assert timeline["imageOverlays"]["applied_logo"]["assetId"] == "asset_none"


def test_the_work_stays_valid(ana: Person, work: str, make: Make) -> None:
    after = apply(ana, work, make(exportSettings=SQUARE))

    saved = ana.put(work, json=after)

    assert saved.status_code == 200
    assert saved.json == {**after, "updatedAt": saved.json["updatedAt"]}


def test_the_answer_has_the_works_new_tag(ana: Person, work: str, make: Make) -> None:
    body = {"templateId": make().rpartition("/")[2]}
    answer = ana.post(f"{work}/apply-template", json=body)

    assert answer.headers["ETag"] == ana.get(work).headers["ETag"]


def test_applied_by_many_at_once_all_of_it_is_there(
    app: Flask, ana: Person, work: str, make: Make
) -> None:
    template = make()

    def apply_once(number: int) -> None:
        person = Person(app.test_client(), ana.token, ana.user)
        apply(person, work, template)
        assert person.put(work, json={"name": f"Name {number}"}).status_code == 200

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(apply_once, range(12)))

    timeline = ana.show(work)["editorState"]
    assert len(timeline["textOverlays"]) == len(timeline["imageOverlays"]) == 12


def test_an_unknown_template_is_404(ana: Person, work: str, make: Make) -> None:
    before = ana.get(work).data
    elsewhere = ana.post(f"{ana.new_project()}/templates", json={"name": "x", "content": {}}).json[
        "id"
    ]

    for template_id in ("tmpl_none", elsewhere):
        answer = ana.post(f"{work}/apply-template", json={"templateId": template_id})
        assert answer.status_code == 404
    assert ana.get(work).data == before


def test_an_unknown_work_is_404(ana: Person, project: str, make: Make) -> None:
    body = {"templateId": make().rpartition("/")[2]}

    assert ana.post(f"{project}/works/work_0/apply-template", json=body).status_code == 404


@pytest.mark.parametrize("body", [None, {}, {"templateId": None}, {"templateId": "../x"}])
def test_a_template_has_to_be_named(ana: Person, work: str, body: Any) -> None:
    answer = (
        ana.post(f"{work}/apply-template", json=body)
        if body is not None
        else ana.post(f"{work}/apply-template")
    )

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["templateId"]
