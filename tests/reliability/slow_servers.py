"""Servers of files that take their time: silent ones, and those that send a byte now and then."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_PAUSE_SECONDS = 0.1  # between two bytes
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 1000000\r\n\r\n"
_ENDLESS_HEAD = b"HTTP/1.1 200 OK\r\nX-Long: "

SILENT = "silent"
DRIPS_BODY = "drips the body"
DRIPS_HEAD = "drips the head"
NO_TLS = "silent during the TLS handshake"
KINDS = (SILENT, DRIPS_BODY, DRIPS_HEAD, NO_TLS)


class SlowServer:
    """A server of one of the KINDS, on loopback."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=100)
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []
        scheme = "https" if kind == NO_TLS else "http"
        self.url = f"{scheme}://127.0.0.1:{self._socket.getsockname()[1]}/a.png"
        self.requests = 0  # that are not answered yet, or were given up

    @classmethod
    @contextmanager
    def running(cls, kind: str) -> Iterator["SlowServer"]:
        """Run a server in threads of this process."""
        server = cls(kind)
        accepting = threading.Thread(target=server._accept)
        accepting.start()
        try:
            yield server
        finally:
            server._closing.set()
            server._socket.shutdown(socket.SHUT_RDWR)
            server._socket.close()
            for thread in (accepting, *server._threads):
                thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                thread = threading.Thread(target=self._serve, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.recv(4096)
            self.requests += 1
            if self._kind == DRIPS_BODY:
                connection.sendall(_HEAD)
            elif self._kind == DRIPS_HEAD:
                connection.sendall(_ENDLESS_HEAD)
            while not self._closing.wait(_PAUSE_SECONDS):
                if self._kind in (DRIPS_BODY, DRIPS_HEAD):
                    connection.sendall(b"x")
