"""Connections to checked addresses alone, every step of which ends by one deadline."""

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
    """What httpcore2 connects with: it gets a name, and connects to an address that was checked.

    TLS goes by the name as usual.
    """

    def __init__(self, deadline: float, *, private: bool) -> None:
        self._deadline = deadline
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
        """Connect to the first of the host's addresses that takes the connection.

        Raises RefusedAddressError, FetchError, FetchTimeoutError beside httpcore2's own.
        """
        failed: Exception | None = None
        for address in resolve(
            host, port, self._deadline - time.monotonic(), private=self._private
        ):
            seconds = min(_left(self._deadline), _CONNECT_SECONDS)
            try:
                stream = self._backend.connect_tcp(
                    address, port, seconds, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as exc:
                failed = exc
            else:
                return _TimedStream(stream, self._deadline)
        raise failed or httpcore2.ConnectError("no address")


class _TimedStream(httpcore2.NetworkStream):
    """A connection that is over at its deadline, however often a byte comes or goes."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        connection: socket.socket = self._stream.get_extra_info("socket")
        view = memoryview(buffer)
        try:
            while view:
                connection.settimeout(_left(self._deadline))
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
        seconds = _left(self._deadline)
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, seconds), self._deadline
        )

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def pool(deadline: float, *, private: bool) -> httpcore2.ConnectionPool:
    """What makes one request, without proxies."""
    backend = CheckedBackend(deadline, private=private)
    return httpcore2.ConnectionPool(ssl_context=_tls(), network_backend=backend)


@lru_cache(1)
def _tls() -> ssl.SSLContext:
    return httpcore2.default_ssl_context()


def _left(deadline: float) -> float:
    """Seconds until the deadline. Raises httpcore2's ReadTimeout when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout
    return left
