"""Interlaced clips: each field becomes a frame at its own time, without combs."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from export.plan.timeline import Clip, Output
from media.video import frame_at
from tests.export.measure import Frame
from tests.export.renders import render
from tests.media import video_files

FIELDS = 32  # at 50 a second; a bar moves by 2 pixels from each to the next one
BEGIN, WIDTH = 4, 24  # of the bar, in pixels

H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
FORMATS = {
    "H.264, top field first": ("x.mp4", "top", f"{H264} -x264-params tff=1"),
    "H.264, bottom field first": ("x.mp4", "bottom", f"{H264} -x264-params bff=1"),
    "MPEG-2": ("x.mkv", "top", "-c:v mpeg2video -q:v 2"),
    "MPEG-4, whose headers name no fields": ("x.avi", "top", "-c:v mpeg4 -q:v 2"),
    "ProRes": ("x.mov", "top", "-c:v prores_ks"),
}


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Return a clip in a format, of frames with two fields each."""
    directory = tmp_path_factory.mktemp("clips")
    made: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in made:
            file, first, encoder = FORMATS[name]
            inputs = f"-f lavfi -i color=black:s=96x160:r=50 -f lavfi -i color=white:s={WIDTH}x160"
            fields = f"tinterlace=interleave_{first},setfield={first[0]}ff"
            filters = f"[0][1]overlay=x=2*n+{BEGIN - 2},trim=end_frame={FIELDS},{fields}"
            options = f"{inputs} -filter_complex {filters} {encoder} -flags +ilme+ildct"
            made[name] = video_files.make(directory / f"{len(made)}-{file}", options)
        return made[name]

    return make


@pytest.fixture(scope="module")
def exported(clip, tmp_path_factory):
    """Twenty fields of each format, from the tenth on, at the rate of the fields."""
    files = [clip(name) for name in FORMATS]
    clips = [Clip(scene, 0.4 * scene, 0.4 * (scene + 1), 0.2) for scene in range(len(files))]
    return render(tmp_path_factory.mktemp("interlaced"), clips, files, output=Output(96, 160, 50))


def fields_of(frame: Frame) -> list[float]:
    """Return which field the even lines of a frame show, and which the odd ones, by the bar."""
    bright = frame[..., 1].astype(float)
    columns = np.arange(frame.shape[1]) + 0.5
    means = [(rows * columns).sum() / rows.sum() for rows in (bright[::2], bright[1::2])]
    return [(float(mean) - WIDTH / 2 - BEGIN) / 2 for mean in means]


@pytest.mark.parametrize("name", FORMATS)
def test_each_field_is_shown_at_its_time(exported, name):
    first = 20 * list(FORMATS).index(name)

    for number, frame in enumerate(exported.frames[first : first + 20]):
        assert fields_of(frame) == pytest.approx([10 + number] * 2, abs=0.2)


def test_clip_at_its_own_rate_is_not_copied_with_its_combs(clip, tmp_path):
    files = [clip("H.264, top field first")]

    video = render(tmp_path, [Clip(0)], files, output=Output(96, 160, None))

    assert len(video.frames) == FIELDS / 2
    for number, frame in enumerate(video.frames):
        assert fields_of(frame) == pytest.approx([2 * number] * 2, abs=0.2)


def test_single_frame_has_no_combs(clip):
    jpeg = frame_at(clip("H.264, top field first"), 0.4)

    shown = fields_of(np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")))
    assert shown == pytest.approx([20, 20], abs=0.2)
