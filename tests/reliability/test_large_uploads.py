"""Large uploads: refused before they are sent, or taken without using memory for them."""

import shutil
import subprocess
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest

from tests.reliability.conftest import Run
from tests.reliability.media import sealed, version_of
from tests.reliability.wire import answer_on, answers_on, dial, head, nothing_is_left
from tests.service import Answer, Client, Service
from tests.simultaneous import at_once

MB = 1 << 20

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


@pytest.fixture(scope="module")
def service(run: Run) -> Service:
    """A service that takes files of up to 64 MB."""
    return run(MAX_UPLOAD_MB=64, MAX_JSON_MB=1)


@pytest.fixture
def work(ana: Client) -> str:
    return ana.new_work(ana.new_project())


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of 60 MB."""
    path = tmp_path_factory.mktemp("files") / "large.mp4"
    path.write_bytes(sealed(1, 60 * MB))
    return path


@pytest.fixture
def too_large(tmp_path: Path) -> Path:
    """A video of 300 MB, most of it a hole."""
    path = tmp_path / "too-large.mp4"
    path.write_bytes(sealed(1, 100_000))
    with path.open("ab") as file:
        file.truncate(300 * MB)
    return path


Way = list[str]  # options of curl, with the file to be filled in

RAW = ["-H", "Content-Type: video/mp4", "-T", "{file}"]
MULTIPART = ["-F", "video=@{file};type=video/mp4"]
AT_ONCE = ["-H", "Expect:"]  # without waiting for 100 Continue
WAYS = {
    "raw": RAW,
    "raw, sent at once": [*AT_ONCE, *RAW],
    "multipart": MULTIPART,
    "multipart, sent at once": [*AT_ONCE, *MULTIPART],
    "in chunks": ["-H", "Transfer-Encoding: chunked", *RAW],
}


def curl(service: Service, token: str | None, path: str, way: Way, file: Path) -> Answer:
    """What curl shows of the answer to an upload."""
    about = ["-sS", "--max-time", "60", "-H", f"Authorization: Bearer {token}"]
    about += ["-w", "\n%{http_code}"]
    options = [option.format(file=file) for option in way]
    url = f"http://127.0.0.1:{service.port}{path}"
    done = subprocess.run(["curl", *about, *options, url], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    body, _, status = done.stdout.rpartition(b"\n")
    return Answer(int(status), {}, body)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_file_over_the_limit_is_refused_in_a_way_that_curl_shows(
    service: Service, ana: Client, work: str, too_large: Path, way: Way
) -> None:
    for _ in range(3):  # it may be a matter of luck
        answer = curl(service, ana.token, f"{work}/media/reference", way, too_large)

        assert (answer.status, answer.json["error"]) == (413, "File too large")
    nothing_is_left(service)
    assert ana.get(work).json["hasReferenceVideo"] is False


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [("/media/reference", None, 413), ("/unknown", None, 404), ("/media/reference", "bad", 401)],
)
def test_who_waits_to_be_told_to_go_on_is_not_when_refused(
    service: Service, ana: Client, work: str, path: str, token: str | None, status: int
) -> None:
    client = service.client(token or ana.token)
    about = ("Expect: 100-continue", f"Content-Length: {300 * MB}")
    with closing(dial(service, head(client, "PUT", work + path, *about))) as sock:
        (answer,) = answers_on(sock)

    assert (answer.status, answer.headers["Connection"]) == (status, "close")


def test_who_waits_to_be_told_to_go_on_is_told(service: Service, ana: Client, work: str) -> None:
    about = ("Expect: 100-continue", "Content-Length: 13")
    with closing(dial(service, head(ana, "PUT", work, *about))) as sock:
        assert sock.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b'{"name": "a"}')
        answer = answer_on(sock)

    assert (answer.status, answer.headers["Connection"]) == (200, "keep-alive")


def test_an_upload_over_the_limit_is_refused_in_a_way_that_a_simple_client_shows(
    ana: Client, work: str
) -> None:
    """It sends all it has before it reads."""
    answer = ana.put(f"{work}/media/reference", b"x" * (100 * MB), Content_Type="video/mp4")

    assert (answer.status, answer.json["error"]) == (413, "File too large")


def test_json_over_the_limit_is_refused(ana: Client, work: str) -> None:
    answer = ana.put(work, {"name": "x" * 20 * MB})

    assert (answer.status, answer.json["error"]) == (413, "JSON body too large")


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_large_file_arrives_whole(
    service: Service, ana: Client, work: str, large: Path, way: Way
) -> None:
    answer = curl(service, ana.token, f"{work}/media/reference", way, large)

    assert answer.json == {"ok": True, "url": f"{work}/media/reference"}
    assert version_of(ana.get(f"{work}/media/reference").body) == 1


def test_four_large_uploads_at_once_take_little_memory(run: Run, large: Path) -> None:
    service = run()  # one that has not grown yet
    ana = service.client(service.register())
    project = ana.new_project()
    urls = [f"{ana.new_work(project)}/media/reference" for _ in range(4)]
    ways = [WAYS["raw"], WAYS["multipart"], WAYS["in chunks"], WAYS["multipart, sent at once"]]
    before = memory(service)

    with Peak(service) as peak:
        answers = at_once(
            [
                partial(curl, service, ana.token, url, way, large)
                for url, way in zip(urls, ways, strict=True)
            ]
        )

    assert [answer.status for answer in answers] == [200] * 4
    assert peak.bytes - before < 60 * MB


def memory(service: Service) -> int:
    """The memory that the service's processes have in all, in bytes."""
    pages = [Path(f"/proc/{each}/statm").read_text().split()[1] for each in service.processes()]
    return sum(map(int, pages)) * 4096


class Peak:
    """The most memory that a service had while this was open."""

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
