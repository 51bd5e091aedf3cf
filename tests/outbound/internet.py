"""A small internet on this machine, for tests: servers, and names that lead to them.

All of 127.0.0.0/8 is this machine's own. 127.0.0.2 plays an address of the public internet; all
others of it are private, as they are.
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

Talk = Callable[[socket.socket], object]


class Server:
    """Answers each connection by a function that gets the socket; counts what it was asked."""

    def __init__(
        self, talk: Talk, address: str = PUBLIC, tls: ssl.SSLContext | None = None
    ) -> None:
        self._socket = socket.create_server((address, 0))
        self.port = int(self._socket.getsockname()[1])
        self.requests: list[bytes] = []
        self._talk = talk
        self._tls = tls
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(10)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                head = b""
                hello = b"\x16"  # of TLS
                while not (b"\r\n\r\n" in head or head[:1] == hello) and (
                    data := connection.recv(65536)
                ):
                    head += data
                head, _, body = head.partition(b"\r\n\r\n")
                length = re.search(rb"content-length: ([0-9]+)", head.lower())
                while length and len(body) < min(int(length[1]), 65536):
                    body += connection.recv(65536)
                self.requests.append(head + b"\r\n\r\n" + body)
                self._talk(connection)

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


class Internet:
    """Names, and what each leads to at each lookup; the last of them ever after."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, list[list[str]]] = {}
        self.lookups: list[str] = []
        self._servers: list[Server] = []
        really = addresses.is_public
        as_public = ipaddress.ip_address(PUBLIC)
        monkeypatch.setattr(addresses, "lookup", self._lookup)
        monkeypatch.setattr(addresses, "is_public", lambda ip: ip == as_public or really(ip))

    def name(self, name: str, *answers: list[str]) -> None:
        """Give a name its addresses, lookup by lookup."""
        self.names[name] = list(answers)

    def serve(self, talk: Talk | bytes, address: str = PUBLIC, **options: Any) -> Server:
        """Start a server; bytes are what it answers to everything."""
        answer = talk if callable(talk) else (lambda connection: connection.sendall(talk))
        self._servers.append(Server(answer, address, **options))
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
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]


def http(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP answer."""
    given = {"Content-Length": str(len(body)), **headers}
    lines = "".join(
        f"{key.replace('_', '-')}: {value}\r\n" for key, value in given.items() if value
    )
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body
