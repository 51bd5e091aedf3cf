"""A log that cannot be written has no effect on requests."""

import fcntl
import os
import time
from typing import IO

import pytest

from tests.jobs.helpers import until
from tests.service import Service
from web.server import log_stream
from web.server.log_stream import LogStream

pytestmark = pytest.mark.slow


@pytest.fixture
def service(tmp_path):
    """A service that is not started yet and logs every request."""
    service = Service(tmp_path / "data", LOG_LEVEL="INFO", WORKERS=1)
    yield service
    service.stop()


def assert_requests_succeed(service: Service, *, requests: int = 60) -> None:
    """Create projects, and assert that each request is answered as done and only done once."""
    ana = service.client(service.register())
    for number in range(requests):
        assert ana.post("/api/projects", {"name": f"{number} {'x' * 180}"}).status == 201
    assert len(ana.get("/api/projects").json) == requests


def small_pipe() -> tuple[IO[bytes], IO[bytes]]:
    """Return the ends of a pipe that holds 4 KB: some thirty lines."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    return os.fdopen(reader, "rb"), os.fdopen(writer, "wb")


def test_log_on_a_full_disk(service):
    with open("/dev/full", "wb") as full:
        service.start(full)

    assert_requests_succeed(service)


def test_log_whose_reader_has_ended(service):
    reader, writer = small_pipe()
    service.start(writer)
    writer.close()
    reader.close()

    assert_requests_succeed(service)


def test_log_whose_reader_stalls_and_continues(service):
    reader, writer = small_pipe()
    with reader:
        service.start(writer)
        writer.close()

        assert_requests_succeed(service)

        os.set_blocking(reader.fileno(), False)
        log = b""

        def read() -> bool:
            nonlocal log
            log += reader.read() or b""
            return b"/api/projects 201" in log

        until(read)


def test_service_stops_although_its_log_stalls(service):
    reader, writer = small_pipe()
    with reader:
        service.start(writer)
        writer.close()
        assert_requests_succeed(service)

        service.stop()  # fails after STOP_SECONDS


def test_last_lines_are_written_when_the_stream_stops(tmp_path, monkeypatch):
    path = tmp_path / "log"

    def slow_write(descriptor: int, data: bytes) -> int:
        time.sleep(0.002)
        return os.write(descriptor, data)

    monkeypatch.setattr(log_stream, "write", slow_write)
    with path.open("w") as log:
        monkeypatch.setattr("sys.stderr", log)
        for number in range(30):
            stream = LogStream(exit_seconds=60)
            stream.start()
            for line in range(100):
                stream.write(f"{number} {line} {'x' * 200}\n")
                time.sleep(0.0002)
            stream.stop()

    assert len(path.read_text().splitlines()) == 3000
