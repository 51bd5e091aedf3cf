"""Clients that vanish, lie, or stop in the middle: a clear status, and no thread that waits on."""

import socket
from collections.abc import Callable
from contextlib import ExitStack, closing
from time import monotonic, sleep

import pytest

from tests.reliability.conftest import Run
from tests.reliability.media import MULTIPART, as_part, sealed, version_of
from tests.reliability.wire import (
    answer_on,
    answers_on,
    dial,
    head,
    is_closed,
    nothing_is_left,
    reset,
    upload_begins,
)
from tests.service import Client, Service

pytestmark = pytest.mark.slow

THREADS = 4
VIDEO = sealed(2, 300_000)


@pytest.fixture(scope="module")
def service(run: Run) -> Service:
    """A service of little patience and few threads, all in one process."""
    return run(CLIENT_TIMEOUT=1, WORKERS=1, THREADS=THREADS)


@pytest.fixture
def project(ana: Client) -> str:
    return ana.new_project()


@pytest.fixture
def work(ana: Client, project: str) -> str:
    """A work with a video."""
    work = ana.new_work(project, name="before")
    url = f"{work}/media/reference"
    assert ana.put(url, sealed(1, 50_000), Content_Type="video/mp4").status == 200
    return work


def raw_upload(ana: Client, work: str) -> bytes:
    about = ("Content-Type: video/mp4", f"Content-Length: {len(VIDEO)}")
    return head(ana, "PUT", f"{work}/media/reference", *about) + VIDEO


def multipart_upload(ana: Client, work: str) -> bytes:
    body = as_part(VIDEO, name="video")
    about = (f"Content-Type: {MULTIPART}", f"Content-Length: {len(body)}")
    return head(ana, "POST", f"{work}/media/reference", *about) + body


def chunked_upload(ana: Client, work: str) -> bytes:
    about = ("Content-Type: video/mp4", "Transfer-Encoding: chunked")
    chunk = f"{len(VIDEO):x}\r\n".encode() + VIDEO
    return head(ana, "PUT", f"{work}/media/reference", *about) + chunk + b"\r\n0\r\n\r\n"


def change(ana: Client, work: str) -> bytes:
    body = b'{"name": "after"}' + b" " * 300_000
    return head(ana, "PUT", work, f"Content-Length: {len(body)}") + body


Request = Callable[[Client, str], bytes]
uploads = pytest.mark.parametrize("request_of", [raw_upload, multipart_upload, chunked_upload])
bodies = pytest.mark.parametrize(
    "request_of", [raw_upload, multipart_upload, chunked_upload, change]
)


def assert_as_before(service: Service, ana: Client, work: str) -> None:
    nothing_is_left(service)
    assert ana.get(work).json["name"] == "before"
    assert version_of(ana.get(f"{work}/media/reference").body) == 1


@uploads
def test_the_requests_of_this_module_are_whole(
    service: Service, ana: Client, work: str, request_of: Request
) -> None:
    with closing(dial(service, request_of(ana, work))) as sock:
        assert answer_on(sock).status == 200
    assert version_of(ana.get(f"{work}/media/reference").body) == 2


@uploads
@pytest.mark.parametrize("vanish", [socket.socket.close, reset])
def test_a_client_that_vanishes_leaves_nothing(
    service: Service,
    ana: Client,
    work: str,
    request_of: Request,
    vanish: Callable[[socket.socket], None],
) -> None:
    sock = dial(service, request_of(ana, work)[:-100_000])
    upload_begins(service)

    vanish(sock)

    assert_as_before(service, ana, work)


@bodies
def test_a_body_that_ends_early_gets_400(
    service: Service, ana: Client, work: str, request_of: Request
) -> None:
    with closing(dial(service, request_of(ana, work)[:-100_000])) as sock:
        sock.shutdown(socket.SHUT_WR)
        answer = answer_on(sock)

        assert (answer.status, answer.json["error"][:10]) == (400, "Incomplete")
        assert is_closed(sock)
    assert_as_before(service, ana, work)


def test_a_body_longer_than_announced_is_taken_as_announced(
    service: Service, ana: Client, work: str
) -> None:
    with closing(dial(service, change(ana, work) + b"and more\r\n\r\n")) as sock:
        good, surplus = answers_on(sock)

        assert good.status == 200
        assert (surplus.status, surplus.json["error"]) == (400, "Bad Request")
    assert ana.get(work).json["name"] == "after"


@bodies
def test_a_body_that_stops_gets_408(
    service: Service, ana: Client, work: str, request_of: Request
) -> None:
    with closing(dial(service, request_of(ana, work)[:-100_000])) as sock:
        started = monotonic()
        answer = answer_on(sock)

        assert (answer.status, answer.json["error"]) == (408, "Request timed out")
        assert answer.headers["Connection"] == "close"
        assert is_closed(sock)
        assert 0.5 < monotonic() - started < 30
    assert_as_before(service, ana, work)


def test_a_head_that_stops_ends_the_connection(service: Service, ana: Client, work: str) -> None:
    with closing(dial(service, head(ana, "GET", work)[:-4])) as sock:
        started = monotonic()

        assert is_closed(sock)
        assert monotonic() - started < 30


def silence(ana: Client, project: str) -> bytes:
    return b""


def half_a_head(ana: Client, project: str) -> bytes:
    return head(ana, "GET", project)[:-4]


def half_a_body(ana: Client, project: str) -> bytes:
    return change(ana, ana.new_work(project))[:-100_000]


def a_download(ana: Client, project: str) -> bytes:
    url = f"{ana.new_work(project)}/media/reference"
    assert ana.put(url, sealed(1, 12_000_000), Content_Type="video/mp4").status == 200
    return head(ana, "GET", url)


def a_large_document(ana: Client, project: str) -> bytes:
    return head(ana, "GET", ana.new_work(project, productDescription="large" * 1_800_000))


@pytest.mark.parametrize(
    ("request_of", "seconds"),
    [
        (silence, 2),  # which holds no thread at all
        (half_a_head, 8),
        (half_a_body, 8),
        (a_download, 8),  # clients that stop taking, as in the next
        (a_large_document, 12),  # one timeout for each time that a little more went out
    ],
)
def test_clients_that_stop_do_not_take_all_threads_for_long(
    service: Service, ana: Client, project: str, request_of: Request, seconds: float
) -> None:
    request = request_of(ana, project)
    with ExitStack() as stopped:
        for _ in range(THREADS + 2):
            stopped.enter_context(closing(dial(service, request, receive_buffer=4096)))
        for _ in range(5):
            started = monotonic()
            assert service.request("GET", "/api/health").status == 200
            assert monotonic() - started < seconds
            sleep(0.4)
