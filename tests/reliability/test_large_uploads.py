"""Large uploads: rejected above the limit, and received without holding them in memory."""

import subprocess
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest

from tests.programs import needs
from tests.reliability.media import version_of, versioned_file
from tests.reliability.wire import answer_on, answers_on, dial, head, wait_for_no_leftovers
from tests.service import Answer, Service
from tests.simultaneous import at_once

MB = 1 << 20

pytestmark = needs("curl")


@pytest.fixture(scope="module")
def service(run):
    """A service that accepts files of up to 16 MB."""
    return run(MAX_UPLOAD_MB=16, MAX_JSON_MB=1)


@pytest.fixture
def work(ana):
    return ana.new_work(ana.new_project())


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A video of 60 MB."""
    path = tmp_path_factory.mktemp("files") / "large.mp4"
    path.write_bytes(versioned_file(1, 60 * MB))
    return path


@pytest.fixture(scope="module")
def medium(tmp_path_factory):
    """A video of 8 MB, before which curl waits for 100 Continue."""
    path = tmp_path_factory.mktemp("files") / "medium.mp4"
    path.write_bytes(versioned_file(1, 8 * MB))
    return path


@pytest.fixture
def too_large(tmp_path):
    """A sparse video file of 100 MB."""
    path = tmp_path / "too-large.mp4"
    path.write_bytes(versioned_file(1, 100_000))
    with path.open("ab") as file:
        file.truncate(100 * MB)
    return path


CurlOptions = list[str]  # with "{file}" in place of the file's path

RAW = ["-H", "Content-Type: video/mp4", "-T", "{file}"]
MULTIPART = ["-F", "video=@{file};type=video/mp4"]
WITHOUT_EXPECT = ["-H", "Expect:"]  # sends the body without waiting for 100 Continue
ENCODINGS = {
    "raw": RAW,
    "raw without Expect": [*WITHOUT_EXPECT, *RAW],
    "multipart": MULTIPART,
    "multipart without Expect": [*WITHOUT_EXPECT, *MULTIPART],
    "chunked": ["-H", "Transfer-Encoding: chunked", *RAW],
}


def curl(
    service: Service, token: str | None, path: str, encoding: CurlOptions, file: Path
) -> Answer:
    """Upload a file with curl and return the response that it prints."""
    command = ["curl", "-sS", "--max-time", "120", "-w", "\n%{http_code}"]
    command += ["-H", f"Authorization: Bearer {token}"]
    command += [option.format(file=file) for option in encoding]
    command.append(f"http://127.0.0.1:{service.port}{path}")
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    body, _, status = done.stdout.rpartition(b"\n")
    return Answer(int(status), {}, body)


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_curl_shows_413_for_a_file_over_the_limit(service, ana, work, too_large, encoding):
    for _ in range(3):  # whether curl reads the response may depend on timing
        answer = curl(service, ana.token, f"{work}/media/reference", encoding, too_large)

        assert (answer.status, answer.json["error"]) == (413, "File too large")
    wait_for_no_leftovers(service)
    assert ana.get(work).json["hasReferenceVideo"] is False


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [("/media/reference", None, 413), ("/unknown", None, 404), ("/media/reference", "bad", 401)],
)
def test_rejected_request_with_expect_gets_its_error_without_100_continue(
    service, ana, work, path, token, status
):
    client = service.client(token or ana.token)
    headers = ("Expect: 100-continue", f"Content-Length: {300 * MB}")
    with closing(dial(service, head(client, "PUT", work + path, *headers))) as sock:
        (answer,) = answers_on(sock)

    assert (answer.status, answer.headers["Connection"]) == (status, "close")


def test_accepted_request_with_expect_gets_100_continue(service, ana, work):
    headers = ("Expect: 100-continue", "Content-Length: 13")
    with closing(dial(service, head(ana, "PUT", work, *headers))) as sock:
        assert sock.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b'{"name": "a"}')
        answer = answer_on(sock)

    assert (answer.status, answer.headers["Connection"]) == (200, "keep-alive")


def test_client_that_sends_the_whole_body_before_reading_gets_413(ana, work):
    answer = ana.put(f"{work}/media/reference", b"x" * (50 * MB), Content_Type="video/mp4")

    assert (answer.status, answer.json["error"]) == (413, "File too large")


def test_json_over_the_limit_returns_413(ana, work):
    answer = ana.put(work, {"name": "x" * 20 * MB})

    assert (answer.status, answer.json["error"]) == (413, "JSON body too large")


@pytest.mark.parametrize("encoding", ENCODINGS.values(), ids=ENCODINGS)
def test_large_upload_is_stored_completely(service, ana, work, medium, encoding):
    answer = curl(service, ana.token, f"{work}/media/reference", encoding, medium)

    assert answer.json == {"ok": True, "url": f"{work}/media/reference"}
    assert version_of(ana.get(f"{work}/media/reference").body) == 1


def test_four_simultaneous_large_uploads_use_less_memory_than_two_files(run, large):
    service = run()  # a new one, whose memory has not grown yet
    ana = service.client(service.register())
    project = ana.new_project()
    urls = [f"{ana.new_work(project)}/media/reference" for _ in range(4)]
    encodings = [
        ENCODINGS["raw"],
        ENCODINGS["multipart"],
        ENCODINGS["chunked"],
        ENCODINGS["multipart without Expect"],
    ]
    before = memory(service)

    with Peak(service) as peak:
        answers = at_once(
            [
                partial(curl, service, ana.token, url, encoding, large)
                for url, encoding in zip(urls, encodings, strict=True)
            ]
        )

    assert [answer.status for answer in answers] == [200] * 4
    assert peak.bytes - before < 100 * MB


def memory(service: Service) -> int:
    """Return the resident memory of all processes of a service, in bytes."""
    pages = [Path(f"/proc/{each}/statm").read_text().split()[1] for each in service.processes()]
    return sum(map(int, pages)) * 4096


class Peak:
    """Measures the peak memory of a service within a `with` block."""

    def __init__(self, service: Service) -> None:
        self.bytes = 0
        self._service = service
        self._done = Event()
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.is_set():
            self.bytes = max(self.bytes, memory(self._service))
            sleep(0.01)
