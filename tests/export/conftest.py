"""Fixtures of the tests of exports."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from config import Settings
from jobs import requests, worker
from media.ffmpeg import set_program
from tests.applications import create_app
from tests.export.recorded_ffmpeg import RecordedFFmpeg
from tests.export.sources import Sources


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """Sample media, which all tests of a process share."""
    return Sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture
def ffmpeg(tmp_path: Path) -> RecordedFFmpeg:
    """The FFmpeg of the application, which notes its calls."""
    return RecordedFFmpeg(tmp_path / "recorded-ffmpeg")


@pytest.fixture
def settings(tmp_path: Path, ffmpeg: RecordedFFmpeg) -> Settings:
    """The settings of `app`."""
    return Settings(
        data_dir=tmp_path / "data",
        fsync=False,
        log_level="ERROR",
        ffmpeg=str(ffmpeg.program),
        intranet_hosts=("127.0.0.1", "localhost"),
    )


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application with its worker; jobs that are still running are stopped at the end."""
    monkeypatch.setattr(requests, "_POLL_SECONDS", 0.02)
    monkeypatch.setattr(worker, "_POLL_SECONDS", 0.1)
    app = create_app(settings)
    yield app
    app.extensions["services"].jobs.worker.stop(5)
    set_program("")  # which is the same for all applications of a process
