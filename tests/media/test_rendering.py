"""FFmpeg for as long as it takes: progress, errors, and stopping it."""

import time
from pathlib import Path

import pytest

from media import ffmpeg
from media.ffmpeg import FFmpegError
from media.rendering import render
from storage.errors import DiskFullError
from tests.export.recorded_ffmpeg import RecordedFFmpeg

SOURCE = ["-f", "lavfi", "-i", "testsrc=s=64x64:d=1:r=30"]
ENDLESS = ["-f", "lavfi", "-i", "testsrc=s=64x64:r=30"]


class StopError(Exception):
    """Raised to stop FFmpeg."""


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RecordedFFmpeg:
    recorded = RecordedFFmpeg(tmp_path / "recorded")
    monkeypatch.setitem(ffmpeg._settings, "program", str(recorded.program))
    return recorded


def go_on() -> None:
    """Let FFmpeg run."""


def test_positions_rise_to_the_end_of_the_output(tmp_path: Path) -> None:
    positions: list[float] = []

    render([*SOURCE, f"file:{tmp_path}/a.mp4"], go_on, positions.append)

    assert positions == sorted(set(positions))
    assert 0.9 < positions[-1] <= 1.1


def test_nothing_runs_after_ffmpeg_has_ended(tmp_path: Path, recorded: RecordedFFmpeg) -> None:
    render([*SOURCE, f"file:{tmp_path}/a.mp4"], go_on)

    assert recorded.calls()
    assert recorded.running() == []


def test_check_that_raises_stops_ffmpeg_at_once(recorded: RecordedFFmpeg) -> None:
    started = time.monotonic()

    def stop() -> None:
        if recorded.running():
            raise StopError

    with pytest.raises(StopError):
        render([*ENDLESS, "-f", "null", "-"], stop)

    assert time.monotonic() - started < 10
    assert recorded.running() == []


def test_full_disk_raises_disk_full_error() -> None:
    with pytest.raises(DiskFullError):
        render([*SOURCE, "-f", "matroska", "file:/dev/full"], go_on)


def test_failure_names_no_path(tmp_path: Path) -> None:
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


def test_missing_program_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ffmpeg._settings, "program", "/nowhere/ffmpeg")

    with pytest.raises(FFmpegError, match="the setting FFMPEG names it"):
        render([*SOURCE, "-f", "null", "-"], go_on)
