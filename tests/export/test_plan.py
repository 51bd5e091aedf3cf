"""From a timeline to frames: rounding, gaps, transitions, overlays, sound. Pure."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from errors import InvalidError
from export.plan.clip_sounds import ClipSound
from export.plan.clips import Source, View, used_media
from export.plan.cues import Cue
from export.plan.plan import Plan, Segment, make_plan
from export.plan.timeline import Clip, Output, Picture, Text, Timeline
from media.streams import exact_rate
from tests.cases import cases
from timeline.frames import Span, to_frame

FPS = Fraction(30)
CLIP = Source(10.0, 10.0, 30.0)
IMAGE = Source(None)


def plan_of(
    *clips: Clip,
    sources: dict[int, Source] | None = None,
    fps: float | None = 30.0,
    captions: str = "none",
    **parts: Any,
) -> Plan:
    """Plan clips of scenes whose media last ten seconds, unless `sources` says otherwise."""
    facts = dict.fromkeys((clip.media for clip in clips), CLIP) | (sources or {})
    output = Output(64, 64, fps, captions=captions)
    plan = make_plan(Timeline(output, list(clips), **parts), facts)
    assert_consistent(plan)
    return plan


def assert_consistent(plan: Plan) -> None:
    """Check that segments follow each other, over the whole video, and stay in their transition."""
    position = plan.first
    for segment in plan.segments:
        assert segment.start == position
        assert segment.frames > 0
        if segment.incoming:
            assert segment.skip + segment.frames <= segment.transition_frames
        position += segment.frames
    assert position == plan.last
    for before, after in pairwise(plan.clips):
        assert before.end <= after.start


def text(start: float, end: float) -> Text:
    return Text("any", start, end)


def picture(start: float, end: float) -> Picture:
    return Picture("asset_0", start, end, 10, 10)


def edges(segments: Sequence[Segment]) -> list[int]:
    return [segment.start for segment in segments]


def shown(plan: Plan) -> list[tuple[int, int, View | None]]:
    return [(segment.start, segment.frames, segment.view) for segment in plan.segments]


# Rounding


@pytest.mark.parametrize(
    ("seconds", "frame"),
    [
        (0, 0),
        (1, 30),
        (0.016, 0),
        (0.017, 1),
        (1 / 60, 1),
        (0.05, 2),
        (0.0499, 1),
        (1e5, 3_000_000),
    ],
)
def test_time_becomes_the_nearest_frame(seconds, frame):
    assert to_frame(seconds, FPS) == frame


def test_clips_begin_and_end_at_frames():
    plan = plan_of(Clip(0, 0, 0.34), Clip(1, 0.34, 1.02, trim=0.5))

    assert shown(plan) == [(0, 10, View(0, 0)), (10, 21, View(1, 0.5))]
    assert plan.frames == 31
    assert plan.seconds == pytest.approx(31 / 30)


def test_gap_is_black():
    plan = plan_of(Clip(0, 0, 1), Clip(1, 2, 3))

    assert shown(plan) == [(0, 30, View(0, 0)), (30, 30, None), (60, 30, View(1, 0))]


def test_video_whose_first_clip_begins_later_begins_black():
    plan = plan_of(Clip(0, 1, 2))

    assert shown(plan) == [(0, 30, None), (30, 30, View(0, 0))]
    assert plan.sounds == [ClipSound(0, 0, 30, 30)]


@pytest.mark.parametrize(("start", "frames"), [(31, 31), (32, 30)])
def test_gap_of_one_frame_is_closed_and_longer_ones_are_kept(start, frames):
    plan = plan_of(Clip(0, 0, 1), Clip(1, start / 30, 2, transition="cut"))

    assert plan.segments[0].frames == frames
    assert plan.segments[1].view == (View(1, 0) if start == 31 else None)


def test_overlapped_clip_ends_where_the_next_one_begins():
    plan = plan_of(Clip(0, 0, 3), Clip(1, 1, 2))

    assert shown(plan) == [(0, 30, View(0, 0)), (30, 30, View(1, 0))]


def test_clips_are_in_the_order_of_their_times():
    assert shown(plan_of(Clip(1, 1, 2), Clip(0, 0, 1))) == [
        (0, 30, View(0, 0)),
        (30, 30, View(1, 0)),
    ]


def test_of_clips_that_begin_together_the_last_one_is_shown():
    assert shown(plan_of(Clip(0, 0, 1), Clip(1, 0, 1))) == [(0, 30, View(1, 0))]


@pytest.mark.parametrize("end", [1.0, 0.5, 1.01])
def test_clip_shorter_than_a_frame_is_left_out(end):
    plan = plan_of(Clip(0, 0, 1), Clip(1, 1, end), Clip(2, 1, 2))

    assert [placed.clip.scene for placed in plan.clips] == [0, 2]


@pytest.mark.parametrize("clips", [[], [Clip(0, 1, 1)], [Clip(0, 0, 0.01)]])
def test_nothing_to_show_is_an_error(clips):
    with pytest.raises(InvalidError) as error:
        plan_of(*clips)
    assert "shorter than a frame" in error.value.details


# Without times


def test_clips_without_times_follow_each_other_as_long_as_their_media():
    sources = {0: Source(1.5, None, 30), 1: Source(2.0, None, 30)}

    plan = plan_of(Clip(0), Clip(1, trim=0.5), sources=sources)

    assert shown(plan) == [(0, 45, View(0, 0)), (45, 45, View(1, 0.5))]


def test_image_without_times_is_shown_as_long_as_the_clip_says():
    plan = plan_of(Clip(0, still_seconds=2), Clip(1), sources={0: IMAGE, 1: Source(1)})

    assert shown(plan) == [(0, 60, View(0, 0)), (60, 30, View(1, 0))]
    assert plan.sounds == []


def test_clip_that_is_trimmed_beyond_its_media_takes_no_time():
    plan = plan_of(Clip(0, trim=5), Clip(1), sources={0: Source(1), 1: Source(1)})

    assert shown(plan) == [(0, 30, View(1, 0))]


def test_clip_beyond_its_media_keeps_its_length():
    plan = plan_of(Clip(0, 0, 3, trim=0.5), sources={0: Source(1, 1)})

    assert shown(plan) == [(0, 90, View(0, 0.5))]
    assert plan.sounds == [ClipSound(0, 0.5, 0, 90)]


# Transitions


def fading(scene: int, start: float, end: float, name: str = "fade", seconds: float = 0.5) -> Clip:
    return Clip(scene, start, end, transition=name, transition_seconds=seconds)


def test_transition_takes_the_last_frames_and_keeps_the_length():
    plan = plan_of(fading(0, 0, 2), Clip(1, 2, 4, trim=1))

    assert plan.segments == [
        Segment(0, 45, View(0, 0)),
        Segment(45, 15, View(0, 1.5), View(1, 1), "fade", 15),
        Segment(60, 60, View(1, 1.5)),
    ]
    assert plan.sounds == [ClipSound(0, 0, 0, 60, fade_out=15), ClipSound(1, 1, 45, 75, fade_in=15)]


@pytest.mark.parametrize(
    ("first", "second", "seconds", "frames"),
    [
        (1, 4, 9, 15),  # half of the first
        (4, 1, 9, 15),  # half of the second
        (0.7, 4, 9, 10),  # half of 21 frames
        (1, 1, 0.2, 6),
        (1, 1, 0, 0),
        (1, 1, -1, 0),
        (1 / 30, 1, 1, 0),  # a single frame
    ],
)
def test_transition_is_at_most_half_of_either_clip(first, second, seconds, frames):
    plan = plan_of(fading(0, 0, first, seconds=seconds), Clip(1, first, first + second))

    assert plan.clips[0].transition_frames == frames
    assert [segment.frames for segment in plan.segments if segment.incoming] == (
        [frames] if frames else []
    )


def test_clip_with_two_transitions_has_room_for_both():
    plan = plan_of(*(fading(n, n, n + 1, seconds=2) for n in range(3)), Clip(3, 3, 4))

    assert [placed.transition_frames for placed in plan.clips] == [15, 15, 15, 0]
    assert [placed.begin for placed in plan.clips] == [0, 15, 45, 75]
    assert [bool(segment.incoming) for segment in plan.segments] == [False, *[True, False] * 3][:7]


@pytest.mark.parametrize(
    ("name", "xfade"),
    [
        ("fade", "fade"),
        ("dissolve", "fade"),
        ("wipe", "wiperight"),
        ("wipeleft", "wiperight"),
        ("wiperight", "wipeleft"),
        ("slide", "slideleft"),
        ("slideup", "slideup"),
        ("slidedown", "slidedown"),
        ("spin;[0]", "fade"),
    ],
)
def test_transition_is_one_of_ours(name, xfade):
    assert plan_of(fading(0, 0, 1, name), Clip(1, 1, 2)).segments[1].transition == xfade


@pytest.mark.parametrize("name", ["", "cut", "none"])
def test_cut_is_no_transition(name):
    assert len(plan_of(fading(0, 0, 1, name), Clip(1, 1, 2)).segments) == 2


def test_transition_of_the_last_clip_and_before_a_gap_is_ignored():
    plan = plan_of(fading(0, 0, 1), fading(1, 2, 3))

    assert [placed.transition_frames for placed in plan.clips] == [0, 0]


def test_transition_over_a_gap_of_one_frame_is_kept():
    plan = plan_of(fading(0, 0, 1), Clip(1, 1 + 1 / 30, 3))

    assert plan.clips[0].transition_frames == 15


# Overlays and captions


def test_overlay_cuts_the_timeline_where_it_begins_and_ends():
    plan = plan_of(Clip(0, 0, 2), texts=[text(0.5, 1)], pictures=[picture(0.8, 1.5)])

    assert [(segment.start, segment.overlays) for segment in plan.segments] == [
        (0, ()),
        (15, (0,)),
        (24, (0, 1)),
        (30, (1,)),
        (45, ()),
    ]
    assert [segment.view for segment in plan.segments][1:3] == [View(0, 0.5), View(0, 0.8)]


def test_overlay_within_a_transition_splits_it():
    plan = plan_of(fading(0, 0, 2), Clip(1, 2, 4), texts=[text(1.6, 1.8)])

    parts = [segment for segment in plan.segments if segment.incoming]
    assert [(each.start, each.skip, each.frames, each.overlays) for each in parts] == [
        (45, 0, 3, ()),
        (48, 3, 6, (0,)),
        (54, 9, 6, ()),
    ]
    assert {(each.view, each.incoming) for each in parts} == {(View(0, 1.5), View(1, 0))}


def test_overlay_lies_over_gaps_and_ends_with_the_video():
    plan = plan_of(Clip(0, 0, 1), Clip(1, 2, 3), texts=[text(0.5, 9), text(7, 8)])

    assert [(segment.start, segment.overlays) for segment in plan.segments] == [
        (0, ()),
        (15, (0,)),
        (30, (0,)),
        (60, (0,)),
    ]
    assert plan.last == 90


@pytest.mark.parametrize("times", [(0.5, 0.5), (0.5, 0.51), (-2, -1), (0.6, 0.4)])
def test_overlay_of_no_frames_cuts_nothing(times):
    assert edges(plan_of(Clip(0, 0, 1), texts=[text(*times)]).segments) == [0]


def test_overlay_that_begins_before_the_video_is_visible_from_its_start():
    plan = plan_of(Clip(0, 0, 1), texts=[text(-1, 0.5)])

    assert [(segment.start, segment.overlays) for segment in plan.segments] == [(0, (0,)), (15, ())]


def test_caption_is_shown_at_its_times_or_with_its_scene():
    cues = [Cue("a", 0.5, 1), Cue("b", scene=1), Cue("c", scene=9)]

    plan = plan_of(fading(0, 0, 2), Clip(1, 2, 3), cues=cues)

    assert plan.cues == [[Span(15, 30)], [Span(60, 90)], []]
    assert plan.spans == []


def test_caption_of_a_scene_is_shown_with_all_of_its_clips():
    clips = [Clip(0, 0, 1), Clip(0, 1, 2, trim=3), Clip(1, 2, 3), Clip(0, 3, 4)]

    plan = plan_of(*clips, cues=[Cue("a", scene=0)], captions="burn")

    assert plan.cues == [[Span(0, 60), Span(90, 120)]]
    assert [(segment.start, segment.overlays) for segment in plan.segments] == [
        (0, (0,)),
        (30, (0,)),
        (60, ()),
        (90, (0,)),
    ]


def test_burned_captions_are_overlays_above_the_others():
    plan = plan_of(Clip(0, 0, 1), texts=[text(0, 1)], cues=[Cue("a", 0.5, 1)], captions="burn")

    assert [(segment.start, segment.overlays) for segment in plan.segments] == [
        (0, (0,)),
        (15, (0, 1)),
    ]


# From … to


def test_part_of_the_video_has_the_frames_of_the_whole():
    whole = plan_of(fading(0, 0, 2), Clip(1, 2, 4))
    part = plan_of(fading(0, 0, 2), Clip(1, 2, 4), first=1.6, last=2.5)

    assert (part.first, part.last, part.frames) == (48, 75, 27)
    assert part.segments == [
        Segment(48, 12, View(0, 1.5), View(1, 0), "fade", 15, 3),
        Segment(60, 15, View(1, 0.5)),
    ]
    assert part.clips == whole.clips
    assert part.sounds == whole.sounds


@pytest.mark.parametrize(
    ("first", "last", "scenes"),
    [
        (0, None, {0, 1, 2}),
        (0, 1.5, {0}),
        (0, 1.6, {0, 1}),  # the transition to the second clip begins at 1.5
        (0, 4, {0, 1}),
        (2, 4, {1}),
        (4, None, {2}),
        (9, None, set()),
    ],
)
def test_part_needs_the_media_that_it_shows(first, last, scenes):
    clips = [fading(0, 0, 2), Clip(1, 2, 4), Clip(2, 4, 6)]
    timeline = Timeline(Output(64, 64), clips, first=first, last=last)

    assert used_media(timeline) == scenes
    if scenes:
        plan = make_plan(timeline, dict.fromkeys(scenes, CLIP))
        views = [view for each in plan.segments for view in (each.view, each.incoming)]
        assert {view.media for view in views if view} == scenes
        assert {sound.media for sound in plan.sounds} == scenes


@pytest.mark.parametrize(
    ("clips", "fps"), [([Clip(0), Clip(1)], 30.0), ([Clip(0, 0, 1), Clip(1, 1, 2)], None)]
)
def test_part_needs_all_media_if_places_depend_on_them(clips, fps):
    assert used_media(Timeline(Output(64, 64, fps), clips, last=0.5)) == {0, 1}


@pytest.mark.parametrize(("first", "last"), [(-1, None), (0, 99), (0, 4)])
def test_part_beyond_the_video_ends_with_it(first, last):
    plan = plan_of(Clip(0, 0, 4), first=first, last=last)

    assert (plan.first, plan.last) == (0, 120)


@pytest.mark.parametrize(("first", "last"), [(4, None), (9, 10), (1, 1.01)])
def test_empty_part_is_an_error_that_tells_the_length(first, last):
    with pytest.raises(InvalidError) as error:
        plan_of(Clip(0, 0, 4), first=first, last=last)
    assert "the video is 4 seconds" in error.value.details


# Frame rates


@pytest.mark.parametrize(
    ("fps", "rate"),
    [
        (29.97, Fraction(30000, 1001)),
        (23.976, Fraction(24000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (29.9700299, Fraction(30000, 1001)),
        (30, Fraction(30)),
        (12.5, Fraction(25, 2)),
        (1, Fraction(1)),
    ],
)
def test_frame_rate_is_exact(fps, rate):
    assert exact_rate(fps) == rate


def test_ntsc_video_of_ten_minutes_has_the_frames_of_its_rate():
    plan = plan_of(Clip(0, 0, 300), Clip(1, 300, 600), fps=29.97)

    assert plan.frames == 17982  # 600 * 30000/1001 is 17,982.02
    assert plan.clips[1].start == 8991
    assert abs(plan.seconds - 600) < 1 / 30


def test_rate_of_the_sources_is_that_of_the_clips_that_last_longest():
    sources = {0: Source(1, None, 24), 1: Source(3, None, 25), 2: Source(2.5, None, 24)}

    plan = plan_of(Clip(0), Clip(1), Clip(2), sources=sources, fps=None)

    assert plan.fps == 24


@pytest.mark.parametrize(
    ("source", "rate"),
    [
        (IMAGE, 30),
        (Source(1, None, None), 30),
        (Source(1, None, 0.0), 30),
        (Source(1, None, 240.0), 60),
        (Source(1, None, 0.2), 1),
        (Source(1, None, 29.97), Fraction(30000, 1001)),
    ],
)
def test_rate_of_the_sources_is_within_the_limits(source, rate):
    assert plan_of(Clip(0, 0, 2), sources={0: source}, fps=None).fps == rate


# Sound


def test_clip_without_sound_or_trimmed_beyond_it_is_silent():
    plan = plan_of(
        Clip(0, 0, 1),
        Clip(1, 1, 2, trim=0.5),
        Clip(2, 2, 3),
        sources={0: Source(1), 1: Source(2, 0.5), 2: IMAGE},
    )

    assert plan.sounds == []


def test_same_scene_twice_sounds_twice():
    plan = plan_of(Clip(0, 0, 1), Clip(0, 1, 2, trim=3))

    assert plan.sounds == [ClipSound(0, 0, 0, 30), ClipSound(0, 3, 30, 30)]


@pytest.mark.parametrize(
    ("trim", "continues"), [(2, True), (2.016, True), (1.984, True), (2.02, False), (0, False)]
)
def test_sound_continues_where_a_clip_was_split(trim, continues):
    """Times are rounded to frames, so that less than half a frame is no jump."""
    plan = plan_of(Clip(0, 0, 1, trim=1), Clip(0, 1, 2, trim=trim))

    assert [sound.continues for sound in plan.sounds] == [False, continues]


def test_rounded_parts_of_a_split_clip_do_not_drift():
    """Each part is a little later in its media: after three, the sound would be off by a frame."""
    clips = [Clip(0, number, number + 1, trim=number * 1.013) for number in range(4)]

    assert [sound.continues for sound in plan_of(*clips).sounds] == [False, True, False, True]


@cases("following", {"other scene": Clip(1, 1, 2, trim=1), "after a gap": Clip(0, 1.5, 2, trim=1)})
def test_sound_does_not_continue_elsewhere(following):
    plan = plan_of(Clip(0, 0, 1), following)

    assert [sound.continues for sound in plan.sounds] == [False, False]


def test_sound_does_not_continue_over_a_transition():
    plan = plan_of(fading(0, 0, 1), Clip(0, 1, 2, trim=0.5))

    assert [sound.continues for sound in plan.sounds] == [False, False]
