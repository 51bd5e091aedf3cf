"""gunicorn's threaded worker, extended for slow and disconnected clients and large bodies.

It also replaces gunicorn's HTML error responses, for requests that it cannot parse, with JSON.
"""

import http
import logging
import secrets
import signal
import socket
import time
from contextlib import suppress
from typing import Any

import orjson
from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.workers import gthread

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)

_LINGER_SECONDS = 10
_LINGER_IDLE_SECONDS = 1


class Worker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A threaded worker that no single client can block for long."""

    alive: bool

    def handle(self, conn: Any) -> Any:
        """Serve a request; after the connection's last one, close it in this thread.

        gunicorn would wait for the client to close it in the event loop that all connections share.
        """
        keep_alive = super().handle(conn)
        if not keep_alive:
            _lingering_close(conn.sock)
        return keep_alive

    def run(self) -> None:
        """Serve until a signal stops the worker; later signals have no effect.

        The process still waits for paid responses then, and a signal must neither kill it nor write
        to the event loop's pipe: its descriptor is closed, and may be another file's by now.
        """
        super().run()
        ignore_stop_signals()

    def init_signals(self) -> None:
        """Set the signal handlers, and receive what was sent since the fork (gunicorn.conf.py)."""
        super().init_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop on SIGTERM, SIGINT or SIGQUIT, after the requests in progress.

        A signal may interrupt code that holds a lock, even this handler: so nothing here acquires
        one, and the `worker_int` hook runs in the event loop.
        """
        if self.alive:
            self.alive = False
            self.method_queue.defer(self.cfg.worker_int, self)

    handle_quit = handle_exit  # gunicorn's own shuts the thread pool down, which takes a lock

    def _cap_keepalive(self, deadline: float) -> None:
        """Close idle connections by `deadline`, also those that never sent a request."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def resize_pool(self, threads: int) -> None:
        """Raise the pool's limit for requests that wait for jobs, or lower it again if negative.

        A large pool from the start would slow down short requests. Threads that were started stay
        until the process ends.
        """
        self.tpool._max_workers += threads  # noqa: SLF001
        if threads > 0:
            with suppress(RuntimeError):  # the pool is shut down
                self.tpool.submit(int)  # makes the pool start a thread if it may

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Serve a request; send 100 Continue only when the application reads the body."""
        if req._expected_100_continue:  # noqa: SLF001
            req._expected_100_continue = False  # noqa: SLF001
            req.body.reader = _ContinueReader(req.body, conn.sock)
        return super().handle_request(req, conn)


class Response(wsgi.Response):  # type: ignore[misc]  # gunicorn has no types
    """A response that closes the connection if the request's body was not read to its end."""

    def should_close(self) -> bool:
        """Return whether to close the connection after this response."""
        return bool(super().should_close() or _has_unread_data(self.req.body))


class _ContinueReader:
    """Reads a body whose client waits for 100 Continue, which the first read sends."""

    def __init__(self, body: Any, sock: socket.socket) -> None:
        self._body, self._reader, self._sock = body, body.reader, sock

    def read(self, size: int) -> Any:
        """Send 100 Continue and return the first bytes of the body."""
        self._sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._body.reader = self._reader
        return self._reader.read(size)


def ignore_stop_signals() -> None:
    """Ignore further signals to stop: the process is about to end."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _has_unread_data(body: Any) -> bool:
    reader = body.reader
    unread = getattr(reader, "length", 0) or getattr(reader, "parser", None)
    return bool(unread or body.failed or isinstance(reader, _ContinueReader))


def _lingering_close(sock: socket.socket) -> None:
    """Close a connection once the client has read the response.

    Closing it while the client still sends would reset it, and lose the response.
    """
    deadline = time.monotonic() + _LINGER_SECONDS
    with suppress(OSError):
        sock.shutdown(socket.SHUT_WR)
        sock.settimeout(_LINGER_IDLE_SECONDS)
        while time.monotonic() < deadline and sock.recv(1 << 16):
            pass
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)  # so that gunicorn does not wait for the client


def _is_not_timeout(record: logging.LogRecord) -> bool:
    """Filter out gunicorn's tracebacks for stalled clients."""
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


# gunicorn's workers write error responses with this function, and all others with this class.
util.write_error = _write_error
wsgi.Response = Response
# Seconds that a thread waits for the first data of a new connection before handing it back to the
# event loop. With gunicorn's 5, a few idle connections would occupy all threads.
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.1
# Seconds that a stopping worker keeps idle connections open: 2 would make Ctrl-C feel slow.
gthread.STOP_KEEPALIVE_LINGER = 0.3
logging.getLogger("gunicorn.error").addFilter(_is_not_timeout)
