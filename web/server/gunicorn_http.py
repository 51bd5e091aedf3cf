"""Changes to gunicorn's HTTP layer: JSON error responses, unread bodies, `Expect: 100-continue`."""

import http
import logging
import secrets
import socket
from typing import Any

import orjson
from gunicorn import util
from gunicorn.http import wsgi

from schemas.error_codes import code_of_http


class Response(wsgi.Response):  # type: ignore[misc]  # gunicorn has no types
    """A response that closes the connection if the request's body was not read to its end."""

    def should_close(self) -> bool:
        """Return whether to close the connection after this response."""
        return bool(super().should_close() or _has_unread_data(self.req.body))


class ContinueReader:
    """Reads a body whose client waits for 100 Continue, which the first read sends."""

    def __init__(self, body: Any, sock: socket.socket) -> None:
        self._body, self._reader, self._sock = body, body.reader, sock

    def read(self, size: int) -> Any:
        """Send 100 Continue and return the first bytes of the body."""
        self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._body.reader = self._reader
        return self._reader.read(size)


def write_error(sock: socket.socket, status: int, reason: str, message: str) -> None:
    """Send an error for a request that could not be parsed, as far as that does not block."""
    details = {"details": message} if message else {}
    body = orjson.dumps({"error": reason, "code": code_of_http(status), **details})
    head = (
        f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\n"
        "Connection: close\r\nContent-Type: application/json\r\n"
        f"X-Request-Id: {secrets.token_hex(8)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(sock, head.encode("latin-1") + body)


def _has_unread_data(body: Any) -> bool:
    reader = body.reader
    unread = getattr(reader, "length", 0) or getattr(reader, "parser", None)
    return bool(unread or body.failed or isinstance(reader, ContinueReader))


def _is_not_timeout(record: logging.LogRecord) -> bool:
    """Filter out gunicorn's tracebacks for slow clients."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, TimeoutError)


# gunicorn's workers write error responses with this function, and all others with this class.
util.write_error = write_error
wsgi.Response = Response
logging.getLogger("gunicorn.error").addFilter(_is_not_timeout)
