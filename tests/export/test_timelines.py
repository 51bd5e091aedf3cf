"""Timelines from the web editor's requests and from stored works: defaults, places, music."""

from typing import Any

import pytest

from errors import FieldsError, InvalidError
from export.plan.cues import Cue
from export.plan.from_request import timeline_of_body
from export.plan.from_work import timeline_of_work
from export.plan.timeline import Clip, Output, Picture, Tags, Text, Timeline
from export.plan.voices import Music
from schemas.exports import ExportBodySchema
from timeline.context import Context
from timeline.operations import apply

IDS = {"projectId": "proj_0", "workId": "work_0"}
WORK_URL = "/api/projects/proj_0/works/work_0"
CLIP = {"sceneIndex": 0, "position": 0, "end": 2}
TEXT = {"text": "Hello", "position": 0, "end": 2}
CROP = {"x": 0, "y": 0, "width": 0.5, "height": 0.5}
IMAGE = {"assetId": "asset_0", "position": 0, "end": 2, "width": 10, "height": 20}


def requested(**body: Any) -> Timeline:
    timeline = timeline_of_body(ExportBodySchema().load({**IDS, "clips": [CLIP], **body}))
    assert Timeline.from_json(timeline.to_json()) == timeline
    return timeline


# Requests


def test_what_a_request_leaves_out_has_defaults():
    timeline = requested(texts=[TEXT], images=[IMAGE], audio={})

    assert timeline == Timeline(
        Output(1080, 1920, 30.0),
        [Clip(0, 0.0, 2.0, 0.0, "cut", 0.5)],
        [Text("Hello", 0.0, 2.0, 48.0, "#000000", 0.0, 0.0)],
        [Picture("asset_0", 0.0, 2.0, 10.0, 20.0, 0.0, 0.0)],
        [Music(None, 1.0)],
    )


def test_null_is_like_what_is_left_out():
    clip = dict.fromkeys(("cutFrom", "transition", "transitionDuration"))
    place = dict.fromkeys(("x", "y", "centerX", "centerY"))
    text = {"fontSize": None, "fontColor": None, "fontAssetId": None, **place}
    image = {"opacity": None, "rotation": None, "maintainAspectRatio": None, **place}
    body = {
        "clips": [CLIP | clip],
        "texts": [TEXT | text],
        "images": [IMAGE | image],
        "audio": {"volume": None, "audioUrl": None},
        "options": {"width": None, "fps": None, "from": None, "to": None},
    }

    assert requested(**body) == requested(texts=[TEXT], images=[IMAGE], audio={})
    assert requested(texts=None, images=None, audio=None, options=None) == requested()


def test_zero_is_no_missing_value():
    timeline = requested(
        clips=[CLIP | {"transition": "fade", "transitionDuration": 0}],
        images=[IMAGE | {"opacity": 0, "maintainAspectRatio": False}],
        audio={"volume": 0},
    )

    assert timeline.clips[0].transition_seconds == 0
    assert (timeline.pictures[0].opacity, timeline.pictures[0].keep_aspect) == (0, False)
    assert timeline.music[0].volume == 0


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"centerX": 5, "centerY": -6}, (5, -6, None, None)),
        ({"centerX": 5, "centerY": -6, "x": 1, "y": 2}, (5, -6, None, None)),
        ({"centerX": 5, "x": 1, "y": 2}, (5, 0, None, None)),
        ({"centerX": 0, "x": 1, "y": 2}, (0, 0, None, None)),
        ({"x": 1, "y": 2}, (0, 0, 1, 2)),
        ({"x": 0, "y": 0}, (0, 0, 0, 0)),
        ({"y": 2}, (0, 0, 0, 2)),
        ({}, (0, 0, None, None)),
    ],
)
def test_centre_comes_before_the_top_left_corner(place, expected):
    timeline = requested(texts=[TEXT | place], images=[IMAGE | place])

    for overlay in (timeline.texts[0], timeline.pictures[0]):
        assert (overlay.center_x, overlay.center_y, overlay.left, overlay.top) == expected


@pytest.mark.parametrize(
    ("url", "asset"),
    [
        (None, None),
        ("", None),
        (f"{WORK_URL}/media/audio", None),
        (f"{WORK_URL}/media/audio?token=abc&v=2", None),
        (f"https://video.example{WORK_URL}/media/audio", None),
        ("/api/projects/proj_0/assets/asset_7", "asset_7"),
        ("http://localhost:3000/api/projects/proj_0/assets/asset_7?token=x#y", "asset_7"),
    ],
)
def test_music_is_the_audio_of_the_work_or_an_asset_of_the_project(url, asset):
    assert requested(audio={"audioUrl": url}).music == [Music(asset, 1.0)]


def test_overlays_and_music_of_other_times_are_left_out():
    times = ((0, 1), (0, 1.1), (1, 2), (1.9, 3), (2, 3))
    placed = [{"position": start, "end": end} for start, end in times]
    tracks = {"audioTrack": [action(0, 0, 0.5), action(1, 0, 3), action(2, 2.5, 3)]}
    audio: Any = {"audioUrl": f"{WORK_URL}/media/audio"}

    timeline = requested(
        texts=[TEXT | each for each in placed],
        images=[IMAGE | each for each in placed],
        options={"from": 1, "to": 2},
    )
    work = stored(editorState=state(tracks=tracks, **audio))

    for overlays in (timeline.texts, timeline.pictures):
        assert [(each.start, each.end) for each in overlays] == [(0, 1.1), (1, 2), (1.9, 3)]
    assert timeline_of_work(work, {"from": 1, "to": 2}).music == [Music(None, 1.0, 0.0, 3.0)]


@pytest.mark.parametrize(
    "url",
    [
        "/api/projects/proj_1/assets/asset_7",
        "/api/projects/proj_0/works/work_1/media/audio",
        "/api/projects/proj_0/assets/asset_7/thumbnail",
        "/api/projects/proj_0/assets/../../x",
        "https://music.example/song.mp3",
        "data:audio/mp3;base64,AAAA",
        "blob:http://localhost/1",
        "file:///etc/passwd",
        "http://[",
        "nonsense",
    ],
)
def test_other_music_is_a_400_that_names_the_field(url):
    with pytest.raises(FieldsError) as error:
        requested(audio={"audioUrl": url})

    assert list(error.value.details) == ["audio.audioUrl"]
    work = stored(editorState=state(audioUrl=url))
    with pytest.raises(FieldsError) as error:
        timeline_of_work(work, {})
    assert list(error.value.details) == ["editorState.audioUrl"]


# Works


def stored(**fields: Any) -> dict[str, Any]:
    work = {
        "id": "work_0",
        "projectId": "proj_0",
        "name": "",
        "language": "",
        "createdAt": 0,
        "resolution": {"width": 720, "height": 1280},
        "scenes": [],
        "generatedScenes": [{"sceneIndex": 0, "videoUrl": "any"}],
        "editorState": {},
    }
    return {**work, **fields}


def action(number: int, start: float = 0.0, end: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"id": f"id-{number}", "start": start, "end": end, **more}


def state(*clips: dict[str, Any], tracks: dict[str, Any] | None = None, **more: Any) -> Any:
    return {"editorData": {"videoTrack": [*clips], **(tracks or {})}, **more}


def test_work_without_scenario_is_its_scenes_with_media():
    scenes = [
        {"sceneIndex": 0, "imageUrl": "any"},
        {"sceneIndex": 1, "status": "error"},
        {"sceneIndex": 2, "videoUrl": "any"},
    ]

    timeline = timeline_of_work(stored(generatedScenes=scenes), {})

    assert timeline == Timeline(
        Output(720, 1280, 30.0),
        [Clip(0, still_seconds=5), Clip(2, still_seconds=5)],
        arranged_width=720.0,
    )


def test_video_is_called_as_its_work():
    timeline = timeline_of_work(stored(name="Tea", language="Türkçe", createdAt=5), {})

    assert timeline.tags == Tags("Tea", "Türkçe", 5)
    assert Timeline.from_json(timeline.to_json()).tags == timeline.tags


def test_scenario_gives_order_transitions_lengths_of_stills_and_captions():
    scenes = [
        {"scene_index": 1, "duration_seconds": 2.5, "text_overlay": "Two"},
        {"scene_index": 0, "transition": "fade", "text_overlay": " "},
        {"scene_index": 2, "transition": None, "duration_seconds": None, "text_overlay": None},
    ]

    timeline = timeline_of_work(stored(scenes=scenes), {})

    assert timeline.clips == [
        Clip(1, still_seconds=2.5),
        Clip(0, transition="fade", still_seconds=5),
        Clip(2, still_seconds=5),
    ]
    assert timeline.cues == [Cue("Two", scene=1)]


@pytest.mark.parametrize(
    "empty",
    [
        {},
        {"editorData": {}},
        {"editorData": None},
        {"editorData": {"videoTrack": []}},
        {
            "editorData": {"videoTrack": [], "imageTrack": None, "textTrack": None},
            "textOverlays": None,
            "imageOverlays": None,
            "audioUrl": None,
            "captions": None,
            "exportSettings": None,
        },
    ],
)
def test_state_of_the_editor_may_be_empty_or_null(empty):
    timeline = timeline_of_work(stored(editorState=empty), {})

    assert (timeline.clips, timeline.music) == ([Clip(0)], [])


def test_clips_of_the_editor_come_before_the_scenes():
    fade = {"trimStart": 0.5, "transitionType": "wipeleft", "transitionDuration": 0.25}
    played = {"speed": 0, "volume": 0.5, "fadeIn": 1, "fadeOut": 0.5}
    clips = [action(0, 0, 2, sceneIndex=3, **fade), action(1, 2, 4, **played)]

    timeline = timeline_of_work(stored(editorState=state(*clips)), {})

    assert timeline.clips == [
        Clip(3, 0.0, 2.0, 0.5, "wipeleft", 0.25),
        Clip(1, 2.0, 4.0, speed=0, volume=0.5, fade_in=1, fade_out=0.5),  # with its place's index
    ]


def test_overlays_are_those_that_are_on_a_track():
    place = {"centerX": 1, "centerY": 2}
    text = {"text": "Hello", "fontSize": 20, "fontColor": "#fff", **place}
    image = {"assetId": "asset_0", "width": 3, "height": 4, "opacity": 0.5, "rotation": 9, **place}
    tracks = {"textTrack": [action(0), action(1, 1, 2)], "imageTrack": [action(2), action(3, 1, 2)]}
    overlays: dict[str, Any] = {
        "textOverlays": {"id-1": text, "on no track": text},
        "imageOverlays": {"id-3": image | {"maintainAspectRatio": False}, "on no track": image},
    }

    timeline = timeline_of_work(
        stored(editorState=state(action(9, 0, 3), tracks=tracks, **overlays)), {}
    )

    assert timeline.texts == [Text("Hello", 1.0, 2.0, 20.0, "#fff", 1.0, 2.0)]
    assert timeline.pictures == [
        Picture("asset_0", 1.0, 2.0, 3.0, 4.0, 1.0, 2.0, None, None, 0.5, 9.0, False)
    ]


@pytest.mark.parametrize(
    ("look", "field"),
    [
        ({"fontWeight": 500}, "fontWeight"),
        ({"width": 0}, "width"),
        ({"align": "justify"}, "align"),
        ({"lineHeight": float("nan")}, "lineHeight"),
        ({"outlineColor": "red;"}, "outlineColor"),
        ({"animationIn": {"type": "spin", "seconds": 1}}, "animationIn.type"),
        ({"animationOut": {"type": "fade", "seconds": 60}}, "animationOut.seconds"),
    ],
)
def test_stored_look_that_cannot_be_exported_is_named(look, field):
    place = {"centerX": 0, "centerY": 0}
    text = {"text": "Hello", "fontSize": 20, "fontColor": "#fff", **place, **look}
    tracks = {"textTrack": [{"id": "t", "start": 0, "end": 1}]}
    work = stored(editorState=state(action(0), tracks=tracks, textOverlays={"t": text}))

    with pytest.raises(FieldsError) as caught:
        timeline_of_work(work, {})

    assert [*caught.value.details] == [f"editorState.textOverlays.t.{field}"]


def test_captions_of_the_editor_come_before_those_of_the_scenario():
    captions: Any = [{"start": 1, "end": 2, "text": "Editor"}]
    scenes = [{"scene_index": 0, "text_overlay": "Scenario"}]

    timeline = timeline_of_work(stored(scenes=scenes, editorState=state(captions=captions)), {})

    assert timeline.cues == [Cue("Editor", 1.0, 2.0)]


def test_captions_that_are_never_visible_are_left_out():
    captions: Any = [
        {"start": 1, "end": 1, "text": "empty"},
        {"start": 2, "end": 3, "text": "visible"},
        {"start": 3, "end": 2, "text": "reversed"},
    ]
    scenes = [{"scene_index": 0, "text_overlay": "Scenario"}]

    for count, cues in ((1, []), (3, [Cue("visible", 2.0, 3.0)])):
        editor = state(captions=captions[:count])
        assert timeline_of_work(stored(scenes=scenes, editorState=editor), {}).cues == cues


def test_music_is_under_the_whole_video_or_where_the_audio_track_says():
    music: Any = {"audioUrl": f"{WORK_URL}/media/audio", "audioVolume": 0.5}
    tracks = {"audioTrack": [action(0, 1, 3, trimStart=2), action(1, 4, 5)]}

    whole = timeline_of_work(stored(editorState=state(**music)), {})
    placed = timeline_of_work(stored(editorState=state(tracks=tracks, **music)), {})
    silent = timeline_of_work(stored(editorState=state(tracks=tracks, audioVolume=0.5)), {})

    assert whole.music == [Music(None, 0.5)]
    assert placed.music == [Music(None, 0.5, 1.0, 3.0, 2.0), Music(None, 0.5, 4.0, 5.0)]
    assert silent.music == []


@pytest.mark.parametrize(
    ("options", "size", "scale", "width"),
    [
        ({}, (1000, 2000), 1.0, 1000),
        ({"width": 500, "height": 1000}, (500, 1000), 0.5, 1000),
        ({"width": 501, "height": 1001}, (500, 1000), 0.5, 1000),
        ({"width": 500}, (500, 2000), 0.5, 1000),
        ({"width": 2000, "height": 2000}, (2000, 2000), 2.0, 1000),
        ({"width": 3000, "height": 1500}, (3000, 1500), 1.5, 2000),
    ],
)
def test_overlays_are_scaled_with_the_frame_they_are_arranged_in(options, size, scale, width):
    settings = {"width": 1000, "height": 2000, "fps": 25}

    timeline = timeline_of_work(stored(editorState={"exportSettings": settings}), options)

    assert (timeline.output.width, timeline.output.height, timeline.output.fps) == (*size, 25.0)
    assert (timeline.scale, timeline.arranged_width) == (scale, width)


@pytest.mark.parametrize(
    "shape", [(1080, 1920), (540, 960), (1080, 1080), (864, 1080), (1280, 720)]
)
def test_another_shape_is_exported_as_the_format_arranges_it(shape):
    logo = {"assetId": "a", "width": 200, "height": 90, "opacity": 1, "rotation": 10}
    title = {"text": "Our summer", "fontSize": 119, "fontColor": "#fff", "width": 1613}
    editor_state = state(
        tracks={"imageTrack": [action(0), action(1)], "textTrack": [action(2), action(3)]},
        imageOverlays={
            "id-0": {**logo, "centerX": 820, "centerY": -450},
            "id-1": {**logo, "centerX": 0, "centerY": 0, "width": 1500},
        },
        textOverlays={
            "id-2": {**title, "centerX": 0, "centerY": 0},
            "id-3": {**title, "centerX": -700, "centerY": 430, "fontSize": 40, "width": None},
        },
        exportSettings={"width": 1920, "height": 1080, "fps": 30},
    )
    size = dict(zip(("width", "height"), shape, strict=True))
    context = Context("p", "w", {"width": 1920, "height": 1080}, ())
    changed = apply(editor_state, {"op": "format", **size}, context).state

    exported = timeline_of_work(stored(editorState=editor_state), size)
    arranged = timeline_of_work(stored(editorState=changed), {})

    def drawn(timeline):
        names = ("center_x", "center_y", "width", "height", "font_size")
        return [
            getattr(each, name) * timeline.scale
            for each in (*timeline.texts, *timeline.pictures)
            for name in names
            if getattr(each, name, None) is not None
        ]

    assert drawn(exported) == pytest.approx(drawn(arranged), abs=0.01)
    assert exported.pictures[0].center_x * exported.scale > shape[0] * 0.3


@pytest.mark.parametrize(
    ("editor_state", "field"),
    [
        (state(action(0, 1, 1)), "editorData.videoTrack.0.end"),
        (state(action(0, -1, 1)), "editorData.videoTrack.0.start"),
        (state(action(0), action(1, 0, 1e9)), "editorData.videoTrack.1.end"),
        (state(action(0, trimStart=-1)), "editorData.videoTrack.0.trimStart"),
        (state(action(0, speed=0.2)), "editorData.videoTrack.0.speed"),
        (state(action(0, volume=2.1)), "editorData.videoTrack.0.volume"),
        (state(action(0, fadeIn=-1)), "editorData.videoTrack.0.fadeIn"),
        (state(action(0, crop={**CROP, "y": 0.6})), "editorData.videoTrack.0.crop.height"),
        (state(action(0, motion={"preset": "spin"})), "editorData.videoTrack.0.motion.preset"),
        (state(tracks={"textTrack": [action(0, 2, 1)]}), "editorData.textTrack.0.end"),
        (state(captions=[{"start": 2, "end": 1e9, "text": "x"}]), "captions.0.end"),
        (state(audioUrl=f"{WORK_URL}/media/audio", audioVolume=11), "audioVolume"),
        (
            state(
                tracks={"textTrack": [action(0)]},
                textOverlays={
                    "id-0": {
                        "text": "x",
                        "fontSize": 0,
                        "fontColor": "#000",
                        "centerX": 0,
                        "centerY": 0,
                    }
                },
            ),
            "textOverlays.id-0.fontSize",
        ),
        ({"exportSettings": {"width": 10, "height": 64, "fps": 30}}, "exportSettings.width"),
    ],
)
def test_what_cannot_be_exported_is_named(editor_state, field):
    with pytest.raises(FieldsError) as error:
        timeline_of_work(stored(editorState=editor_state), {})

    assert list(error.value.details) == [f"editorState.{field}"]


def test_work_without_media_has_nothing_to_export():
    scenes = [{"sceneIndex": 0, "status": "error"}]

    with pytest.raises(InvalidError, match="Nothing to export"):
        timeline_of_work(stored(generatedScenes=scenes), {})


def test_timeline_is_the_same_after_json():
    scenes = [{"scene_index": 0, "text_overlay": "Hello"}]
    timeline = timeline_of_work(stored(scenes=scenes), {"from": 1, "to": 2, "fps": "source"})

    assert Timeline.from_json(timeline.to_json()) == timeline


def test_json_with_fields_of_a_later_version_is_read():
    values = requested().to_json()
    values["clips"][0]["later"] = 2

    assert Timeline.from_json(values) == requested()
