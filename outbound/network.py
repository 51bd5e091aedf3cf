"""Connections to checked addresses only, with one deadline for all network operations."""

import socket
import ssl
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import httpcore2

from outbound.addresses import resolve

_CONNECT_SECONDS = 10.0


class CheckedBackend(httpcore2.NetworkBackend):
    """Network backend for httpcore2 that resolves hosts and connects to checked addresses.

    TLS certificates are verified against the host name as usual.
    """

    def __init__(self, deadline: float, idle: float | None, *, private: bool) -> None:
        self._deadline = deadline
        self._idle = idle
        self._private = private
        self._backend = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first of the host's addresses that accepts the connection.

        Raises UrlNotAllowedError, FetchError, FetchTimeoutError in addition to httpcore2's errors.
        """
        last_error: Exception | None = None
        for address in resolve(
            host, port, self._deadline - time.monotonic(), private=self._private
        ):
            connect_timeout = min(_remaining(self._deadline), _CONNECT_SECONDS)
            try:
                stream = self._backend.connect_tcp(
                    address, port, connect_timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as exc:
                last_error = exc
            else:
                return _DeadlineStream(stream, self._deadline, self._idle)
        raise last_error or httpcore2.ConnectError("no address")


class _DeadlineStream(httpcore2.NetworkStream):
    """A connection whose operations all time out at one deadline, even with slow progress.

    Reading times out also after `idle` seconds without a byte, if these are limited.
    """

    def __init__(
        self, stream: httpcore2.NetworkStream, deadline: float, idle: float | None
    ) -> None:
        self._stream = stream
        self._deadline = deadline
        self._idle = idle

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        remaining = _remaining(self._deadline)
        return self._stream.read(max_bytes, min(remaining, self._idle or remaining))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        connection: socket.socket = self._stream.get_extra_info("socket")
        view = memoryview(buffer)
        try:
            while view:
                connection.settimeout(_remaining(self._deadline))
                view = view[connection.send(view) :]
        except TimeoutError as exc:
            raise httpcore2.WriteTimeout from exc
        except OSError as exc:
            raise httpcore2.WriteError from exc

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _remaining(self._deadline))
        return _DeadlineStream(stream, self._deadline, self._idle)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def connection_pool(
    deadline: float, idle: float | None, *, private: bool
) -> httpcore2.ConnectionPool:
    """Return a connection pool for one request, without proxies."""
    backend = CheckedBackend(deadline, idle, private=private)
    return httpcore2.ConnectionPool(ssl_context=_ssl_context(), network_backend=backend)


@lru_cache(1)
def _ssl_context() -> ssl.SSLContext:
    return httpcore2.default_ssl_context()


def _remaining(deadline: float) -> float:
    """Return the seconds until the deadline. Raises httpcore2's ReadTimeout once it has passed."""
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise httpcore2.ReadTimeout
    return remaining
