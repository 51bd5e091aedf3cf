"""Times of media follow from frames, and frames from times of media."""

from fractions import Fraction

import pytest

from timeline.time_map import TimeMap

FPS = Fraction(30)
NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("frame", "media"), [(60, 0.5), (61, 0.5 + 1 / 30), (90, 1.5), (45, 0.0), (0, -1.5)]
)
def test_media_run_from_where_they_begin(frame, media):
    assert TimeMap(60, 0.5, FPS).media_at(frame) == pytest.approx(media)


def test_frames_of_an_hour_stay_exact():
    assert TimeMap(0, 0.0, NTSC).media_at(30 * 3600) == 3603.6


@pytest.mark.parametrize("fps", [FPS, NTSC])
@pytest.mark.parametrize("trim", [0.0, 0.25, 1.001])
def test_frame_of_a_time_is_the_one_at_which_media_are_there(fps, trim):
    times = TimeMap(7, trim, fps)

    assert [times.frame_of(times.media_at(frame)) for frame in range(300)] == [*range(300)]


def test_time_before_media_begin_is_at_an_earlier_frame():
    assert TimeMap(60, 2.0, FPS).frame_of(1.0) == 30


@pytest.mark.parametrize("trim", [0.05, 0.0499, 1.001])
def test_frames_of_media_follow_each_other(trim):
    times = TimeMap(60, trim, FPS)
    begin = times.media_frame_at(60)

    assert begin == TimeMap(0, 0.0, FPS).frame_of(trim)
    assert [times.media_frame_at(60 + n) for n in range(300)] == [begin + n for n in range(300)]


@pytest.mark.parametrize(
    ("trim", "goes_on"),
    [(1.5, True), (1.5 + 1 / 60, True), (1.5 - 1 / 60, True), (1.52, False), (0.0, False)],
)
def test_media_go_on_if_they_jump_by_at_most_half_a_frame(trim, goes_on):
    assert TimeMap(0, 0.5, FPS).goes_on(TimeMap(30, trim, FPS)) is goes_on


@pytest.mark.parametrize(
    ("speed", "frame", "media"), [(2, 75, 1.5), (0.25, 180, 1.5), (0, 90, 0.5), (4, 60, 0.5)]
)
def test_media_run_at_their_speed(speed, frame, media):
    assert TimeMap(60, 0.5, FPS, speed).media_at(frame) == pytest.approx(media)


@pytest.mark.parametrize(
    ("speed", "seconds", "frame"), [(2, 1.5, 75), (0.25, 1.5, 180), (0, 0.5, 60), (0.5, 0, 30)]
)
def test_frame_of_a_time_follows_from_the_speed(speed, seconds, frame):
    assert TimeMap(60, 0.5, FPS, speed).frame_of(seconds) == frame


def test_media_that_stand_still_never_get_to_later_times():
    times = TimeMap(60, 0.5, FPS, 0)

    assert times.frame_of(0.51) > 30 * 24 * 3600
    assert times.frame_of(0.49) < 0


@pytest.mark.parametrize(
    ("speed", "following", "trim", "goes_on"),
    [
        (2, 2, 2.5, True),
        (2, 2, 2.53, True),  # half a frame of the timeline
        (2, 2, 2.55, False),
        (2, 1, 2.5, False),
        (0.25, 0.25, 0.75, True),
        (0.25, 0.25, 0.76, False),
        (0, 0, 0.5, True),
        (0, 0, 0.6, False),
    ],
)
def test_media_go_on_at_the_same_speed(speed, following, trim, goes_on):
    assert TimeMap(0, 0.5, FPS, speed).goes_on(TimeMap(30, trim, FPS, following)) is goes_on
