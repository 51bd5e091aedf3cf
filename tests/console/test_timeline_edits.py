"""Edits of a timeline: pure functions from one editorState to the next."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import needs_browser
from tests.console.modules import Modules, open_modules
from tests.console.timelines import Json, scene, work_of

pytestmark = needs_browser

SETTINGS = {"width": 1000, "height": 500, "fps": 25}


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Modules]:
    with open_modules(browser) as modules:
        yield modules


class Editor:
    """A state that is edited by the functions of a module."""

    def __init__(self, modules: Modules, name: str, state: Json) -> None:
        self._modules = modules
        self._name = name
        self.state = state

    def edit(self, name: str, *arguments: Any) -> "Editor":
        self.state = self._modules.call(f"timeline/{self._name}", name, self.state, *arguments)
        return self

    @property
    def clips(self) -> list[tuple[int, float, float, float]]:
        """Scene, start, end and trim of each clip."""
        return [
            (
                each["sceneIndex"],
                *(round(each.get(key, 0), 6) for key in ("start", "end", "trimStart")),
            )
            for each in self.state["editorData"]["videoTrack"]
        ]

    def places(self, track: str) -> list[tuple[str, float, float]]:
        return [
            (each["id"], each["start"], each["end"]) for each in self.state["editorData"][track]
        ]


@pytest.fixture
def clips(modules: Modules) -> Editor:
    """Three clips a, b and c of two seconds, a gap of a second before the last one."""
    places = {"a": (0, 2), "b": (2, 4), "c": (5, 7)}
    track = [
        {"id": id_, "start": start, "end": end, "sceneIndex": number}
        for number, (id_, (start, end)) in enumerate(places.items())
    ]
    state = {"editorData": {"videoTrack": track}, "exportSettings": SETTINGS}
    return Editor(modules, "clips.js", state)


@pytest.fixture
def items(modules: Modules) -> Editor:
    """A text, a picture, and music at a place."""
    tracks = {
        "textTrack": [{"id": "t", "start": 1, "end": 3}],
        "imageTrack": [{"id": "i", "start": 0, "end": 5}],
        "audioTrack": [{"id": "m", "start": 2, "end": 6, "trimStart": 1}],
    }
    text = {"text": "Spring", "fontSize": 40, "fontColor": "#fff", "centerX": 0, "centerY": 0}
    state = {
        "editorData": tracks,
        "textOverlays": {"t": text},
        "imageOverlays": {"i": {"assetId": "asset_1", "centerX": 0, "centerY": 0}},
        "exportSettings": SETTINGS,
    }
    return Editor(modules, "overlays.js", state)


def test_scenes_are_put_on_the_track_as_they_are_exported(modules: Modules) -> None:
    scenes = [scene(0, transition="fade"), scene(1, duration_seconds=3)]
    work = work_of(scenes=scenes, editorState={"exportSettings": SETTINGS})
    sources = {0: {"seconds": 1.5}, 1: {"seconds": None}}

    state = modules.call("timeline/clips.js", "arrange", work, sources)

    editor = Editor(modules, "clips.js", state)
    assert editor.clips == [(0, 0, 1.52, 0), (1, 1.52, 4.52, 0)]
    assert state["editorData"]["videoTrack"][0]["transitionType"] == "fade"
    assert modules.call("timeline/clips.js", "arrange", {"editorState": state}, {}) == state


def test_clip_is_moved_among_the_others(clips: Editor) -> None:
    clips.edit("moveClip", "c", 0)
    assert clips.clips == [(2, 0, 2, 0), (0, 2, 4, 0), (1, 4, 6, 0)]

    clips.edit("moveClip", "c", 9)
    assert [scene for scene, *_ in clips.clips] == [0, 1, 2]


def test_clip_begins_later_and_the_others_follow(clips: Editor) -> None:
    assert clips.edit("startClipAt", "b", 3).clips[1:] == [(1, 3, 5, 0), (2, 6, 8, 0)]
    assert clips.edit("startClipAt", "b", 0).clips[1:] == [(1, 2, 4, 0), (2, 5, 7, 0)]


def test_trimmed_clip_moves_those_behind_it(clips: Editor) -> None:
    clips.edit("trimClipEnd", "a", 1.5)
    assert clips.clips == [(0, 0, 1.5, 0), (1, 1.5, 3.5, 0), (2, 4.5, 6.5, 0)]

    clips.edit("trimClipStart", "b", 0.5)
    assert clips.clips == [(0, 0, 1.5, 0), (1, 1.5, 3.0, 0.5), (2, 4.0, 6.0, 0)]

    clips.edit("trimClipStart", "b", -1).edit("trimClipEnd", "a", -3)
    assert clips.clips == [(0, 0, 0.1, 0), (1, 0.1, 2.1, 0), (2, 3.1, 5.1, 0)]


def test_other_part_of_a_clip_is_shown(clips: Editor) -> None:
    assert clips.edit("slipClip", "b", 0.7).clips[1] == (1, 2, 4, 0.7)


def test_removed_clip_leaves_no_gap(clips: Editor) -> None:
    assert clips.edit("removeClip", "a").clips == [(1, 0, 2, 0), (2, 3, 5, 0)]
    assert clips.edit("removeClip", "none").clips == [(1, 0, 2, 0), (2, 3, 5, 0)]


def test_scene_is_added(clips: Editor) -> None:
    assert clips.edit("addClip", 7, 1.5, 1).clips[:3] == [
        (0, 0, 2, 0),
        (7, 2, 3.5, 0),
        (1, 3.5, 5.5, 0),
    ]
    assert clips.edit("addClip", 8, 1).clips[-1] == (8, 8.5, 9.5, 0)


def test_divided_clip_looks_as_before(clips: Editor, modules: Modules) -> None:
    """Also after a transition, with which its media begins."""
    clips.edit("setTransition", "a", {"type": "fade", "seconds": 0.4})
    before = clips.state
    clips.edit("splitClip", "b", 3.01)

    assert [start for _, start, *_ in clips.clips] == [0, 2, 3, 5]
    assert clips.clips[2] == (1, 3, 4, 1.4)
    times = [number / 25 for number in range(7 * 25)]
    assert shown(modules, clips.state, times) == shown(modules, before, times)
    assert clips.edit("splitClip", "b", 2.05).clips[1] == (1, 2, 3, 0)


def shown(modules: Modules, state: Json, times: list[float]) -> list[Any]:
    """Return scene and time of the views at each time, and progress of the transition."""
    model = modules.call("timeline/model.js", "createModel", work_of(editorState=state), {})
    moments = modules.call_all("timeline/model.js", "frameAt", [[model, time] for time in times])
    return [
        [moment["transition"], *((each["scene"], round(each["at"], 6)) for each in moment["views"])]
        for moment in moments
    ]


def test_transition_is_set(clips: Editor) -> None:
    clips.edit("setTransition", "a", {"type": "slide"}).edit("setTransition", "a", {"seconds": 1})
    first = clips.state["editorData"]["videoTrack"][0]
    assert (first["transitionType"], first["transitionDuration"]) == ("slide", 1)


def test_text_and_picture_are_added_with_ids_of_their_own(items: Editor) -> None:
    items.edit("addText", 2, {"text": "New"}).edit("addText", -1)
    items.edit("addPicture", 1, {"id": "asset_2", "width": 400, "height": 100})

    assert items.places("textTrack")[1:] == [("text-1", 2, 5), ("text-2", 0, 3)]
    assert items.state["textOverlays"]["text-1"]["text"] == "New"
    assert items.places("imageTrack")[1:] == [("image-1", 1, 6)]
    added = items.state["imageOverlays"]["image-1"]
    assert (added["assetId"], added["width"], added["height"]) == ("asset_2", 200, 50)


def test_overlay_is_edited_moved_and_resized(items: Editor) -> None:
    items.edit("editOverlay", "t", {"text": "Autumn"}).edit("moveItem", "t", 4)
    assert items.state["textOverlays"]["t"] == {
        "text": "Autumn",
        "fontSize": 40,
        "fontColor": "#fff",
        "centerX": 0,
        "centerY": 0,
    }
    assert items.places("textTrack") == [("t", 4, 6)]

    assert items.edit("resizeItem", "t", {"start": 5}).places("textTrack") == [("t", 5, 6)]
    assert items.edit("resizeItem", "t", {"end": 1}).places("textTrack") == [("t", 5, 5.1)]


def test_music_goes_on_where_its_beginning_is_moved(items: Editor) -> None:
    items.edit("resizeItem", "m", {"start": 3})
    assert items.state["editorData"]["audioTrack"] == [
        {"id": "m", "start": 3, "end": 6, "trimStart": 2}
    ]
    assert items.edit("resizeItem", "m", {"start": 0}).places("audioTrack") == [("m", 1, 6)]


def test_item_is_divided(items: Editor) -> None:
    items.edit("splitItem", "t", 2.01).edit("splitItem", "m", 4)
    assert items.places("textTrack") == [("t", 1, 2), ("text-1", 2, 3)]
    assert items.state["textOverlays"]["text-1"]["text"] == "Spring"
    assert items.state["editorData"]["audioTrack"][1] == {
        "id": "audio-1",
        "start": 4,
        "end": 6,
        "trimStart": 3,
    }


def test_item_is_copied_raised_and_removed(items: Editor) -> None:
    items.edit("duplicateItem", "t")
    assert items.state["textOverlays"]["text-1"]["centerX"] == 15

    items.edit("raiseItem", "t", 5)
    assert [id_ for id_, *_ in items.places("textTrack")] == ["text-1", "t"]

    items.edit("removeItem", "t").edit("removeItem", "m")
    assert [id_ for id_, *_ in items.places("textTrack")] == ["text-1"]
    assert list(items.state["textOverlays"]) == ["text-1"]
    assert items.places("audioTrack") == []


def test_music_is_set(items: Editor) -> None:
    items.edit("setMusic", "/api/a").edit("setMusicVolume", 11)
    assert (items.state["audioUrl"], items.state["audioVolume"]) == ("/api/a", 10)


def test_music_under_the_whole_video_gets_a_place_and_is_gone_without_one(items: Editor) -> None:
    items.edit("setMusic", "/api/a").edit("removeItem", "m")
    assert items.state["audioUrl"] is None
    assert items.edit("placeMusic", 7).places("audioTrack") == []

    items.edit("setMusic", "/api/a").edit("placeMusic", 7)
    assert items.places("audioTrack") == [("audio-1", 0, 7)]
    assert items.edit("placeMusic", 9).places("audioTrack") == [("audio-1", 0, 7)]
    assert items.edit("setMusic", None).edit("placeMusic", 7).places("audioTrack") == []


def test_template_has_the_overlays_with_their_times(items: Editor, modules: Modules) -> None:
    def template(**options: Any) -> Json:
        given = {"seconds": 4, "withFormat": False, **options}
        return dict(modules.call("timeline/template.js", "templateOf", items.state, given))

    relative, absolute = template(timing="relative"), template(timing="absolute", withFormat=True)
    text = {**items.state["textOverlays"]["t"], "id": "text-1"}
    assert relative["textOverlays"] == [
        {**text, "timingMode": "relative", "startPercent": 25, "endPercent": 75}
    ]
    assert relative["imageOverlays"][0]["endPercent"] == 100  # though it would end after the video
    assert absolute["textOverlays"] == [
        {**text, "timingMode": "absolute", "startSeconds": 1, "endSeconds": 3}
    ]
    assert (relative.get("exportSettings"), absolute["exportSettings"]) == (None, SETTINGS)


def test_captions_are_put_in_order_only_when_added(modules: Modules) -> None:
    second = {"start": 2, "end": 3, "text": "Second"}
    editor = Editor(modules, "captions.js", {})
    editor.edit("addCaption", [second], {"start": 0, "end": 1, "text": "First"})
    assert [each["text"] for each in editor.state["captions"]] == ["First", "Second"]

    editor.edit("editCaption", editor.state["captions"], 0, {"start": 5})
    assert [each["text"] for each in editor.state["captions"]] == ["First", "Second"]
    assert editor.edit("removeCaption", editor.state["captions"], 0).state["captions"] == [second]


def test_texts_of_scenes_are_captions_until_there_are_others(modules: Modules) -> None:
    texts = {0: "Wake up", 1: None, 2: "Shine"}
    scenes = [scene(n, duration_seconds=2 + n, text_overlay=text) for n, text in texts.items()]
    model = modules.call("timeline/model.js", "createModel", work_of(scenes=scenes), {})
    captions = modules.call("timeline/captions.js", "captionsOf", {}, model)
    assert captions == [
        {"start": 0, "end": 2, "text": "Wake up"},
        {"start": 5, "end": 9, "text": "Shine"},
    ]

    own = [{"start": 1, "end": 2, "text": "Own"}]
    assert modules.call("timeline/captions.js", "captionsOf", {"captions": own}, model) == own


def test_timeline_without_items_has_the_size_of_the_brief(modules: Modules) -> None:
    wide = {"width": 1920, "height": 1080}
    state = {"exportSettings": {**SETTINGS, "fps": 25}}
    work = work_of(resolution=wide, scenes=[scene(0, duration_seconds=2)], editorState=state)
    assert modules.call("timeline/size.js", "sizeOf", work) == wide

    arranged = modules.call("timeline/clips.js", "arrange", work, {})
    assert arranged["exportSettings"] == {**wide, "fps": 25}
    text = {"textTrack": [{"id": "t", "start": 0, "end": 1}]}
    with_text = {**work, "editorState": {**state, "editorData": text}}
    assert modules.call("timeline/size.js", "hasOwnSize", with_text)
    assert modules.call("timeline/size.js", "sizeOf", with_text) == {"width": 1000, "height": 500}


def test_overlays_keep_their_places_when_the_frame_changes(modules: Modules) -> None:
    before, after = {"width": 1080, "height": 1920}, {"width": 1920, "height": 1080}
    text = {"text": "Spring", "fontSize": 48, "centerX": 270, "centerY": -960}
    picture = {"assetId": "asset_1", "width": 100, "height": 50, "centerX": 0, "centerY": 480}
    state = {"textOverlays": {"t": text}, "imageOverlays": {"i": picture}}

    wide = modules.call("timeline/size.js", "resized", state, before, after)

    assert wide["textOverlays"]["t"] == {**text, "centerX": 480, "centerY": -540}
    assert wide["imageOverlays"]["i"] == {**picture, "centerY": 270}
    assert wide["exportSettings"] == {**after, "fps": 30}
    half = modules.call("timeline/size.js", "resized", state, before, {"width": 540, "height": 960})
    assert half["textOverlays"]["t"]["fontSize"] == 24
    assert half["imageOverlays"]["i"]["width"] == 50


def test_changes_are_undone_and_made_again(modules: Modules) -> None:
    history = Editor(modules, "history.js", modules.call("timeline/history.js", "createHistory", 0))
    for state, key in ((1, None), (2, "typing"), (3, "typing"), (4, None)):
        history.edit("record", state, key)
    steps = ("undo", "undo", "undo", "undo", "redo", "redo")
    presents = [history.edit(step).state["present"] for step in steps]

    assert presents == [3, 1, 0, 0, 1, 3]
    assert history.edit("record", 9).edit("redo").state["present"] == 9
