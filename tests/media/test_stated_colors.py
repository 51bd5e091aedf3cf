"""Colours that videos of full range state are completed when they are stored; nothing else is."""

import os
import random
import subprocess

import imageio_ffmpeg
import pytest

from media.stated_colors import complete_colors
from media.streams import read_streams
from tests.media import video_files

_SET = "setparams=range={}:color_primaries={}:color_trc={}:colorspace={}"
_SOURCE = "-f lavfi -i testsrc2=s={}:r=10:d=0.3 -vf scale=out_range=full,format=yuv420p,{} -an"
_H264 = "-c:v libx264 -preset veryfast"
UNKNOWN = ("unknown",) * 3


def made(path, colors, video_range="pc", size="64x48", options=_H264):
    stated = _SET.format(video_range, *colors)
    return video_files.make(path, f"{_SOURCE.format(size, stated)} {options}")


def completed(path, media_type="video/mp4"):
    """Return the bytes of a file before and after its colours were completed."""
    before = path.read_bytes()
    descriptor = os.open(path, os.O_RDWR)
    try:
        complete_colors(descriptor, media_type)
    finally:
        os.close(descriptor)
    return before, path.read_bytes()


def stated(path):
    signal = read_streams(str(path))[0].signal
    return signal.primaries, signal.transfer, signal.matrix


def pixels(path):
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", path, "-f", "rawvideo", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    ("colors", "size", "options", "expected"),
    [
        (("unknown", "unknown", "bt470bg"), "64x48", "", ("bt709", "bt709", "bt470bg")),
        (("unknown", "unknown", "bt709"), "1280x720", "", ("bt709", "bt709", "bt709")),
        (("bt709", "unknown", "unknown"), "66x50", "-bf 0", ("bt709", "bt709", "smpte170m")),
        (("bt709", "bt709", "unknown"), "1280x720", "-g 1", ("bt709", "bt709", "bt709")),
        (("unknown", "smpte170m", "smpte170m"), "64x48", "-movflags +faststart", None),
        (("unknown", "unknown", "bt709"), "64x48", "-aspect 16:9", ("bt709", "bt709", "bt709")),
        (("unknown", "unknown", "bt709"), "64x48", "-profile:v baseline", ("bt709",) * 3),
    ],
)
def test_colors_are_completed_and_pictures_stay(tmp_path, colors, size, options, expected):
    path = made(tmp_path / "x.mp4", colors, size=size, options=f"{_H264} {options}")
    shown = pixels(path)

    before, after = completed(path)

    assert len(after) == len(before)
    assert 0 < sum(one != other for one, other in zip(before, after, strict=True)) <= 4
    assert stated(path) == (expected or ("bt709", "smpte170m", "smpte170m"))
    assert pixels(path) == shown


@pytest.mark.parametrize(
    ("colors", "video_range", "name", "options"),
    [
        (("bt709",) * 3, "pc", "x.mp4", _H264),
        (UNKNOWN, "pc", "x.mp4", _H264),
        (("unknown", "unknown", "bt709"), "tv", "x.mp4", _H264),
        (("unknown", "unknown", "bt709"), "pc", "x.webm", "-c:v libvpx-vp9 -deadline realtime"),
        (("unknown", "unknown", "bt709"), "pc", "x.mp4", "-c:v mpeg4"),
    ],
)
def test_other_files_stay_as_they_are(tmp_path, colors, video_range, name, options):
    path = made(tmp_path / name, colors, video_range, options=options)

    before, after = completed(path)

    assert after == before


def test_another_type_and_what_is_no_video_stay(tmp_path):
    path = made(tmp_path / "x.mp4", ("unknown", "unknown", "bt709"))
    before, after = completed(path, "image/png")
    assert after == before

    chance = random.Random(1)
    setup = before.index(b"avcC")
    for _ in range(200):
        damaged = bytearray(before[: chance.choice([len(before), chance.randrange(len(before))])])
        for _ in range(5):
            place = min(chance.randrange(setup - 200, setup + 60), len(damaged) - 1)
            damaged[place] = chance.randrange(256)
        path.write_bytes(damaged)
        before_damaged, after = completed(path)
        assert len(after) == len(before_damaged)
