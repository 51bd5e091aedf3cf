"""Clients' connections, whose threads do not wait for slow clients at others' expense.

A request's thread waits for its client in one place, `ClientSocket._wait`: for the rest of a body,
or for room to send more of a response. While it does, the thread pool has one thread more, so that
THREADS of them are left for others (docs/decisions/0007).
"""

import errno
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from operator import itemgetter
from typing import Any

from web.server.first_bytes import BUFFERED_BYTES, awaited_bytes

MIN_RATE = 1024  # bytes per second that a client must send or receive

_MAX_EXTRA_THREADS = 128  # per process
_WINDOW_SECONDS = 2.0  # of waiting for a client, over which its rate is measured
_SCARCE_SECONDS = 0.25  # the same where threads are scarce
_SCARCE_RATE = 64 << 10  # no client this fast is disconnected for the benefit of others
_STOP_SECONDS = 10.0  # for uploads and downloads to finish while the process stops
_BLOCK_BYTES = 8 << 20  # sent with one system call
_BRIEF_BYTES = 1 << 18  # of a response that is sent at once: the kernel has room for them
_STEP_SECONDS = 0.5  # after which a thread that waits for a client looks whether it may go on


class NotPermittedError(TimeoutError):
    """A request may not go on any more; what it is refused with is not known here."""


class AwaitedClients:
    """The clients that threads of this process have waited for during the current request."""

    def __init__(self, resize_pool: Callable[[int], None], timeout: float) -> None:
        self.timeout = timeout
        self._resize_pool = resize_pool
        self._extra_threads = 0
        self._clients: set[ClientSocket] = set()
        self._lock = threading.Lock()
        self._stop_at = 0.0

    def add(self, client: "ClientSocket") -> None:
        """Note that a thread waits for a client: the pool gets another thread, if it may."""
        with self._lock:
            self._clients.add(client)
            self._fit_pool()
        self.drop_slowest()

    def remove(self, client: "ClientSocket") -> None:
        """Note that a client's request has ended."""
        with self._lock:
            self._clients.discard(client)
            self._fit_pool()

    def drop_slowest(self) -> None:
        """Disconnect the slowest clients if more threads wait than there are additional ones."""
        with self._lock:
            waiting = [each for each in self._clients if not each.is_dropped]
            surplus = len(waiting) - _MAX_EXTRA_THREADS
            if surplus > 0:
                rates = [(each.rate(_SCARCE_SECONDS), each) for each in waiting]
                for rate, client in sorted(rates, key=itemgetter(0))[:surplus]:
                    if rate < _SCARCE_RATE:
                        client.drop()

    def drop_for_stop(self) -> None:
        """Disconnect slow clients, and all of them some seconds after the first call."""
        with self._lock:
            self._stop_at = self._stop_at or time.monotonic() + _STOP_SECONDS
            late = time.monotonic() > self._stop_at
            for client in self._clients:
                if late or client.rate(_WINDOW_SECONDS) < _SCARCE_RATE:
                    client.drop()

    def _fit_pool(self) -> None:
        wanted = min(len(self._clients), _MAX_EXTRA_THREADS)
        if wanted != self._extra_threads:
            self._resize_pool(wanted - self._extra_threads)
            self._extra_threads = wanted


class ClientSocket(socket.socket):
    """A connection whose blocking calls raise TimeoutError for a client that is too slow.

    That is one that sends or takes nothing for `AwaitedClients.timeout` seconds, or less than
    MIN_RATE for as long a time. It is disconnected earlier if threads are scarce or the process
    stops. Rates are measured over the time that a thread waits for the client, not over that of the
    service.
    """

    def __init__(self, accepted: socket.socket, awaited_clients: AwaitedClients) -> None:
        """Take over an accepted connection."""
        family, kind, protocol = accepted.family, accepted.type, accepted.proto
        super().__init__(family, kind, protocol, fileno=accepted.detach())
        self._awaited_clients = awaited_clients
        self._is_awaited = False  # known to awaited_clients
        self.is_dropped = False
        self._awaited = 0  # bytes of the request that make the socket readable; 0: any
        self._moved = 0  # bytes sent and received in the current window
        self._waited = 0.0  # seconds that a thread waited for the client in it
        self._waiting_since = 0.0  # 0: no thread waits
        self._rate: float | None = None  # bytes per second in the previous window
        self._slow_seconds = 0.0  # of the windows below MIN_RATE until now
        self._waits_for = 0
        self._is_permitted: Callable[[], bool] | None = None  # whether the request may go on
        self._sent = 0  # bytes of the response

    def go_on_while(self, is_permitted: Callable[[], bool]) -> None:
        """Receive and send for the current request only as long as `is_permitted` returns True.

        It is asked before each step, and twice a second while the client is waited for; not about
        a response that is sent at once, whose request may have ended the permission itself. If it
        returns False, the body is not received any further, which raises NotPermittedError, and a
        response breaks off.
        """
        self._is_permitted = is_permitted
        self._sent = 0

    def end_request(self) -> None:
        """Note that no thread serves the connection for now."""
        self._is_permitted = None
        if self._is_awaited:
            self._is_awaited = False
            self._waited, self._rate, self._slow_seconds = 0.0, None, 0.0
            self._awaited_clients.remove(self)

    def has_request(self) -> bool:
        """Return whether a thread should read the request: all of it is there, or 64 KB.

        If not, the socket becomes readable when more of it is there. The socket must be
        non-blocking.
        """
        try:
            data = super().recv(BUFFERED_BYTES, socket.MSG_PEEK)
            missing = 0 if len(data) < self._awaited else awaited_bytes(data)
            if missing != self._awaited:
                self.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, missing or 1)
                self._awaited = missing
        except BlockingIOError:
            return False
        except OSError:  # disconnected, which the thread handles
            return True
        return not missing

    def has_disconnected(self) -> bool:
        """Return whether the client has closed the connection. Never waits.

        A client that closes only the half it sends on counts as gone, as it does for nginx.
        """
        try:
            return not super().recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Receive up to `size` bytes; empty at the end of the stream. Raises TimeoutError."""
        while True:
            self._check_permission()
            try:
                data = super().recv(size, flags | socket.MSG_DONTWAIT)
            except BlockingIOError:
                self._wait(select.POLLIN)
                continue
            if self.is_dropped:
                raise TimeoutError("the client is too slow")
            self._moved += len(data)
            return data

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send all bytes. Raises TimeoutError."""
        rest = memoryview(data)
        while rest:
            if self._sent > _BRIEF_BYTES:
                self._check_permission(sending=True)
            try:
                sent = super().send(rest, flags | socket.MSG_DONTWAIT)
            except BlockingIOError:
                self._wait(select.POLLOUT)
                continue
            self._moved += sent
            self._sent += sent
            rest = rest[sent:]

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Send up to `count` bytes of a file; return how many were sent. Raises TimeoutError."""
        position = offset
        end = offset + (os.fstat(file.fileno()).st_size if count is None else count)
        os.set_blocking(self.fileno(), False)  # os.sendfile has no MSG_DONTWAIT
        try:
            while position < end:
                if position > offset:
                    self._check_permission(sending=True)
                try:
                    size = min(end - position, _BLOCK_BYTES)
                    sent = os.sendfile(self.fileno(), file.fileno(), position, size)
                except BlockingIOError:
                    self._wait(select.POLLOUT)
                    continue
                if not sent:
                    break
                self._moved += sent
                position += sent
        finally:
            os.set_blocking(self.fileno(), True)
        return position - offset

    def rate(self, seconds: float) -> float:
        """Return the bytes per second of the client lately; 0 if it stalls for `seconds`.

        Infinite for a client that was not waited for as long until now.
        """
        since = self._waiting_since
        waiting = time.monotonic() - since if since else 0.0
        if waiting > seconds:
            return 0.0
        waited = self._waited + waiting
        if self._rate is None:
            return self._moved / waited if waited > seconds else float("inf")
        return self._rate

    def drop(self) -> None:
        """Disconnect the client, which wakes the thread that waits for it.

        A client whose body is received gets a response for that, as after a timeout.
        """
        self.is_dropped = True
        with suppress(OSError):  # it disconnected already
            receiving = self._waits_for == select.POLLIN
            self.shutdown(socket.SHUT_RD if receiving else socket.SHUT_RDWR)

    def _wait(self, event: int) -> None:
        if self.gettimeout() == 0:
            raise BlockingIOError(errno.EAGAIN, "not ready")
        if not self._is_awaited:
            self._is_awaited = True
            self._moved = 0  # what was sent or received without waiting says nothing
            self._awaited_clients.add(self)
        timeout = self._awaited_clients.timeout
        poller = select.poll()
        poller.register(self, event)
        self._waits_for, self._waiting_since = event, time.monotonic()
        ready = self._is_ready(poller, event, timeout)
        self._waited += time.monotonic() - self._waiting_since
        self._waiting_since = 0.0
        if not ready:
            raise TimeoutError("the client stalled")
        if self._waited > _WINDOW_SECONDS:
            self._rate = self._moved / self._waited
            self._slow_seconds += self._waited if self._rate < MIN_RATE else -self._slow_seconds
            self._moved, self._waited = 0, 0.0
        if self._slow_seconds > timeout:
            raise TimeoutError("the client is too slow")

    def _is_ready(self, poller: select.poll, event: int, timeout: float) -> bool:
        """Wait for the client; return False if it is not ready after `timeout`.

        Raises NotPermittedError if the request may not go on.
        """
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            if poller.poll(min(left, _STEP_SECONDS) * 1000):
                return True
            self._check_permission(sending=event == select.POLLOUT)
        return False

    def _check_permission(self, *, sending: bool = False) -> None:
        """Raise NotPermittedError if the request may not go on; a client that reads is dropped."""
        if self._is_permitted is not None and not self._is_permitted():
            self._is_permitted = None  # or a refusal could not be sent
            if sending:
                self.drop()
            raise NotPermittedError("the request may not go on")


def go_on_while(environ: Mapping[str, Any], is_permitted: Callable[[], bool]) -> None:
    """Let a WSGI request go on only as long as `is_permitted`, as `ClientSocket.go_on_while`.

    Servers that do not tell their sockets, such as the client of tests, serve it to its end.
    """
    sock = environ.get("gunicorn.socket")
    if isinstance(sock, ClientSocket):
        sock.go_on_while(is_permitted)


def disconnect_check(environ: Mapping[str, Any]) -> Callable[[], bool]:
    """Return a function that says whether the client of a WSGI request has disconnected.

    Under servers that don't tell, such as the client of tests, it never has.
    """
    sock = environ.get("gunicorn.socket")
    return sock.has_disconnected if isinstance(sock, ClientSocket) else lambda: False
