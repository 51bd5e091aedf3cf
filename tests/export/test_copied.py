"""Clips that are joined as they are: whatever else their files contain, each frame is shown."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from export.plan.timeline import Clip, Output
from export.render import video
from export.render.joining import Part
from media.ffmpeg import FFmpegError
from media.rendering import Rendered
from media.rendering import render as rendered
from tests.cases import cases
from tests.export import measure, sound
from tests.export.frame_numbers import read_frame_number
from tests.export.renders import Render, render
from tests.export.sources import Sources, sine
from tests.media import video_files

COLORS = "range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
COLOR = (200, 50, 100)  # of `untagged`
ENCODED = (
    f"-vf format=yuv420p,setparams={COLORS} -c:v libx264 -preset veryfast -profile:v high"
    " -c:a aac -ar 48000 -ac 2"
)


def numbered(
    sources: Sources, first: int, count: int = 30, fps: str = "30", tone: int = 440
) -> Path:
    """Return a clip with sound that can be joined without encoding it."""
    return sources.numbered(
        first, count, fps, sound=sine(tone), name=f"copied-{first}-{count}.mp4", options=ENCODED
    )


def untagged(path: Path, size: tuple[int, int], matrix: str) -> Path:
    """Make a clip of one colour in a matrix that it does not state, as libx264's default is."""
    picture = f"-f lavfi -i color=c=0xC83264:s={size[0]}x{size[1]}:r=30:d=0.2,format=rgb24"
    pixels = f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p"
    unknown = "setparams=range=unknown:colorspace=unknown:color_primaries=unknown:color_trc=unknown"
    return video_files.make(path, f"{picture},{pixels},{unknown} -c:v libx264 -preset veryfast")


def remuxed(clip: Path, directory: Path, options: str) -> Path:
    """Return a copy of a clip with other streams."""
    name = f"remuxed-{sum(1 for _ in directory.iterdir())}.mp4"
    return video_files.make(directory / name, f"-i {clip} {options} -c copy")


def is_copied(video: Render) -> bool:
    """Return whether no frame was encoded."""
    return not list(video.path.parent.glob("run-*"))


def assert_shows(video: Render, *numbers: int) -> None:
    """Assert that a video has one picture and one sound, and frames with these numbers."""
    assert measure.stream_types(video.path) == ["video", "audio"]
    assert [read_frame_number(frame) for frame in video.frames] == list(numbers)
    assert (video.path.parent / "poster.jpg").stat().st_size


@pytest.fixture
def files(tmp_path):
    """A directory for clips."""
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


@pytest.fixture
def cover(sources, files):
    """A picture to embed."""
    picture = sources.quadrants((96, 160))
    return video_files.make(files / "cover.jpg", f"-i {picture}")


def in_a_row(count: int) -> list[Clip]:
    return [Clip(scene, scene, scene + 1) for scene in range(count)]


def test_clips_that_are_alike_are_joined_with_their_sound(sources, tmp_path):
    clips = [numbered(sources, 0), numbered(sources, 100, tone=880)]

    video = render(tmp_path, in_a_row(2), clips)

    assert is_copied(video)
    assert_shows(video, *range(30), *range(100, 130))
    heard = sound.read(video.path)
    assert sound.tone(heard.between(0.1, 0.9), 440) == pytest.approx(-20, abs=0.5)
    assert sound.tone(heard.between(1.1, 1.9), 880) == pytest.approx(-20, abs=0.5)


def test_clips_at_other_volumes_are_joined_with_another_sound(sources, tmp_path):
    clips = [Clip(0, 0, 1, volume=0.5), Clip(0, 1, 2, fade_out=1)]

    video = render(tmp_path, clips, [numbered(sources, 0)], decode=False)

    assert is_copied(video)
    assert sound.tone(sound.read(video.path).between(0.1, 0.9), 440) == pytest.approx(-26, abs=0.5)


def test_clip_at_another_speed_is_encoded(sources, tmp_path):
    assert not is_copied(render(tmp_path, [Clip(0, 0, 1, speed=0.5)], [numbered(sources, 0)]))


@pytest.mark.parametrize(
    ("size", "matrix", "code"), [((720, 1280), "bt709", 1), ((96, 160), "smpte170m", 6)]
)
def test_clips_that_do_not_state_their_colours_are_joined_and_state_them(
    tmp_path: Path, files: Path, size: tuple[int, int], matrix: str, code: int
) -> None:
    """They are those that an encoded export would show: BT.709 in HD, and otherwise BT.601."""
    clip = untagged(files / "clip.mp4", size, matrix)
    assert measure.video_info(clip).matrix == 2

    video = render(tmp_path, [Clip(0), Clip(0)], [clip], output=Output(*size, None))

    assert is_copied(video)
    info = measure.video_info(video.path)
    assert (info.primaries, info.transfer, info.matrix, info.range) == (1, 1, code, "limited")
    assert b"colrnclx" + bytes((0, 1, 0, 1, 0, code, 0)) in video.path.read_bytes()
    stored = list(measure.frames(clip))
    assert all(np.array_equal(*each) for each in zip(video.frames, stored * 2, strict=True))
    poster = np.asarray(Image.open(video.path.parent / "poster.jpg").convert("RGB"))
    assert measure.is_color(poster, COLOR, 4)


def test_clips_that_cannot_be_joined_as_they_are_are_encoded(tmp_path, files, monkeypatch):
    def fail_to_tag(arguments: list[str], *others: Any) -> Rendered:
        if any("h264_metadata" in each for each in arguments):
            raise FFmpegError("Failed to read the headers")
        return rendered(arguments, *others)

    monkeypatch.setattr(video, "render", fail_to_tag)
    clip = untagged(files / "clip.mp4", (96, 160), "smpte170m")

    encoded = render(tmp_path, [Clip(0)], [clip])

    assert measure.video_info(encoded.path).matrix == 1
    assert measure.is_color(encoded.frames[0], COLOR, 4)


def test_clips_that_begin_with_the_sound_are_joined(sources, tmp_path, files):
    clips = [remuxed(numbered(sources, first), files, "-map 0:a -map 0:v") for first in (0, 100)]

    video = render(tmp_path, in_a_row(2), clips)

    assert is_copied(video)
    assert_shows(video, *range(30), *range(100, 130))


@cases(
    "first",
    {"sound": "-map 0:v -map 0:a", "silent": pytest.param("-map 0:v", marks=pytest.mark.thorough)},
)
def test_clip_that_begins_with_the_sound_follows_one_with_the_picture_first(
    sources, tmp_path, files, first
):
    clips = [
        remuxed(numbered(sources, 0), files, first),
        remuxed(numbered(sources, 100), files, "-map 0:a -map 0:v"),
    ]

    assert_shows(render(tmp_path, in_a_row(2), clips), *range(30), *range(100, 130))
    assert_shows(render(tmp_path, in_a_row(2), clips[::-1]), *range(100, 130), *range(30))


@pytest.mark.parametrize(
    "with_cover",
    [*(pytest.param(each, marks=pytest.mark.thorough) for each in [(0,), (1,)]), (0, 1)],
)
def test_clips_with_a_cover_picture_show_their_frames(sources, tmp_path, files, cover, with_cover):
    clips = [numbered(sources, 0), numbered(sources, 100)]
    for number in with_cover:
        embedded = f"-i {cover} -map 0 -map 1 -disposition:v:1 attached_pic"
        clips[number] = remuxed(clips[number], files, embedded)

    assert_shows(render(tmp_path, in_a_row(2), clips), *range(30), *range(100, 130))


@pytest.mark.parametrize(
    "maps",
    [pytest.param("-map 0 -map 1:v", marks=pytest.mark.thorough), "-map 0:v -map 1:v -map 0:a"],
)
def test_clips_with_two_pictures_show_the_first_one(sources, tmp_path, files, maps):
    other = numbered(sources, 200)
    clips = [remuxed(numbered(sources, first), files, f"-i {other} {maps}") for first in (0, 100)]

    assert_shows(render(tmp_path, in_a_row(2), clips), *range(30), *range(100, 130))


def test_sound_with_a_gap_stays_in_time(sources, tmp_path, files):
    """The tone of the second clip begins with it, though packets of the first one are missing."""
    longer = numbered(sources, 200, 120)
    gap = f"-i {longer} -map 0:v -map 1:a -bsf:a noise=drop='between(n,20,34)'"
    clips = [remuxed(numbered(sources, 0, 60), files, gap), numbered(sources, 100, tone=880)]

    video = render(tmp_path, [Clip(0, 0, 2), Clip(1, 2, 3)], clips)

    heard = sound.read(video.path)
    assert sound.rms(heard.between(0.5, 0.65)) < -60
    assert sound.tone(heard.between(1.0, 1.9), 440) == pytest.approx(-20, abs=0.5)
    assert sound.tone(heard.between(2.05, 2.95), 880) == pytest.approx(-20, abs=0.5)


@pytest.mark.parametrize("count", [24, pytest.param(240, marks=pytest.mark.thorough)])
def test_film_clips_are_joined(sources, tmp_path, count):
    clips = [numbered(sources, first, count, "24000/1001") for first in (0, 300)]

    video = render(tmp_path, [Clip(0), Clip(1)], clips, output=Output(96, 160, None))

    assert is_copied(video)
    assert_shows(video, *range(count), *range(300, 300 + count))


def test_joined_video_with_too_few_frames_is_a_failure(sources, tmp_path, monkeypatch):
    def lose_a_frame(*args: Any) -> Rendered:
        done = rendered(*args)
        return done._replace(frames=done.frames - 1)

    monkeypatch.setattr(video, "render", lose_a_frame)

    with pytest.raises(FFmpegError, match="has 29 of 30 frames"):
        render(tmp_path, in_a_row(1), [numbered(sources, 0)])


def test_poster_is_exactly_its_frame_if_those_that_follow_are_not_decoded(
    sources, tmp_path, monkeypatch
):
    """Of a clip that is joined as it is, frames that no other one needs are skipped."""

    def skip_all(arguments: list[str], *others: Any) -> Rendered:
        return Rendered("", 0) if "noref" in arguments else rendered(arguments, *others)

    monkeypatch.setattr(video, "render", skip_all)

    assert_shows(render(tmp_path, [Clip(0)], [numbered(sources, 0)]), *range(30))


def test_missing_poster_is_a_failure(sources, tmp_path, monkeypatch):
    def take_none(parts: list[Part], *_: Any, **__: Any) -> list[str]:
        return ["-i", parts[0].path, "-f", "null", "-"]

    monkeypatch.setattr(video, "poster_args", take_none)

    with pytest.raises(FFmpegError, match="No picture of the video"):
        render(tmp_path, in_a_row(1), [numbered(sources, 0)])
