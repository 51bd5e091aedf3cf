"""A fake internet for tests: servers on loopback addresses, and host names that resolve to them.

127.0.0.2 counts as a public address; all other addresses of 127.0.0.0/8 are private as usual.
"""

import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from outbound import addresses

PUBLIC = "127.0.0.2"
PRIVATE = "127.0.0.1"

Handler = Callable[[socket.socket], object]


class Server:
    """Calls a handler with the socket of each connection; records the requests."""

    def __init__(
        self, handler: Handler, address: str = PUBLIC, tls: ssl.SSLContext | None = None
    ) -> None:
        self._socket = socket.create_server((address, 0))
        self.port = int(self._socket.getsockname()[1])
        self.requests: list[bytes] = []
        self._handler = handler
        self._tls = tls
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(60)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                head = b""
                tls_handshake = b"\x16"
                while not (b"\r\n\r\n" in head or head[:1] == tls_handshake) and (
                    data := connection.recv(65536)
                ):
                    head += data
                head, _, body = head.partition(b"\r\n\r\n")
                length = re.search(rb"content-length: ([0-9]+)", head.lower())
                while (
                    length
                    and len(body) < min(int(length[1]), 65536)
                    and (data := connection.recv(65536))
                ):
                    body += data
                self.requests.append(head + b"\r\n\r\n" + body)
                self._handler(connection)

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


class Internet:
    """Host names and servers; replaces name resolution and the check for public addresses."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, list[list[str]]] = {}
        self.lookups: list[str] = []
        self._servers: list[Server] = []
        is_public = addresses.is_public
        public = ipaddress.ip_address(PUBLIC)
        monkeypatch.setattr(addresses, "lookup", self._lookup)
        monkeypatch.setattr(addresses, "is_public", lambda ip: ip == public or is_public(ip))

    def name(self, name: str, *results: list[str]) -> None:
        """Set the addresses of a name for each lookup; the last ones are returned from then on."""
        self.names[name] = list(results)

    def serve(self, response: Handler | bytes, address: str = PUBLIC, **options: Any) -> Server:
        """Start a server with this handler or with the same response to all requests."""
        handler: Handler = (
            response if callable(response) else (lambda connection: connection.sendall(response))
        )
        self._servers.append(Server(handler, address, **options))
        return self._servers[-1]

    def close(self) -> None:
        for server in self._servers:
            server.close()

    def _lookup(self, host: str, port: int) -> list[str]:
        self.lookups.append(host)
        with suppress(ValueError):
            return [str(ipaddress.ip_address(host))]
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        results = self.names[host]
        return results.pop(0) if len(results) > 1 else results[0]


def http(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """Return an HTTP response."""
    fields = {"Content-Length": str(len(body)), **headers}
    lines = "".join(
        f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items() if value
    )
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body
