"""A proxy in front of the service, which misbehaves for the requests that a test names."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_CHUNK = 65_536
LOCKED = (
    "Another request, or a program on the server, is changing it for longer than this one could"
    " wait. Nothing was changed: try again in a few seconds."
)
LOGIN_PAGE = b"<!doctype html><title>Log in to the network</title>"


class Exchange:
    """A request of a client; the relay closes the connection after it."""

    def __init__(self, client: socket.socket, request: bytes, port: int) -> None:
        self.client = client
        self.request = request
        self._port = port

    def answer(self) -> Iterator[bytes]:
        """Send the request to the service; yield its response as it arrives."""
        head, _, body = self.request.partition(b"\r\n\r\n")
        lines = [
            line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")
        ]
        with socket.create_connection(("127.0.0.1", self._port)) as service:
            service.sendall(b"\r\n".join([*lines, b"Connection: close", b"", body]))
            while chunk := service.recv(_CHUNK):
                yield chunk


# What happens to a request instead of being passed on.
Behaviour = Callable[[Exchange], None]


class Relay:
    """Passes requests on to a port, except where `behaviours` says otherwise.

    Their keys are the beginnings of request lines, such as `PATCH /api/projects`; below a `path`,
    without it.
    """

    def __init__(self, port: int, path: str) -> None:
        self.behaviours: dict[str, Behaviour] = {}
        self._service_port = port
        self._path = path
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            request = _read_request(client)
            line = request.partition(b"\r\n")[0].decode().replace(f" {self._path}/", " /", 1)
            known = [*self.behaviours.items()]  # tests add some meanwhile
            found = [behave for start, behave in known if line.startswith(start)]
            behave = found[0] if found else pass_on
            behave(Exchange(client, request, self._service_port))


@contextmanager
def running(port: int, path: str = "") -> Iterator[Relay]:
    """Run a relay in front of a service on this port, whose page is below a path."""
    relay = Relay(port, path)
    yield relay
    relay.close()


def pass_on(exchange: Exchange) -> None:
    """Behave."""
    for chunk in exchange.answer():
        exchange.client.sendall(chunk)


def break_off(exchange: Exchange) -> None:
    """Let the service answer, and send half of the body."""
    head, _, body = b"".join(exchange.answer()).partition(b"\r\n\r\n")
    exchange.client.sendall(head + b"\r\n\r\n" + body[: len(body) // 2])


def log_in_page(exchange: Exchange) -> None:
    """Answer as a captive portal, without asking the service."""
    exchange.client.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(LOGIN_PAGE), LOGIN_PAGE)
    )


def refuse(exchange: Exchange) -> None:
    """Answer as a firewall that takes the request for an attack."""
    exchange.client.sendall(
        b"HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    )


def postpone(exchange: Exchange) -> None:
    """Answer as the service does while a document is locked."""
    body = json.dumps({"error": "The document is locked", "details": LOCKED}).encode()
    exchange.client.sendall(
        b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
        b"X-Request-Id: test\r\nRetry-After: 1\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )


def weaken(exchange: Exchange) -> None:
    """Make the entity tag a weak one, as a proxy does that compresses."""
    answer = b"".join(exchange.answer())
    exchange.client.sendall(answer.replace(b'ETag: "', b'ETag: W/"', 1))


class Late:
    """Lets the service answer, and holds its first answer until `release` is set."""

    def __init__(self) -> None:
        self.arrived = threading.Event()
        self.release = threading.Event()
        self.sent = threading.Event()
        self._first = threading.Lock()  # which nobody releases

    def __call__(self, exchange: Exchange) -> None:
        answer = list(exchange.answer())
        is_first = self._first.acquire(blocking=False)
        if is_first:
            self.arrived.set()
            self.release.wait()
        try:
            for chunk in answer:
                exchange.client.sendall(chunk)
        finally:
            if is_first:
                self.sent.set()


class Stalling:
    """Sends the first `size` bytes of answers, and the rest when `release` is set."""

    def __init__(self, size: int) -> None:
        self.release = threading.Event()
        self._size = size

    def __call__(self, exchange: Exchange) -> None:
        sent = 0
        for chunk in exchange.answer():
            if sent >= self._size:
                self.release.wait()
            exchange.client.sendall(chunk)
            sent += len(chunk)


class HalfOpen:
    """Passes answers on; those that are on their way when `broken` is set never go on or end."""

    def __init__(self) -> None:
        self.broken = threading.Event()

    def __call__(self, exchange: Exchange) -> None:
        is_later = self.broken.is_set()
        for chunk in exchange.answer():
            if self.broken.is_set() and not is_later:
                exchange.client.recv(1)  # until the client closes the connection
                return
            exchange.client.sendall(chunk)


def _read_request(client: socket.socket) -> bytes:
    """Return a request with its body. Raise OSError if the client leaves before."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(client)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while len(body) < sum(lengths):
        body += _receive(client)
    return head + b"\r\n\r\n" + body


def _receive(client: socket.socket) -> bytes:
    chunk = client.recv(_CHUNK)
    if not chunk:
        raise ConnectionResetError
    return chunk
