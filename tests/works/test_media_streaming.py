"""Media through real connections: chunked, over the size limit, interrupted, and with curl."""

import socket
import subprocess
from collections.abc import Iterator

import pytest

from tests.cases import cases
from tests.programs import needs
from tests.reliability.wire import (
    answer_on,
    dial,
    head,
    reset,
    wait_for_no_leftovers,
    wait_for_upload,
)
from tests.works.media import file_part, multipart

pytestmark = pytest.mark.service(MAX_UPLOAD_MB=1)

LIMIT = 1 << 20
FORM_HEADER = "Content-Type: multipart/form-data; boundary=b0undary"


@pytest.fixture(scope="module")
def ana(service):
    return service.client(service.register())


@pytest.fixture
def url(ana):
    """The URL of the reference video of a new work."""
    return f"{ana.new_work(ana.new_project())}/media/reference"


@pytest.fixture
def video(samples):
    return (samples / "video.mp4").read_bytes()


@pytest.fixture
def earlier_video(ana, url, samples):
    """A video that was uploaded to the URL before."""
    data = (samples / "video.webm").read_bytes()
    assert ana.put(url, data).status == 200
    return data


def padded(video: bytes, size: int) -> bytes:
    """Return a video of this size in bytes; players ignore what follows its end."""
    return video + bytes(size - len(video))


def in_pieces(data: bytes, size: int = 1000) -> Iterator[bytes]:
    """Split data into pieces, which http.client sends as chunks."""
    return (data[start : start + size] for start in range(0, len(data), size))


def encode_chunk(data: bytes) -> bytes:
    """Encode data as a chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def form_body(data: bytes) -> bytes:
    """Return a multipart body with data as the video."""
    return bytes(multipart(file_part("video", data, "video/mp4"))["data"])


@pytest.mark.parametrize("size", [1, 7, 1000, 100_000])
def test_chunked_raw_upload_is_stored(ana, url, video, size):
    answer = ana.put(url, in_pieces(video, size), Content_Type="video/mp4")

    assert answer.status == 200, answer.body
    assert ana.get(url).body == video


@pytest.mark.parametrize("size", [1, 7, 1000, 100_000])
def test_chunked_multipart_upload_is_stored(ana, url, video, size):
    content_type = FORM_HEADER.partition(": ")[2]

    answer = ana.post(url, in_pieces(form_body(video), size), Content_Type=content_type)

    assert answer.status == 200, answer.body
    assert ana.get(url).body == video


def test_upload_of_exactly_the_maximum_size_is_stored(ana, url, video):
    data, content_type = padded(video, LIMIT), FORM_HEADER.partition(": ")[2]

    for answer in (
        ana.put(url, data),
        ana.put(url, in_pieces(data, 50_000)),
        ana.post(url, form_body(data), Content_Type=content_type),
    ):
        assert answer.status == 200, answer.body
        assert ana.get(url).body == data


def test_upload_over_the_maximum_size_returns_413(ana, service, url, video, earlier_video):
    data, content_type = padded(video, LIMIT + 1), FORM_HEADER.partition(": ")[2]

    for answer in (ana.put(url, data), ana.post(url, form_body(data), Content_Type=content_type)):
        assert answer.status == 413
        assert answer.json["error"] == "File too large"
        assert "1 MB" in answer.json["details"]
    assert ana.get(url).body == earlier_video
    wait_for_no_leftovers(service)


@cases("header", {"raw": "Content-Type: video/mp4", "multipart": FORM_HEADER})
def test_content_length_over_the_limit_returns_413_before_the_body(ana, service, url, header):
    request = head(ana, "POST", url, header, "Content-Length: 600000000")

    with dial(service, request) as sock:
        answer = answer_on(sock)

    assert answer.status == 413
    assert answer.json["error"] == "File too large"


@cases("header", {"raw": "Content-Type: video/mp4", "multipart": FORM_HEADER})
def test_chunked_upload_over_the_limit_returns_413_before_its_end(
    ana, service, url, video, earlier_video, header
):
    body = padded(video, 3 * LIMIT)  # the service checks after each megabyte

    with dial(service, head(ana, "POST", url, header, "Transfer-Encoding: chunked")) as sock:
        sock.sendall(encode_chunk(form_body(body)[:-20] if header == FORM_HEADER else body))
        answer = answer_on(sock)

    assert answer.status == 413
    assert ana.get(url).body == earlier_video
    wait_for_no_leftovers(service)


def half_close(sock: socket.socket) -> None:
    """Close the connection for writing, and expect 400 for the incomplete body."""
    sock.shutdown(socket.SHUT_WR)
    assert answer_on(sock).status == 400
    sock.close()


@cases(
    ("headers", "encoded"),
    {
        "raw": (["Content-Type: video/mp4", "Content-Length: 500000"], lambda data: data),
        "raw chunked": (["Content-Type: video/mp4", "Transfer-Encoding: chunked"], encode_chunk),
        "multipart": ([FORM_HEADER, "Content-Length: 500000"], lambda data: form_body(data)[:-20]),
        "multipart chunked": (
            [FORM_HEADER, "Transfer-Encoding: chunked"],
            lambda data: encode_chunk(form_body(data)[:-20]),
        ),
    },
)
def test_interrupted_upload_keeps_the_earlier_file_and_leaves_no_other(
    ana, service, url, video, earlier_video, headers, encoded
):
    directory = service.data_dir / url.removeprefix("/api/").removesuffix("/media/reference")
    work = ana.get(url.removesuffix("/media/reference")).body
    paths = sorted(directory.rglob("*"))

    for interrupt in (reset, half_close):
        sock = dial(service, head(ana, "POST", url, *headers) + encoded(padded(video, 400_000)))
        wait_for_upload(service)
        assert ana.get(url).body == earlier_video
        interrupt(sock)

    wait_for_no_leftovers(service)
    assert ana.get(url).body == earlier_video
    assert ana.get(url.removesuffix("/media/reference")).body == work
    assert sorted(directory.rglob("*")) == paths


def test_range_requests_on_a_persistent_connection(ana, url, video):
    data = padded(video, 900_000)
    ana.put(url, data)

    for start, end in [(0, 0), (0, 899_999), (5, 300_000), (299_999, 300_001), (899_999, 899_999)]:
        answer = ana.get(url, Range=f"bytes={start}-{end}")

        assert answer.status == 206
        assert answer.body == data[start : end + 1]
        assert ana.request("HEAD", url).headers["Content-Length"] == "900000"
    assert ana.get(url, Range="bytes=900000-").status == 416
    assert ana.get(url).body == data


def test_download_continues_when_the_file_is_replaced(ana, service, url, video):
    data = padded(video, LIMIT)
    ana.put(url, data)

    with dial(service, head(ana, "GET", url), receive_buffer=4096) as sock:
        first_byte = sock.recv(1, socket.MSG_PEEK)
        ana.put(url, video)
        answer = answer_on(sock)

    assert first_byte
    assert answer.body == data
    assert ana.get(url).body == video


@needs("curl")
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
def test_upload_with_curl_is_stored(ana, service, url, samples, video, options):
    file = samples / "video.mp4"
    arguments = [option.format(file=file) for option in options]
    address = f"http://127.0.0.1:{service.port}{url}"
    command = ["curl", "-sS", "-H", f"Authorization: Bearer {ana.token}", *arguments, address]

    with file.open("rb") as stdin:
        done = subprocess.run(command, stdin=stdin, capture_output=True, check=True)

    assert b'"ok":true' in done.stdout
    assert ana.get(url).body == video
    assert ana.get(url).headers["Content-Type"] == "video/mp4"
