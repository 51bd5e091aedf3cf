"""The sample media are what their names say."""

import subprocess
from fractions import Fraction

import imageio_ffmpeg
import pytest
from PIL import Image, ImageOps

from tests.export import crafted, measure, sound
from tests.export.frame_numbers import read_frame_number
from tests.export.sources import BEEP, HELD_FRAMES, MIXED, QUADRANTS, beeps
from tests.media import video_files

# Tests of helpers, which the tests of exports use on videos that they know.
pytestmark = pytest.mark.thorough

SECRET = (200, 0, 200)


@pytest.fixture
def secret(sources, tmp_path):
    """A video of a colour that no other file has."""
    path = tmp_path / "secret.mp4"
    path.write_bytes(sources.solid("0xC800C8").read_bytes())
    return path


@pytest.mark.parametrize("name", [name for name in MIXED if name != "rotated.mp4"])
def test_mixed_videos_have_numbered_frames_from_0_on(sources, name):
    path = sources.mixed(name)
    numbers = [read_frame_number(frame) for frame in measure.frames(path)]

    if name == "variable.mp4":
        assert numbers == list(HELD_FRAMES)
        assert measure.frame_times(path) == [Fraction(number, 60) for number in numbers]
    else:
        assert numbers == list(range(len(numbers)))
        inexact = 1 / 30 if name == "mpeg4.avi" else 0.002  # an AVI has no times, but an order
        last = measure.frame_times(path)[-1]
        assert float(last) == pytest.approx(1 - 1 / len(numbers), abs=inexact + 1e-6)


@pytest.mark.parametrize("name", [name for name in MIXED if name != "silent.mp4"])
def test_mixed_videos_have_a_tone(sources, name):
    heard = sound.read(sources.mixed(name))

    assert heard.duration == pytest.approx(1, abs=0.04)
    assert sound.tone(heard.between(0.4, 0.9), 440) == pytest.approx(-20, abs=0.5)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("odd.mp4", {"width": 641, "height": 361}),
        ("anamorphic.mp4", {"sample_aspect_ratio": Fraction(64, 45)}),
        ("vp9.webm", {"codec": "vp9", "pix_fmt": "yuv420p"}),
        ("mpeg4.avi", {"codec": "mpeg4"}),
        ("10bit.mp4", {"pix_fmt": "yuv420p10le"}),
        ("full-range.mp4", {"range": "full"}),
        ("rotated.mp4", {"width": 160, "height": 96}),
    ],
)
def test_mixed_videos_differ_in_what_their_names_say(sources, name, expected):
    info = measure.video_info(sources.mixed(name))._asdict()

    assert expected.items() <= info.items()


def test_rotated_video_is_upright_as_displayed(sources, tmp_path):
    """FFmpeg turns frames by the display matrix when it encodes them again."""
    shown = video_files.make(tmp_path / "shown.mp4", f"-i {sources.mixed('rotated.mp4')}")

    numbers = [read_frame_number(frame) for frame in measure.frames(shown)]

    assert numbers == list(range(30))
    assert measure.video_info(shown)[3:5] == (96, 160)


def test_beep_of_a_numbered_video_comes_with_its_frame(sources):
    path = sources.numbered(sound=beeps(0.5))

    assert read_frame_number(measure.frame(path, 15)) == 15
    assert sound.onsets(sound.read(path), BEEP) == pytest.approx([0.5], abs=0.001)


def test_files_are_made_once(sources):
    path = sources.solid("0x123456")
    made = path.stat().st_mtime_ns

    assert sources.solid("0x123456").stat().st_mtime_ns == made
    assert sources.solid("0x123457") != path


@pytest.mark.parametrize("name", ["still.png", "photo.jpg"])
def test_still_images_have_their_quadrants_in_place_as_displayed(sources, name):
    with Image.open(sources.quadrants((64, 48), name)) as image:
        assert (name == "photo.jpg") == (image.getexif().get(0x0112) == 6)
        shown = ImageOps.exif_transpose(image)

    assert shown.size == (64, 48)
    for color, at in zip(QUADRANTS, [(16, 12), (48, 12), (16, 36), (48, 36)], strict=True):
        assert shown.getpixel(at) == pytest.approx(color, abs=4)


@pytest.mark.parametrize("kind", crafted.PLAYLISTS)
def test_playlist_shows_a_local_secret_to_careless_callers(secret, tmp_path, kind):
    path = crafted.playlist(tmp_path / "video.mp4", kind, str(secret))

    shown = video_files.make(tmp_path / "shown.mp4", f"{crafted.UNGUARDED[kind]} -i {path}")

    assert measure.is_color(measure.frame(shown, 0), SECRET, tolerance=6)


@pytest.mark.parametrize("kind", crafted.PLAYLISTS)
def test_playlist_lets_careless_callers_ask_a_server(secret, tmp_path, kind):
    with crafted.SecretServer.running(secret) as server:
        path = crafted.playlist(tmp_path / "video.mp4", kind, server.url)
        video_files.make(tmp_path / "shown.mp4", f"{crafted.UNGUARDED[kind]} -i {path}")

        assert server.requests


def test_sdp_lets_ffmpeg_try_to_receive_a_stream(tmp_path):
    path = crafted.sdp(tmp_path / "video.mp4", 5004)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-i", str(path), "-f", "null", "-"]

    tried = subprocess.run(command, capture_output=True, text=True, check=False)

    assert "Protocol 'rtp' not on whitelist" in tried.stderr
