"""Long segments are cut into pieces, whose frames are those of the whole."""

from fractions import Fraction
from itertools import pairwise

import pytest

from export.plan.clips import View
from export.plan.frame_size import Frame
from export.plan.plan import Plan, Segment
from export.plan.timeline import Clip, Output
from export.render import batches
from export.render.batches import Effort, in_pieces
from export.sources.held_media import Media
from media.streams import VideoStream
from tests.export.measure import ssim
from tests.export.renders import numbers, render

FPS = Fraction(30)
FRAME = Frame(1080, 1920, 1.0)
CLIP = VideoStream(1080, 1920, 30.0, 60.0, 59.9, 1800, "", False, True, 0, 1.0)
HDR = "hevc (Main 10), yuv420p10le(tv, bt2020nc/bt2020/arib-std-b67, progressive), 1080x1920"
MEDIA = {
    "scene-0": Media("", "", "a", CLIP),
    "scene-1": Media("", "", "b", still=(4000, 4000)),
    "scene-2": Media("", "", "c", CLIP._replace(width=2160, height=3840)),
    "scene-3": Media("", "", "d", CLIP._replace(format=HDR)),
}
WORK = Effort(FRAME, MEDIA)
MINUTES = 30 * 60 * 60  # frames of half an hour at 60 a second


def cut(*segments: Segment) -> list[Segment]:
    plan = Plan(FPS, 0, sum(each.frames for each in segments), [], list(segments), [], [], [])
    return in_pieces(plan, WORK).segments


@pytest.mark.parametrize("view", [View(0, 1.0), View(1, 0.0), View(2, 0.0), View(3, 0.0), None])
def test_pieces_follow_each_other_and_take_a_limited_time(view):
    segment = Segment(7, MINUTES, view, overlays=(3,))

    parts = cut(segment)

    assert (parts[0].start, sum(part.frames for part in parts)) == (7, MINUTES)
    for part, following in pairwise(parts):
        assert part.start + part.frames == following.start
    for part in parts:
        assert WORK.of(part) <= batches.MAX_PIXELS
        assert part.overlays == (3,)
        if view is not None and part.view is not None:
            assert part.view.at == pytest.approx(view.at + (part.start - 7) / 30)
    lengths = [part.frames for part in parts]
    assert max(lengths) - min(lengths) <= 1
    assert list(batches.batches(parts, FPS, WORK.of)) == [[n] for n in range(len(parts))]


def test_clip_of_ten_seconds_is_one_piece():
    segment = Segment(0, 300, View(0, 1.0))

    assert cut(segment) == [segment]


def test_clip_of_ten_seconds_in_hdr_is_two_pieces():
    assert len(cut(Segment(0, 300, View(3, 1.0)))) == 2


def test_pieces_of_a_clip_with_few_key_frames_are_longer():
    clip = CLIP._replace(key_gap=1800.0)
    work = WORK._replace(media={"scene-0": Media("", "", "a", clip)})
    segment = Segment(0, 1800 * 30, View(0, 0.0))
    plan = Plan(FPS, 0, segment.frames, [], [segment], [], [], [])

    parts = in_pieces(plan, work).segments

    decoded = sum(part.start + part.frames for part in parts) * clip.width * clip.height // 4
    assert 1 < len(parts) < 10
    assert decoded < 2 * work.of(segment)


def test_pieces_of_a_transition_begin_in_it():
    segment = Segment(0, 2000, View(0, 1.0), View(1, 0.0), "fade", 3000, 500)

    parts = cut(segment)

    assert len(parts) > 1
    for part in parts:
        assert (part.skip, part.transition_frames) == (500 + part.start, 3000)
        assert (part.view, part.incoming) == (segment.view, segment.incoming)


def test_frames_are_those_of_the_whole(sources, tmp_path, monkeypatch):
    output = Output(96, 160, 30.0)
    clips = [Clip(0, 0, 1, transition="fade", transition_seconds=0.4), Clip(1, 1, 1.5)]
    files = [sources.numbered(0), sources.solid("0xC8C8C8")]
    whole = render(tmp_path, clips, files, output=output)
    pixels = 7 * (96 * 160 * 5 // 4 + batches._FRAME_PIXELS)
    monkeypatch.setattr(batches, "MAX_PIXELS", pixels)

    parts = render(tmp_path, clips, files, output=output)

    assert len(parts.plan.segments) > 2 * len(whole.plan.segments)
    assert len(parts.frames) == len(whole.frames) == 45
    assert numbers(parts)[:18] == numbers(whole)[:18] == list(range(18))
    for one, other in zip(parts.frames, whole.frames, strict=True):
        assert ssim(one, other) > 0.98
