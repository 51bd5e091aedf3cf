"""FFmpeg for as long as it takes: progress, errors, and stopping it."""

import os
import signal
import time

import pytest

from media import ffmpeg
from media.ffmpeg import FFmpegError
from media.limits import StoppedError
from media.rendering import StallLimits, render
from storage.errors import DiskFullError
from tests.export.recorded_ffmpeg import RecordedFFmpeg
from tests.jobs.helpers import until

SOURCE = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=1:r=30"]
NOWHERE = ["-f", "null", "-"]
ENDLESS = ["-f", "lavfi", "-i", "testsrc=s=64x64:r=30"]
UNHURRIED = ["-re", "-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=30"]  # some % of a processor


class StopError(Exception):
    """Raised to stop FFmpeg."""


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    recorded = RecordedFFmpeg(tmp_path / "recorded")
    monkeypatch.setitem(ffmpeg._settings, "program", str(recorded.program))
    return recorded


def go_on() -> None:
    """Let FFmpeg run."""


def test_positions_rise_to_the_end_of_the_output(tmp_path):
    positions: list[float] = []

    render([*SOURCE, f"file:{tmp_path}/a.mp4"], go_on, positions.append)

    assert positions == sorted(set(positions))
    assert 0.9 < positions[-1] <= 1.1


def test_only_the_owner_can_read_what_ffmpeg_writes(tmp_path):
    render([*SOURCE, f"file:{tmp_path}/a.mp4"], go_on)

    assert (tmp_path / "a.mp4").stat().st_mode & 0o077 == 0


def test_frames_are_those_of_the_first_output(tmp_path):
    outputs = [f"file:{tmp_path}/a.mp4", "-frames:v", "1", "-f", "null", "-"]

    assert render([*SOURCE, *outputs], go_on).frames == 30


def test_ffmpeg_that_decodes_long_before_it_writes_is_not_stopped():
    late = ["-vf", "select=gte(n\\,120)", "-frames:v", "1"]
    started = time.monotonic()

    assert render([*UNHURRIED, *late, *NOWHERE], go_on, limits=StallLimits(3.0)).frames == 1

    assert time.monotonic() - started > 3.0


def test_ffmpeg_that_neither_writes_nor_computes_is_stopped(tmp_path, recorded):
    os.mkfifo(tmp_path / "silent")
    source = ["-f", "rawvideo", "-s", "8x8", "-i", f"{tmp_path}/silent"]

    with (
        open(tmp_path / "silent", "r+b", buffering=0),  # or FFmpeg could not open it
        pytest.raises(FFmpegError, match="no progress"),
    ):
        render([*source, *NOWHERE], go_on, limits=StallLimits(1.0))

    until(lambda: not recorded.running())


def test_ffmpeg_that_computes_and_never_writes_is_stopped(recorded):
    with pytest.raises(FFmpegError, match="wrote nothing"):
        render([*UNHURRIED, "-vf", "select=0", *NOWHERE], go_on, limits=StallLimits(3.0, 2.0))

    until(lambda: not recorded.running())


def test_nothing_runs_after_ffmpeg_has_ended(tmp_path, recorded):
    render([*SOURCE, f"file:{tmp_path}/a.mp4"], go_on)

    assert recorded.calls()
    until(lambda: not recorded.running())


def test_check_that_raises_stops_ffmpeg_at_once(recorded):
    started = time.monotonic()

    def stop() -> None:
        if recorded.running():
            raise StopError

    with pytest.raises(StopError):
        render([*ENDLESS, "-f", "null", "-"], stop)

    assert time.monotonic() - started < 30
    until(lambda: not recorded.running())


def test_full_disk_raises_disk_full_error():
    with pytest.raises(DiskFullError):
        render([*SOURCE, "-f", "matroska", "file:/dev/full"], go_on)


def test_failure_names_no_path(tmp_path):
    playlist = tmp_path / "segments.txt"
    playlist.write_text("ffconcat version 1.0\nfile 'missing.mp4'\n")
    for arguments in (
        ["-f", "concat", "-safe", "0", "-i", f"file:{playlist}", "-f", "null", "-"],
        ["-i", f"file:{tmp_path}/none.mp4", "-f", "null", "-"],
        [*SOURCE, f"file:{tmp_path}/none/a.mp4"],
    ):
        with pytest.raises(FFmpegError) as failure:
            render(arguments, go_on)
        assert str(failure.value)
        assert str(tmp_path) not in str(failure.value)


def test_failure_names_no_address_in_memory(tmp_path):
    with pytest.raises(FFmpegError) as failure:
        render([*SOURCE, "-c:v", "rawvideo", f"file:{tmp_path}/a.mp4"], go_on)

    assert str(failure.value)
    assert "0x" not in str(failure.value)
    assert not str(failure.value).startswith("[")


def test_missing_program_is_reported(monkeypatch):
    monkeypatch.setitem(ffmpeg._settings, "program", "/nowhere/ffmpeg")

    with pytest.raises(FFmpegError, match="the setting FFMPEG names it"):
        render([*SOURCE, "-f", "null", "-"], go_on)


def test_ffmpeg_that_is_killed_from_outside_found_no_fault(recorded):
    def kill() -> None:
        for process, _ in recorded.notes():
            os.kill(process, signal.SIGKILL)

    with pytest.raises(StoppedError, match="signal 9"):
        render([*ENDLESS, *NOWHERE], kill)
