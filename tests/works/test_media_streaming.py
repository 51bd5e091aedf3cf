"""Media over real connections: in pieces, too large, broken off, and sent by the kernel."""

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.reliability.wire import answer_on, dial, head, nothing_is_left, reset, upload_begins
from tests.service import Client, Service
from tests.works.media import file_part, multipart

LIMIT = 1 << 20
FORM = "Content-Type: multipart/form-data; boundary=b0undary"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that takes files of up to a megabyte."""
    service = Service(tmp_path_factory.mktemp("streaming") / "data", MAX_UPLOAD_MB=1)
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def ana(service: Service) -> Client:
    return service.client(service.register())


@pytest.fixture
def url(ana: Client) -> str:
    """Where a reference video may go."""
    return f"{ana.new_work(ana.new_project())}/media/reference"


@pytest.fixture
def video(samples: Path) -> bytes:
    return (samples / "video.mp4").read_bytes()


@pytest.fixture
def earlier(ana: Client, url: str, samples: Path) -> bytes:
    """A video that is there already."""
    data = (samples / "video.webm").read_bytes()
    assert ana.put(url, data).status == 200
    return data


def padded(video: bytes, size: int) -> bytes:
    """A video of just this size; players ignore what follows its end."""
    return video + bytes(size - len(video))


def pieces(data: bytes, size: int = 1000) -> Iterator[bytes]:
    """The data as it is sent when nobody knows its length."""
    return (data[start : start + size] for start in range(0, len(data), size))


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def form(data: bytes) -> bytes:
    return bytes(multipart(file_part("video", data, "video/mp4"))["data"])


@pytest.mark.parametrize("size", [1, 7, 1000, 100_000])
def test_a_raw_body_in_chunks(ana: Client, url: str, video: bytes, size: int) -> None:
    answer = ana.put(url, pieces(video, size), Content_Type="video/mp4")

    assert answer.status == 200, answer.body
    assert ana.get(url).body == video


@pytest.mark.parametrize("size", [1, 7, 1000, 100_000])
def test_a_multipart_body_in_chunks(ana: Client, url: str, video: bytes, size: int) -> None:
    kind = FORM.partition(": ")[2]

    answer = ana.post(url, pieces(form(video), size), Content_Type=kind)

    assert answer.status == 200, answer.body
    assert ana.get(url).body == video


def test_a_file_as_large_as_the_limit(ana: Client, url: str, video: bytes) -> None:
    data, kind = padded(video, LIMIT), FORM.partition(": ")[2]

    for answer in (
        ana.put(url, data),
        ana.put(url, pieces(data, 50_000)),
        ana.post(url, form(data), Content_Type=kind),
    ):
        assert answer.status == 200, answer.body
        assert ana.get(url).body == data


def test_a_file_larger_than_the_limit_is_refused(
    ana: Client, service: Service, url: str, video: bytes, earlier: bytes
) -> None:
    data, kind = padded(video, LIMIT + 1), FORM.partition(": ")[2]

    for answer in (ana.put(url, data), ana.post(url, form(data), Content_Type=kind)):
        assert answer.status == 413
        assert answer.json["error"] == "File too large"
        assert "1 MB" in answer.json["details"]
    assert ana.get(url).body == earlier
    nothing_is_left(service)


@pytest.mark.parametrize("kind", ["Content-Type: video/mp4", FORM])
def test_an_announced_length_over_the_limit_is_refused_at_once(
    ana: Client, service: Service, url: str, kind: str
) -> None:
    request = head(ana, "POST", url, kind, "Content-Length: 600000000")

    with dial(service, request) as sock:
        answer = answer_on(sock)

    assert answer.status == 413
    assert answer.json["error"] == "File too large"


@pytest.mark.parametrize("kind", ["Content-Type: video/mp4", FORM])
def test_a_body_without_length_is_refused_when_it_passes_the_limit(
    ana: Client, service: Service, url: str, video: bytes, earlier: bytes, kind: str
) -> None:
    body = padded(video, 3 * LIMIT)  # the service looks each time it has received a megabyte

    with dial(service, head(ana, "POST", url, kind, "Transfer-Encoding: chunked")) as sock:
        sock.sendall(chunk(form(body)[:-20] if kind == FORM else body))
        answer = answer_on(sock)

    assert answer.status == 413
    assert ana.get(url).body == earlier
    nothing_is_left(service)


def half_close(sock: socket.socket) -> None:
    """Send no more, but wait for what the service says to that."""
    sock.shutdown(socket.SHUT_WR)
    assert answer_on(sock).status == 400
    sock.close()


@pytest.mark.parametrize(
    ("headers", "encoded"),
    [
        (["Content-Type: video/mp4", "Content-Length: 500000"], lambda data: data),
        (["Content-Type: video/mp4", "Transfer-Encoding: chunked"], chunk),
        ([FORM, "Content-Length: 500000"], lambda data: form(data)[:-20]),
        ([FORM, "Transfer-Encoding: chunked"], lambda data: chunk(form(data)[:-20])),
    ],
    ids=["raw", "raw in chunks", "multipart", "multipart in chunks"],
)
def test_an_upload_that_breaks_off_leaves_the_earlier_file_and_nothing_else(
    ana: Client,
    service: Service,
    url: str,
    video: bytes,
    earlier: bytes,
    headers: list[str],
    encoded: Callable[[bytes], bytes],
) -> None:
    home = service.data_dir / url.removeprefix("/api/").removesuffix("/media/reference")
    work = ana.get(url.removesuffix("/media/reference")).body
    before = sorted(home.rglob("*"))

    for give_up in (reset, half_close):
        sock = dial(service, head(ana, "POST", url, *headers) + encoded(padded(video, 400_000)))
        upload_begins(service)
        assert ana.get(url).body == earlier
        give_up(sock)

    nothing_is_left(service)
    assert ana.get(url).body == earlier
    assert ana.get(url.removesuffix("/media/reference")).body == work
    assert sorted(home.rglob("*")) == before


def test_ranges_one_after_the_other_on_one_connection(ana: Client, url: str, video: bytes) -> None:
    data = padded(video, 900_000)
    ana.put(url, data)

    for start, end in [(0, 0), (0, 899_999), (5, 300_000), (299_999, 300_001), (899_999, 899_999)]:
        answer = ana.get(url, Range=f"bytes={start}-{end}")

        assert answer.status == 206
        assert answer.body == data[start : end + 1]
        assert ana.request("HEAD", url).headers["Content-Length"] == "900000"
    assert ana.get(url, Range="bytes=900000-").status == 416
    assert ana.get(url).body == data


def test_a_download_goes_on_though_the_file_is_replaced(
    ana: Client, service: Service, url: str, video: bytes
) -> None:
    data = padded(video, LIMIT)
    ana.put(url, data)

    with dial(service, head(ana, "GET", url), receive_buffer=4096) as sock:
        begun = sock.recv(1, socket.MSG_PEEK)
        ana.put(url, video)
        answer = answer_on(sock)

    assert begun
    assert answer.body == data
    assert ana.get(url).body == video


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    "options",
    [
        ["-T", "{file}"],
        ["--data-binary", "@{file}"],
        ["-X", "PUT", "--data-binary", "@{file}"],
        ["-F", "video=@{file}"],
        ["-F", "file=@{file};type=video/mp4"],
        ["-F", "video=@{file};filename=clip"],
        ["-F", "mode=style_transfer", "-F", "video=@{file}"],
        ["-T", "-"],
    ],
    ids=" ".join,
)
def test_curl(
    ana: Client, service: Service, url: str, samples: Path, video: bytes, options: list[str]
) -> None:
    file = samples / "video.mp4"
    given = [option.format(file=file) for option in options]
    address = f"http://127.0.0.1:{service.port}{url}"
    command = ["curl", "-sS", "-H", f"Authorization: Bearer {ana.token}", *given, address]

    with file.open("rb") as stdin:
        done = subprocess.run(command, stdin=stdin, capture_output=True, check=True)

    assert b'"ok":true' in done.stdout
    assert ana.get(url).body == video
    assert ana.get(url).headers["Content-Type"] == "video/mp4"
