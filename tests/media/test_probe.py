"""Size and duration of media files."""

import pytest

from media.ffmpeg import run
from media.video import Probe, probe

VIDEO_FILES = [
    *("video.mp4", "video.webm"),
    *(pytest.param(name, marks=pytest.mark.thorough) for name in ("video.mov", "video.avi")),
]
AUDIO_FILES = [
    *("audio.mp3", "audio.weba"),
    *(
        pytest.param(name, marks=pytest.mark.thorough)
        for name in ("audio.m4a", "audio.wav", "audio.ogg")
    ),
]
VIDEO = "-f lavfi -i testsrc=s=64x48:d=1"
AUDIO = "-f lavfi -i sine=d=1"


@pytest.mark.parametrize("name", VIDEO_FILES)
def test_probe_returns_size_and_duration_of_a_video(samples, name):
    assert probe(samples / name)[:3] == (64, 64, 1.0)


@pytest.mark.parametrize("name", AUDIO_FILES)
def test_probe_returns_only_the_duration_of_audio(samples, name):
    probed = probe(samples / name)

    assert probed[:2] == (None, None)
    assert probed.duration == pytest.approx(1, abs=0.02)


def test_probe_returns_size_and_duration_of_a_video_with_audio(make_file):
    assert probe(make_file("both.mp4", f"{VIDEO} {AUDIO}"))[:3] == (64, 48, 1.0)


def test_size_of_a_rotated_video_is_as_displayed(make_file):
    original = make_file("original.mp4", f"{VIDEO} -pix_fmt yuv420p")

    rotated = make_file("rotated.mp4", f"-display_rotation 90 -i {original} -c copy")

    assert probe(rotated)[:3] == (48, 64, 1.0)


def test_size_of_non_square_pixels_is_as_displayed(make_file):
    wide = make_file("wide.mp4", f"{VIDEO} -vf setsar=4/3")

    assert probe(wide)[:3] == (85, 48, 1.0)


def test_cover_image_of_audio_is_not_a_video(make_file, samples):
    inputs = f"-i {samples / 'audio.mp3'} -i {samples / 'image.png'}"

    audio = make_file("cover.mp3", f"{inputs} -map 0 -map 1 -disposition:v attached_pic")

    assert probe(audio)[:2] == (None, None)


def test_duration_missing_in_the_header_is_measured(tmp_path):
    """Recordings of browsers lack it, since they cannot seek back to the header."""
    recording = tmp_path / "recording.webm"
    recording.write_bytes(run([*VIDEO.split(), "-c:v", "libvpx", "-f", "webm", "pipe:1"], 60))

    assert probe(recording)[:3] == (64, 48, 1.0)


def test_wrongly_estimated_duration_is_measured(make_file):
    """Without a header, the duration of an MP3 is estimated from its first, here silent, frames."""
    inputs = "-f lavfi -i anullsrc=d=10 -f lavfi -i anoisesrc=d=10"

    audio = make_file(
        "estimated.mp3",
        f"{inputs} -filter_complex concat=n=2:v=0:a=1 -q:a 0 -write_xing 0 -id3v2_version 0",
    )

    assert probe(audio).duration == pytest.approx(20, abs=0.2)


@pytest.mark.parametrize(
    "data",
    [b"", b"nothing", bytes(5000), b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(9000)],
    ids=["empty", "text", "zeros", "MP4 header only"],
)
def test_unreadable_file_has_no_size_and_duration(tmp_path, data):
    path = tmp_path / "broken.mp4"
    path.write_bytes(data)

    assert probe(path) == Probe()


def test_truncated_file_has_a_size(tmp_path, samples):
    data = (samples / "video.webm").read_bytes()
    path = tmp_path / "cut.webm"
    path.write_bytes(data[: len(data) // 2])

    probed = probe(path)

    assert probed[:2] == (64, 64)
