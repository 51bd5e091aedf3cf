"""Fixtures: running services, whose logs must not contain a traceback after any test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.export.recorded_ffmpeg import RecordedFFmpeg
from tests.service import Service

Run = Callable[..., Service]


@pytest.fixture(scope="module")
def services():
    """All services of the module; they are stopped after its last test."""
    services: list[Service] = []
    yield services
    for service in services:
        service.stop()


@pytest.fixture(scope="module")
def run(services, tmp_path_factory):
    """A function that starts a service, by default on a new data directory."""

    def start(data_dir: Path | None = None, **settings: object) -> Service:
        service = Service(data_dir or tmp_path_factory.mktemp("service") / "data", **settings)
        services.append(service)
        service.start()
        return service

    return start


@pytest.fixture(autouse=True)
def no_traceback(services):
    """Assert after each test that no service has logged a traceback."""
    yield
    for service in services:
        log = service.log.read_text()
        assert "Traceback" not in log, log


@pytest.fixture(scope="module")
def service(run):
    """A running service: gunicorn with two worker processes."""
    return run()


@pytest.fixture(scope="module")
def ana(service):
    """A user of that service, on a persistent connection."""
    return service.client(service.register())


@pytest.fixture(scope="module")
def ffmpeg(tmp_path_factory):
    """An FFmpeg for a service, which notes its calls."""
    return RecordedFFmpeg(tmp_path_factory.mktemp("ffmpeg"))
