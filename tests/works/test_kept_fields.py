"""Fields of a timeline that older clients do not know stay when these write whole works back."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from schemas.text_looks import LOOK_FIELDS
from tests.people import Person
from works.kept_fields import with_kept_fields

Json = dict[str, Any]

PLAYED: Json = {
    "assetId": "asset_v",
    "speed": 2,
    "volume": 0.5,
    "fadeIn": 1,
    "fadeOut": 0.25,
    "crop": {"x": 0, "y": 0.25, "width": 1, "height": 0.5},
    "motion": {"preset": "zoomIn"},
}
STATE: Json = {
    "editorData": {
        "videoTrack": [
            {"id": "a", "start": 0, "end": 4, "sceneIndex": 0, "order": 0},
            {"id": "b", "start": 4, "end": 6, "sceneIndex": 0, "order": 2.5} | PLAYED,
        ],
        "textTrack": [{"id": "t", "start": 4, "end": 5, "anchor": "b", "order": 3}],
        "imageTrack": [],
        "audioTrack": [],
    },
    "textOverlays": {
        "t": {"text": "T", "fontSize": 9, "fontColor": "red", "centerX": 0, "centerY": 0}
        | {"fontAssetId": "asset_f", "outlineWidth": 2, "shadow": False}
        | {"animationIn": {"type": "fade", "seconds": 0.5}}
    },
    "captions": [
        {"start": 4, "end": 5, "text": "one", "id": "caption-1", "anchor": "b"},
        {"start": 5, "end": 6, "text": "two"},
    ],
    "exportSettings": {"width": 640, "height": 360, "fps": 25, "fit": "cover"},
}
LOOKS = {*LOOK_FIELDS} - {"width"}  # which the exported frame has too
NEW = {*PLAYED, *LOOKS, "order", "anchor", "fontAssetId", "fit", "arranged", "id of captions"}


@pytest.fixture
def arranged(ana: Person, project: str) -> str:
    work = ana.new_work(project)
    ana.save(work, {"editorState": STATE})
    return work


def parts(state: Json) -> Iterator[Json]:
    """Yield the parts of a timeline that may have fields that a client does not know."""
    yield state["editorData"]
    yield state["exportSettings"]
    for track in ("videoTrack", "textTrack", "imageTrack", "audioTrack"):
        yield from state["editorData"][track]
    yield from state["textOverlays"].values()
    yield from state["captions"]


def as_an_older_client_writes(state: Json) -> Json:
    """Return a timeline without what a client of before does not know."""
    state = deepcopy(state)
    for part in parts(state):
        for name in NEW & part.keys():
            del part[name]
    for caption in state["captions"]:
        caption.pop("id", None)
    return state


def test_older_client_that_writes_a_work_back_changes_nothing(ana: Person, arranged: str) -> None:
    before = ana.show(arranged)["editorState"]

    ana.save(arranged, {"editorState": as_an_older_client_writes(before)})

    assert ana.show(arranged)["editorState"] == before


def test_older_client_changes_what_it_knows(ana: Person, arranged: str) -> None:
    state = as_an_older_client_writes(STATE)
    state["editorData"]["videoTrack"][0]["end"] = 3
    state["editorData"]["videoTrack"].append({"id": "n", "start": 6, "end": 7})
    state["textOverlays"]["t"]["text"] = "New"
    state["captions"][0]["text"] = "other"

    saved = ana.save(arranged, {"editorState": state})["editorState"]

    tracks = saved["editorData"]
    assert [each.get("order") for each in tracks["videoTrack"]] == [0, 2.5, None]
    assert tracks["videoTrack"][0]["end"] == 3
    assert tracks["textTrack"][0]["anchor"] == "b"
    assert saved["textOverlays"]["t"]["text"] == "New"
    assert saved["textOverlays"]["t"]["fontAssetId"] == "asset_f"
    assert saved["captions"][0] == {"start": 4, "end": 5, "text": "other"}


def test_removed_clip_stays_removed(ana: Person, arranged: str) -> None:
    state = as_an_older_client_writes(STATE)
    del state["editorData"]["videoTrack"][1]

    saved = ana.save(arranged, {"editorState": state})["editorState"]

    assert [each["id"] for each in saved["editorData"]["videoTrack"]] == ["a"]


def test_null_removes_a_field(ana: Person, arranged: str) -> None:
    state = deepcopy(STATE)
    for part in parts(state):
        for name in (*NEW, "id"):
            if name in part and (name != "id" or "text" in part):
                part[name] = None

    saved = ana.save(arranged, {"editorState": state})["editorState"]

    assert all(not (NEW | {None}) & part.keys() for part in parts(saved))
    assert all("id" not in caption for caption in saved["captions"])


def test_empty_cut_stays_empty(ana: Person, project: str) -> None:
    work = ana.new_work(project)
    ana.save(work, {"scenes": [{"scene_index": 0}]})
    delete = {"op": "delete", "kind": "clip", "id": "scene-0"}
    ana.post(f"{work}/timeline/operations", json={"operations": [delete]})
    tracks = dict(ana.show(work)["editorState"]["editorData"])
    assert tracks.pop("arranged") is True

    saved = ana.save(work, {"editorState": {"editorData": tracks}})
    assert saved["editorState"]["editorData"]["arranged"] is True

    tracks["arranged"] = None
    saved = ana.save(work, {"editorState": {"editorData": tracks}})
    assert "arranged" not in saved["editorState"]["editorData"]


def test_empty_cut_is_not_exported(ana: Person, project: str) -> None:
    work = ana.new_work(project)
    ana.save(work, {"scenes": [{"scene_index": 0}]})
    ana.post(f"{work}/timeline/operations", json={"operations": [{"op": "arrange", "clips": []}]})

    answers = [
        ana.post(f"{work}/export"),
        ana.post(f"{work}/jobs", json={"kind": "export"}),
        ana.get(f"{work}/timeline.otio"),
    ]

    for answer in answers:
        assert answer.status_code == 400
        assert answer.json["error"] == "Nothing to export"
        assert "The timeline is empty." in answer.json["details"]


def test_template_is_not_applied_to_an_empty_cut(ana: Person, project: str) -> None:
    work = ana.new_work(project)
    ana.save(work, {"scenes": [{"scene_index": 0}]})
    ana.post(f"{work}/timeline/operations", json={"operations": [{"op": "arrange", "clips": []}]})
    content: Json = {"textOverlays": [], "imageOverlays": []}
    template = ana.create(f"{project}/templates", {"name": "T", "content": content})

    answer = ana.post(f"{work}/apply-template", json={"templateId": template["id"]})

    assert answer.status_code == 400
    assert answer.json["error"] == "The timeline is empty"


def tracks_after(given: Json, stored: Json) -> Json:
    """Return the tracks after a client wrote them."""
    tracks: Json = with_kept_fields({"editorData": given}, {"editorData": stored})["editorData"]
    return tracks


A = {"id": "a", "start": 0, "end": 1}


def test_actions_with_equal_ids_keep_their_own_fields() -> None:
    stored = [{**A, "anchor": "x"}, {**A, "order": 4}, {**A, "anchor": "y"}]

    after = tracks_after({"textTrack": [A, A, A, A]}, {"textTrack": stored})

    assert after["textTrack"] == [*stored, A]


def test_captions_with_equal_ids_keep_their_own_anchors() -> None:
    same = {"start": 0, "end": 1, "text": "x", "id": "c"}
    bare = {"start": 5, "end": 6, "text": "z", "anchor": "z"}
    stored = [bare, {**same, "anchor": "x"}, {**same, "anchor": "y"}]
    nameless = {"start": 7, "end": 8, "text": "y"}
    given = [{**nameless, "id": None}, same, same]

    after = with_kept_fields({"captions": given}, {"captions": stored})["captions"]

    assert after == [nameless, *stored[1:]]


@pytest.mark.parametrize(
    ("given", "stored", "is_kept"),
    [
        ({"videoTrack": []}, {"videoTrack": []}, True),
        ({}, {"videoTrack": []}, True),
        ({"videoTrack": []}, {}, True),
        ({"videoTrack": [A]}, {"videoTrack": [A]}, True),
        ({"videoTrack": []}, {"videoTrack": [A]}, False),
        ({"videoTrack": [A]}, {"videoTrack": []}, False),
    ],
)
def test_scenes_play_again_if_an_older_client_removes_the_last_clip(
    given: Json, stored: Json, *, is_kept: bool
) -> None:
    after = tracks_after(given, {**stored, "arranged": True})

    assert after == {**given, **({"arranged": True} if is_kept else {})}
