"""Services that are watched: none may end a test with a traceback in its log."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.service import Client, Service

Run = Callable[..., Service]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Starts the real service, as often as it is called; settings are the environment's."""
    services: list[Service] = []

    def start(data_dir: Path = tmp_path / "data", **settings: object) -> Service:
        service = Service(data_dir, **settings)
        services.append(service)
        service.start()
        return service

    yield start
    for service in services:
        service.stop()
    for service in services:
        log = service.log.read_text()
        assert "Traceback" not in log, log


@pytest.fixture
def service(run: Run) -> Service:
    """The real service: gunicorn with two processes, on real files."""
    return run()


@pytest.fixture
def ana(service: Service) -> Client:
    """A user of that service, on a connection that is kept."""
    return service.client(service.register())
