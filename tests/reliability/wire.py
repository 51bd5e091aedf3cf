"""Requests byte by byte, for clients that do not behave."""

import http.client
import socket
import struct
from time import monotonic, sleep

from storage.paths import LEFTOVERS
from tests.service import Answer, Client, Service


def dial(service: Service, data: bytes = b"", *, receive_buffer: int = 0) -> socket.socket:
    """A connection on which this much of a request was sent."""
    sock = socket.socket()
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.settimeout(30)
    sock.connect(("127.0.0.1", service.port))
    sock.sendall(data)
    return sock


def head(client: Client, method: str, path: str, *headers: str) -> bytes:
    """The head of a request of this client's."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {client.token}",
    ]
    return "\r\n".join([*lines, *headers, "", ""]).encode()


def answer_on(sock: socket.socket, method: str = "GET") -> Answer:
    """The next answer on a connection; what comes after it may be lost."""
    response = http.client.HTTPResponse(sock, method=method)
    response.begin()
    return Answer(response.status, dict(response.getheaders()), response.read())


def answers_on(sock: socket.socket) -> list[Answer]:
    """All answers until the other side ends the connection."""
    data = b"".join(iter(lambda: sock.recv(65536), b""))
    answers = []
    while data:
        top, _, rest = data.partition(b"\r\n\r\n")
        first, *lines = top.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers["Content-Length"])
        answers.append(Answer(int(first.split()[1]), headers, rest[:length]))
        data = rest[length:]
    return answers


def is_closed(sock: socket.socket) -> bool:
    """Whether the other side ended the connection, and in order: not by a reset."""
    return sock.recv(1) == b""


def reset(sock: socket.socket) -> None:
    """Break a connection off."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def upload_begins(service: Service) -> None:
    """Wait until a file is being received."""
    wait_until(service, there=True)


def nothing_is_left(service: Service) -> None:
    """Wait until no file is being received, nor anything left of one."""
    wait_until(service, there=False)


def wait_until(service: Service, *, there: bool) -> None:
    deadline = monotonic() + 5
    while any(path.name.startswith(LEFTOVERS) for path in service.data_dir.rglob(".*")) != there:
        assert monotonic() < deadline
        sleep(0.01)
