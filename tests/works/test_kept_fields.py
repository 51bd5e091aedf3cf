"""Fields of a timeline that older clients do not know stay when these write whole works back."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from schemas.text_looks import LOOK_FIELDS
from tests.works.shapes import scene
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
SPOKEN: Json = {"trimStart": 0.1, "trimEnd": 0.2, "speed": 1.1, "volume": 0.5, "anchor": "a"}
STATE: Json = {
    "editorData": {
        "videoTrack": [
            {"id": "a", "start": 0, "end": 4, "sceneIndex": 0, "order": 0},
            {"id": "b", "start": 4, "end": 6, "sceneIndex": 0, "order": 2.5} | PLAYED,
        ],
        "textTrack": [{"id": "t", "start": 4, "end": 5, "anchor": "b", "order": [3, 0]}],
        "imageTrack": [],
        "audioTrack": [],
        "voiceTrack": [{"id": "v", "sceneIndex": 0, "start": 1, "end": 3} | SPOKEN],
        "soundTrack": [
            {"id": "s", "assetId": "asset_s", "start": 1, "end": 3, "fadeIn": 1, "voice": True}
        ],
    },
    "textOverlays": {
        "t": {"text": "T", "fontSize": 9, "fontColor": "red", "centerX": 0, "centerY": 0}
        | {"fontAssetId": "asset_f", "outlineWidth": 2, "shadow": False}
        | {"animationIn": {"type": "fade", "seconds": 0.5}}
    },
    "captions": [
        {"start": 4, "end": 5, "text": "one", "id": "caption-1", "anchor": "b"}
        | {"words": [{"text": "one", "start": 4, "end": 4.5}]},
        {"start": 5, "end": 6, "text": "two"},
    ],
    "exportSettings": {"width": 640, "height": 360, "fps": 25, "fit": "cover"},
}
LOOKS = {*LOOK_FIELDS} - {"width"}  # which the exported frame has too
SOUND_TRACKS = ("voiceTrack", "soundTrack")
NEW = {
    *PLAYED,
    *LOOKS,
    *SPOKEN,
    *SOUND_TRACKS,
    "words",
    "order",
    "anchor",
    "fontAssetId",
    "fit",
    "arranged",
    "id of captions",
}


@pytest.fixture
def arranged(ana, project):
    work = ana.new_work(project)
    ana.save(work, {"editorState": STATE})
    return work


def parts(state: Json) -> Iterator[Json]:
    """Yield the parts of a timeline that may have fields that a client does not know."""
    yield state["editorData"]
    yield state["exportSettings"]
    for track in ("videoTrack", "textTrack", "imageTrack", "audioTrack", *SOUND_TRACKS):
        yield from state["editorData"].get(track) or []
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


def test_older_client_that_writes_a_work_back_changes_nothing(ana, arranged):
    before = ana.show(arranged)["editorState"]

    ana.save(arranged, {"editorState": as_an_older_client_writes(before)})

    assert ana.show(arranged)["editorState"] == before


def test_older_client_changes_what_it_knows(ana, arranged):
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


def test_removed_clip_stays_removed(ana, arranged):
    state = as_an_older_client_writes(STATE)
    del state["editorData"]["videoTrack"][1]

    saved = ana.save(arranged, {"editorState": state})["editorState"]

    assert [each["id"] for each in saved["editorData"]["videoTrack"]] == ["a"]


def test_null_removes_a_field(ana, arranged):
    state = deepcopy(STATE)
    for part in parts(state):
        for name in (*NEW, "id"):
            if name in part and (name != "id" or "text" in part):
                part[name] = None

    saved = ana.save(arranged, {"editorState": state})["editorState"]

    assert all(not (NEW | {None}) & part.keys() for part in parts(saved))
    assert all("id" not in caption for caption in saved["captions"])


def test_empty_cut_stays_empty(ana, project):
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


def test_empty_cut_is_not_exported(ana, project):
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


def test_template_is_not_applied_to_an_empty_cut(ana, project):
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


def test_actions_with_equal_ids_keep_their_own_fields():
    stored = [{**A, "anchor": "x"}, {**A, "order": 4}, {**A, "anchor": "y"}]

    after = tracks_after({"textTrack": [A, A, A, A]}, {"textTrack": stored})

    assert after["textTrack"] == [*stored, A]


def test_captions_with_equal_ids_keep_their_own_anchors():
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
def test_scenes_play_again_if_an_older_client_removes_the_last_clip(given, stored, *, is_kept):
    after = tracks_after(given, {**stored, "arranged": True})

    assert after == {**given, **({"arranged": True} if is_kept else {})}


def test_voice_and_sound_tracks_keep_the_fields_of_their_entries(ana, arranged):
    tracks = deepcopy(STATE["editorData"])
    [voice], [sound] = tracks["voiceTrack"], tracks["soundTrack"]
    tracks["voiceTrack"] = [{"id": "v", "sceneIndex": 0, "start": 2, "end": 4, "speed": None}]
    del sound["fadeIn"], sound["voice"]

    saved = ana.save(arranged, {"editorState": {"editorData": tracks}})["editorState"]["editorData"]

    kept = {key: value for key, value in voice.items() if key != "speed"}
    assert saved["voiceTrack"] == [{**kept, "start": 2, "end": 4}]
    assert saved["soundTrack"] == STATE["editorData"]["soundTrack"]


def test_words_of_a_caption_go_when_its_text_or_times_change():
    caption = {"id": "c", "start": 0, "end": 1, "text": "x"}
    stored = [{**caption, "words": [{"text": "x", "start": 0, "end": 1}]}]

    for given in ({**caption, "text": "y"}, {**caption, "end": 2}):
        assert with_kept_fields({"captions": [given]}, {"captions": stored})["captions"] == [given]


NARRATION: Json = {"text": "Wake up", "voice": "v1"}
MOTION: Json = {"preset": "panLeft"}
SOUND: Json = {"narrator": {"voice": "v1"}, "captions": {"style": "karaoke"}, "duck": -9}


@pytest.fixture
def sounding(ana, project):
    work = ana.new_work(project)
    spoken = {"narration": {**NARRATION, "style": None}, "motion": MOTION}
    ana.save(work, {"scenes": [scene(0, **spoken), scene(1)], "sound": SOUND})
    return work


def test_scenes_keep_what_is_said_and_how_they_move(ana, sounding):
    first = ana.show(sounding)["scenes"][0]
    assert (first["narration"], first["motion"]) == (NARRATION, MOTION)

    moved = ana.save(sounding, {"scenes": [scene(1), scene(0, image_prompt="New")]})["scenes"]
    assert moved == [scene(1), {**first, "image_prompt": "New"}]

    removed = ana.save(sounding, {"scenes": [scene(0, narration=None, motion=None)]})["scenes"]
    assert removed == [scene(0)]


def test_sound_keeps_what_is_left_out_and_null_removes(ana, sounding):
    assert ana.save(sounding, {"name": "Other"})["sound"] == SOUND
    changed = ana.save(sounding, {"sound": {"duck": None, "clips": "mute"}})["sound"]
    assert changed == {"narrator": {"voice": "v1"}, "captions": SOUND["captions"], "clips": "mute"}
    changed = ana.save(sounding, {"sound": {"narrator": {"voice": "v2", "model": None}}})["sound"]
    assert changed["narrator"] == {"voice": "v2"}

    nothing = dict.fromkeys(("narrator", "captions", "clips"))
    assert "sound" not in ana.save(sounding, {"sound": nothing})
    ana.save(sounding, {"sound": SOUND})
    assert "sound" not in ana.save(sounding, {"sound": None})


def test_style_guide_keeps_the_narrator(ana, project):
    narrator = {"voice": "v1", "provider": "demo"}
    ana.save(project, {"styleGuide": {"narrator": narrator}})

    assert ana.save(project, {"styleGuide": {"tone": "calm"}})["styleGuide"] == {
        "tone": "calm",
        "narrator": narrator,
    }
    assert ana.save(project, {"styleGuide": {"narrator": None}})["styleGuide"] == {}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"scenes": [scene(0, narration={})]}, "scenes.0.narration.text"),
        ({"scenes": [scene(0, narration={"text": "x" * 5_001})]}, "scenes.0.narration.text"),
        ({"scenes": [scene(0, narration={"text": "a\x07"})]}, "scenes.0.narration.text"),
        ({"scenes": [scene(0, motion={**MOTION, "zoom": 1})]}, "scenes.0.motion.zoom"),
        ({"sound": {"narrator": {}}}, "sound.narrator.voice"),
        ({"sound": {"narrator": {"voice": "v", "speed": 2}}}, "sound.narrator.speed"),
        ({"sound": {"captions": {"style": "neon"}}}, "sound.captions.style"),
        ({"sound": {"duck": 3}}, "sound.duck"),
        ({"sound": {"clips": "loud"}}, "sound.clips"),
        (
            {"editorState": {"editorData": {"voiceTrack": [{**A, "sceneIndex": 0}] * 2}}},
            "editorState.editorData.voiceTrack.1.sceneIndex",
        ),
        (
            {"editorState": {"editorData": {"soundTrack": [A]}}},
            "editorState.editorData.soundTrack.0.assetId",
        ),
    ],
)
def test_bad_sound_is_refused_and_nothing_changes(ana, sounding, fields, path):
    before = ana.show(sounding)

    answer = ana.put(sounding, json=fields)

    assert (answer.status_code, [*answer.json["details"]]) == (400, [path])
    assert ana.show(sounding) == before
