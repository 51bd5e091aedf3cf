"""The HTTP client of the adapters: slow, endless and malformed responses, redirects, retries."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import parse_headers

import pytest

from providers.errors import ProviderError, ProviderTimeoutError
from providers.http import ApiClient, ApiConfig
from tests.cases import cases
from tests.providers.adapters import KEY
from tests.service import free_port

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MB = 1 << 20


@contextmanager
def server(
    response: bytes | Callable[[], Iterator[bytes]], timeout: float = 30
) -> Iterator[ApiClient]:
    """Answer each request with these bytes or chunks, and close; yield a client of the server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, suppress(OSError):
                        receive(connection)
                        for chunk in response() if callable(response) else [response]:
                            connection.sendall(chunk)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield client_for(listener.getsockname()[1], timeout)
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def receive(connection: socket.socket) -> bytes:
    """Read a whole request, return its body: closing the connection earlier would reset it."""
    with connection.makefile("rb") as file:
        file.readline()
        headers = parse_headers(file)
        return file.read(int(headers.get("Content-Length", 0)))


def client_for(port: int, timeout: float = 30) -> ApiClient:
    config = ApiConfig("gemini", KEY, f"http://127.0.0.1:{port}", timeout)
    return ApiClient(config, "x-goog-api-key")


def url_of(client: ApiClient) -> str:
    return f"{client._config.base_url}/file"


def redirect(status: str, location: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


def trickle() -> Iterator[bytes]:
    """Yield a response in small chunks, for a minute."""
    yield OK + b"\r\n"
    for _ in range(600):
        time.sleep(0.1)
        yield b" "


def test_trickling_response_times_out():
    start = time.monotonic()

    with server(trickle, timeout=1) as client, pytest.raises(ProviderTimeoutError) as error:
        client.post("/task", {})

    assert error.value.uncertain
    assert time.monotonic() - start < 40  # of the 60 seconds that the response takes


def test_trickling_download_times_out():
    with server(trickle, timeout=1) as client, pytest.raises(ProviderTimeoutError) as error:
        client.download("/file", bytearray().extend)

    assert not error.value.uncertain


def test_response_larger_than_64_mb_is_rejected():
    def large() -> Iterator[bytes]:
        yield OK + b"\r\n"
        for _ in range(80):
            yield b" " * MB

    with server(large) as client, pytest.raises(ProviderError, match="more than 64 MB"):
        client.get("/task")


def test_endless_redirects_are_rejected():
    response = redirect("302 Found", "/again")

    with server(response) as client, pytest.raises(ProviderError, match="too many redirects"):
        client.download(url_of(client), bytearray().extend)


@pytest.mark.parametrize("location", ["http://[", "ftp://example/x", "file:///etc/passwd", ""])
def test_redirect_to_an_invalid_url_is_rejected(location):
    response = redirect("302 Found", location)

    with server(response) as client, pytest.raises(ProviderError) as error:
        client.download(url_of(client), bytearray().extend)

    assert KEY not in str(error.value)


def test_redirect_of_a_paid_request_is_not_followed():
    response = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /x\r\nContent-Length: 2\r\n\r\n{}"

    with server(response) as client, pytest.raises(ProviderError, match="is a redirect"):
        client.post("/task", {})


@cases(
    "response",
    {
        "empty": b"",
        "unknown HTTP version": b"HTTP/9.9 ???\r\n\r\n",
        "shorter than announced": OK + b"Content-Length: 5\r\n\r\n{}",
        "not gzip as announced": OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        "array": OK + b"\r\n[]",
        "string": OK + b'\r\n"text"',
        "not UTF-8": OK + b"\r\n\xff\xfe",
        "NaN": OK + b'\r\n{"n": NaN}',
        "deeply nested": OK + b"\r\n" + b"[" * 100_000,
    },
)
def test_malformed_response_raises_uncertain_provider_error(response):
    with server(response) as client, pytest.raises(ProviderError) as error:
        client.post("/task", {})

    assert error.value.uncertain


def test_empty_download_raises_provider_error():
    with server(OK + b"\r\n") as client, pytest.raises(ProviderError) as error:
        client.download("/file", bytearray().extend)

    assert error.value.message == "The file is empty"


def test_paid_request_is_retried_after_a_refused_connection(monkeypatch):
    """The port of a vendor that restarts refuses connections; here until the first pause."""
    port = free_port()
    pauses: list[float] = []
    requests: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        with listener:
            connection, _ = listener.accept()
            with connection:
                requests.append(receive(connection))
                connection.sendall(OK + b'\r\n{"id": "a"}')

    def start_server(seconds: float) -> None:
        pauses.append(seconds)
        listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=serve, args=(listener,), daemon=True).start()

    monkeypatch.setattr("providers.http.time.sleep", start_server)

    assert client_for(port).post("/task", {"n": 1}) == {"id": "a"}

    assert pauses == [0.3]
    assert requests == [b'{"n":1}']


def test_pauses_before_retries_grow(retry_pauses):
    with pytest.raises(ProviderError, match="could not be reached"):
        client_for(free_port()).post("/task", {})

    assert retry_pauses == [0.3, 0.6]


def test_proxy_environment_variables_are_ignored(vendors, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")

    config = ApiConfig("openai", KEY, f"{vendors.url}/openai/v1", 30)

    assert ApiClient(config, "Authorization", "Bearer").get("/models")["data"]


def test_repr_does_not_contain_the_key():
    config = ApiConfig("openai", KEY, "http://127.0.0.1:1", 5)

    assert KEY not in repr(config)
    assert KEY not in repr(ApiClient(config, "Authorization", "Bearer"))
