"""Music that ends before the video does, and sounds that last longer than their files."""

from dataclasses import replace
from typing import Any

import pytest

from tests.timeline.running import context_of, warnings_after
from timeline.context import Context
from timeline.sound_fit import music_asset, music_warnings

Json = dict[str, Any]

CLIPS = [
    {"id": "a", "start": 0, "end": 4, "sceneIndex": 0},
    {"id": "b", "start": 4, "end": 8, "sceneIndex": 1},
]
MUSIC = "/api/projects/proj_1/assets/asset_music"
LONGER = {"op": "trim", "clip": "b", "seconds": 8}


def state_of(**tracks: Any) -> Json:
    return {"audioUrl": MUSIC, "editorData": {"videoTrack": CLIPS, **tracks}}


def with_audio(seconds: float) -> Context:
    assets = {name: {"type": "audio", "seconds": seconds} for name in ("asset_music", "asset_hit")}
    return replace(context_of({}), assets=assets)


@pytest.mark.parametrize(
    ("url", "asset"),
    [
        (MUSIC, "asset_music"),
        (f"http://a.example{MUSIC}?v=1", "asset_music"),
        ("/api/projects/proj_1/works/work_1/media/audio", None),
        ("http://[/assets/asset_music", None),
        (None, None),
    ],
)
def test_music_is_an_asset_or_not(url, asset):
    assert music_asset(url) == asset


def test_video_that_becomes_longer_than_its_music_is_told():
    told = (
        "The music ends 3.5 seconds before the video does. "
        "Let it repeat (loop), make longer music, or give it places."
    )

    assert warnings_after({**state_of(), "audioLoop": True}, LONGER, with_audio(8.5)) == []
    assert [*music_warnings(state_of(), with_audio(8))] == []
    assert warnings_after(state_of(), LONGER, with_audio(8.5)) == [told]


def test_shorter_music_that_is_known_or_placed_or_unmeasured_is_no_news():
    place = {"id": "m", "start": 0, "end": 2}
    other = {"op": "clip", "clip": "a", "volume": 0.5}

    assert warnings_after(state_of(), other, with_audio(3)) == []
    assert warnings_after(state_of(audioTrack=[place]), LONGER, with_audio(3)) == []
    assert warnings_after(state_of(), LONGER, context_of({})) == []


def test_sound_that_lasts_longer_than_its_file_is_told():
    sound = {"op": "sound", "new": "s", "asset": "asset_hit", "start": 1, "trimStart": 0.5}

    longer = warnings_after(state_of(), {**sound, "end": 5}, with_audio(2))

    assert longer == ["The sound s is silent after 1.5 seconds, where its file ends."]
    assert warnings_after(state_of(), sound, with_audio(2)) == []
