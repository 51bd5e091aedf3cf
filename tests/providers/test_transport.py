"""Vendors that answer in ways that no test vendor does: raw bytes, slowly, without an end."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from providers.errors import ProviderError, ProviderTimeoutError
from providers.http import ApiClient, ApiConfig
from tests.providers.orders import KEY
from tests.service import free_port
from tests.vendors import Vendors

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MB = 1 << 20


@contextmanager
def answering(answer: Iterator[bytes] | Callable[[], Iterator[bytes]]) -> Iterator[ApiClient]:
    """A vendor that answers each request with these pieces, and then closes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, suppress(OSError):
                        connection.recv(1 << 16)
                        for piece in answer() if callable(answer) else answer:
                            connection.sendall(piece)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield http_at(server.getsockname()[1])
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def http_at(port: int, timeout: float = 1) -> ApiClient:
    access = ApiConfig("gemini", KEY, f"http://127.0.0.1:{port}", timeout)
    return ApiClient(access, "x-goog-api-key")


def drops(head: bytes) -> Iterator[bytes]:
    """An answer that comes drop by drop."""
    yield head
    for _ in range(100):
        time.sleep(0.1)
        yield b" "


def test_an_answer_that_comes_drop_by_drop_has_to_end_in_time() -> None:
    begin = time.monotonic()

    with answering(drops(OK + b"\r\n")) as http, pytest.raises(ProviderTimeoutError) as failure:
        http.post("/order", {})

    assert failure.value.uncertain
    assert time.monotonic() - begin < 8  # of the 10 that it takes


def test_a_file_that_comes_drop_by_drop_has_to_end_in_time() -> None:
    with answering(drops(OK + b"\r\n")) as http, pytest.raises(ProviderTimeoutError) as failure:
        http.download("/file", bytearray().extend)

    assert not failure.value.uncertain


def test_an_answer_without_an_end_is_not_read_into_memory() -> None:
    def endless() -> Iterator[bytes]:
        yield OK + b"\r\n"
        for _ in range(80):
            yield b" " * MB

    with answering(endless) as http, pytest.raises(ProviderError, match="more than 64 MB"):
        http.get("/order")


def test_redirects_have_to_end() -> None:
    def onwards() -> Iterator[bytes]:
        yield b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"

    with answering(onwards) as http, pytest.raises(ProviderError, match="too many redirects"):
        http.download(http_url(http), bytearray().extend)


@pytest.mark.parametrize("location", ["http://[", "ftp://example/x", "file:///etc/passwd", ""])
def test_redirects_have_to_lead_to_the_web(location: str) -> None:
    def onwards() -> Iterator[bytes]:
        yield f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()

    with answering(onwards) as http, pytest.raises(ProviderError) as failure:
        http.download(http_url(http), bytearray().extend)

    assert KEY not in str(failure.value)


def test_an_order_is_not_sent_on_to_another_address() -> None:
    def onwards() -> Iterator[bytes]:
        yield b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /x\r\nContent-Length: 2\r\n\r\n{}"

    with answering(onwards) as http, pytest.raises(ProviderError, match="is a redirect"):
        http.post("/order", {})


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/9.9 ???\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        OK + b"\r\n[]",
        OK + b'\r\n"text"',
        OK + b"\r\n\xff\xfe",
        OK + b'\r\n{"n": NaN}',
        OK + b"\r\n" + b"[" * 100_000,
    ],
)
def test_any_nonsense_is_a_failure_of_the_vendor(answer: bytes) -> None:
    with answering(lambda: iter([answer])) as http, pytest.raises(ProviderError) as failure:
        http.post("/order", {})

    assert failure.value.uncertain


def test_an_empty_file_is_none() -> None:
    with answering(lambda: iter([OK + b"\r\n"])) as http, pytest.raises(ProviderError) as failure:
        http.download("/file", bytearray().extend)

    assert failure.value.message == "The file is empty"


def test_an_order_is_sent_again_only_where_nothing_of_it_was_sent() -> None:
    """While a vendor starts anew, its port refuses connections."""
    port = free_port()
    orders = []

    def start() -> None:
        with socket.create_server(("127.0.0.1", port)) as server:
            connection, _ = server.accept()
            with connection:
                orders.append(connection.recv(1 << 16))
                connection.sendall(OK + b'\r\n{"id": "a"}')

    starting = threading.Timer(0.2, start)
    starting.start()
    try:
        assert http_at(port, timeout=5).post("/order", {"n": 1}) == {"id": "a"}
    finally:
        starting.join()

    assert len(orders) == 1


def test_proxies_of_the_environment_are_not_used(
    vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")

    access = ApiConfig("openai", KEY, f"{vendors.url}/openai/v1", 5)

    assert ApiClient(access, "Authorization", "Bearer").get("/models")["data"]


def test_a_key_is_in_no_representation() -> None:
    access = ApiConfig("openai", KEY, "http://127.0.0.1:1", 5)

    assert KEY not in repr(access)
    assert KEY not in repr(ApiClient(access, "Authorization", "Bearer"))


def http_url(http: ApiClient) -> str:
    return f"{http._config.base_url}/file"
