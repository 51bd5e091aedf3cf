"""The level that a video names: its bits keep to it, also where segments are joined."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from export.plan.frame_size import Frame
from export.plan.timeline import Clip, Output
from export.render.encoding import level_of
from tests.export.renders import render
from tests.media import video_files

LEVEL_3 = 30  # as in the headers of H.264
BITS = 12_500_000  # of level 3: in a second, and in the buffer


@pytest.fixture(scope="module")
def noise(tmp_path_factory):
    """Return a clip of 0.4 s of noise, which x264 would give 40 Mbit a second."""
    picture = "-f lavfi -i testsrc2=s=640x480:r=30:d=0.4,noise=alls=100:allf=t+u"
    path = tmp_path_factory.mktemp("noise") / "noise.mp4"
    return video_files.make(path, f"{picture} -c:v libx264 -preset ultrafast -crf 10")


def sizes(path: Path) -> list[int]:
    """Return the bits of each frame in the order in which they are decoded."""
    with av.open(str(path)) as container:
        return [8 * packet.size for packet in container.demux(video=0) if packet.size]


def level(path: Path) -> int:
    """Return the level that the headers of a video name."""
    with av.open(str(path)) as container:
        return (container.streams.video[0].codec_context.extradata or b"\0" * 4)[3]


def most_beyond(bits: list[int], rate: int, fps: int) -> float:
    """Return by how many bits any stretch of frames exceeds what arrives at a rate meanwhile."""
    beyond = most = 0.0
    for each in bits:
        beyond = max(beyond, 0.0) + each - rate / fps
        most = max(most, beyond)
    return most


@pytest.mark.parametrize("quality", ["standard", pytest.param("best", marks=pytest.mark.thorough)])
def test_noise_keeps_to_the_level(noise, tmp_path, quality):
    """Cuts, and parts of a few frames, do not add up to more than the level's buffer."""
    clips = [Clip(0, 0, 0.4), Clip(0, 0.4, 0.8), Clip(0, 0.8, 0.9), Clip(0, 0.9, 1.2)]
    output = Output(640, 480, 30, quality)

    video = render(tmp_path, clips, [noise], output=output, decode=False)

    assert level(video.path) == LEVEL_3
    found = sizes(video.path)
    assert len(found) == 36
    assert most_beyond(found, BITS, 30) <= BITS


@pytest.mark.parametrize(
    ("width", "height", "fps", "name"),
    [
        (96, 160, 30, "3"),
        (720, 1280, 30, "3.1"),
        (1080, 1920, 24, "4.1"),
        (1080, 1920, 30, "4.1"),
        (1920, 1080, 60, "4.2"),
        (2160, 3840, 30, "5.1"),
        (4096, 16, 30, "4.1"),
        (4096, 4096, 60, "6.1"),
    ],
)
def test_level_has_room_for_the_frames(width, height, fps, name):
    assert level_of(Frame(width, height, 1.0), Fraction(fps)).name == name
