"""How large and how long files are."""

from pathlib import Path

import pytest

from media.ffmpeg import run
from media.video import Probe, probe
from tests.media.conftest import Make

VIDEOS = ["video.mp4", "video.mov", "video.webm", "video.avi"]
SOUNDS = ["audio.mp3", "audio.m4a", "audio.wav", "audio.ogg", "audio.weba"]
PICTURE = "-f lavfi -i testsrc=s=64x48:d=1"
SOUND = "-f lavfi -i sine=d=1"


@pytest.mark.parametrize("name", VIDEOS)
def test_a_video(samples: Path, name: str) -> None:
    assert probe(samples / name) == Probe(64, 64, 1.0)


@pytest.mark.parametrize("name", SOUNDS)
def test_a_sound_has_no_size(samples: Path, name: str) -> None:
    probed = probe(samples / name)

    assert probed[:2] == (None, None)
    assert probed.duration == pytest.approx(1, abs=0.02)


def test_a_video_with_sound(make: Make) -> None:
    assert probe(make("both.mp4", f"{PICTURE} {SOUND}")) == Probe(64, 48, 1.0)


def test_a_video_that_was_filmed_upright(make: Make) -> None:
    lying = make("lying.mp4", f"{PICTURE} -pix_fmt yuv420p")

    upright = make("upright.mp4", f"-display_rotation 90 -i {lying} -c copy")

    assert probe(upright) == Probe(48, 64, 1.0)


def test_pixels_that_are_no_squares(make: Make) -> None:
    wide = make("wide.mp4", f"{PICTURE} -vf setsar=4/3")

    assert probe(wide) == Probe(85, 48, 1.0)


def test_the_cover_of_a_sound_is_no_video(make: Make, samples: Path) -> None:
    inputs = f"-i {samples / 'audio.mp3'} -i {samples / 'image.png'}"

    covered = make("covered.mp3", f"{inputs} -map 0 -map 1 -disposition:v attached_pic")

    assert probe(covered)[:2] == (None, None)


def test_a_recording_whose_length_nobody_wrote_down(tmp_path: Path) -> None:
    """As browsers make them: they cannot go back to the beginning of the file."""
    recording = tmp_path / "recording.webm"
    recording.write_bytes(run([*PICTURE.split(), "-c:v", "libvpx", "-f", "webm", "pipe:1"], 60))

    assert probe(recording) == Probe(64, 48, 1.0)


def test_a_length_that_is_guessed_wrongly_is_read(make: Make) -> None:
    """Without a header, the length of an MP3 is told from its first seconds, here silent ones."""
    parts = "-f lavfi -i anullsrc=d=30 -f lavfi -i anoisesrc=d=30"

    sound = make(
        "guessed.mp3",
        f"{parts} -filter_complex concat=n=2:v=0:a=1 -q:a 0 -write_xing 0 -id3v2_version 0",
    )

    assert probe(sound).duration == pytest.approx(60, abs=0.2)


@pytest.mark.parametrize(
    "data", [b"", b"nothing", bytes(5000), b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(9000)]
)
def test_what_cannot_be_read_has_no_measures(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(data)

    assert probe(path) == Probe()


def test_a_file_that_ends_early(tmp_path: Path, samples: Path) -> None:
    data = (samples / "video.webm").read_bytes()
    path = tmp_path / "cut.webm"
    path.write_bytes(data[: len(data) // 2])

    probed = probe(path)

    assert probed[:2] == (64, 64)
