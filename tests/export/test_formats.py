"""Files of other formats that are made of a finished video: what is in them."""

import av
import numpy as np
import pytest
from PIL import Image

from export.plan.targets import Target
from export.plan.timeline import Clip, Output, Tags, Timeline
from export.render.target_files import TargetFile
from media.processes import go_on
from media.rendering import render as run_ffmpeg
from tests.export import sound
from tests.export.frame_numbers import read_frame_number
from tests.export.measure import frames, stream_types, video_info
from tests.export.renders import render
from tests.export.sources import QUADRANTS, sine
from tests.export.test_tags import file_tags, languages
from tests.media.image_files import frames_in

SECONDS = 2
TAGS = Tags("Lamp; sun = warm", "German", 1_764_371_040_123)


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("formats")


@pytest.fixture(scope="module")
def video(directory, sources, drawn_here):
    """A finished video of two seconds with numbered frames and a tone."""
    clip = sources.numbered(count=60, sound=sine(440))
    return render(directory, [Clip(0, 0, SECONDS)], [clip], tags=TAGS, decode=False)


@pytest.fixture(scope="module")
def still(directory, sources, drawn_here):
    """A finished video of a tenth of a second with four colours."""
    clips = [Clip(0, 0, 0.1)]
    return render(directory, clips, [sources.quadrants((96, 160))], decode=False)


def ffmpeg(arguments, on_position=None, level="error"):
    return run_ffmpeg(arguments, go_on, on_position or (lambda _seconds: None), level)


def make(directory, video, target, quality="standard"):
    """Make the file of a target of a video; return its path."""
    shares = []
    frame = Timeline(Output(96, 160), []).frame
    file = TargetFile(
        target,
        video.plan,
        frame,
        quality,
        TAGS,
        directory,
        ffmpeg,
        shares.append,
    )
    path = file.make(str(video.path))
    assert shares == sorted(shares)
    assert 0.9 < shares[-1] <= 1
    return directory / path


def seconds_of(path):
    """Return the length that the file states."""
    with av.open(str(path)) as container:
        return float(container.duration or 0) / av.time_base


@pytest.mark.parametrize(("fps", "count", "step"), [(None, 30, 2), (10.0, 20, 3), (20.0, 40, 1.5)])
def test_gif_has_the_size_the_rate_and_the_frames_that_are_ordered(
    video, tmp_path, fps, count, step
):
    path = make(tmp_path, video, Target("gif", 48, 80, fps))

    with Image.open(path) as image:
        assert (image.size, frames_in(image), image.info["loop"]) == ((48, 80), count, 0)
    assert seconds_of(path) == pytest.approx(SECONDS, abs=0.02)
    numbers = [read_frame_number(frame) for frame in frames(path)]
    assert numbers[0] == 0
    assert all(abs(number - step * n) <= 1 for n, number in enumerate(numbers))


def test_webp_has_the_size_the_rate_and_the_frames_that_are_ordered(video, tmp_path):
    path = make(tmp_path, video, Target("webp", 48, 80, 15.0))

    shown, lengths = webp_frames(path)
    with Image.open(path) as image:
        assert (image.format, image.size, image.info["loop"]) == ("WEBP", (48, 80), 0)
    assert [read_frame_number(frame) for frame in shown] == [*range(0, 60, 2)]
    assert {*lengths} <= {66, 67}
    assert sum(lengths) == pytest.approx(1000 * SECONDS, abs=10)


def webp_frames(path):
    """Return the frames of an animated WebP, and for how many milliseconds each is shown."""
    shown, lengths = [], []
    with Image.open(path) as image:
        for number in range(frames_in(image)):
            image.seek(number)
            shown.append(np.asarray(image.convert("RGB")))
            lengths.append(image.info["duration"])
    return shown, lengths


def test_webm_has_all_frames_and_the_sound(video, tmp_path):
    path = make(tmp_path, video, Target("webm"))

    info = video_info(path)
    assert stream_types(path) == ["video", "audio"]
    assert (info.codec, info.width, info.height, info.matrix) == ("vp9", 96, 160, 1)
    assert [read_frame_number(frame) for frame in frames(path)] == [*range(60)]
    assert seconds_of(path) == pytest.approx(SECONDS, abs=1 / 30)
    heard = sound.read(path)
    assert sound.rms(heard.between(0.5, 1.5)) == pytest.approx(
        sound.rms(sound.read(video.path).between(0.5, 1.5)), abs=0.5
    )
    assert file_tags(path)["title"] == TAGS.title
    assert languages(path)[1] == "deu"


@pytest.mark.parametrize(("name", "late"), [("wav", 0), ("mp3", 0.06)])
def test_sound_has_the_length_and_the_loudness_of_the_video(video, tmp_path, name, late):
    path = make(tmp_path, video, Target(name))

    assert stream_types(path) == ["audio"]
    heard = sound.read(path)
    assert heard.rate == 48_000
    assert heard.duration == pytest.approx(SECONDS, abs=late or 1e-3)
    middle = sound.rms(heard.between(0.5, 1.5))
    assert middle == pytest.approx(sound.rms(sound.read(video.path).between(0.5, 1.5)), abs=0.4)
    assert file_tags(path)["title"] == TAGS.title


@pytest.mark.parametrize("name", ["gif", "webp"])
def test_animation_has_the_colors_of_the_video(still, tmp_path, name):
    path = make(tmp_path, still, Target(name, 96, 160, 10.0))

    first = next(frames(path)) if name == "gif" else webp_frames(path)[0][0]
    parts = [part for half in np.split(first, 2) for part in np.split(half, 2, axis=1)]
    for color, part in zip(QUADRANTS, parts, strict=True):
        assert np.abs(part[10:-10, 10:-10].mean(axis=(0, 1)) - color).max() <= 4


def test_equal_exports_are_equal_files(video, tmp_path):
    for name in ("webm", "mp3"):
        once, again = (tmp_path / each for each in ("once", "again"))
        for directory in (once, again):
            directory.mkdir(exist_ok=True)
            make(directory, video, Target(name))
        assert (once / f"target.{name}").read_bytes() == (again / f"target.{name}").read_bytes()
