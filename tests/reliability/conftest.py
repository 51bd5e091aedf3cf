"""Services that are watched: no test may leave a traceback in their logs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.service import Client, Service

Run = Callable[..., Service]


@pytest.fixture(scope="module")
def services() -> Iterator[list[Service]]:
    """The services that run; stopped after the module's last test."""
    services: list[Service] = []
    yield services
    for service in services:
        service.stop()


@pytest.fixture(scope="module")
def run(services: list[Service], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Starts a service, on a new data directory unless told; settings are the environment's."""

    def start(data_dir: Path | None = None, **settings: object) -> Service:
        service = Service(data_dir or tmp_path_factory.mktemp("service") / "data", **settings)
        services.append(service)
        service.start()
        return service

    return start


@pytest.fixture(autouse=True)
def no_traceback(services: list[Service]) -> Iterator[None]:
    """The logs of all services hold no traceback at the end of a test."""
    yield
    for service in services:
        log = service.log.read_text()
        assert "Traceback" not in log, log


@pytest.fixture(scope="module")
def service(run: Run) -> Service:
    """The real service: gunicorn with two processes, on real files."""
    return run()


@pytest.fixture(scope="module")
def ana(service: Service) -> Client:
    """A user of that service, on a connection that is kept."""
    return service.client(service.register())
