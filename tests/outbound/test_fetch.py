"""Requests to URLs of users: allowed addresses, redirects, limits of size and time."""

import gzip
import socket
import threading
import time
import tracemalloc
import zlib

import pytest

from outbound import fetch
from outbound.addresses import FetchError, FetchTimeoutError, OutboundError, UrlNotAllowedError
from tests.cases import cases
from tests.outbound.internet import PRIVATE, PUBLIC, Server, http

MB = 1 << 20


def get(
    server: Server, host: str = "shop.example", path: str = "/", **options: object
) -> fetch.Fetched:
    given = {"max_bytes": MB, "seconds": 30.0, **options}
    return fetch.get(f"http://{host}:{server.port}{path}", **given)  # type: ignore[arg-type]


def test_page_is_fetched_with_its_content_type(internet):
    server = internet.serve(http(b"<p>Hello", Content_Type="text/html; charset=utf-8"))

    fetched = get(server, path="/lamps?colour=red#top")

    assert fetched.data == b"<p>Hello"
    assert fetched.content_type == "text/html; charset=utf-8"
    [request] = server.requests
    assert request.startswith(b"GET /lamps?colour=red HTTP/1.1\r\n")
    assert f"Host: shop.example:{server.port}\r\n".encode() in request


def test_internationalized_host_name_is_encoded_as_punycode(internet):
    internet.name("xn--bcher-kva.example", [PUBLIC])
    server = internet.serve(http(b"x"))

    assert get(server, "bücher.example").data == b"x"


def test_missing_content_type_is_empty(internet):
    assert get(internet.serve(http(b"x"))).content_type == ""


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "localhost.", "LOCALHOST", "a.localhost", "[::1]", "0.0.0.0"),
        *("[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254"),
        *("10.0.0.1", "[fd00::1]", "intranet.example", "both.example"),
    ],
)
def test_host_with_a_private_address_is_rejected(internet, host):
    server = internet.serve(http(b"secret"), PRIVATE)
    internet.name("localhost", [PUBLIC])
    internet.name("intranet.example", [PRIVATE])
    internet.name("both.example", [PUBLIC, PRIVATE])

    with pytest.raises(UrlNotAllowedError, match="only public addresses"):
        get(server, host)

    assert server.requests == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0"])
def test_alternative_notation_of_loopback_is_rejected(internet, monkeypatch, host):
    server = internet.serve(http(b"secret"), PRIVATE)
    monkeypatch.undo()  # the system's resolver accepts these notations

    with pytest.raises(OutboundError):
        get(server, host)

    assert server.requests == []


def test_connection_uses_the_address_that_was_checked(internet):
    internal = internet.serve(http(b"secret"), PRIVATE)
    internet.name("rebinding.example", [PUBLIC], [PRIVATE])

    with pytest.raises(FetchError):  # no server listens at the public address
        get(internal, "rebinding.example")

    assert internet.lookups == ["rebinding.example"]
    assert internal.requests == []


def test_second_address_is_tried_if_the_first_refuses(internet):
    server = internet.serve(http(b"x"), PRIVATE)
    internet.name("wiki.lan", ["127.0.0.3", PRIVATE])

    assert post(server, "wiki.lan", allowed_hosts=("wiki.lan",)) == 200


def test_allowed_host_may_have_a_private_address(internet):
    internet.name("wiki.lan", [PRIVATE])
    server = internet.serve(http(b"x"), PRIVATE)

    assert post(server, "wiki.lan", allowed_hosts=("WIKI.lan",)) == 200
    with pytest.raises(UrlNotAllowedError):
        post(server, "127.0.0.1", allowed_hosts=("wiki.lan",))


def redirect(location: str, status: str = "302 Found") -> bytes:
    return http(status=status, Location=location)


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_redirects_are_followed(internet, status):
    target = internet.serve(http(b"target"))
    server = internet.serve(redirect(f"http://shop.example:{target.port}/target", status))

    fetched = get(server)

    assert fetched == fetch.Fetched("", b"target")
    assert target.requests[0].startswith(b"GET /target ")


def test_relative_redirect_is_followed(internet):
    responses = [redirect("../b?c"), http(b"target")]
    server = internet.serve(lambda connection: connection.sendall(responses.pop(0)))

    assert get(server, path="/a/x").data == b"target"
    assert server.requests[1].startswith(b"GET /b?c ")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/",
        "//localhost:{port}/",
        "http://[::1]:{port}/",
        "http://intranet.example:{port}/",
        "http://me:secret@shop.example:{port}/",
        "file:///etc/passwd",
        "http://shop.example:25/",
    ],
)
def test_redirect_to_a_disallowed_url_is_rejected(internet, location):
    internal = internet.serve(http(b"secret"), PRIVATE)
    internet.name("intranet.example", [PRIVATE])
    server = internet.serve(redirect(location.format(port=internal.port)))

    with pytest.raises(UrlNotAllowedError):
        get(server)

    assert internal.requests == []


def test_host_of_a_redirect_is_looked_up_again(internet):
    internal = internet.serve(http(b"secret"), PRIVATE)
    internet.name("rebinding.example", [PUBLIC], [PRIVATE])
    server = internet.serve(redirect(f"http://rebinding.example:{internal.port}/"))

    with pytest.raises(UrlNotAllowedError):
        get(server, "rebinding.example")

    assert internal.requests == []


def test_sixth_redirect_raises_a_fetch_error(internet):
    server = internet.serve(redirect("/again"))

    with pytest.raises(FetchError, match="more than 5 times"):
        get(server)

    assert len(server.requests) == 6


@pytest.mark.parametrize("location", ["", "http://[", "http://a\tb/"])
def test_redirect_to_an_invalid_url_is_rejected(internet, location):
    with pytest.raises(OutboundError):
        get(internet.serve(redirect(location)))


@cases(
    "response",
    {
        "empty": b"",
        "no HTTP": b"hello\r\n\r\n",
        "body too short": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "incomplete chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "invalid length": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "header too long": b"HTTP/1.1 200 OK\r\nLong: " + b"x" * 300_000 + b"\r\n\r\n",
        "TLS": b"\x16\x03\x01\x02\x00",
        "invalid gzip": http(b"no gzip", Content_Encoding="gzip"),
        "truncated gzip": http(gzip.compress(b"x" * 1000)[:-10], Content_Encoding="gzip"),
        "unsupported encoding": http(b"x", Content_Encoding="br"),
        **{
            status: http(b"", status)
            for status in ("404 Not Found", "500 Oops", "304 Not Modified", "100 Continue")
        },
    },
)
def test_invalid_response_raises_a_fetch_error(internet, response):
    with pytest.raises(FetchError, match=r"shop\.example"):
        get(internet.serve(response))


def test_unknown_host_raises_a_fetch_error(internet):
    with pytest.raises(FetchError, match=r"unknown\.example cannot be resolved"):
        fetch.get("http://unknown.example/", max_bytes=1, seconds=30)


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example", "%6c%6fcalhost", "a b"])
def test_invalid_host_name_is_rejected(monkeypatch, host):
    with pytest.raises(OutboundError):
        fetch.get(f"http://{host}/", max_bytes=1, seconds=3)


@pytest.mark.parametrize("encode", [gzip.compress, zlib.compress])
def test_compressed_body_is_decompressed(internet, encode):
    body = b"lamp " * 500_000
    compressed = encode(body)
    encoding = "gzip" if encode is gzip.compress else "deflate"
    server = internet.serve(http(compressed, Content_Encoding=encoding))

    assert get(server, max_bytes=4 * MB).data == body


@pytest.mark.parametrize("chunked", [True, False])
def test_body_beyond_the_size_limit_is_not_read(internet, chunked):
    sent = 0

    def send_endlessly(connection: socket.socket) -> None:
        nonlocal sent
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {1 << 30}"
        connection.sendall(f"HTTP/1.1 200 OK\r\n{length}\r\n\r\n".encode())
        while True:
            connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            sent += 65536

    with pytest.raises(FetchError, match="more than"):
        get(internet.serve(send_endlessly))

    assert sent < 16 * MB


def test_decompression_bomb_uses_limited_memory(internet):
    bomb = gzip.compress(bytes(30 * MB), 9)
    assert len(bomb) < MB
    server = internet.serve(http(bomb, Content_Encoding="gzip"))
    tracemalloc.start()

    with pytest.raises(FetchError, match="more than"):
        get(server)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MB


def send_body_slowly(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
    send_head_slowly(connection)


def send_head_slowly(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def send_nothing(connection: socket.socket) -> None:
    time.sleep(120)


@pytest.mark.parametrize("handler", [send_body_slowly, send_head_slowly, send_nothing])
def test_whole_request_has_a_deadline(internet, handler):
    server = internet.serve(handler)
    started = time.monotonic()

    with pytest.raises(FetchTimeoutError, match=r"shop\.example did not answer in time"):
        get(server, seconds=3)  # of which the lookup of its name takes a part

    assert time.monotonic() - started < 60


def test_redirects_share_the_deadline(internet):
    def slow(connection: socket.socket) -> None:
        time.sleep(0.3)
        connection.sendall(redirect("/again"))

    started = time.monotonic()

    with pytest.raises(FetchTimeoutError):
        get(internet.serve(slow), seconds=0.5)

    assert time.monotonic() - started < 60


def test_hanging_lookup_has_a_deadline(internet, monkeypatch):
    never = threading.Event()
    monkeypatch.setattr("outbound.addresses.lookup", lambda *_: [PUBLIC][never.wait(120) :])
    started = time.monotonic()

    with pytest.raises(FetchTimeoutError, match=r"lookup of slow\.example timed out"):
        fetch.get("http://slow.example/", max_bytes=1, seconds=0.2)

    assert time.monotonic() - started < 60


def test_proxies_of_the_environment_are_ignored(internet, monkeypatch):
    proxy = internet.serve(http(b"by proxy"), PRIVATE)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

    assert get(internet.serve(http(b"direct"))).data == b"direct"
    assert proxy.requests == []


# --- downloads ------------------------------------------------------------------------------------


def test_download_is_streamed_in_chunks(internet):
    body = bytes(range(256)) * 20_000
    server = internet.serve(http(body, Content_Type="video/mp4"))
    chunks: list[bytes] = []

    content_type = fetch.download(
        f"http://shop.example:{server.port}/video", chunks.append, max_bytes=8 * MB, seconds=30
    )

    assert content_type == "video/mp4"
    assert b"".join(chunks) == body
    assert max(map(len, chunks)) <= MB


def test_download_beyond_the_size_limit_raises_a_fetch_error(internet):
    server = internet.serve(http(bytes(2 * MB)))
    chunks: list[bytes] = []

    with pytest.raises(FetchError, match="more than"):
        fetch.download(
            f"http://shop.example:{server.port}/", chunks.append, max_bytes=MB, seconds=30
        )

    assert chunks == []  # because of the Content-Length


def test_allowed_origin_may_have_a_private_address(internet):
    server, other = (internet.serve(http(b"video"), PRIVATE) for _ in range(2))
    origin = f"http://127.0.0.1:{server.port}/v1"

    def download(port: int) -> bytes:
        chunks: list[bytes] = []
        url = f"http://127.0.0.1:{port}/video"
        fetch.download(url, chunks.append, max_bytes=MB, seconds=30, allowed_origin=origin)
        return b"".join(chunks)

    assert download(server.port) == b"video"
    with pytest.raises(UrlNotAllowedError):
        download(other.port)


def test_redirect_from_the_allowed_origin_to_a_private_address_is_rejected(internet):
    other = internet.serve(http(b"secret"), PRIVATE)
    server = internet.serve(redirect(f"http://127.0.0.1:{other.port}/"), PRIVATE)
    origin = f"http://127.0.0.1:{server.port}"

    with pytest.raises(UrlNotAllowedError):
        fetch.download(f"{origin}/video", print, max_bytes=MB, seconds=30, allowed_origin=origin)

    assert other.requests == []


# --- webhooks -------------------------------------------------------------------------------------


def post(server: Server, host: str = "shop.example", **options: object) -> int:
    headers = {"Content-Type": "application/json", "webhook-id": "job_1_1"}
    given = {"seconds": 30.0, **options}
    return fetch.post(f"http://{host}:{server.port}/hook", b'{"a":1}', headers, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "410 Gone", "500 Oops"])
def test_webhook_request_returns_any_status(internet, status):
    server = internet.serve(http(b"", status))

    assert post(server) == int(status[:3])
    [request] = server.requests
    assert request.startswith(b"POST /hook HTTP/1.1\r\n")
    assert b"webhook-id: job_1_1\r\n" in request
    assert request.endswith(b'\r\n\r\n{"a":1}')


def test_redirect_of_a_webhook_is_not_followed(internet):
    other = internet.serve(http())
    server = internet.serve(redirect(f"http://shop.example:{other.port}/"))

    assert post(server) == 302
    assert other.requests == []


def test_webhook_with_a_private_address_must_be_allowed(internet):
    server = internet.serve(http(), PRIVATE)

    with pytest.raises(UrlNotAllowedError):
        post(server, "127.0.0.1")
    assert server.requests == []
    assert post(server, "127.0.0.1", allowed_hosts=("127.0.0.1",)) == 200


def test_webhook_that_receives_the_body_slowly_times_out(internet):
    def receive_slowly(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        while connection.recv(100):
            time.sleep(0.05)

    server = internet.serve(receive_slowly)
    started = time.monotonic()

    with pytest.raises(FetchTimeoutError):
        fetch.post(f"http://shop.example:{server.port}/", bytes(32 * MB), {}, seconds=0.5)

    assert time.monotonic() - started < 60


# --- errors as HTTP responses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status"), [(UrlNotAllowedError, 400), (FetchError, 502), (FetchTimeoutError, 504)]
)
def test_outbound_error_sets_the_response_status(app, error, status, monkeypatch):
    def fail() -> str:
        raise error("shop.example is down.")

    monkeypatch.setitem(app.view_functions, "system.get_health", fail)
    response = app.test_client().get("/api/health")

    assert response.status_code == status
    assert response.json["details"] == "shop.example is down."
    assert response.json["error"]
