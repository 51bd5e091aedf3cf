"""What the editor makes of a timeline: music, captions, templates, its size and history."""

from typing import Any

import pytest

from tests.browser import needs_browser
from tests.console.timelines import Json, scene, work_of

pytestmark = needs_browser

SETTINGS = {"width": 1000, "height": 500, "fps": 25}
TEXT = {"text": "Spring", "fontSize": 40, "fontColor": "#fff", "centerX": 0, "centerY": 0}
ITEMS: Json = {
    "editorData": {
        "textTrack": [{"id": "t", "start": 1, "end": 3}],
        "imageTrack": [{"id": "i", "start": 0, "end": 5}],
        "audioTrack": [],
    },
    "textOverlays": {"t": TEXT},
    "imageOverlays": {"i": {"assetId": "asset_1", "centerX": 0, "centerY": 0}},
    "exportSettings": SETTINGS,
}


def test_music_without_places_is_under_the_whole_video(modules):
    def places(state: Json, seconds: float) -> list[Json]:
        placed = modules.call("timeline/display.js", "placeMusic", state, seconds)
        return list(placed["editorData"]["audioTrack"])

    whole = {"id": "music", "start": 0, "end": 7, "trimStart": 0}
    assert places(ITEMS, 7) == []
    assert places({**ITEMS, "audioUrl": "/api/a"}, 7) == [whole]
    own = {"id": "m", "start": 2, "end": 6, "trimStart": 1}
    with_place = {**ITEMS, "editorData": {"audioTrack": [own]}}
    assert places({**with_place, "audioUrl": "/api/a"}, 7) == [own]
    assert places(with_place, 7) == []  # without music


def test_music_is_over_where_its_file_is(modules):
    whole: Json = {"start": 0, "end": 40}
    trimmed = {"start": 2, "end": 10, "trimStart": 12}
    calls: list[list[Any]] = [[[whole], 17], [[whole], 39.7], [[trimmed, whole], 17], [[], 17]]

    assert modules.call_all("timeline/display.js", "musicEnd", calls) == [17, None, 7, None]


@pytest.mark.parametrize(
    ("seconds", "rate", "written", "said"),
    [
        (4.4, (30, 1), "00:04.12", "4 seconds, frame 12 of 30"),
        (61.04, (25, 1), "01:01.01", "1 minute, 1 second, frame 1 of 25"),
        (0, (24_000, 1001), "00:00.00", "0 seconds, frame 0 of 24"),
    ],
)
def test_a_time_says_in_words_which_number_is_the_frame(modules, seconds, rate, written, said):
    exact = dict(zip(("num", "den"), rate, strict=True))

    assert modules.call("timeline/display.js", "timecode", seconds, exact) == written
    assert modules.call("components/ago.js", "timeInWords", seconds, exact) == said


def test_template_has_the_overlays_with_their_times(modules):
    def template(**options: Any) -> Json:
        given = {"seconds": 4, "withFormat": False, **options}
        return dict(modules.call("timeline/template.js", "templateOf", ITEMS, given))

    relative, absolute = template(timing="relative"), template(timing="absolute", withFormat=True)
    text = {**TEXT, "id": "text-1"}
    assert relative["textOverlays"] == [
        {**text, "timingMode": "relative", "startPercent": 25, "endPercent": 75}
    ]
    assert relative["imageOverlays"][0]["endPercent"] == 100  # though it would end after the video
    assert absolute["textOverlays"] == [
        {**text, "timingMode": "absolute", "startSeconds": 1, "endSeconds": 3}
    ]
    assert (relative.get("exportSettings"), absolute["exportSettings"]) == (None, SETTINGS)


def test_texts_of_scenes_are_captions_until_there_are_others(modules):
    texts = {0: "Wake up", 1: None, 2: "Shine"}
    scenes = [scene(n, duration_seconds=2 + n, text_overlay=text) for n, text in texts.items()]
    model = modules.call("timeline/model.js", "createModel", work_of(scenes=scenes), {})
    captions = modules.call("timeline/display.js", "captionsOf", {}, model)
    assert captions == [
        {"start": 0, "end": 2, "text": "Wake up"},
        {"start": 5, "end": 9, "text": "Shine"},
    ]

    own = [{"start": 1, "end": 2, "text": "Own"}]
    assert modules.call("timeline/display.js", "captionsOf", {"captions": own}, model) == own


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"id": "b", "start": 1}, {"a": (0, 1)}),
        ({"id": "b", "end": 5}, {"c": (5, 6)}),
        ({"id": "b", "end": 7}, {"c": (7, 7.1)}),  # there is no room for it where it was
        ({"id": "b", "text": "later"}, {}),
        ({"new": "d", "start": 2.5, "end": 4.5}, {"b": (2, 2.5), "c": (4.5, 6)}),
        ({"new": "d", "start": 2, "end": 4}, {"b": (4, 4.1), "c": (4.1, 6)}),
        ({"new": "d", "start": 0.05, "end": 1}, {"a": (1, 2)}),
    ],
)
def test_captions_are_pushed_apart(modules, operation, expected):
    times = {"a": (0, 2), "b": (2, 4), "c": (4, 6)}
    captions = [{"id": name, "start": start, "end": end} for name, (start, end) in times.items()]
    room = modules.call(
        "timeline/captions-apart.js", "roomForCaptions", captions, [{"op": "caption", **operation}]
    )
    assert {each["id"]: (each["start"], each["end"]) for each in room} == {
        name: (pytest.approx(start), pytest.approx(end)) for name, (start, end) in expected.items()
    }


def test_timeline_without_items_has_the_size_of_the_brief(modules):
    wide = {"width": 1920, "height": 1080}
    work = work_of(resolution=wide, editorState={"exportSettings": SETTINGS})
    assert modules.call("timeline/size.js", "sizeOf", work) == wide

    with_text = {**work, "editorState": ITEMS}
    assert modules.call("timeline/size.js", "hasOwnSize", with_text)
    assert modules.call("timeline/size.js", "sizeOf", with_text) == {"width": 1000, "height": 500}


def test_changes_with_one_key_are_one_step(modules):
    def step(before: int, after: int, key: str | None, version: int = 0) -> Json:
        return {"before": before, "after": after, "key": key, "version": version}

    history: Json = {"past": [], "future": ["undone"]}
    changes = [(1, None, 0), (2, "typing", 0), (3, "typing", 0), (4, "typing", 1), (5, None, 1)]
    for after, key, version in changes:
        change = step(after - 1, after, key, version)
        history = modules.call("timeline/history.js", "record", history, change)

    assert history["future"] == []
    assert [(each["before"], each["after"]) for each in history["past"]] == [
        (0, 1),
        (1, 3),
        (3, 4),  # after a change of someone else
        (4, 5),
    ]
