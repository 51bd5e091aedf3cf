"""Applying a template to a work: its overlays are added to the timeline of the work."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.mcp_server.helpers import data, handle
from tests.people import Person
from tests.works.shapes import all_fields, scene
from tests.works.templates.shapes import SQUARE, image_overlay, text_overlay


def apply(ana: Person, work: str, template: str, **fields: Any) -> Any:
    """Apply the template at this path to a work and return the work."""
    body = {"templateId": template.rpartition("/")[2], **fields}
    answer = ana.post(f"{work}/apply-template", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_applying_a_template_to_a_work_adds_overlays_and_actions(ana, work, new_template):
    ana.put(work, json=all_fields())
    before = ana.show(work)
    template = new_template(textOverlays=[text_overlay(text="{{ product }}", endPercent=50)])

    after = apply(ana, work, template, placeholderValues={"product": "Lamp"})

    timeline, previous = after["editorState"], before["editorState"]
    assert timeline["textOverlays"].keys() == {"t0", "applied_title"}
    assert timeline["textOverlays"]["applied_title"]["text"] == "Lamp"
    assert timeline["imageOverlays"].keys() == {"i0", "applied_logo"}
    tracks = timeline["editorData"]
    assert tracks["textTrack"] == [
        *previous["editorData"]["textTrack"],
        {"id": "applied_title", "start": 0, "end": 2.25},
    ]
    assert tracks["imageTrack"][1:] == [{"id": "applied_logo", "start": 0, "end": 4.5}]
    assert ana.show(work) == after


def test_applying_a_template_keeps_all_other_fields_of_the_work(ana, work, new_template):
    ana.put(work, json=all_fields())
    before = ana.show(work)

    after = apply(ana, work, new_template())

    assert after["updatedAt"] > before["updatedAt"]
    own = {"editorState", "updatedAt"}
    assert {key: after[key] for key in after.keys() - own} == {
        key: before[key] for key in before.keys() - own
    }
    timeline, previous = after["editorState"], before["editorState"]
    assert timeline["exportSettings"] == previous["exportSettings"]
    assert timeline["audioVolume"] == previous["audioVolume"]
    for track in ("videoTrack", "audioTrack"):
        assert timeline["editorData"][track] == previous["editorData"][track]


def test_applying_a_template_sets_its_export_settings_in_the_work(ana, work, new_template):
    after = apply(ana, work, new_template(exportSettings=SQUARE))

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
def test_applied_overlays_last_as_long_as_the_video_of_the_work(
    ana, work, new_template, fields, seconds
):
    assert ana.put(work, json=fields).status_code == 200

    after = apply(ana, work, new_template())

    [action] = after["editorState"]["editorData"]["textTrack"]
    assert action["end"] == seconds


def track_of(*clips: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a work with these clips on its timeline, of 2 s each."""
    track = [
        {
            "id": f"v{number}",
            "sceneIndex": number,
            "start": 2 * number,
            "end": 2 * number + 2,
            **clip,
        }
        for number, clip in enumerate(clips)
    ]
    return {"editorState": {"editorData": {"videoTrack": track}}}


def test_applied_overlays_last_as_long_as_the_timeline_whatever_was_planned(
    ana, work, new_template
):
    ana.put(work, json={"videoDuration": 20, **track_of({"start": 2, "end": 4}, {"start": 0})})

    [action] = apply(ana, work, new_template())["editorState"]["editorData"]["textTrack"]

    assert action["end"] == 4


def transitions_of(work: dict[str, Any]) -> list[Any]:
    track = work["editorState"]["editorData"]["videoTrack"]
    return [(clip.get("transitionType"), clip.get("transitionDuration")) for clip in track]


def test_default_transition_is_set_where_scenes_follow_each_other_without_one(
    ana, work, new_template
):
    clips: list[dict[str, Any]] = [
        {},
        {"transitionType": "cut", "transitionDuration": 2},
        {"transitionType": "wipe", "transitionDuration": 1},
        {"transitionType": ""},  # split: the next clip goes on with its scene
        {"sceneIndex": 3, "transitionType": "none"},
        {},
    ]
    ana.put(work, json=track_of(*clips))

    after = apply(ana, work, new_template(defaultTransition={"type": "fade", "duration": 0.4}))

    fade = ("fade", 0.4)
    assert transitions_of(after) == [fade, fade, ("wipe", 1), ("", None), fade, (None, None)]


def test_default_transition_follows_the_order_of_the_timeline(ana, work, new_template):
    ana.put(work, json=track_of({"start": 2, "end": 4}, {"start": 0, "end": 2}))

    after = apply(ana, work, new_template(defaultTransition={"type": "fade", "duration": 1e9}))

    assert transitions_of(after) == [(None, None), ("fade", 86_400)]  # at most what is exported


def test_default_transition_of_a_work_without_a_timeline_is_that_of_its_scenes(
    ana, work, new_template
):
    scenes = [scene(0), scene(1, transition="wipe"), scene(2), scene(3)]
    ana.put(work, json={"scenes": scenes})

    after = apply(ana, work, new_template(defaultTransition={"type": "fade", "duration": 0.4}))

    assert [each["transition"] for each in after["scenes"]] == ["fade", "wipe", "fade", "cut"]


def test_model_that_applies_a_template_sets_its_transition(ana, work, new_template):
    ana.put(work, json={"scenes": [scene(0), scene(1)]})
    template = new_template(defaultTransition={"type": "wipe", "duration": 0.4})
    operations = [{"op": "template", "template": template.rpartition("/")[2]}]

    data(ana, "edit_timeline", work=handle(work), operations=operations)

    after = ana.show(work)
    assert [each["transition"] for each in after["scenes"]] == ["wipe", "cut"]
    assert after["editorState"]["textOverlays"].keys() == {"applied_title"}


def test_applying_a_template_repeatedly_creates_unique_ids(ana, work, new_template):
    template = new_template(textOverlays=[text_overlay("a"), text_overlay("a_2")])

    for _ in range(2):
        apply(ana, work, template)
    timeline = apply(ana, work, template)["editorState"]

    assert len(timeline["textOverlays"]) == 6
    assert len(timeline["imageOverlays"]) == 3
    for overlays, track in (("textOverlays", "textTrack"), ("imageOverlays", "imageTrack")):
        ids = [action["id"] for action in timeline["editorData"][track]]
        assert len(set(ids)) == len(ids)
        assert set(ids) == timeline[overlays].keys()
        assert all(action_id.startswith("applied_") for action_id in ids)


def test_applying_a_template_does_not_reuse_ids_of_actions_without_overlays(
    ana, work, new_template
):
    action = {"id": "applied_title", "start": 0, "end": 1}
    ana.put(work, json={"editorState": {"editorData": {"textTrack": [action]}}})

    timeline = apply(ana, work, new_template())["editorState"]

    ids = [action["id"] for action in timeline["editorData"]["textTrack"]]
    assert len(set(ids)) == 2


def test_applying_a_template_adds_missing_optional_parts_of_the_timeline(ana, work, new_template):
    bare: dict[str, Any] = {"editorData": {"videoTrack": []}, "imageOverlays": None}
    assert ana.put(work, json={"editorState": bare}).status_code == 200

    timeline = apply(ana, work, new_template())["editorState"]

    assert timeline["imageOverlays"].keys() == {"applied_logo"}
    assert timeline["editorData"].keys() == {"videoTrack", "textTrack", "imageTrack"}


def test_template_with_missing_assets_can_be_applied_to_a_work(ana, work, new_template):
    template = new_template(imageOverlays=[image_overlay(assetId="asset_none")])

    timeline = apply(ana, work, template)["editorState"]

    assert timeline["imageOverlays"]["applied_logo"]["assetId"] == "asset_none"


def test_work_with_an_applied_template_can_be_written_back(ana, work, new_template):
    after = apply(ana, work, new_template(exportSettings=SQUARE))

    saved = ana.save(work, after)

    assert saved == {**after, "updatedAt": saved["updatedAt"]}


def test_applying_a_template_returns_the_new_etag_of_the_work(ana, work, new_template):
    body = {"templateId": new_template().rpartition("/")[2]}
    answer = ana.post(f"{work}/apply-template", json=body)

    assert answer.headers["ETag"] == ana.get(work).headers["ETag"]


@pytest.mark.tuning(request_lock=60)
def test_simultaneously_applied_templates_are_all_kept(app, ana, work, new_template):
    template = new_template()

    def apply_once(number: int) -> None:
        person = Person(app.test_client(), ana.token, ana.user)
        apply(person, work, template)
        assert person.put(work, json={"name": f"Name {number}"}).status_code == 200

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(apply_once, range(12)))

    timeline = ana.show(work)["editorState"]
    assert len(timeline["textOverlays"]) == len(timeline["imageOverlays"]) == 12


def test_applying_a_missing_template_returns_404(ana, work, new_template):
    before = ana.get(work).data
    other = ana.post(f"{ana.new_project()}/templates", json={"name": "x", "content": {}}).json

    for template_id in ("tmpl_none", other["id"]):
        answer = ana.post(f"{work}/apply-template", json={"templateId": template_id})
        assert answer.status_code == 404
    assert ana.get(work).data == before


def test_applying_a_template_to_a_missing_work_returns_404(ana, project, new_template):
    body = {"templateId": new_template().rpartition("/")[2]}

    assert ana.post(f"{project}/works/work_0/apply-template", json=body).status_code == 404


@pytest.mark.parametrize("body", [None, {}, {"templateId": None}, {"templateId": "../x"}])
def test_applying_a_template_without_a_valid_id_returns_400(ana, work, body):
    request = {} if body is None else {"json": body}

    answer = ana.post(f"{work}/apply-template", **request)

    assert answer.status_code == 400
    assert list(answer.json["details"]) == ["templateId"]


def test_work_with_as_many_overlays_as_it_may_have_gets_no_more(ana, work, new_template):
    many = [text_overlay(f"t{number}") for number in range(2500)]
    template = new_template(textOverlays=many, imageOverlays=[])
    apply(ana, work, template)
    full = apply(ana, work, template)

    answer = ana.post(f"{work}/apply-template", json={"templateId": template.rpartition("/")[2]})

    assert len(full["editorState"]["textOverlays"]) == 5000
    assert (answer.status_code, answer.json["error"]) == (413, "Too many overlays")
    assert answer.json["details"].startswith("textOverlays would have 7,500 entries")
    assert ana.show(work) == full
