"""Connections to checked addresses only, which are waited for with one patience."""

import os
import select
import socket
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any, TypeVar

import httpcore2

from outbound.addresses import resolve
from outbound.patience import Patience

T = TypeVar("T")

_CONNECT_SECONDS = 10.0


class CheckedBackend(httpcore2.NetworkBackend):
    """Network backend for httpcore2 that resolves hosts and connects to checked addresses.

    TLS certificates are verified against the host name as usual.
    """

    def __init__(self, patience: Patience, *, private: bool) -> None:
        self._patience = patience
        self._private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first of the host's addresses that accepts the connection.

        Raises UrlNotAllowedError, FetchError, FetchTimeoutError in addition to httpcore2's errors,
        and as all operations of the connection what the patience's check raises.
        """
        last_error: Exception | None = None
        for address in resolve(host, port, self._patience, private=self._private):
            stream = _Stream(_new_socket(address), self._patience)
            try:
                stream.connect(address, port)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as exc:
                stream.close()
                last_error = exc
            except BaseException:
                stream.close()
                raise
            else:
                return stream
        raise last_error or httpcore2.ConnectError("no address")


class _Stream(httpcore2.NetworkStream):
    """A connection whose operations all end with one patience, even with slow progress."""

    def __init__(self, own: socket.socket, patience: Patience) -> None:
        """Take over a socket that does not block."""
        self._socket = own
        self._patience = patience

    def connect(self, address: str, port: int) -> None:
        with suppress(BlockingIOError):  # it goes on
            _mapped(partial(self._socket.connect, (address, port)), httpcore2.ConnectError)
        if not self._patience.for_at_most(_CONNECT_SECONDS).is_ready(self._socket, select.POLLOUT):
            raise httpcore2.ConnectTimeout
        if error := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise httpcore2.ConnectError(OSError(error, os.strerror(error)))

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        receive = partial(self._socket.recv, max_bytes)
        return self._repeat(receive, select.POLLIN, httpcore2.ReadError, httpcore2.ReadTimeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        view = memoryview(buffer)
        while view:
            send = partial(self._socket.send, view)
            errors = httpcore2.WriteError, httpcore2.WriteTimeout
            view = view[self._repeat(send, select.POLLOUT, *errors) :]

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        errors = httpcore2.ConnectError, httpcore2.ConnectTimeout
        try:
            secured = ssl_context.wrap_socket(
                self._socket, server_hostname=server_hostname, do_handshake_on_connect=False
            )
            self._socket = secured
            self._repeat(secured.do_handshake, select.POLLIN, *errors)
        except BaseException:
            self.close()
            raise
        return self

    def close(self) -> None:
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket  # which tells the protocol that was agreed on
        return None

    def _repeat(
        self,
        operation: Callable[[], T],
        event: int,
        failed: type[Exception],
        timed_out: type[Exception],
    ) -> T:
        """Return what an operation returns, once the socket is ready for it.

        Raises `failed` or `timed_out`, and what the patience's check raises.
        """
        while self._patience.left():
            try:
                return _mapped(operation, failed)
            except ssl.SSLWantReadError:
                awaited = select.POLLIN
            except ssl.SSLWantWriteError:
                awaited = select.POLLOUT
            except BlockingIOError:
                awaited = event
            if not self._patience.is_ready(self._socket, awaited):
                break
        raise timed_out


def _new_socket(address: str) -> socket.socket:
    """Return a socket for a connection to an IP address, which does not block."""
    own = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    own.setblocking(False)
    own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return own


def _mapped(operation: Callable[[], T], failed: type[Exception]) -> T:
    """Return what an operation returns. Raises `failed`, and OSError if the socket is not ready."""
    try:
        return operation()
    except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
        raise
    except OSError as exc:
        raise failed(exc) from exc


def connection_pool(patience: Patience, *, private: bool) -> httpcore2.ConnectionPool:
    """Return a connection pool for one request, without proxies."""
    backend = CheckedBackend(patience, private=private)
    return httpcore2.ConnectionPool(ssl_context=_ssl_context(), network_backend=backend)


@lru_cache(1)
def _ssl_context() -> ssl.SSLContext:
    return httpcore2.default_ssl_context()
