"""Requests as raw bytes, for what HTTP clients refuse to send."""

import socket

from tests.service import Answer


def send_raw(port: int, data: bytes) -> Answer:
    """Send bytes on a connection of their own, and return the response."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(data)
        with connection.makefile("rb") as file:
            head, _, body = file.read().partition(b"\r\n\r\n")
    status_line, *header_lines = head.decode().split("\r\n")
    version, status, *_ = status_line.split()
    assert version == "HTTP/1.1"
    return Answer(int(status), dict(line.split(": ", 1) for line in header_lines), body)
