"""gunicorn's threaded worker, extended for slow, idle and disconnected clients.

Threads serve requests that have arrived: the event loop waits for a request's headers and for a
small body (`_park`), and for clients to close their connection after the last response (`_linger`).
For the rest, large bodies and responses, see web/server/client_socket.py.
"""

import errno
import resource
import signal
import socket
import time
from collections import deque
from contextlib import suppress
from functools import partial
from operator import itemgetter
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers import gthread

from web.server.client_socket import AwaitedClients, ClientSocket
from web.server.gunicorn_http import ContinueReader, write_error
from web.server.thread_pool import ThreadPool

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)

_OPEN_FILES = 8192
_REDUCED_SECONDS = 60.0  # with fewer connections after a lack of files
_PAUSE_SECONDS = 0.5  # without new connections after a lack of files
_LINGER_SECONDS = 10.0
_STOP_SECONDS = 11.0  # for requests to end when the process stops: clients are gone after ten
_STOP_LINGER_SECONDS = 0.3  # for idle connections when the process stops; 2 would feel slow
gthread.STOP_KEEPALIVE_LINGER = _STOP_LINGER_SECONDS
_FULL = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class MethodQueue(gthread.PollableMethodQueue):  # type: ignore[misc]
    """What threads leave for the event loop, open for as long as the process lives.

    A request that was given up may end after the event loop. It must not write to the descriptor of
    a pipe that is closed, since that may be another file's by then.
    """

    def close(self) -> None:
        """Do nothing."""


class Worker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A threaded worker that no client can block for long."""

    client_timeout = 60.0  # seconds; set in gunicorn.conf.py
    alive: bool
    nr_conns: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lingering_conns: deque[Any] = deque()  # until their clients close them
        self._reduced_until = self._accept_after = 0.0
        self._give_up_at = float("inf")
        self.method_queue = MethodQueue()
        self.tpool = ThreadPool(self.cfg.threads)
        self.awaited_clients = AwaitedClients(self.tpool.resize, self.client_timeout)

    def get_thread_pool(self) -> ThreadPool:
        """Return the pool that serves requests."""
        return self.tpool

    # Stopping

    def run(self) -> None:
        """Serve until a signal stops the worker; later signals have no effect.

        The process still waits for paid responses then, and a signal must not kill it.
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

    def is_parent_alive(self) -> bool:
        """Return whether the arbiter is alive; if not, stop as after a signal."""
        alive = bool(super().is_parent_alive())
        if not alive:
            self.handle_exit(signal.SIGTERM, None)
        return alive

    def _cap_keepalive(self, deadline: float) -> None:
        """Close all connections without a request in progress by `deadline`.

        gunicorn calls it when the worker begins to stop: new clients are refused from now on.
        """
        super()._cap_keepalive(deadline)
        self._give_up_at = time.monotonic() + _STOP_SECONDS
        for conn in (*self.pending_conns, *self.lingering_conns):
            conn.timeout = min(conn.timeout, deadline)
        for listener in self.sockets:
            listener.close()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait for events; only briefly while the worker stops, since deadlines are short then."""
        super().wait_for_and_dispatch_events(timeout if self.alive else min(timeout, 0.1))

    # Connections without a thread

    def has_requests(self) -> bool:
        """Return whether requests are in progress."""
        idle = (self.keepalived_conns, self.pending_conns, self.lingering_conns)
        return bool(self.nr_conns > sum(map(len, idle)))

    def accept(self, listener: Any) -> None:
        """Accept a connection and wait for its request."""
        try:
            accepted, address = listener.accept()
        except OSError as exc:
            if exc.errno in _FULL:
                self._reduce_connections()
            return
        sock = ClientSocket(accepted, self.awaited_clients)
        conn = gthread.TConn(self.cfg, sock, address, listener.getsockname())
        conn.data_ready = True  # when a thread gets it
        self.nr_conns += 1
        self._park(conn)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept new connections or not; never directly after a lack of files."""
        super().set_accept_enabled(enabled and time.monotonic() > self._accept_after)

    def _reduce_connections(self) -> None:
        """Leave files for what requests and jobs open: there are fewer than expected for now."""
        now = time.monotonic()
        if now > self._reduced_until:
            self.log.warning("No more files can be opened; see `ulimit -n`.")
        self.worker_connections = max(2 * self.cfg.threads, self.nr_conns * 3 // 4)
        self._reduced_until = now + _REDUCED_SECONDS
        self._accept_after = now + _PAUSE_SECONDS
        self.set_accept_enabled(False)

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """Take the next request of a connection that was kept alive."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._park(conn)

    def on_pending_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """Serve a request that has arrived by now."""
        if conn.sock.has_request():
            super().on_pending_socket_readable(conn, client)

    def murder_pending(self) -> None:
        """Close connections whose time is up or that are too many, and drop slow clients.

        gunicorn calls it after each batch of events, none of which may be for a closed connection.
        """
        now = time.monotonic()
        while self.pending_conns and self.pending_conns[0].timeout <= now:
            self._refuse(self.pending_conns[0])
        while self.lingering_conns and self.lingering_conns[0].timeout <= now:
            self._close(self.lingering_conns[0], self.lingering_conns)
        if now > self._reduced_until:
            self.worker_connections = self.cfg.worker_connections
        self._close_longest_idle()
        if self.alive:
            self.awaited_clients.drop_slowest()
        else:
            self.awaited_clients.drop_for_stop()
            self._give_up_requests()

    def _give_up_requests(self) -> None:
        """End the event loop when requests take too long to end; no paid response is theirs.

        Those are jobs' (worker_exit in gunicorn.conf.py), so that they end with the process.
        """
        if self.nr_conns and time.monotonic() > self._give_up_at:
            self.log.warning("Requests did not end in time, and are given up.")
            self.nr_conns = 0

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Keep a connection for its next request; after the last one, linger."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self._linger(conn)

    def _park(self, conn: Any) -> None:
        """Wait until a request has arrived, then let a thread serve it."""
        if conn.sock.has_request():
            self.enqueue_req(conn)
        else:
            conn.timeout = self._deadline(self.client_timeout)
            self.pending_conns.append(conn)
            self._poll(conn, self.on_pending_socket_readable)

    def _refuse(self, conn: Any) -> None:
        """Close a connection whose request did not arrive in time."""
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)
        with suppress(OSError):
            if conn.sock.recv(1, socket.MSG_PEEK):
                write_error(conn.sock, 408, "Request timed out", "It did not arrive in time.")
        self._linger(conn)

    def _linger(self, conn: Any) -> None:
        """Close a connection once its client has read the response.

        Closing it while the client still sends would reset it, and lose the response.
        """
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:  # disconnected
            self.nr_conns -= 1
            conn.close()
            return
        conn.timeout = self._deadline(_LINGER_SECONDS)
        self.lingering_conns.append(conn)
        self._poll(conn, self._on_lingering_readable)

    def _on_lingering_readable(self, conn: Any, client: socket.socket) -> None:
        data = b""
        with suppress(OSError):
            data = client.recv(1 << 16)
        if not data:
            self._close(conn, self.lingering_conns)

    def _poll(self, conn: Any, callback: Any) -> None:
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, EVENT_READ, partial(callback, conn))

    def _close_longest_idle(self) -> None:
        """Close connections while there are too many, so that new ones can be accepted."""
        parked = (
            (self.lingering_conns, float("inf")),  # before all others
            (self.pending_conns, self.client_timeout),
            (self.keepalived_conns, self.cfg.keepalive),
        )
        while self.nr_conns >= self.worker_connections:
            idle = [(conns[0].timeout - seconds, conns) for conns, seconds in parked if conns]
            if not idle:
                return
            _, conns = min(idle, key=itemgetter(0))
            self._close(conns[0], conns)

    def _close(self, conn: Any, conns: deque[Any]) -> None:
        self.poller.unregister(conn.sock)
        conns.remove(conn)
        self.nr_conns -= 1
        conn.close()

    def _deadline(self, seconds: float) -> float:
        return time.monotonic() + (seconds if self.alive else _STOP_LINGER_SECONDS)

    # In a thread

    def handle(self, conn: Any) -> Any:
        """Serve a request; return whether the connection may have another one."""
        try:
            return super().handle(conn)
        finally:
            conn.sock.end_request()

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Serve a request; send 100 Continue only when the application reads the body."""
        if req._expected_100_continue:  # noqa: SLF001
            req._expected_100_continue = False  # noqa: SLF001
            req.body.reader = ContinueReader(req.body, conn.sock)
        return super().handle_request(req, conn)


def ignore_stop_signals() -> None:
    """Ignore further signals to stop: the process is about to end."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def max_connections() -> int:
    """Raise the limit of open files if possible; return how many connections leave enough of them.

    A quarter of the files, since a request opens some and so do jobs.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < _OPEN_FILES:
        soft = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(1000, soft // 4)
