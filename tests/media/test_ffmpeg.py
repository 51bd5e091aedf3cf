"""Running FFmpeg: what it may do, for how long, and what is said when it fails."""

import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from media.ffmpeg import FFmpegError, input_args, run, set_program
from media.video import Probe, probe

ENDLESS = ["-f", "lavfi", "-i", "testsrc=s=1280x720", "-f", "null", "-"]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Path]:
    """A program that is run in FFmpeg's place, a shell script that is yet to be written."""
    path = tmp_path / "another-ffmpeg"
    path.touch(stat.S_IRWXU)
    set_program(str(path))
    yield path
    set_program("")


def test_gives_what_ffmpeg_writes() -> None:
    output = run(["-f", "lavfi", "-i", "testsrc=s=2x2", "-frames:v", "1", "-f", "rawvideo", "-"], 9)

    assert len(output) == 2 * 2 * 3


def test_the_reason_of_a_failure_names_no_path(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x18ftypisom" + bytes(9000))

    for path in (broken, tmp_path / "none.mp4"):
        with pytest.raises(FFmpegError) as failure:
            run([*input_args(path), "-f", "null", str(tmp_path / "out")], 9)

        assert str(failure.value)
        assert str(tmp_path) not in str(failure.value)


def test_is_stopped_when_its_time_is_over() -> None:
    began = time.monotonic()

    with pytest.raises(FFmpegError, match=r"did not finish within 0\.5 seconds"):
        run(ENDLESS, 0.5)

    assert time.monotonic() - began < 10


def test_requests_come_first(program: Path) -> None:
    program.write_text("#!/bin/sh\nnice")

    assert int(run([], 9)) == os.nice(0) + 10


def test_the_program_can_be_chosen(program: Path) -> None:
    program.write_text('#!/bin/sh\necho "$@"')

    assert run(["-i", "x"], 9).endswith(b"-i x\n")


def test_waits_for_no_input(program: Path) -> None:
    program.write_text("#!/bin/sh\ncat")

    assert run([], 9) == b""


@pytest.mark.parametrize("name", ["/nowhere/ffmpeg", "no-such-ffmpeg"])
def test_without_a_program_the_setting_is_named(program: Path, name: str) -> None:
    set_program(name)

    with pytest.raises(FFmpegError, match="FFMPEG") as failure:
        run(["-version"], 9)

    assert name not in str(failure.value)


@pytest.mark.parametrize(
    "script",
    [
        "ffconcat version 1.0\nfile {}\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
    ],
)
def test_a_script_leads_to_no_other_file(tmp_path: Path, samples: Path, script: str) -> None:
    shutil.copy(samples / "video.mp4", tmp_path)
    path = tmp_path / "script.mp4"
    for name in ("video.mp4", "https://127.0.0.1/video.mp4"):
        path.write_text(script.format(name))

        assert probe(path) == Probe()


def test_a_name_is_no_address(tmp_path: Path, samples: Path) -> None:
    odd = tmp_path / "concat:a|b,-i %d.mp4"
    odd.write_bytes((samples / "video.mp4").read_bytes())

    assert probe(odd).duration == 1.0


def test_a_frame_has_an_end(tmp_path: Path) -> None:
    """A few kilobytes of video can ask for gigabytes of memory."""
    huge = tmp_path / "huge.avi"
    blank = ["-f", "lavfi", "-i", "color=s=12000x12000", "-frames:v", "1", "-c:v", "mjpeg"]
    run([*blank, str(huge)], 60)

    assert probe(huge)[:2] == (None, None)
