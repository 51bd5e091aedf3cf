"""Fetching what users name: what is refused, what is followed, how much and how long."""

import gzip
import socket
import threading
import time
import tracemalloc
import zlib

import pytest
from flask import Flask

from outbound import fetch
from outbound.errors import FetchError, FetchTimeoutError, OutboundError, RefusedAddressError
from tests.outbound.internet import PRIVATE, PUBLIC, Internet, Server, http

MB = 1 << 20


def get(
    server: Server, host: str = "shop.example", path: str = "/", **options: object
) -> fetch.Fetched:
    given = {"max_bytes": MB, "seconds": 5.0, **options}
    return fetch.get(f"http://{host}:{server.port}{path}", **given)  # type: ignore[arg-type]


def test_a_page_is_fetched(internet: Internet) -> None:
    server = internet.serve(http(b"<p>Hello", Content_Type="text/html; charset=utf-8"))

    found = get(server, path="/lamps?colour=red#top")

    assert found.data == b"<p>Hello"
    assert found.type == "text/html; charset=utf-8"
    assert found.url == f"http://shop.example:{server.port}/lamps?colour=red#top"
    [request] = server.requests
    assert request.startswith(b"GET /lamps?colour=red HTTP/1.1\r\n")
    assert f"Host: shop.example:{server.port}\r\n".encode() in request


def test_a_name_in_another_script_is_fetched(internet: Internet) -> None:
    internet.name("xn--bcher-kva.example", [PUBLIC])
    server = internet.serve(http(b"x"))

    assert get(server, "bücher.example").data == b"x"


def test_a_type_that_is_not_told_is_empty(internet: Internet) -> None:
    assert get(internet.serve(http(b"x"))).type == ""


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "localhost.", "LOCALHOST", "a.localhost", "[::1]", "0.0.0.0"),
        *("[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "169.254.169.254"),
        *("10.0.0.1", "[fd00::1]", "intranet.example", "both.example"),
    ],
)
def test_what_is_not_public_is_refused(internet: Internet, host: str) -> None:
    server = internet.serve(http(b"secret"), PRIVATE)
    internet.name("localhost", [PUBLIC])
    internet.name("intranet.example", [PRIVATE])
    internet.name("both.example", [PUBLIC, PRIVATE])

    with pytest.raises(RefusedAddressError, match="only public addresses"):
        get(server, host)

    assert server.requests == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0"])
def test_other_ways_to_write_loopback_are_refused(
    internet: Internet, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    server = internet.serve(http(b"secret"), PRIVATE)
    monkeypatch.undo()  # the system itself understands these

    with pytest.raises(OutboundError):
        get(server, host)

    assert server.requests == []


def test_a_name_is_looked_up_once_and_what_was_checked_is_what_is_asked(internet: Internet) -> None:
    internal = internet.serve(http(b"secret"), PRIVATE)
    internet.name("rebinding.example", [PUBLIC], [PRIVATE])

    with pytest.raises(FetchError):  # nobody listens there, at the public address
        get(internal, "rebinding.example")

    assert internet.lookups == ["rebinding.example"]
    assert internal.requests == []


def test_the_second_address_is_tried_where_the_first_does_not_answer(internet: Internet) -> None:
    server = internet.serve(http(b"x"), PRIVATE)
    internet.name("wiki.lan", ["127.0.0.3", PRIVATE])

    assert get(server, "wiki.lan", allowed_hosts=("wiki.lan",)).data == b"x"


def test_a_host_that_a_setting_allows_may_be_private(internet: Internet) -> None:
    internet.name("wiki.lan", [PRIVATE])
    server = internet.serve(http(b"x"), PRIVATE)

    assert get(server, "wiki.lan", allowed_hosts=("WIKI.lan",)).data == b"x"
    with pytest.raises(RefusedAddressError):
        get(server, "127.0.0.1", allowed_hosts=("wiki.lan",))


def redirect(where: str, status: str = "302 Found") -> bytes:
    return http(status=status, Location=where)


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_redirects_are_followed(internet: Internet, status: str) -> None:
    end = internet.serve(http(b"here"))
    start = internet.serve(redirect(f"http://shop.example:{end.port}/end", status))

    found = get(start)

    assert found == fetch.Fetched(f"http://shop.example:{end.port}/end", "", b"here")


def test_a_relative_redirect_is_followed(internet: Internet) -> None:
    answers = [redirect("../b?c"), http(b"here")]
    server = internet.serve(lambda connection: connection.sendall(answers.pop(0)))

    assert get(server, path="/a/x").url.endswith("/b?c")
    assert server.requests[1].startswith(b"GET /b?c ")


@pytest.mark.parametrize(
    "where",
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
def test_a_redirect_is_checked_like_any_address(internet: Internet, where: str) -> None:
    internal = internet.serve(http(b"secret"), PRIVATE)
    internet.name("intranet.example", [PRIVATE])
    start = internet.serve(redirect(where.format(port=internal.port)))

    with pytest.raises(RefusedAddressError):
        get(start)

    assert internal.requests == []


def test_each_hop_is_looked_up_anew(internet: Internet) -> None:
    internal = internet.serve(http(b"secret"), PRIVATE)
    internet.name("rebinding.example", [PUBLIC], [PRIVATE])
    start = internet.serve(redirect(f"http://rebinding.example:{internal.port}/"))

    with pytest.raises(RefusedAddressError):
        get(start, "rebinding.example")

    assert internal.requests == []


def test_five_redirects_are_enough(internet: Internet) -> None:
    server = internet.serve(redirect("/again"))

    with pytest.raises(FetchError, match="more than 5 times"):
        get(server)

    assert len(server.requests) == 6


@pytest.mark.parametrize("where", ["", "http://[", "http://a\tb/"])
def test_a_redirect_to_nowhere_is_said(internet: Internet, where: str) -> None:
    with pytest.raises(OutboundError):
        get(internet.serve(redirect(where)))


@pytest.mark.parametrize(
    "status", ["404 Not Found", "500 Oops", "304 Not Modified", "100 Continue"]
)
def test_what_is_no_success_is_said(internet: Internet, status: str) -> None:
    with pytest.raises(FetchError, match=r"shop\.example"):
        get(internet.serve(http(b"", status)))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nLong: " + b"x" * 300_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        http(b"no gzip", Content_Encoding="gzip"),
        http(gzip.compress(b"x" * 1000)[:-10], Content_Encoding="gzip"),
        http(b"x", Content_Encoding="br"),
    ],
    ids=lambda answer: repr(answer[:40]),
)
def test_garbage_is_said(internet: Internet, answer: bytes) -> None:
    with pytest.raises(FetchError, match=r"shop\.example"):
        get(internet.serve(answer))


def test_an_unknown_name_is_said(internet: Internet) -> None:
    with pytest.raises(FetchError, match=r"nobody\.example is not a name"):
        fetch.get("http://nobody.example/", max_bytes=1, seconds=1)


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example", "%6c%6fcalhost", "a b"])
def test_a_name_that_cannot_be_one_is_said(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with pytest.raises(OutboundError):
        fetch.get(f"http://{host}/", max_bytes=1, seconds=3)


@pytest.mark.parametrize("encode", [gzip.compress, zlib.compress])
def test_compressed_bodies_are_unpacked(internet: Internet, encode: object) -> None:
    body = b"lamp " * 500_000
    packed = encode(body)  # type: ignore[operator]
    kind = "gzip" if encode is gzip.compress else "deflate"
    server = internet.serve(http(packed, Content_Encoding=kind))

    assert get(server, max_bytes=4 * MB).data == body


@pytest.mark.parametrize("chunked", [True, False])
def test_too_much_is_not_read(internet: Internet, chunked: bool) -> None:
    sent = 0

    def pour(connection: socket.socket) -> None:
        nonlocal sent
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {1 << 30}"
        connection.sendall(f"HTTP/1.1 200 OK\r\n{length}\r\n\r\n".encode())
        while True:
            connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            sent += 65536

    with pytest.raises(FetchError, match="more than"):
        get(internet.serve(pour))

    assert sent < 16 * MB


def test_a_bomb_does_not_go_off(internet: Internet) -> None:
    bomb = gzip.compress(bytes(100 * MB), 9)
    assert len(bomb) < MB
    server = internet.serve(http(bomb, Content_Encoding="gzip"))
    tracemalloc.start()

    with pytest.raises(FetchError, match="more than"):
        get(server)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * MB


def trickle(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    drip(connection)


def drip(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def never(connection: socket.socket) -> None:
    time.sleep(10)


@pytest.mark.parametrize("talk", [trickle, drip, never])
def test_the_whole_of_it_has_a_deadline(internet: Internet, talk: object) -> None:
    server = internet.serve(talk)  # type: ignore[arg-type]
    started = time.monotonic()

    with pytest.raises(FetchTimeoutError, match=r"shop\.example did not answer in time"):
        get(server, seconds=0.5)

    assert time.monotonic() - started < 8


def test_redirects_share_the_deadline(internet: Internet) -> None:
    def slow(connection: socket.socket) -> None:
        time.sleep(0.3)
        connection.sendall(redirect("/again"))

    started = time.monotonic()

    with pytest.raises(FetchTimeoutError):
        get(internet.serve(slow), seconds=0.5)

    assert time.monotonic() - started < 8


def test_a_lookup_that_hangs_has_a_deadline(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = threading.Event()
    monkeypatch.setattr("outbound.addresses.lookup", lambda *_: [PUBLIC][hanging.wait(20) :])
    started = time.monotonic()

    with pytest.raises(FetchTimeoutError, match="could not be looked up in time"):
        fetch.get("http://slow.example/", max_bytes=1, seconds=0.2)

    assert time.monotonic() - started < 10


def test_proxies_of_the_environment_mean_nothing(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = internet.serve(http(b"by proxy"), PRIVATE)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

    assert get(internet.serve(http(b"direct"))).data == b"direct"
    assert proxy.requests == []


# --- downloads ------------------------------------------------------------------------------------


def test_a_file_is_streamed_in_pieces(internet: Internet) -> None:
    body = bytes(range(256)) * 20_000
    server = internet.serve(http(body, Content_Type="video/mp4"))
    pieces: list[bytes] = []

    kind = fetch.download(
        f"http://shop.example:{server.port}/clip", pieces.append, max_bytes=8 * MB, seconds=10
    )

    assert kind == "video/mp4"
    assert b"".join(pieces) == body
    assert max(map(len, pieces)) <= MB


def test_a_download_has_a_size_limit(internet: Internet) -> None:
    server = internet.serve(http(bytes(2 * MB)))
    pieces: list[bytes] = []

    with pytest.raises(FetchError, match="more than"):
        fetch.download(
            f"http://shop.example:{server.port}/", pieces.append, max_bytes=MB, seconds=5
        )

    assert pieces == []  # its length was announced


def test_one_origin_may_be_private(internet: Internet) -> None:
    server, other = (internet.serve(http(b"clip"), PRIVATE) for _ in range(2))
    origin = f"http://127.0.0.1:{server.port}/v1"

    def download(port: int) -> bytes:
        pieces: list[bytes] = []
        url = f"http://127.0.0.1:{port}/clip"
        fetch.download(url, pieces.append, max_bytes=MB, seconds=5, allowed_origin=origin)
        return b"".join(pieces)

    assert download(server.port) == b"clip"
    with pytest.raises(RefusedAddressError):
        download(other.port)


def test_a_redirect_from_the_private_origin_has_to_be_public(internet: Internet) -> None:
    other = internet.serve(http(b"secret"), PRIVATE)
    server = internet.serve(redirect(f"http://127.0.0.1:{other.port}/"), PRIVATE)
    origin = f"http://127.0.0.1:{server.port}"

    with pytest.raises(RefusedAddressError):
        fetch.download(f"{origin}/clip", print, max_bytes=MB, seconds=5, allowed_origin=origin)

    assert other.requests == []


# --- webhooks -------------------------------------------------------------------------------------


def post(server: Server, host: str = "shop.example", **options: object) -> int:
    headers = {"Content-Type": "application/json", "webhook-id": "job_1_1"}
    given = {"seconds": 5.0, **options}
    return fetch.post(f"http://{host}:{server.port}/hook", b'{"a":1}', headers, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "410 Gone", "500 Oops"])
def test_a_webhook_is_told_whatever_it_answers(internet: Internet, status: str) -> None:
    server = internet.serve(http(b"", status))

    assert post(server) == int(status[:3])
    [request] = server.requests
    assert request.startswith(b"POST /hook HTTP/1.1\r\n")
    assert b"webhook-id: job_1_1\r\n" in request
    assert request.endswith(b'\r\n\r\n{"a":1}')


def test_a_webhook_is_not_redirected(internet: Internet) -> None:
    other = internet.serve(http())
    server = internet.serve(redirect(f"http://shop.example:{other.port}/"))

    assert post(server) == 302
    assert other.requests == []


def test_a_webhook_has_to_be_public_or_allowed(internet: Internet) -> None:
    server = internet.serve(http(), PRIVATE)

    with pytest.raises(RefusedAddressError):
        post(server, "127.0.0.1")
    assert server.requests == []
    assert post(server, "127.0.0.1", allowed_hosts=("127.0.0.1",)) == 200


def test_a_webhook_that_takes_the_body_drop_by_drop_is_let_go(internet: Internet) -> None:
    def sip(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        while connection.recv(100):
            time.sleep(0.05)

    server = internet.serve(sip)
    started = time.monotonic()

    with pytest.raises(FetchTimeoutError):
        fetch.post(f"http://shop.example:{server.port}/", bytes(32 * MB), {}, seconds=0.5)

    assert time.monotonic() - started < 10


# --- what becomes of the errors -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status"), [(RefusedAddressError, 400), (FetchError, 502), (FetchTimeoutError, 504)]
)
def test_errors_are_answered(
    app: Flask, error: type[OutboundError], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise error("shop.example is away.")

    monkeypatch.setitem(app.view_functions, "system.get_health", fail)
    answer = app.test_client().get("/api/health")

    assert answer.status_code == status
    assert answer.json["details"] == "shop.example is away."
    assert answer.json["error"]
