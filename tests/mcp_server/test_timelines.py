"""`edit_timeline`: operations as models give them, and what they read of a timeline."""

import re
from typing import Any

import pytest

from mcp_server.operations import NAMES, OperationSchema
from mcp_server.tools.editing import EDIT_TIMELINE
from schemas.operations import SHAPES
from tests.mcp_server.helpers import data, failure, handle
from tests.people import Person

Json = dict[str, Any]


@pytest.fixture
def arranged(ana, project):
    """A work with three scenes, of which the timeline has clips with trims and transitions."""
    work = ana.new_work(project)
    ana.save(work, {"scenes": [{"scene_index": n, "duration_seconds": 4} for n in range(3)]})
    edit(
        ana,
        work,
        {"op": "trim", "clip": 0, "from": 0.5, "seconds": 2},
        {"op": "transition", "clip": 1, "transition": "fade", "seconds": 0.5},
        {"op": "text", "new": "text_a", "text": "Arc", "start": 1, "end": 3, "anchor": 1}
        | {"size": 80, "color": "#ff8800", "x": 10, "y": 20},
    )
    return work


def edit(ana: Person, work: str, *operations: Json) -> Json:
    result: Json = data(ana, "edit_timeline", work=handle(work), operations=operations)
    return result


def test_two_scenes_change_places_and_nothing_else(ana, arranged):
    before = data(ana, "get_work", work=handle(arranged), part="timeline")
    clips = {clip["scene"]: clip for clip in before["clips"]}
    places = {"clip", "start", "end"}

    after = edit(ana, arranged, {"op": "arrange", "clips": [{"scene": n} for n in (1, 0, 2)]})

    assert [clip["scene"] for clip in after["clips"]] == [1, 0, 2]
    for clip in after["clips"]:
        stored = clips[clip["scene"]]
        assert {key: clip[key] for key in clip.keys() - places} == {
            key: stored[key] for key in stored.keys() - places
        }
    assert after["frame"] == before["frame"]
    assert after["seconds"] == before["seconds"]


def test_looks_of_texts_are_read_as_they_are_written(ana, arranged):
    look: Json = {
        "weight": 400,
        "width": 700,
        "align": "left",
        "lineHeight": 1.5,
        "shadow": False,
        "outlineColor": "#000000",
        "outlineWidth": 2,
        "background": "#00000080",
        "animationIn": {"type": "fade", "seconds": 0.5},
        "animationOut": {"type": "slideup", "seconds": 1},
    }

    result = edit(ana, arranged, {"op": "text", "id": "text_a", **look})

    [text] = result["texts"]
    assert text.items() >= look.items()
    [text] = edit(ana, arranged, {"op": "text", "id": "text_a", "preset": "title"})["texts"]
    assert text["animationOut"] == {"type": "fade", "seconds": 0.5}
    assert text.keys().isdisjoint({"weight", "align", "shadow", "outlineWidth", "background"})


def test_what_is_written_is_read_under_the_same_names(ana, arranged):
    result = data(ana, "get_work", work=handle(arranged), part="timeline")

    assert result["clips"][0] == {
        "clip": 0,
        "id": "scene-0",
        "scene": 0,
        "start": 0,
        "end": 2,
        "from": 0.5,
        "transition": "cut",
    }
    assert result["clips"][1]["transitionSeconds"] == 0.5
    [text] = result["texts"]
    assert text == {
        "id": "text_a",
        "start": 1,
        "end": 3,
        "anchor": "scene-1",
        "x": 10,
        "y": 20,
        "size": 80,
        "color": "#ff8800",
        "untrusted": {"text": "Arc"},
    }


def test_what_is_read_of_a_text_can_be_written_again(ana, arranged):
    before = data(ana, "get_work", work=handle(arranged), part="timeline")
    [text] = before["texts"]
    again = {key: value for key, value in text.items() if key != "untrusted"}

    after = edit(ana, arranged, {"op": "text", **again, **text["untrusted"]})

    assert after["texts"] == before["texts"]


def test_clips_and_music_play_as_they_are_told(ana, arranged):
    played = {"speed": 0.5, "volume": 0, "fadeIn": 1, "fadeOut": 0.25}
    place = {"start": 0, "end": 4, "fadeOut": 2}

    after = edit(
        ana,
        arranged,
        {"op": "clip", "clip": 0, **played},
        {"op": "clip", "clip": 0, "fadeOut": None},
        {"op": "place", "new": "music_a", **place},
    )

    clip = after["clips"][0]
    assert {key: clip.get(key) for key in (*played, "end")} == {**played, "fadeOut": None, "end": 4}
    assert after["places"] == [{"id": "music_a", **place}]


def test_crop_and_motion_are_read_as_they_are_written(ana, arranged):
    crop = {"x": 0, "y": 0.25, "width": 1, "height": 0.5}
    framed: Json = {"crop": crop, "motion": {"preset": "zoomIn"}}

    after = edit(ana, arranged, {"op": "clip", "clip": 0, **framed})
    assert {name: after["clips"][0][name] for name in framed} == framed
    after = edit(ana, arranged, {"op": "clip", "clip": 0, **dict.fromkeys(framed)})
    assert not framed.keys() & after["clips"][0].keys()


def test_text_that_is_changed_keeps_its_style(ana, arranged):
    edit(ana, arranged, {"op": "text", "id": "text_a", "text": "New"})

    overlay = ana.show(arranged)["editorState"]["textOverlays"]["text_a"]
    assert (overlay["text"], overlay["fontSize"], overlay["fontColor"]) == ("New", 80, "#ff8800")


def test_numbers_of_clips_are_those_after_the_operations_before(ana, arranged):
    operations = (
        {"op": "move", "clip": 2, "after": None},
        {"op": "trim", "clip": 0, "seconds": 1},
        {"op": "delete", "kind": "clip", "id": 1},
        {"op": "transition", "clip": "scene-2", "transition": "slide"},
    )

    after = edit(ana, arranged, *operations)

    assert [(clip["id"], clip["end"]) for clip in after["clips"]] == [
        ("scene-2", 1),
        ("scene-1", 5),
    ]
    assert after["clips"][0]["transition"] == "slide"


def test_assets_are_inserted_and_read_as_clips(ana, project, arranged, samples):
    asset = ana.upload(f"{project}/assets", samples / "video.mp4").json["id"]

    after = edit(ana, arranged, {"op": "insert", "asset": asset, "after": 0})

    assert after["clips"][1].items() >= {"asset": asset, "start": 2, "end": 3}.items()
    assert "scene" not in after["clips"][1]


def test_scenes_that_are_not_arranged_are_read_as_clips(ana, project):
    work = ana.new_work(project)
    ana.save(work, {"scenes": [{"scene_index": n, "duration_seconds": 4} for n in range(2)]})

    result = data(ana, "get_work", work=handle(work), part="timeline")

    assert [clip["id"] for clip in result["clips"]] == ["scene-0", "scene-1"]
    assert result["seconds"] == 8
    assert result["note"].startswith("Not arranged")
    assert ana.show(work)["editorState"]["editorData"]["videoTrack"] == []


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ({"op": "trim", "clip": 9, "seconds": 1}, "operations.1.clip: There are 3 clips"),
        ({"op": "trim", "clip": 0, "scene": 1}, "operations.1.scene: Unknown field: known are "),
        ({"op": "trim", "clip": 0, "length": 1}, "operations.1.length: Unknown field"),
        ({"op": "remove", "id": "none"}, "operations.1.id: There is no text"),
        ({"op": "insert", "scene": 7}, "operations.1.scene: There is no scene 7"),
        ({"op": "arrange", "clips": [{"scene": 0, "fade": 1}]}, "operations.1.clips.0.fade"),
    ],
)
def test_refused_operation_names_its_argument_and_none_is_applied(ana, arranged, operation, path):
    before = ana.show(arranged)
    operations = [{"op": "gap", "clip": 0, "seconds": 1}, operation]

    text = failure(ana, "edit_timeline", work=handle(arranged), operations=operations)

    assert path in text
    assert ana.show(arranged) == before


def test_what_may_not_be_meant_is_a_warning(ana, arranged):
    operation = {"op": "text", "text": "Late", "start": 60, "end": 61}

    [warning] = edit(ana, arranged, operation)["warnings"]

    assert warning["operation"] == 0
    assert "ends after the video" in warning["message"]


def test_models_can_give_every_argument_of_every_operation():
    known = OperationSchema().fields.keys()
    needed = {name: shape().fields.keys() - {"operationId"} for name, shape in SHAPES.items()}

    assert {name: needed[name] - known for name in SHAPES if name in NAMES} == {
        name: set() for name in SHAPES if name != "revert"
    }


def test_the_text_of_the_tool_names_every_operation():
    named = EDIT_TIMELINE.description.partition("op: ")[2]

    assert [name for name in NAMES if not re.search(rf"\b{name}( \(|,)", named)] == ["remove"]
