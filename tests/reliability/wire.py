"""Requests and responses as bytes on a socket, for clients that stall or send garbage."""

import http.client
import select
import socket
import struct

from tests.jobs.helpers import until
from tests.reliability.data import leftovers
from tests.service import Answer, Client, Service


def dial(service: Service, data: bytes = b"", *, receive_buffer: int = 0) -> socket.socket:
    """Connect to the service, send data and return the socket."""
    sock = socket.socket()
    if receive_buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    sock.settimeout(60)
    sock.connect(("127.0.0.1", service.port))
    sock.sendall(data)
    return sock


def head(client: Client, method: str, path: str, *headers: str) -> bytes:
    """Return the request line and headers of a request with the client's token."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {client.token}",
    ]
    return "\r\n".join([*lines, *headers, "", ""]).encode()


def answer_on(sock: socket.socket, method: str = "GET") -> Answer:
    """Read one response; bytes that follow it may be lost."""
    response = http.client.HTTPResponse(sock, method=method)
    response.begin()
    return Answer(response.status, dict(response.getheaders()), response.read())


def answers_on(sock: socket.socket) -> list[Answer]:
    """Read all responses until the server closes the connection."""
    data = b"".join(iter(lambda: sock.recv(65536), b""))
    answers = []
    while data:
        top, _, rest = data.partition(b"\r\n\r\n")
        status_line, *lines = top.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        length = int(headers["Content-Length"])
        answers.append(Answer(int(status_line.split()[1]), headers, rest[:length]))
        data = rest[length:]
    return answers


def is_closed(sock: socket.socket) -> bool:
    """Wait until the server closes the connection; an abort by RST raises ConnectionResetError."""
    return sock.recv(1) == b""


def is_readable(sock: socket.socket, seconds: float) -> bool:
    """Wait so long for data, or for the end of the connection; return whether there is any."""
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    return bool(poller.poll(seconds * 1000))


def reset(sock: socket.socket) -> None:
    """Abort a connection by RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def wait_for_upload(service: Service) -> None:
    """Wait until the service is receiving a file."""
    until(lambda: leftovers(service.data_dir))


def wait_for_no_leftovers(service: Service) -> None:
    """Wait until no file is being received and no temporary file is left."""
    until(lambda: not leftovers(service.data_dir))
