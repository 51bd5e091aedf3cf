"""Running FFmpeg: output, time limit, errors, and what input files cannot do."""

import os
import shutil
import signal
import stat
import time

import imageio_ffmpeg
import pytest

from media.ffmpeg import FFmpegError, input_args, run, set_program
from media.limits import StoppedError
from media.video import Probe, probe
from tests.media import video_files

ENDLESS = ["-f", "lavfi", "-i", "testsrc=s=1280x720", "-f", "null", "-"]


@pytest.fixture
def program(tmp_path):
    """An empty shell script that runs instead of FFmpeg."""
    path = tmp_path / "other-ffmpeg"
    path.touch(stat.S_IRWXU)
    set_program(str(path))
    yield path
    set_program("")


def test_run_returns_the_output_of_ffmpeg():
    options = ["-f", "lavfi", "-i", "testsrc=s=2x2", "-frames:v", "1", "-f", "rawvideo", "-"]

    output = run(options, 60)

    assert len(output) == 2 * 2 * 3


def test_error_message_contains_no_path(tmp_path):
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0\0\0\x18ftypisom" + bytes(9000))

    for path in (broken, tmp_path / "none.mp4"):
        with pytest.raises(FFmpegError) as error:
            run([*input_args(path), "-f", "null", str(tmp_path / "out")], 60)

        assert str(error.value)
        assert str(tmp_path) not in str(error.value)


def test_ffmpeg_is_killed_after_the_time_limit():
    started = time.monotonic()

    with pytest.raises(FFmpegError, match="too much time"):
        run(ENDLESS, 0.5)

    assert time.monotonic() - started < 60


def test_ffmpeg_runs_with_lower_priority(program):
    program.write_text("#!/bin/sh\nnice")

    assert int(run([], 60)) == min(os.nice(0) + 10, 19)  # the lowest there is


def test_set_program_replaces_ffmpeg(program):
    program.write_text('#!/bin/sh\necho "$@"')

    assert run(["-i", "x"], 60).endswith(b"-i x\n")


def test_standard_input_is_empty(program):
    program.write_text("#!/bin/sh\ncat")

    assert run([], 60) == b""


@pytest.mark.parametrize("name", ["/missing/ffmpeg", "missing-ffmpeg"])
def test_missing_program_raises_an_error_that_names_the_setting(program, name):
    set_program(name)

    with pytest.raises(FFmpegError, match="FFMPEG") as error:
        run(["-version"], 60)

    assert name not in str(error.value)


@pytest.mark.parametrize(
    "playlist",
    [
        "ffconcat version 1.0\nfile {}\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
    ],
    ids=["concat", "HLS"],
)
def test_playlist_cannot_open_other_files(tmp_path, samples, playlist):
    shutil.copy(samples / "video.mp4", tmp_path)
    path = tmp_path / "playlist.mp4"
    for name in ("video.mp4", "https://127.0.0.1/video.mp4"):
        path.write_text(playlist.format(name))

        assert probe(path) == Probe()


def test_file_name_is_not_interpreted_as_a_url(tmp_path, samples):
    path = tmp_path / "concat:a|b,-i %d.mp4"
    path.write_bytes((samples / "video.mp4").read_bytes())

    assert probe(path).duration == 1.0


def test_too_large_frame_is_not_decoded(tmp_path):
    """A few kilobytes of video can need gigabytes of memory."""
    options = "-f lavfi -i color=s=12000x7600 -frames:v 1 -c:v mjpeg -huffman default"
    huge = video_files.make(tmp_path / "huge.avi", options)

    assert probe(huge)[:2] == (None, None)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_ffmpeg_that_is_stopped_from_outside_found_no_fault(program, number):
    real = imageio_ffmpeg.get_ffmpeg_exe()
    program.write_text(f"#!/bin/sh\n(sleep 0.3; kill -{number.value} $$) &\nexec '{real}' \"$@\"")

    with pytest.raises(StoppedError, match=f"signal {number.value}"):
        run(ENDLESS, 60)
