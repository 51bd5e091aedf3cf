"""Clients that disconnect, stall or send a wrong length: clear errors, and no blocked threads."""

import socket
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from time import monotonic, sleep

import pytest

from tests.reliability.media import MULTIPART, multipart_body, version_of, versioned_file
from tests.reliability.wire import (
    answer_on,
    answers_on,
    dial,
    head,
    is_closed,
    is_readable,
    reset,
    wait_for_no_leftovers,
    wait_for_upload,
)
from tests.service import Client, Service

pytestmark = pytest.mark.slow

THREADS = 4
PAUSE = 0.25  # seconds between the parts that a slow client reads
VIDEO = versioned_file(2, 300_000)


@pytest.fixture(scope="module")
def service(run):
    """A service that waits for no client for long, with few threads, all in one process."""
    return run(CLIENT_TIMEOUT=1, WORKERS=1, THREADS=THREADS)


@pytest.fixture(scope="module")
def patient_service(run, service):
    """Another one with the same data, for clients that a busy machine may interrupt."""
    return run(service.data_dir, WORKERS=1)


@pytest.fixture(scope="module")
def ana(patient_service):
    return patient_service.client(patient_service.register())


@pytest.fixture
def work(ana, project):
    """A work with a video."""
    work = ana.new_work(project, name="before")
    url = f"{work}/media/reference"
    assert ana.put(url, versioned_file(1, 50_000), Content_Type="video/mp4").status == 200
    return work


def raw_upload(ana: Client, work: str) -> bytes:
    headers = ("Content-Type: video/mp4", f"Content-Length: {len(VIDEO)}")
    return head(ana, "PUT", f"{work}/media/reference", *headers) + VIDEO


def multipart_upload(ana: Client, work: str) -> bytes:
    body = multipart_body(VIDEO, name="video")
    headers = (f"Content-Type: {MULTIPART}", f"Content-Length: {len(body)}")
    return head(ana, "POST", f"{work}/media/reference", *headers) + body


def chunked_upload(ana: Client, work: str) -> bytes:
    headers = ("Content-Type: video/mp4", "Transfer-Encoding: chunked")
    chunk = f"{len(VIDEO):x}\r\n".encode() + VIDEO
    return head(ana, "PUT", f"{work}/media/reference", *headers) + chunk + b"\r\n0\r\n\r\n"


def json_update(ana: Client, work: str) -> bytes:
    body = b'{"name": "after"}' + b" " * 300_000
    return head(ana, "PUT", work, f"Content-Length: {len(body)}") + body


# Takes a client and the path of a work (or project), returns the bytes to send.
Request = Callable[[Client, str], bytes]
uploads = pytest.mark.parametrize("request_of", [raw_upload, multipart_upload, chunked_upload])
bodies = pytest.mark.parametrize(
    "request_of", [raw_upload, multipart_upload, chunked_upload, json_update]
)


def assert_unchanged(service: Service, ana: Client, work: str) -> None:
    """Assert that the work and its video are unchanged and no temporary files are left."""
    wait_for_no_leftovers(service)
    assert ana.get(work).json["name"] == "before"
    assert version_of(ana.get(f"{work}/media/reference").body) == 1


@uploads
def test_complete_request_is_accepted(patient_service, ana, work, request_of):
    with closing(dial(patient_service, request_of(ana, work))) as sock:
        assert answer_on(sock).status == 200
    assert version_of(ana.get(f"{work}/media/reference").body) == 2


@uploads
@pytest.mark.parametrize("disconnect", [socket.socket.close, reset])
def test_client_that_disconnects_during_an_upload_changes_nothing(
    patient_service, ana, work, request_of, disconnect
):
    sock = dial(patient_service, request_of(ana, work)[:-100_000])
    wait_for_upload(patient_service)

    disconnect(sock)

    assert_unchanged(patient_service, ana, work)


@bodies
def test_incomplete_body_returns_400_and_closes_the_connection(
    patient_service, ana, work, request_of
):
    with closing(dial(patient_service, request_of(ana, work)[:-100_000])) as sock:
        sock.shutdown(socket.SHUT_WR)
        answer = answer_on(sock)

        assert (answer.status, answer.json["error"][:10]) == (400, "Incomplete")
        assert is_closed(sock)
    assert_unchanged(patient_service, ana, work)


def test_bytes_beyond_the_content_length_are_a_separate_malformed_request(
    patient_service, ana, work
):
    with closing(dial(patient_service, json_update(ana, work) + b"and more\r\n\r\n")) as sock:
        first, second = answers_on(sock)

        assert first.status == 200
        assert (second.status, second.json["error"]) == (400, "Bad Request")
    assert ana.get(work).json["name"] == "after"


@bodies
def test_stalled_body_returns_408_and_closes_the_connection(service, ana, work, request_of):
    request, started = request_of(ana, work)[:-100_000], monotonic()
    with closing(dial(service, request)) as sock:
        answer = answer_on(sock)

        assert (answer.status, answer.json["error"]) == (408, "Request timed out")
        assert answer.headers["Connection"] == "close"
        assert is_closed(sock)
        assert monotonic() - started > 0.5
    assert_unchanged(service, ana, work)


@pytest.mark.parametrize("missing", [1, 4])
def test_stalled_headers_return_408_and_close_the_connection(service, ana, work, missing):
    with closing(dial(service, head(ana, "GET", work)[:-missing])) as sock:
        answer = answer_on(sock)

        assert (answer.status, answer.json["error"]) == (408, "Request timed out")
        assert is_closed(sock)


def test_stalled_small_body_returns_408_and_closes_the_connection(service, ana, work):
    with closing(
        dial(service, head(ana, "PUT", work, "Content-Length: 20") + b'{"name": ')
    ) as sock:
        answer = answer_on(sock)

        assert (answer.status, answer.json["error"]) == (408, "Request timed out")
        assert is_closed(sock)
    assert ana.get(work).json["name"] == "before"


@bodies
def test_trickling_body_returns_408_and_closes_the_connection(service, ana, work, request_of):
    request = request_of(ana, work)
    with closing(dial(service, request[:-100_000])) as sock:
        for position in range(len(request) - 100_000, len(request)):
            if is_readable(sock, 0.2):
                break
            sock.sendall(request[position : position + 1])
        answer = answer_on(sock)

        assert (answer.status, answer.json["error"]) == (408, "Request timed out")
        assert "did not arrive in time" in answer.json["details"]
        assert is_closed(sock)
    assert_unchanged(service, ana, work)


def test_connection_without_a_request_is_closed(service):
    with closing(dial(service)) as sock:
        assert is_closed(sock)


def test_slow_download_is_completed(service, ana, project):
    """A client that reads 256 KB/s is never taken for a stalled one."""
    url = f"{ana.new_work(project)}/media/reference"
    video = versioned_file(1, 12_000_000)
    assert ana.put(url, video, Content_Type="video/mp4").status == 200
    request = head(ana, "GET", url)

    for _ in range(5):
        size, longest_pause = download_slowly(service, request)
        if size >= len(video):
            return
        assert longest_pause > 2 * PAUSE  # it has stalled: this process was interrupted
    pytest.fail("this process was interrupted each time")


def download_slowly(service: Service, request: bytes) -> tuple[int, float]:
    """Read a megabyte slowly and then the rest; return its size and the longest pause between."""
    size, longest_pause, last = 0, 0.0, monotonic()
    with closing(dial(service, request, receive_buffer=1 << 16)) as sock, suppress(OSError):
        while data := sock.recv(1 << (16 if size < 1_000_000 else 20), socket.MSG_WAITALL):
            size += len(data)
            if size < 1_000_000:
                sleep(PAUSE)
            longest_pause, last = max(longest_pause, monotonic() - last), monotonic()
    return size, longest_pause


def nothing(ana: Client, project: str) -> bytes:
    return b""


def partial_headers(ana: Client, project: str) -> bytes:
    return head(ana, "GET", project)[:-4]


def partial_body(ana: Client, project: str) -> bytes:
    return json_update(ana, ana.new_work(project))[:-100_000]


def download(ana: Client, project: str) -> bytes:
    url = f"{ana.new_work(project)}/media/reference"
    assert ana.put(url, versioned_file(1, 12_000_000), Content_Type="video/mp4").status == 200
    return head(ana, "GET", url)


def large_document(ana: Client, project: str) -> bytes:
    work = ana.new_work(project)
    scenes = [{"scene_index": index, "image_prompt": "large" * 18_000} for index in range(100)]
    assert ana.put(work, {"scenes": scenes}).status == 200
    return head(ana, "GET", work)


@pytest.mark.parametrize(
    ("request_of", "connections"),
    [
        (nothing, 50 * THREADS),  # takes no thread; if it did, for a second each
        (partial_headers, THREADS + 2),
        (partial_body, THREADS + 2),
        (download, THREADS + 2),  # this client and the next do not read the response
        (large_document, THREADS + 2),
    ],
)
def test_stalled_clients_do_not_block_other_requests_for_long(
    service, ana, project, request_of, connections
):
    request = request_of(ana, project)
    with ExitStack() as stalled:
        for _ in range(connections):
            stalled.enter_context(closing(dial(service, request, receive_buffer=4096)))
        for _ in range(5):
            started = monotonic()
            assert service.request("GET", "/api/health").status == 200
            assert monotonic() - started < 30
            sleep(0.25)
