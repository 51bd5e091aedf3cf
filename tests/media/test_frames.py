"""Frames of videos, for thumbnails and for models that accept images only."""

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.ImageStat import Stat

from media.ffmpeg import FFmpegError, Result, run_logged
from media.limits import UPLOADS, MediaBusyError
from media.streams import signal_of
from media.video import frame_at, non_black_frame, probe, sample_frames
from tests.cases import cases
from tests.media import color_videos
from tests.media.color_videos import HDR, MAPPED, STRIPE, WIDE
from tests.media.conftest import MakeFile

VIDEOS = [
    *("video.mp4", "video.webm"),
    *(pytest.param(name, marks=pytest.mark.thorough) for name in ("video.mov", "video.avi")),
]


def decode_jpeg(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    return image.convert("RGB")


@pytest.mark.parametrize("name", VIDEOS)
def test_frame_has_the_size_of_the_video(samples, name):
    assert decode_jpeg(frame_at(samples / name)).size == (64, 64)


@pytest.mark.parametrize(
    ("size", "scaled"),
    [
        ("240x320", (75, 100)),
        ("2000x2", (100, 2)),
        pytest.param("320x240", (100, 75), marks=pytest.mark.thorough),
        pytest.param("101x99", (100, 98), marks=pytest.mark.thorough),
    ],
)
def test_longest_side_of_a_frame_is_limited(make_file, size, scaled):
    video = make_file("video.avi", f"-f lavfi -i testsrc=s={size}:d=1")

    assert decode_jpeg(frame_at(video, longest=100)).size == scaled


@pytest.mark.parametrize(
    ("times", "color"), [((0.2, 1.5, 1.7), (255, 0, 0)), ((0.2, 0.6, 9), (0, 0, 0))]
)
def test_frame_is_the_first_that_is_not_black(make_file, times, color):
    """Without one it is the first of all, also if the video has ended."""
    fade = "drawbox=t=fill:color=black:enable='lt(t,1)'"
    video = make_file("late.mp4", f"-f lavfi -i color=red:s=64x64:d=2 -vf {fade}")

    frame = decode_jpeg(non_black_frame(video, times, 64))

    assert frame.getpixel((32, 32)) == pytest.approx(color, abs=8)


def test_later_frames_of_a_busy_service_are_done_without(make_file, monkeypatch):
    video = make_file("black.mp4", "-f lavfi -i color=black:s=64x64:d=1")
    first = non_black_frame(video, (0.2,), 64)

    def run_once(arguments: Any, *others: Any) -> Result:
        if "0.500" in arguments:
            raise MediaBusyError
        return run_logged(arguments, *others)

    monkeypatch.setattr("media.video.run_logged", run_once)

    assert non_black_frame(video, (0.2, 0.5), 64) == first


def with_title(make_file: MakeFile, source: Path, title: str) -> Path:
    """Return a copy of a video with a title."""
    metadata = source.with_suffix(".txt")
    escaped = title.replace("\n", "\\\n")
    metadata.write_text(f";FFMETADATA1\ntitle={escaped}\n")
    return make_file("titled.mp4", f"-i {source} -i {metadata} -map_metadata 1 -c copy")


@pytest.mark.parametrize("title", ["x pblack: y", "x\n[Parsed_blackframe_0 @ 0x1] pblack:100"])
def test_title_does_not_make_a_frame_black(make_file, title):
    beginning = "drawbox=t=fill:color=black:enable='lt(t,0.5)'"
    source = make_file("source.mp4", f"-f lavfi -i color=red:s=64x64:d=1 -vf {beginning}")

    frame = decode_jpeg(non_black_frame(with_title(make_file, source, title), (0.2, 0.8), 64))

    assert frame.getpixel((32, 32)) == pytest.approx((255, 0, 0), abs=8)


def test_long_metadata_hides_neither_black_nor_hdr(make_file):
    hlg = "log-level=error:colorprim=bt2020:transfer=18:colormatrix=bt2020nc"
    source = make_file(
        "source.mp4",
        "-f lavfi -i color=white:s=64x64:r=5:d=1 -vf drawbox=t=fill:color=black:enable='lt(t,0.5)'"
        f" -c:v libx265 -x265-params {hlg} -pix_fmt yuv420p10le",
    )
    video = with_title(make_file, source, "x\n" * 22_000)

    assert probe(video).signal == signal_of(video) == signal_of(source)
    frame = decode_jpeg(non_black_frame(video, (0.2, 0.8), 64))
    assert Stat(frame).mean[0] > 200


def test_frame_of_non_square_pixels_is_stretched(make_file):
    video = make_file("wide.mp4", "-f lavfi -i testsrc=s=64x48:d=1 -vf setsar=4/3")

    assert decode_jpeg(frame_at(video)).size == (85, 48)


@pytest.mark.parametrize(
    ("size", "matrix", "stated"),
    [
        pytest.param("96x160", "bt709", "bt709", marks=pytest.mark.thorough),
        pytest.param("96x160", "smpte170m", "smpte170m", marks=pytest.mark.thorough),
        ("96x160", "smpte170m", "unknown"),
        ("768x1280", "bt709", "unknown"),
    ],
)
def test_frame_has_the_colours_of_the_video(make_file, size, matrix, stated):
    options = (
        f"-f lavfi -i color=c=0xC83264:s={size}:r=30:d=0.1,format=rgb24,"
        f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p,"
        f"setparams=range=tv:colorspace={stated} -c:v libx264 -preset veryfast"
    )
    frame = decode_jpeg(frame_at(make_file("color.mp4", options)))

    assert Stat(frame).mean == pytest.approx((200, 50, 100), abs=3)


@cases(
    "tags",
    {
        "YCgCo with a logarithm": pytest.param(
            "colour_primaries=1:transfer_characteristics=9:matrix_coefficients=8",
            marks=pytest.mark.thorough,
        ),
        "ICtCp": "colour_primaries=9:transfer_characteristics=16:matrix_coefficients=14",
        "RGB with HLG": "colour_primaries=10:transfer_characteristics=18:matrix_coefficients=0",
    },
)
def test_tags_that_are_wrong_or_unusual_leave_a_picture(make_file, tags):
    source = make_file("source.mp4", "-f lavfi -i testsrc=s=64x48:d=0.1 -pix_fmt yuv420p")
    tagged = make_file("tagged.mp4", f"-i {source} -c copy -bsf:v h264_metadata={tags}")

    assert decode_jpeg(frame_at(tagged)).size == (64, 48)


@pytest.mark.parametrize("name", ["PQ", "HLG", "BT.2020 without HDR"])
def test_frame_of_more_colours_is_mapped_to_bt709(tmp_path, name):
    """In an odd size, too, as the scaled frame may have."""
    video = color_videos.make(tmp_path / "wide.mp4", (HDR | WIDE)[name])

    frames = [decode_jpeg(frame_at(video)), decode_jpeg(sample_frames(video, 1, 155)[0])]

    assert [frame.size for frame in frames] == [(96, 160), (93, 155)]
    expected = list(MAPPED if name in WIDE else MAPPED.values())
    for frame in frames:
        for number, color in enumerate(expected):
            at = round((number + 0.5) * STRIPE * frame.height / 160)
            shown = frame.getpixel((frame.width // 2, at))
            assert [max(24, each) for each in shown] == pytest.approx(
                [max(24, each) for each in color], abs=12
            )


def test_sampled_frames_are_evenly_spaced(make_file):
    white_to_gray = "-f lavfi -i color=gray:s=64x64:d=10 -vf fade=in:d=10:color=white"
    video = make_file("darkening.mp4", f"{white_to_gray} -pix_fmt yuv420p")

    levels = [Stat(decode_jpeg(frame)).mean[0] for frame in sample_frames(video, 4)]

    steps = [before - after for before, after in pairwise(levels)]
    assert len(levels) == 4
    assert min(steps) > 20
    assert max(steps) - min(steps) <= 6


def test_short_video_yields_all_sampled_frames(samples):
    assert len(sample_frames(samples / "video.mp4", 8)) == 8


def test_sampled_frames_fit_into_768_pixels(make_file):
    video = make_file("large.mp4", "-f lavfi -i testsrc=s=1280x720:d=0.2 -pix_fmt yuv420p")

    assert [decode_jpeg(frame).size for frame in sample_frames(video, 2)] == [(768, 432)] * 2


def test_audio_longer_than_the_video_yields_fewer_frames(make_file):
    options = "-f lavfi -i testsrc=s=64x64:d=1 -f lavfi -i sine=d=4 -pix_fmt yuv420p"
    video = make_file("long-audio.mp4", options)

    frames = sample_frames(video, 4)

    assert 1 <= len(frames) < 4


def test_frame_after_the_end_raises_an_error(samples):
    with pytest.raises(FFmpegError, match="No picture at 100 seconds"):
        frame_at(samples / "video.mp4", 100)


@pytest.mark.parametrize("name", ["audio.mp3", "audio.weba", "none.mp4"])
def test_frame_of_a_file_without_video_raises_an_error(samples, name):
    with pytest.raises(FFmpegError):
        frame_at(samples / name)
    with pytest.raises(FFmpegError):
        sample_frames(samples / name, 3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "codec",
    [
        pytest.param("-c:v libx264 -preset ultrafast -pix_fmt yuv420p", marks=pytest.mark.thorough),
        "-c:v libx265 -preset ultrafast -x265-params log-level=error -pix_fmt yuv420p10le",
    ],
    ids=["H.264", "HEVC with 10 bits"],
)
def test_video_in_4k_is_within_the_limits(make_file, codec):
    one = make_file("one.mp4", f"-f lavfi -i color=blue:s=3840x2160:r=30 -frames:v 1 {codec}")
    video = make_file("4k.mp4", f"-stream_loop 3 -i {one} -c copy")

    assert decode_jpeg(frame_at(video, 0.1, 480, UPLOADS)).size == (480, 270)
