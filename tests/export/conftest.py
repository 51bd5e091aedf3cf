"""Fixtures of the tests of exports."""

from dataclasses import replace

import pytest

from media.ffmpeg import set_program
from tests.applications import create_app
from tests.export.recorded_ffmpeg import RecordedFFmpeg
from tests.media.overlay_images import draw_in_this_process


@pytest.fixture(scope="module")
def drawn_here():
    """Draw overlays in this process, for tests of what is rendered."""
    with pytest.MonkeyPatch.context() as patch:
        draw_in_this_process(patch)
        yield


@pytest.fixture(autouse=True)
def _few_programs(request, decoded_here):
    """Start no program for each image, and none for clips measured before, if no test looks."""
    if request.node.get_closest_marker("measured_anew") is None:
        request.getfixturevalue("measured_once")


@pytest.fixture
def ffmpeg(tmp_path):
    """The FFmpeg of the application, which notes its calls."""
    return RecordedFFmpeg(tmp_path / "recorded-ffmpeg")


@pytest.fixture
def usual_settings(usual_settings, ffmpeg):
    """The settings of `app`."""
    return replace(
        usual_settings, ffmpeg=str(ffmpeg.program), intranet_hosts=("127.0.0.1", "localhost")
    )


@pytest.fixture
def app(settings):
    """The application with its worker; jobs that are still running are stopped at the end."""
    app = create_app(settings)
    yield app
    app.extensions["services"].jobs.worker.stop(5)
    set_program("")  # which is the same for all applications of a process
