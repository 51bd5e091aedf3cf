"""gunicorn's threaded worker, answering what is not HTTP in this API's words.

Requests that gunicorn cannot parse never reach the application, and its own answers are HTML.
"""

import http
import socket

import orjson
from gunicorn import util
from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A threaded worker whose error answers are JSON."""


def _write_error(sock: socket.socket, status: int, reason: str, message: str) -> None:
    body = orjson.dumps({"error": reason, **({"details": message} if message else {})})
    head = (
        f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\n"
        "Connection: close\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(sock, head.encode("latin-1") + body)


# The one function by which gunicorn's workers write such answers.
util.write_error = _write_error
