"""Stills of videos, for thumbnails and for models that look at images only."""

import io
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from PIL.ImageStat import Stat

from media.ffmpeg import FFmpegError
from media.video import frame_at, sample_frames
from tests.media.conftest import Make

VIDEOS = ["video.mp4", "video.mov", "video.webm", "video.avi"]


def shown(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    return image.convert("RGB")


@pytest.mark.parametrize("name", VIDEOS)
def test_a_still_is_as_large_as_the_video(samples: Path, name: str) -> None:
    assert shown(frame_at(samples / name)).size == (64, 64)


@pytest.mark.parametrize(
    ("size", "small"),
    [("320x240", (100, 75)), ("240x320", (75, 100)), ("101x99", (100, 98)), ("2000x2", (100, 2))],
)
def test_a_still_of_at_most_so_many_pixels(make: Make, size: str, small: tuple[int, int]) -> None:
    video = make("video.avi", f"-f lavfi -i testsrc=s={size}:d=1")

    assert shown(frame_at(video, longest=100)).size == small


def test_pixels_that_are_no_squares(make: Make) -> None:
    video = make("wide.mp4", "-f lavfi -i testsrc=s=64x48:d=1 -vf setsar=4/3")

    assert shown(frame_at(video)).size == (85, 48)


def test_samples_are_evenly_spaced(make: Make) -> None:
    white_to_gray = "-f lavfi -i color=gray:s=64x64:d=10 -vf fade=in:d=10:color=white"
    video = make("darkening.mp4", f"{white_to_gray} -pix_fmt yuv420p")

    levels = [Stat(shown(frame)).mean[0] for frame in sample_frames(video, 4)]

    steps = [before - after for before, after in pairwise(levels)]
    assert len(levels) == 4
    assert min(steps) > 20
    assert max(steps) - min(steps) <= 6


def test_a_short_video_has_as_many(samples: Path) -> None:
    assert len(sample_frames(samples / "video.mp4", 8)) == 8


def test_samples_fit_into_768_pixels(make: Make) -> None:
    video = make("large.mp4", "-f lavfi -i testsrc=s=1280x720:d=0.2 -pix_fmt yuv420p")

    assert [shown(frame).size for frame in sample_frames(video, 2)] == [(768, 432)] * 2


def test_sound_that_goes_on_is_no_picture(make: Make) -> None:
    both = "-f lavfi -i testsrc=s=64x64:d=1 -f lavfi -i sine=d=4 -pix_fmt yuv420p"
    video = make("goes-on.mp4", both)

    frames = sample_frames(video, 4)

    assert 1 <= len(frames) < 4


def test_there_is_no_still_after_the_end(samples: Path) -> None:
    with pytest.raises(FFmpegError, match="No picture at 100 seconds"):
        frame_at(samples / "video.mp4", 100)


@pytest.mark.parametrize("name", ["audio.mp3", "audio.weba", "none.mp4"])
def test_without_a_picture_there_is_no_still(samples: Path, name: str) -> None:
    with pytest.raises(FFmpegError):
        frame_at(samples / name)
    with pytest.raises(FFmpegError):
        sample_frames(samples / name, 3)
