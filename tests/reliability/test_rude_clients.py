"""Crowds of clients that hold connections without need: others are served as if they were alone.

`RELIABILITY_ROUNDS=50 pytest tests/reliability/test_rude_clients.py` uploads 50 MB meanwhile, and
looks at the 95th percentile of their latency in place of the median.
"""

import os
import resource
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles

import pytest

from tests import nginx, programs
from tests.jobs.helpers import until
from tests.reliability.media import version_of, versioned_file
from tests.reliability.rude_clients import crowd
from tests.reliability.wire import answer_on, dial, head
from tests.service import Client, Service, free_port

pytestmark = pytest.mark.slow

CLIENTS = 4 * 8 * 2  # of THREADS and WORKERS
ROUNDS = int(os.environ.get("RELIABILITY_ROUNDS", "1"))
UPLOAD_BYTES = 1_000_000 * ROUNDS if ROUNDS > 1 else 300_000
UPLOAD_RATE = 200_000  # bytes per second
LATENCY_FLOOR = 0.1 if ROUNDS > 1 else 2.0  # seconds that other processes may cause at any time

# Takes the user and the path of a work with a video of 50 MB; returns a request, and how many of
# its bytes are sent at once.
Behaviour = Callable[[Client, str], tuple[bytes, int]]


def no_request(ana: Client, work: str) -> tuple[bytes, int]:
    return b"", 0


def slow_headers(ana: Client, work: str) -> tuple[bytes, int]:
    return head(ana, "GET", work, "X-Long: " + "x" * 7000), 10


def slow_small_body(ana: Client, work: str) -> tuple[bytes, int]:
    request = head(ana, "POST", "/api/auth/login", "Content-Length: 5000")
    return request + b" " * 5000, len(request)


def slow_large_body(ana: Client, work: str) -> tuple[bytes, int]:
    request = head(ana, "PUT", work, "Content-Length: 5000000")
    return request + b" " * 5000, len(request) + 10


def slow_upload(ana: Client, work: str) -> tuple[bytes, int]:
    length = "Content-Length: 50000000"
    request = head(ana, "PUT", f"{work}/media/scene/0/video", "Content-Type: video/mp4", length)
    return request + versioned_file(1, 100_000), len(request) + 50_000


def unread_download(ana: Client, work: str) -> tuple[bytes, int]:
    request = head(ana, "GET", f"{work}/media/reference")
    return request, len(request)


def connection_left_open(ana: Client, work: str) -> tuple[bytes, int]:
    request = b"GET /api/health HTTP/1.0\r\n\r\n"
    return request, len(request)


def refused_upload_left_open(ana: Client, work: str) -> tuple[bytes, int]:
    request = b"PUT /api/projects HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n"
    return request + b" " * 5000, len(request) + 100


BEHAVIOURS = [
    # thousands of idle connections are tested below
    pytest.param(no_request, marks=pytest.mark.thorough),
    slow_headers,
    # threads wait for these two as they do for the upload
    pytest.param(slow_small_body, marks=pytest.mark.thorough),
    pytest.param(slow_large_body, marks=pytest.mark.thorough),
    slow_upload,
    unread_download,
    # idle connections that are kept alive are tested below
    pytest.param(connection_left_open, marks=pytest.mark.thorough),
    refused_upload_left_open,
]


@pytest.fixture(scope="module")
def service(run):
    """The service with its defaults on two processors."""
    proxied = {"TRUSTED_PROXIES": 1, "REGISTRATION": "open"}
    return run(WORKERS=2, THREADS=8, MAX_UPLOAD_MB=60, **proxied)


@pytest.fixture(scope="module")
def work(ana):
    """A work with a video of 50 MB."""
    work = ana.new_work(ana.new_project(), name="work", productDescription="x" * 20_000)
    url = f"{work}/media/reference"
    assert ana.put(url, versioned_file(1, 50_000_000), Content_Type="video/mp4").status == 200
    return work


@pytest.fixture(scope="module")
def nginx_port(service, tmp_path_factory):
    """The port of an nginx with the configuration of docs/deployment.md, without TLS."""
    if reason := programs.missing("nginx"):
        pytest.skip(reason)
    port, folder = free_port(), tmp_path_factory.mktemp("nginx")
    with nginx.running(folder, nginx.documented_site(port, service.port), port):
        yield port


def latency(client: Client, path: str, seconds: float) -> float:
    """Return how long a GET takes, on a new connection every other time."""
    times = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.perf_counter()
        assert client.get(path).status == 200
        times.append(time.perf_counter() - begin)
        if len(times) % 2:
            client.close()
        time.sleep(0.03)
    return quantiles(times, n=20)[-1] if ROUNDS > 1 else median(times)


def upload_slowly(port: int, ana: Client, work: str) -> int:
    """Upload a video at UPLOAD_RATE; return the response's status."""
    data = versioned_file(2, UPLOAD_BYTES)
    headers = ("Content-Type: video/mp4", f"Content-Length: {len(data)}")
    with socket.create_connection(("127.0.0.1", port), timeout=60) as sock:
        sock.sendall(head(ana, "PUT", f"{work}/media/scene/1/video", *headers))
        begin = time.monotonic()
        for start in range(0, len(data), 10_000):
            sock.sendall(data[start : start + 10_000])
            time.sleep(max(0.0, begin + start / UPLOAD_RATE - time.monotonic()))
        return answer_on(sock).status


@pytest.fixture
def connections():
    """A list of connections, which are closed after the test."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    connections: list[socket.socket] = []
    yield connections
    for each in connections:
        each.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_thousands_of_idle_connections_make_room_for_others(run, connections):
    service = run(WORKERS=1)
    ana = service.client(service.register())
    for _ in range(25):
        connections += [dial(service) for _ in range(100)]
        assert service.request("GET", "/api/auth/me", token=ana.token).status == 200


@pytest.fixture
def own_service(tmp_path):
    """A service whose log may contain tracebacks."""
    with Service.running(tmp_path / "data", WORKERS=1) as service:
        yield service


def test_lack_of_file_descriptors_closes_idle_connections(own_service, connections):
    service = own_service
    ana = service.client(service.register())
    project = ana.new_project()
    [worker] = service.processes()[1:]
    opened = len(list(Path(f"/proc/{worker}/fd").iterdir()))
    _, hard = resource.prlimit(worker, resource.RLIMIT_NOFILE)
    resource.prlimit(worker, resource.RLIMIT_NOFILE, (opened + 40, hard))
    connections += [dial(service) for _ in range(200)]
    until(lambda: "ulimit" in service.log.read_text())
    ana.close()  # its connection may have been idle for longest

    for number in range(50):
        ana.new_work(project, name=str(number))

    assert service.processes()[1:] == [worker]


def test_idle_connections_that_are_kept_alive_make_room_for_new_ones(run, connections):
    service = run(WORKERS=1)
    ana = service.client(service.register())
    work = ana.new_work(ana.new_project())
    upload = head(ana, "PUT", f"{work}/media/audio", "Content-Length: 9000000")
    connections += [dial(service, upload + b"RIFF") for _ in range(20)]
    for _ in range(1000):
        connections.append(dial(service, b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n"))
        assert answer_on(connections[-1]).status == 200

    for _ in range(20):
        assert service.request("GET", "/api/health").status == 200


def test_lack_of_file_descriptors_neither_spins_nor_lasts(own_service):
    service = own_service
    [worker] = service.processes()[1:]
    limits = resource.prlimit(worker, resource.RLIMIT_NOFILE)
    resource.prlimit(worker, resource.RLIMIT_NOFILE, (3, limits[1]))
    request = b"GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n"
    with closing(dial(service, request)) as sock:
        until(lambda: "ulimit" in service.log.read_text())
        time.sleep(1)
        resource.prlimit(worker, resource.RLIMIT_NOFILE, limits)
        assert answer_on(sock).status == 200

    service.stop()
    assert service.log.read_text().count("ulimit") == 1


def test_nginx_refuses_large_bodies_in_json(ana, nginx_port):
    with socket.create_connection(("127.0.0.1", nginx_port), timeout=60) as sock:
        sock.sendall(head(ana, "POST", "/api/projects", "Content-Length: 12000000"))
        answer = answer_on(sock)

    assert (answer.status, answer.json) == (413, {"error": "Body too large", "code": "too_large"})


@pytest.mark.parametrize("via", ["direct", pytest.param("nginx", marks=pytest.mark.thorough)])
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_crowd_does_not_slow_down_others(service, ana, work, behaviour, via, request):
    port = request.getfixturevalue("nginx_port") if via == "nginx" else service.port
    honest = Client(port, ana.token)
    idle = latency(honest, work, 0.7)
    data, sent = behaviour(ana, work)
    with crowd(port, CLIENTS, data, sent=sent), ThreadPoolExecutor(1) as threads:
        upload = threads.submit(upload_slowly, port, ana, work)
        crowded = latency(honest, work, UPLOAD_BYTES / UPLOAD_RATE)
        assert upload.result() == 200
    honest.close()
    print(f"{behaviour.__name__} {via}: {idle * 1000:.1f} -> {crowded * 1000:.1f} ms")  # noqa: T201
    assert crowded < max(5 * idle, LATENCY_FLOOR)
    ana.close()  # a long upload exceeds the time for which connections are kept alive
    assert version_of(ana.get(f"{work}/media/scene/1/video").body) == 2
