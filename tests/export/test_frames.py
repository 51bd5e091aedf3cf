"""The frames of an export: how many, at which times, which ones of the sources, and how encoded."""

from fractions import Fraction

import pytest
from PIL import Image

from export.plan.timeline import Clip, Output, Picture, Text
from tests.export import measure
from tests.export.measure import Box
from tests.export.renders import numbers, render
from tests.export.sources import HELD_FRAMES, sine
from tests.media import video_files

pytestmark = pytest.mark.usefixtures("drawn_here")

RED, GREEN = "0xC83264", "0x32C864"
BLACK, RED_RGB = (0, 0, 0), (200, 50, 100)
RATES = {
    "24": Fraction(24),
    "25": Fraction(25),
    "60": Fraction(60),
    "23.976": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
}


@pytest.fixture(scope="module")
def plain(sources, tmp_path_factory):
    """A second of a clip, a gap of half a second, and a second of another clip."""
    files = [sources.numbered(sound=sine(440)), sources.numbered(100)]
    return render(tmp_path_factory.mktemp("plain"), [Clip(0, 0, 1), Clip(1, 1.5, 2.5)], files)


def test_video_has_the_timelines_frames_at_even_times_from_0_on(plain):
    times = measure.frame_times(plain.path)

    assert times == [Fraction(number, 30) for number in range(75)]


def test_all_frames_of_clips_are_shown_and_a_gap_is_black(plain):
    shown = numbers(plain)

    assert shown == [*range(30), *[None] * 15, *range(100, 130)]
    assert all(measure.is_color(frame, BLACK) for frame in plain.frames[30:45])


def test_video_is_h264_and_tagged_as_bt709(plain):
    info = measure.video_info(plain.path)

    assert info[:6] == ("h264", "High", "yuv420p", 96, 160, Fraction(1))
    assert info[6:] == (1, 1, 1, "limited", Fraction(0))


def test_sound_is_aac_at_48_khz_and_as_long_as_the_picture(plain):
    info = measure.audio_info(plain.path)

    assert info[:5] == ("aac", "LC", 48_000, "stereo", Fraction(0))
    assert float(info.duration) == pytest.approx(2.5, abs=1 / 30)
    assert measure.stream_types(plain.path) == ["video", "audio"]


def test_video_can_start_before_all_of_it_is_there(plain):
    assert measure.is_faststart(plain.path)


@pytest.mark.parametrize("fps", [7, pytest.param(60, marks=pytest.mark.thorough)])
def test_video_of_two_frames_has_a_poster(sources, tmp_path, fps):
    """The second frame is at 142.857 ms, or at 16.667 ms."""
    clips = [Clip(0, 0, 2 / fps)]

    video = render(tmp_path, clips, [sources.numbered()], output=Output(96, 160, fps))

    assert len(video.frames) == 2
    assert (video.path.parent / "poster.jpg").stat().st_size


@pytest.mark.parametrize(("begin", "color"), [(1.5, (200, 50, 100)), (0.0, (0, 0, 0))])
def test_poster_is_not_black_unless_all_of_the_beginning_is(sources, tmp_path, begin, color):
    source = sources.solid(f"0x{bytes(color).hex()}")

    video = render(tmp_path, [Clip(0, begin, begin + 1)], [source], decode=False)

    poster = Image.open(video.path.parent / "poster.jpg").convert("RGB")
    assert poster.getpixel((48, 80)) == pytest.approx(color, abs=4)


@pytest.mark.parametrize(
    "rate",
    [
        "29.97",
        *(pytest.param(rate, marks=pytest.mark.thorough) for rate in RATES if rate != "29.97"),
    ],
)
def test_every_rate_has_even_times_and_the_timelines_length(sources, tmp_path, rate):
    files = [sources.numbered(count=60), sources.numbered(100)]
    clips = [Clip(0, 0, 1.3, 0.0, "fade", 0.4), Clip(1, 1.3, 2)]
    video = render(tmp_path, clips, files, output=Output(96, 160, float(rate)))

    times = measure.frame_times(video.path)

    assert times == [number / RATES[rate] for number in range(len(times))]
    assert len(times) / float(RATES[rate]) == pytest.approx(2, abs=1 / float(RATES[rate]))
    assert measure.audio_info(video.path).start == measure.video_info(video.path).start == 0


@pytest.mark.parametrize(
    ("rate", "count"),
    [
        ("23.976", 60),
        *(pytest.param(rate, 150, marks=pytest.mark.thorough) for rate in ("24", "23.976")),
    ],
)
def test_times_stay_even_over_many_segments(sources, tmp_path, rate, count):
    clips = [Clip(number % 2, number / 6, (number + 1) / 6) for number in range(count)]
    files = [sources.solid(), sources.solid(GREEN)]
    video = render(tmp_path, clips, files, output=Output(96, 160, float(rate)))

    times = measure.frame_times(video.path)

    assert len(video.plan.segments) == count
    assert len(times) == round(count * RATES[rate] / 6)
    assert times == [number / RATES[rate] for number in range(len(times))]


def test_rate_of_the_sources_shows_each_of_their_frames_once(sources, tmp_path):
    files = [sources.numbered(0, 30, "29.97"), sources.numbered(100, 20, "23.976")]
    video = render(tmp_path, [Clip(0), Clip(1)], files, output=Output(96, 160, None))

    assert video.plan.fps == Fraction(30000, 1001)
    assert numbers(video)[:30] == list(range(30))


@pytest.mark.parametrize(
    ("name", "fps", "trim"),
    [
        pytest.param("60fps.mp4", 25, 0.0, marks=pytest.mark.thorough),
        pytest.param("24fps.mp4", 30, 0.0, marks=pytest.mark.thorough),
        ("vp9.webm", 30, 0.05),
    ],
)
def test_clip_in_many_segments_shows_the_same_frames_as_in_one(sources, tmp_path, name, fps, trim):
    clips, output = [Clip(0, 0, 1, trim, volume=0)], Output(96, 160, fps)
    texts = [Text("", at, at + 0.11) for at in (0.3333, 0.71)]

    whole = render(tmp_path, clips, [sources.mixed(name)], output=output)
    cut = render(tmp_path, clips, [sources.mixed(name)], output=output, texts=texts)

    assert len(whole.plan.segments) == 1
    assert len(cut.plan.segments) == 5
    assert numbers(cut) == numbers(whole)


@pytest.mark.parametrize(
    "name",
    [
        "30fps.mp4",
        *(pytest.param(name, marks=pytest.mark.thorough) for name in ("vp9.webm", "quicktime.mov")),
    ],
)
def test_clip_whose_trim_lies_between_frames_shows_each_frame_once(sources, tmp_path, name):
    video = render(tmp_path, [Clip(0, 0, 0.8, 0.05, volume=0)], [sources.mixed(name)])

    first = numbers(video)[0]

    assert first in {1, 2}
    assert numbers(video) == list(range(first, first + 24))


def test_half_of_a_source_with_twice_the_rate_is_shown(sources, tmp_path):
    video = render(tmp_path, [Clip(0, volume=0)], [sources.mixed("60fps.mp4")])

    assert numbers(video) == list(range(0, 60, 2))


def test_variable_rate_shows_the_frame_of_each_time(sources, tmp_path):
    output = Output(96, 160, 60)
    clips = [Clip(0, 0, 1.2, volume=0)]
    video = render(tmp_path, clips, [sources.mixed("variable.mp4")], output=output)

    assert numbers(video) == [max(n for n in HELD_FRAMES if n <= number) for number in range(72)]


def test_source_that_runs_out_holds_its_last_frame(sources, tmp_path):
    """Also in a segment that begins after its end, at 1.2 s of each clip."""
    names = ["30fps.mp4", "variable.mp4", "vp9.webm", "mpeg4.avi"]
    clips = [Clip(n, n * 1.5, n * 1.5 + 1.5, 0.5, volume=0) for n in range(4)]
    texts = [Text("", clip.start + 1.2, clip.start + 1.5) for clip in clips if clip.start]
    video = render(tmp_path, clips, [sources.mixed(name) for name in names], texts=texts)
    shown = numbers(video)

    for number, name in enumerate(names):
        last = HELD_FRAMES[-1] if name == "variable.mp4" else 29
        assert shown[number * 45 + 17 : number * 45 + 45] == [last] * 28


@pytest.mark.parametrize(
    "start", [*(pytest.param(start, marks=pytest.mark.thorough) for start in (0.2, 0.9)), 3]
)
def test_export_that_begins_after_the_end_of_a_source_shows_its_last_frame(
    sources, tmp_path, start
):
    files = [sources.numbered(count=6)]
    video = render(tmp_path, [Clip(0, 0, 4)], files, window=(start, start + 0.2))

    assert numbers(video) == [5] * 6


def test_trims_in_fragmented_mp4_begin_at_their_frames(sources, tmp_path):
    """Without an edit list, decoding times are some frames earlier than those of the picture."""
    options = "-c:v libx264 -g 12 -bf 3 -pix_fmt yuv420p -movflags frag_keyframe+empty_moov"
    files = [sources.numbered(count=60, name="fragmented.mp4", options=options)]
    trims = [0, 42, 12, 55, 24, 13, 1]
    clips = [Clip(0, n / 10, (n + 1) / 10, trim / 30) for n, trim in enumerate(trims)]

    shown = numbers(render(tmp_path, clips, files))

    assert shown == [trim + number for trim in trims for number in range(3)]


@pytest.mark.parametrize("delayed", ["0:v", "0:a"])
def test_source_whose_streams_differ_in_times_holds_its_last_frame(sources, tmp_path, delayed):
    """Half a second of picture with a second of sound, of which one begins 0.3 s late."""
    picture, sound = sources.numbered(count=15), sources.numbered(sound=sine(440))
    inputs = [f"-i {picture}", f"-i {sound}"]
    late = 0 if delayed == "0:v" else 1
    inputs[late] = f"-itsoffset 0.3 {inputs[late]}"
    path = video_files.make(tmp_path / "x.mp4", f"{' '.join(inputs)} -map 0:v -map 1:a -c copy")
    clips = [Clip(0, 0, 1, volume=0)]
    video = render(tmp_path, clips, [path], texts=[Text("", 0.4, 0.9)])

    start = 9 if delayed == "0:v" else 0

    assert numbers(video) == [*[0] * start, *range(15), *[14] * (15 - start)]


def test_trim_begins_at_that_time_of_the_source(sources, tmp_path):
    files = [sources.numbered(count=90, options="-c:v libx264 -g 250 -pix_fmt yuv420p")]
    clips = [Clip(0, 0, 0.5, 2.0), Clip(0, 0.5, 1, 1.0), Clip(0, 1, 1.5, 2.9)]

    shown = numbers(render(tmp_path, clips, files))

    assert shown == [*range(60, 75), *range(30, 45), 87, 88, *[89] * 13]


def test_window_has_the_frames_of_the_whole_between_two_times(sources, tmp_path):
    files = [sources.numbered(count=60), sources.numbered(100, 60)]
    clips = [Clip(0, 0, 1, 0.0, "fade", 0.5), Clip(1, 1, 2)]

    whole = render(tmp_path, clips, files)
    part = render(tmp_path, clips, files, window=(0.7, 1.4))

    assert len(part.frames) == 21
    for expected, frame in zip(whole.frames[21:42], part.frames, strict=True):
        assert measure.ssim(expected, frame) > 0.97
    assert numbers(part)[9:] == list(range(115, 127))


@pytest.mark.parametrize("fit", ["contain", "cover", "blur"])
def test_picture_of_another_shape_is_fitted(sources, tmp_path, fit):
    still = sources.quadrants((128, 96))
    output = Output(96, 160, 30, fit=fit)
    video = render(tmp_path, [Clip(0, 0, 0.1)], [still], output=output)
    frame = video.frames[1]
    middle, top = Box(8, 46, 40, 76), Box(8, 2, 40, 38)

    if fit == "cover":
        assert measure.is_color(frame, (200, 40, 40), 8, Box(4, 4, 40, 72))
        assert measure.is_color(frame, (200, 200, 40), 8, Box(56, 88, 92, 156))
        return
    assert measure.is_color(frame, (200, 40, 40), 8, middle)
    if fit == "contain":
        assert measure.is_color(frame, BLACK, 3, top)
    else:
        red, green, blue = measure.mean_color(frame, top)
        assert red > 2 * max(green, blue)
        assert red > 100


def test_odd_size_is_rounded_down(sources, tmp_path):
    output = Output(131, 75, 30)
    video = render(tmp_path, [Clip(0, 0, 0.2)], [sources.solid(RED)], output=output)

    assert measure.video_info(video.path)[3:5] == (130, 74)


def test_draft_has_360_lines(sources, tmp_path):
    output = Output(720, 1200, 30, quality="draft")
    video = render(tmp_path, [Clip(0, 0, 0.2)], [sources.solid(RED)], output=output)

    assert measure.video_info(video.path)[3:5] == (360, 600)
    assert measure.is_color(video.frames[3], RED_RGB, 4)


@pytest.mark.parametrize("quality", [pytest.param("draft", marks=pytest.mark.thorough), "best"])
def test_every_quality_has_the_same_frames(sources, tmp_path, quality):
    output = Output(96, 160, 30, quality=quality)
    clips = [Clip(0, 0, 0.5, 0.0, "wipe", 0.2), Clip(1, 0.5, 1)]
    video = render(tmp_path, clips, [sources.numbered(), sources.numbered(100)], output=output)

    assert numbers(video)[:9] == list(range(9))
    assert numbers(video)[15:] == list(range(106, 121))
    assert measure.frame_times(video.path) == [Fraction(number, 30) for number in range(30)]


def test_overlay_is_laid_over_its_segment_alone(sources, tmp_path):
    path = tmp_path / "overlay.png"
    Image.new("RGBA", (20, 30), (50, 200, 100, 255)).save(path)

    pictures = [Picture("green", 0.3, 0.5, 20, 30, left=10, top=40)]
    files = [sources.solid(RED)]
    video = render(tmp_path, [Clip(0)], files, pictures=pictures, assets={"green": path})

    for number, frame in enumerate(video.frames):
        found = measure.bounding_box(frame, RED_RGB, 70)
        if 9 <= number < 15:
            assert found == pytest.approx((10, 40, 30, 70), abs=1)
        else:
            assert found is None
    assert measure.is_color(video.frames[12], (50, 200, 100), 6, Box(15, 45, 25, 62))


def test_image_is_shown_for_its_time(sources, tmp_path):
    clips = [Clip(0, still_seconds=0.5), Clip(1)]
    video = render(tmp_path, clips, [sources.quadrants((96, 160)), sources.numbered(count=6)])

    assert numbers(video) == [*[None] * 15, *range(6)]
    assert measure.is_color(video.frames[14], (200, 40, 40), 6, Box(4, 4, 40, 72))
