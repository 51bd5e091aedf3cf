"""gunicorn's threaded worker, patient with clients that are slow, large or gone, in few places.

Requests that gunicorn cannot parse never reach the application, and its own answers are HTML:
here they are JSON.
"""

import http
import logging
import secrets
import socket
import time
from contextlib import suppress
from typing import Any

import orjson
from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.workers import gthread

_LINGER_SECONDS = 10
_LINGER_IDLE_SECONDS = 1


class Worker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A threaded worker that no client can hold up for long."""

    def handle(self, conn: Any) -> Any:
        """Serve a request; part with the client in this thread if that was the last one.

        gunicorn would wait for the client to close in the one loop that serves everybody.
        """
        kept = super().handle(conn)
        if not kept:
            _lingering_close(conn.sock)
        return kept

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop when told to, as gunicorn does, and let those know who wait for something."""
        self.cfg.worker_int(self)
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Stop on Ctrl-C, when the requests in progress are answered.

        gunicorn would shut the thread pool down here: by a lock that this very thread may hold
        where the signal found it, so that it would wait for itself.
        """
        super(gthread.ThreadWorker, self).handle_quit(sig, frame)

    def resize_pool(self, threads: int) -> None:
        """Add threads for requests that wait, or remove them.

        Not all of them from the start: short requests are served faster by few threads.
        """
        self.tpool._max_workers += threads  # noqa: SLF001
        if threads > 0:
            with suppress(RuntimeError):  # it is about to end
                self.tpool.submit(int)  # has the pool look whether it may start a thread now

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Serve a request; say 100 Continue when its body is wanted, which may be never."""
        if req._expected_100_continue:  # noqa: SLF001
            req._expected_100_continue = False  # noqa: SLF001
            req.body.reader = _AwaitedReader(req.body, conn.sock)
        return super().handle_request(req, conn)


class Response(wsgi.Response):  # type: ignore[misc]  # gunicorn has no types
    """An answer that ends the connection if it comes before the end of the request's body."""

    def should_close(self) -> bool:
        """Whether this is the connection's last answer."""
        return bool(super().should_close() or _has_more(self.req.body))


class _AwaitedReader:
    """A body that its client holds back until it is told to go on: at the first read."""

    def __init__(self, body: Any, sock: socket.socket) -> None:
        self._body, self._reader, self._sock = body, body.reader, sock

    def read(self, size: int) -> Any:
        """The first bytes of the body."""
        self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._body.reader = self._reader
        return self._reader.read(size)


def _has_more(body: Any) -> bool:
    reader = body.reader
    unread = getattr(reader, "length", 0) or getattr(reader, "parser", None)
    return bool(unread or body.failed or isinstance(reader, _AwaitedReader))


def _lingering_close(sock: socket.socket) -> None:
    """Let a client read its answer to the end: closing on what it still sends would reset it."""
    deadline = time.monotonic() + _LINGER_SECONDS
    with suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
        sock.settimeout(_LINGER_IDLE_SECONDS)
        while time.monotonic() < deadline and sock.recv(1 << 16):
            pass
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)  # nothing for gunicorn to wait for


def _not_of_clients(record: logging.LogRecord) -> bool:
    """Leave out clients that stall, on which gunicorn spends a traceback each."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, BlockingIOError | TimeoutError)


def _write_error(sock: socket.socket, status: int, reason: str, message: str) -> None:
    body = orjson.dumps({"error": reason, **({"details": message} if message else {})})
    head = (
        f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\n"
        "Connection: close\r\nContent-Type: application/json\r\n"
        f"X-Request-Id: {secrets.token_hex(8)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    util.write_nonblock(sock, head.encode("latin-1") + body)


# The one function and the one class by which gunicorn's workers write answers.
util.write_error = _write_error
wsgi.Response = Response
# Seconds for which a new connection may hold a thread before it sends anything; then it waits in
# the loop. gunicorn's 5 would let a few idle connections take all threads.
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.1
logging.getLogger("gunicorn.error").addFilter(_not_of_clients)
