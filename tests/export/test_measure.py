"""The measures of pictures and containers: each notices what is wrong."""

from fractions import Fraction

import numpy as np
import pytest

from tests.export import measure
from tests.export.frame_numbers import LARGEST, blocks, read_frame_number
from tests.export.measure import Box, Frame
from tests.media import video_files

# Tests of helpers, which the tests of exports use on videos that they know.
pytestmark = pytest.mark.thorough

COLOR = (200, 50, 100)
H264 = "-c:v libx264 -preset veryfast"


def gradient() -> Frame:
    """A frame of 64 by 64 pixels from black to white."""
    levels = np.linspace(0, 255, 64).astype(np.uint8)
    return np.repeat(np.tile(levels, (64, 1))[:, :, np.newaxis], 3, axis=2)


def with_box(box: Box, color: tuple[int, int, int]) -> Frame:
    """A black frame of 40 by 30 pixels with a box of a colour."""
    picture = np.zeros((30, 40, 3), np.uint8)
    picture[box.top : box.bottom, box.left : box.right] = color
    return picture


def test_dropped_frame_is_missing_and_makes_times_uneven(sources, tmp_path):
    whole = sources.numbered(count=30)
    dropped = video_files.make(
        tmp_path / "dropped.mp4", f"-i {whole} -vf select=not(eq(n\\,12)) -fps_mode vfr {H264}"
    )

    assert (measure.count_frames(whole), measure.count_frames(dropped)) == (30, 29)
    assert measure.are_even(measure.frame_times(whole))
    assert not measure.are_even(measure.frame_times(dropped), Fraction(1, 100))


def test_dropped_and_repeated_frames_are_told_by_their_numbers(sources, tmp_path):
    """Times stay even if another frame is repeated for the one that was dropped."""
    repeated = video_files.make(
        tmp_path / "repeated.mp4",
        f"-i {sources.numbered(count=30)} -vf select=not(eq(n\\,12)),fps=30 {H264}",
    )

    assert measure.are_even(measure.frame_times(repeated))
    numbers = [read_frame_number(frame) for frame in measure.frames(repeated)]
    assert numbers in ([*range(12), 11, *range(13, 30)], [*range(12), 13, *range(13, 30)])


def test_frame_times_are_exact(sources):
    times = measure.frame_times(sources.numbered(count=24, fps="24"))

    assert times == [Fraction(n, 24) for n in range(24)]


def test_times_that_a_file_rounds_are_even_within_its_time_base(sources):
    times = measure.frame_times(sources.mixed("vp9.webm"))

    assert not measure.are_even(times)
    assert measure.are_even(times, Fraction(1, 1000))


@pytest.mark.parametrize("times", [[0, 0, 0], [0, 2, 1], [0, 1, 3], [2, 1, 0]])
def test_repeated_reversed_and_skipped_times_are_uneven(times):
    assert not measure.are_even([Fraction(time) for time in times])


def test_late_start_of_a_stream_is_told(sources, tmp_path):
    late = video_files.make(
        tmp_path / "late.mp4",
        f"-itsoffset 0.5 -i {sources.mixed('silent.mp4')} -i {sources.mixed('30fps.mp4')}"
        " -map 0:v -map 1:a -c copy",
    )

    assert measure.video_info(sources.mixed("30fps.mp4")).start == 0
    assert measure.video_info(late).start == Fraction(1, 2)
    assert measure.frame_times(late)[0] == Fraction(1, 2)
    assert measure.audio_info(late).start == 0


def test_frame_of_an_index_is_the_one_that_is_shown_then(sources):
    path = sources.numbered(first=100, count=30)

    assert read_frame_number(measure.frame(path, 17)) == 117
    with pytest.raises(IndexError, match="no frame 30"):
        measure.frame(path, 30)


def test_properties_of_the_video_stream(sources):
    info = measure.video_info(sources.solid(size=(96, 64), options="-profile:v high"))

    assert info[:5] == ("h264", "High", "yuv420p", 96, 64)
    assert info.sample_aspect_ratio == 1
    assert info.range == "limited"
    assert (info.primaries, info.transfer, info.matrix) == (1, 1, 1)


def test_untagged_and_other_colours_are_told(sources):
    assert measure.video_info(sources.mixed("30fps.mp4"))[6:10] == (2, 2, 2, "unspecified")
    assert measure.video_info(sources.solid(matrix="smpte170m"))[6:9] == (6, 6, 6)
    assert measure.video_info(sources.mixed("full-range.mp4")).range == "full"


def test_properties_of_the_audio_stream(sources):
    stereo = measure.audio_info(sources.mixed("30fps.mp4"))
    mono = measure.audio_info(sources.mixed("mono.mp4"))

    assert stereo[:4] == ("aac", "LC", 48_000, "stereo")
    assert (stereo.start, stereo.duration) == (Fraction(0), Fraction(1))
    assert (mono.rate, mono.layout) == (44_100, "mono")


def test_missing_sound_is_told(sources):
    assert measure.stream_types(sources.mixed("30fps.mp4")) == ["video", "audio"]
    assert measure.stream_types(sources.mixed("silent.mp4")) == ["video"]
    with pytest.raises(IndexError):
        measure.audio_info(sources.mixed("silent.mp4"))


def test_pixels_have_the_colour_that_was_encoded(sources):
    frame = measure.frame(sources.solid("0xC83264"), 5)

    assert measure.mean_color(frame) == pytest.approx(COLOR, abs=1)
    assert measure.is_color(frame, COLOR)
    assert not measure.is_color(frame, (200, 58, 100))


def test_pixels_of_another_matrix_have_another_colour(sources):
    frame = measure.frame(sources.solid("0xC83264", matrix="smpte170m"), 5)

    assert not measure.is_color(frame, COLOR, tolerance=9)


def test_one_wrong_pixel_is_not_the_colour():
    frame = with_box(Box(10, 10, 11, 11), (30, 0, 0))

    assert not measure.is_color(frame, (0, 0, 0))
    assert measure.is_color(frame, (0, 0, 0), box=Box(0, 0, 10, 30))


def test_mean_colour_is_of_the_box_alone():
    frame = with_box(Box(0, 0, 20, 30), (100, 0, 50))

    assert measure.mean_color(frame) == (50, 0, 25)
    assert measure.mean_color(frame, Box(0, 0, 20, 30)) == (100, 0, 50)


def test_box_outside_of_the_frame_is_refused():
    with pytest.raises(ValueError, match="not within"):
        measure.mean_color(gradient(), Box(60, 60, 70, 70))


def test_bounding_box_contains_what_differs_from_the_background():
    box = Box(7, 3, 31, 22)

    assert measure.bounding_box(with_box(box, (0, 0, 90)), (0, 0, 0)) == box
    assert measure.bounding_box(with_box(box, (0, 0, 5)), (0, 0, 0)) is None


def test_similarity_falls_with_each_kind_of_change():
    original = gradient()
    noise = np.random.default_rng(1).integers(-20, 21, original.shape)
    shifted = np.roll(original, 3, axis=1)
    noisy = np.clip(original + noise, 0, 255).astype(np.uint8)
    brighter = np.clip(original.astype(int) + 40, 0, 255).astype(np.uint8)

    assert measure.ssim(original, original) == pytest.approx(1)
    for changed in (shifted, noisy, brighter):
        assert measure.ssim(original, changed) < 0.97
    with pytest.raises(ValueError, match="frames of"):
        measure.ssim(original, original[:32])


def test_similarity_tells_good_from_bad_compression(sources, tmp_path):
    original = sources.moving()
    good = video_files.make(tmp_path / "good.mp4", f"-i {original} {H264} -crf 18")
    bad = video_files.make(tmp_path / "bad.mp4", f"-i {original} {H264} -crf 45")
    first, good_frame, bad_frame = (measure.frame(path, 15) for path in (original, good, bad))

    assert measure.ssim(first, good_frame) > 0.98
    assert measure.ssim(first, bad_frame) < 0.9


def test_order_of_boxes_tells_whether_playing_can_start(sources, tmp_path):
    slow = sources.solid()
    fast = video_files.make(tmp_path / "fast.mp4", f"-i {slow} -c copy -movflags +faststart")

    assert measure.is_faststart(fast)
    assert not measure.is_faststart(slow)
    assert measure.top_level_boxes(fast)[:2] == ["ftyp", "moov"]


def test_truncated_mp4_is_refused(sources, tmp_path):
    truncated = tmp_path / "truncated.mp4"
    truncated.write_bytes(sources.solid().read_bytes()[:-1])

    with pytest.raises(ValueError, match="ends within a box"):
        measure.top_level_boxes(truncated)


@pytest.mark.parametrize("scaling", ["540:960", "48:80", "200:120", "77:131"])
def test_frame_numbers_are_read_after_scaling_and_compression(sources, tmp_path, scaling):
    path = sources.numbered(first=LARGEST - 5, count=6)
    options = f"-vf scale={scaling} -c:v libx264 -crf 30 -pix_fmt yuv444p"
    scaled = video_files.make(tmp_path / "scaled.mp4", f"-i {path} {options}")

    numbers = [read_frame_number(frame) for frame in measure.frames(scaled)]

    assert numbers == list(range(LARGEST - 5, LARGEST + 1))


def test_frame_number_is_read_within_a_letterboxed_frame(sources, tmp_path):
    options = f"-i {sources.numbered(7, 3)} -vf pad=160:160:32:0 {H264}"
    padded = measure.frame(video_files.make(tmp_path / "padded.mp4", options), 1)

    assert read_frame_number(padded, Box(32, 0, 128, 160)) == 8
    with pytest.raises(ValueError, match="no clear blocks"):
        read_frame_number(padded)


def test_mixture_of_two_frames_has_no_number():
    one, other = (numbered_frame(number).astype(int) for number in (5, 1234))
    mixture = ((one + other) // 2).astype(np.uint8)

    with pytest.raises(ValueError, match="no clear blocks"):
        read_frame_number(mixture)


@pytest.mark.parametrize("number", range(0, 4096, 97))
def test_upside_down_and_inverted_frames_have_no_number(number):
    frame = numbered_frame(number)

    assert read_frame_number(frame) == number
    for wrong in (np.rot90(frame, 2), 255 - frame):
        with pytest.raises(ValueError, match="no numbered frame"):
            read_frame_number(wrong)


def numbered_frame(number: int) -> Frame:
    """A numbered frame of 32 by 32 pixels."""
    grid = np.frombuffer(blocks(number), np.uint8).reshape(4, 4)
    return np.repeat(np.kron(grid, np.ones((8, 8), np.uint8))[:, :, np.newaxis], 3, axis=2)
