"""Captions of exported videos: burned into the frames, as a track, as files, and none."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from export.plan.cues import Cue
from export.plan.timeline import Clip, Output
from tests.export import measure
from tests.export.measure import Frame
from tests.export.renders import SMALL, render
from tests.export.running import SIZE, arrange, clip, exports_of, in_a_row, new_work
from tests.people import Person

pytestmark = pytest.mark.usefixtures("drawn_here")

GREY, GREY_HEX = (96, 96, 96), "0x606060"
WIDTH, HEIGHT = 360, 640
TRICKY = r"{\i1}Tom{\an8} & <b>Ann</b> --> \N \h {x}"
MARKUP = {"{\\i1}": "{\u2060\\i1}", "{\\an8}": "{\u2060\\an8}", "\\N": "\\\u2060N"}


def as_in_track(text: str) -> str:
    """Return a text as the track has it: codes of FFmpeg are broken by an invisible character."""
    for code, broken in MARKUP.items():
        text = text.replace(code, broken)
    return text


def is_white(frame: Frame) -> bool:
    return bool((frame.min(axis=2) > 180).any())


def track_of(path: Path) -> list[tuple[float, float, str]]:
    """Return when each text of the subtitle track begins and ends, and the text."""
    found = []
    with av.open(str(path)) as container:
        [stream] = container.streams.subtitles
        assert stream.codec_context.name == "mov_text"
        for packet in container.demux(stream):
            text = bytes(packet)[2 : 2 + int.from_bytes(bytes(packet)[:2], "big")].decode()
            if text and packet.pts is not None and packet.duration is not None:
                begin, unit = packet.pts, float(stream.time_base or 0)
                times = (round(begin * unit, 3), round((begin + packet.duration) * unit, 3))
                found.append((*times, text))
    return found


@pytest.fixture(scope="module")
def burned(sources, tmp_path_factory):
    """A caption from 0.1 s to 0.4 s, and a long one in the last frames."""
    output = Output(WIDTH, HEIGHT, 30, captions="burn")
    long = "A caption that is too long for a line is wrapped"
    cues = [Cue("Spring", 0.1, 0.4), Cue(long, 0.7, 9.0)]
    files = [sources.solid(GREY_HEX, (WIDTH, HEIGHT))]
    directory = tmp_path_factory.mktemp("burned")
    return render(directory, [Clip(0, 0, 0.8)], files, output=output, cues=cues).frames


def test_caption_is_visible_from_its_first_to_its_last_frame(burned):
    seen = [number for number, frame in enumerate(burned) if is_white(frame)]

    assert seen == [*range(3, 12), *range(21, 24)]


def test_caption_is_centred_in_the_lower_part(burned):
    rows, columns = np.nonzero(burned[5].min(axis=2) > 150)

    assert (columns.min() + columns.max() + 1) / 2 == pytest.approx(WIDTH / 2, abs=1.5)
    assert (rows.min() + rows.max() + 1) / 2 == pytest.approx(0.86 * HEIGHT, abs=0.01 * HEIGHT)
    assert 10 < np.ptp(rows) < 25


def test_long_caption_is_wrapped_within_the_frame(burned):
    rows, columns = np.nonzero(burned[22].min(axis=2) > 150)

    assert np.ptp(columns) < 0.85 * WIDTH
    assert np.ptp(rows) > 25
    assert rows.max() < HEIGHT - 10


@pytest.fixture(scope="module")
def track(sources, tmp_path_factory):
    output = Output(96, 160, 30, captions="track")
    cues = [
        Cue(TRICKY, 0.1, 0.3),
        Cue("one\n\n \ntwo\n\n00:00:00.000 --> 00:00:09.000\nthree", 0.3, 0.5),
        Cue("ñ 🎬 שלום\nNOTE", 0.5, 0.6),
        Cue("first", 0.6, 0.8),
        Cue("second", 0.7, 0.9),
        Cue("third", 0.7, 0.8),
    ]
    files = [sources.solid(GREY_HEX)]
    directory = tmp_path_factory.mktemp("track")
    video = render(directory, [Clip(0, 0, 1)], files, output=output, cues=cues)
    assert measure.stream_types(video.path) == ["video", "audio", "subtitle"]
    assert not any(map(is_white, video.frames))
    return track_of(video.path)


def test_track_has_the_texts_at_their_times(track):
    assert track[:3] == [
        (0.1, 0.3, as_in_track(TRICKY)),
        (0.3, 0.5, "one\ntwo\n00:00:00.000 --> 00:00:09.000\nthree"),
        (0.5, 0.6, "ñ 🎬 שלום\nNOTE"),
    ]


def test_captions_at_the_same_time_are_shown_together(track):
    assert track[3:] == [
        (0.6, 0.7, "first"),
        (0.7, 0.8, "third\nsecond\nfirst"),
        (0.8, 0.9, "second"),
    ]


def test_video_without_captions_has_none(sources, tmp_path):
    video = render(tmp_path, [Clip(0)], [sources.solid(GREY_HEX)], cues=[Cue("a", 0, 1)])

    assert measure.stream_types(video.path) == ["video", "audio"]
    assert not any(map(is_white, video.frames))
    assert video.plan.segments[0].frames == 30
    assert SMALL.captions == "none"


# In the service


@pytest.fixture
def work(ana, sources):
    """A work of two scenes with texts in the scenario."""
    work = new_work(ana, [sources.solid(GREY_HEX), sources.solid("0x404040")])
    scenes = [{"scene_index": 0, "text_overlay": "Hello"}, {"scene_index": 1, "text_overlay": " "}]
    assert ana.put(work, json={"scenes": scenes}).status_code == 200
    arrange(ana, work, in_a_row(2))
    return work


def exported(ana: Person, work: str, captions: str, directory: Path) -> tuple[Path, dict[str, Any]]:
    response = ana.post(f"{work}/export", json={"options": {"captions": captions}})
    assert response.status_code == 200, response.text
    path = directory / "received.mp4"
    path.write_bytes(response.data)
    return path, exports_of(ana, work)[0]


def set_captions(ana: Person, work: str, *captions: dict[str, Any]) -> None:
    state = ana.show(work)["editorState"]
    ana.save(work, {"editorState": {**state, "captions": list(captions)}})


def test_captions_are_the_texts_of_the_scenes(ana, work, tmp_path):
    path, export = exported(ana, work, "track", tmp_path)

    assert track_of(path) == [(0, 1, "Hello")]
    assert ana.get(export["captionsUrl"]).text == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello\n"
    )


def test_captions_of_the_editor_come_before_those_of_the_scenes(ana, work, tmp_path):
    set_captions(ana, work, {"start": 0.51, "end": 1.5, "text": f"{TRICKY}\n\nend"})

    path, export = exported(ana, work, "track", tmp_path)

    assert track_of(path) == [(0.5, 1.5, as_in_track(f"{TRICKY}\nend"))]
    vtt, srt = (ana.get(f"{export['url']}/captions.{kind}") for kind in ("vtt", "srt"))
    assert vtt.content_type == "text/vtt; charset=utf-8"
    assert vtt.text == (
        "WEBVTT\n\n00:00:00.500 --> 00:00:01.500\n"
        "{\\i1}Tom{\\an8} &amp; &lt;b&gt;Ann&lt;/b&gt; --&gt; \\N \\h {x}\nend\n"
    )
    assert srt.content_type == "application/x-subrip; charset=utf-8"
    assert srt.text == (  # an invisible character makes `<b>` a text
        "1\n00:00:00,500 --> 00:00:01,500\n"
        "{\\i1}Tom{\\an8} & <\u2060b>Ann<\u2060/b> → \\N \\h {x}\nend\n"
    )


@pytest.mark.thorough  # of a work; a render has the same above, and a track those of a work
def test_captions_are_burned_at_their_times(ana, work, tmp_path):
    set_captions(ana, work, {"start": 0.9, "end": 1.1, "text": "WWW"})

    path, _ = exported(ana, work, "burn", tmp_path)

    middles = [frame.max() > 150 for frame in measure.frames(path)]
    assert [number for number, seen in enumerate(middles) if seen] == list(range(27, 33))
    assert measure.stream_types(path) == ["video", "audio"]


def test_export_without_captions_has_no_files_of_them(ana, work, tmp_path):
    assert ana.put(work, json={"scenes": []}).status_code == 200
    arrange(ana, work, [clip(0, 0, 1)])

    path, export = exported(ana, work, "track", tmp_path)

    assert measure.stream_types(path) == ["video", "audio"]
    assert "captionsUrl" not in export
    for kind in ("vtt", "srt"):
        assert ana.get(f"{export['url']}/captions.{kind}").status_code == 404
    assert export["options"]["width"] == SIZE["width"]


def test_frame_that_overlays_were_arranged_in_is_limited(ana, work):
    state = ana.show(work)["editorState"]
    settings = {"width": 1_000_000_000, "height": 160, "fps": 30}
    ana.put(work, json={"editorState": {**state, "exportSettings": settings}})

    options = {"width": 96, "height": 160, "captions": "burn"}
    response = ana.post(f"{work}/export", json={"options": options})

    assert response.status_code == 400
    assert "editorState.exportSettings.width" in response.json["details"]
