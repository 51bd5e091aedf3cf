"""Files at addresses become assets, with the limits of uploads; what goes wrong leaves nothing."""

import base64
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from errors import FieldsError, InvalidError, MediaTypeError, ServiceError, TooLargeError
from media.fetched_files import FileFetcher
from outbound.addresses import FetchError, FetchTimeoutError, UrlNotAllowedError
from projects.assets import fetched
from storage.errors import QuotaError
from tests.outbound.internet import PRIVATE, http

GIF = b"GIF89a\x01\0\x01\0\0\0\0;"
Response = bytes | Callable[[socket.socket], object]

HEADER = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"


@pytest.fixture
def fetcher(app, ana, settings, store):
    """Fetches files of ana, of at most 1 MB."""
    limited = replace(settings, max_asset_mb=1)
    return FileFetcher(store, limited, ana.user["id"], 30)


def project_id(project: str) -> str:
    return project.rpartition("/")[2]


def test_file_at_an_address_becomes_an_asset(ana, project, samples, fetcher, internet):
    image = (samples / "image.png").read_bytes()
    server = internet.serve(http(image, Content_Type="image/png"))
    url = f"http://shop.example:{server.port}/photos/lamp%20one.png?size=2"

    asset = fetched.create(fetcher, project_id(project), url, {"tags": ["new"]}).parse()

    assert (asset["type"], asset["mimeType"], asset["name"]) == (
        *("image", "image/png", "lamp one.png"),
    )
    assert asset["tags"] == ["new"]
    assert ana.get(asset["url"]).data == image


def test_content_decides_the_type(project, fetcher, internet):
    for declared in ("text/plain", "binary/octet-stream", "image/png", ""):
        server = internet.serve(http(GIF, Content_Type=declared))
        url = f"http://shop.example:{server.port}/photo"

        asset = fetched.create(fetcher, project_id(project), url, {}).values

        assert (asset["mimeType"], asset["filename"]) == ("image/gif", "photo")


def test_data_url_becomes_an_asset(project, fetcher):
    source = f"data:image/gif;base64,{base64.b64encode(GIF).decode()}"

    asset = fetched.create(fetcher, project_id(project), source, {"name": "Dot"}).values

    assert (asset["name"], asset["mimeType"]) == ("Dot", "image/gif")


def test_asset_with_a_chosen_id_is_fetched_once(project, fetcher, internet):
    server = internet.serve(http(GIF))
    url = f"http://shop.example:{server.port}/a.gif"

    first, again = (
        fetched.create(fetcher, project_id(project), url, {}, "asset_1").values for _ in range(2)
    )

    assert first == again
    assert len(server.requests) == 1


def endless(connection: socket.socket) -> None:
    connection.sendall(HEADER + b"\r\n\x89PNG\r\n\x1a\n")
    while True:
        connection.sendall(bytes(1 << 16))


def silent(connection: socket.socket) -> None:
    connection.sendall(HEADER + b"Content-Length: 900000\r\n\r\n\x89PNG\r\n\x1a\n")
    threading.Event().wait(30)


BROKEN_OFF = HEADER + b"Content-Length: 900000\r\n\r\n\x89PNG\r\n\x1a\n"
TWO_GB = HEADER + b"Content-Length: 2147483648\r\n\r\n\x89PNG\r\n\x1a\n"
MORE_THAN_THE_DISK = HEADER + b"Content-Length: 99999999999999999\r\n\r\n"
PAGE = http(b"<html>" + b"a" * 900_000, Content_Type="text/html")
TO_PRIVATE = http(status="302 Found", Location="http://127.0.0.1:8080/photo.png")
LOOP = http(status="302 Found", Location="/again")


UNUSABLE: list[tuple[Response, type[ServiceError], str]] = [
    (endless, TooLargeError, "At most 1 MB are accepted."),
    (TWO_GB, TooLargeError, "At most 1 MB are accepted."),
    (MORE_THAN_THE_DISK, TooLargeError, "At most 1 MB are accepted."),
    (silent, FetchTimeoutError, "shop.example did not answer in time."),
    (BROKEN_OFF, FetchError, "broke off in the middle"),
    (PAGE, MediaTypeError, "not recognised as .* It was sent as text/html."),
    (http(b""), InvalidError, "The file is empty."),
    (http(b"gone", "404 Not Found"), FetchError, "answered with status 404."),
    (TO_PRIVATE, UrlNotAllowedError, "only public addresses"),
    (LOOP, FetchError, "redirects more than 5 times"),
]


def test_file_that_cannot_be_used_leaves_nothing(project, fetcher, internet, stored_files):
    for response, error, details in UNUSABLE:
        url = f"http://shop.example:{internet.serve(response).port}/photo.png"
        patient = replace(fetcher, idle=0.2) if response is silent else fetcher

        with pytest.raises(error) as caught:
            fetched.create(patient, project_id(project), url, {})

        assert re.search(details, str(caught.value.details))
        assert stored_files() == []


def test_server_that_sends_little_at_a_time_is_given_up(project, fetcher, internet, stored_files):
    def trickle(connection: socket.socket) -> None:
        connection.sendall(HEADER + b"Content-Length: 900000\r\n\r\n\x89PNG\r\n\x1a\n")
        while True:
            connection.sendall(b"\0")
            threading.Event().wait(0.02)

    server = internet.serve(trickle)
    hurried = replace(fetcher, seconds=0.3)

    with pytest.raises(FetchTimeoutError):
        fetched.create(hurried, project_id(project), f"http://shop.example:{server.port}/", {})

    assert stored_files() == []


REFUSED: list[tuple[str, type[Exception]]] = [
    ("http://127.0.0.1/photo.png", UrlNotAllowedError),
    ("http://[::1]:3001/photo.png", UrlNotAllowedError),
    ("http://169.254.169.254/latest/meta-data", UrlNotAllowedError),
    ("file:///etc/passwd", UrlNotAllowedError),
    ("ftp://shop.example/photo.png", UrlNotAllowedError),
    ("photo.png", UrlNotAllowedError),
    ("data:image/png;base64,!", FieldsError),
    ("data:image/png,abc", FieldsError),
]


def test_address_that_is_refused(project, fetcher, internet):
    for source, error in REFUSED:
        with pytest.raises(error):
            fetched.create(fetcher, project_id(project), source, {})


def test_host_of_the_intranet_that_a_setting_allows_is_fetched_from(project, fetcher, internet):
    internet.name("files.intranet", [PRIVATE])
    server = internet.serve(http(GIF), PRIVATE)
    url = f"http://files.intranet:{server.port}/a.gif"
    allowing = replace(
        fetcher, settings=replace(fetcher.settings, intranet_hosts=("files.intranet",))
    )

    assert fetched.create(allowing, project_id(project), url, {}).values["size"] == len(GIF)


def test_quota_is_checked_before_the_file_is_fetched(project, fetcher, internet, stored_files):
    limited = replace(fetcher, settings=replace(fetcher.settings, user_quota_mb=1, max_asset_mb=9))
    large = internet.serve(HEADER + b"Content-Length: 2000000\r\n\r\n")

    with pytest.raises(QuotaError):
        fetched.create(limited, project_id(project), f"http://shop.example:{large.port}/", {})

    assert stored_files() == []


def test_transfer_ends_when_its_report_raises(project, fetcher, internet, stored_files):
    reported: list[tuple[int, int | None]] = []

    def report(received: int, size: int | None) -> None:
        reported.append((received, size))
        if received:
            raise InterruptedError

    stopping = replace(fetcher, report=report)
    server = internet.serve(http(GIF + bytes(500_000)))

    with pytest.raises(InterruptedError):
        fetched.create(stopping, project_id(project), f"http://shop.example:{server.port}/", {})

    assert reported[0] == (0, len(GIF) + 500_000)
    assert stored_files() == []
