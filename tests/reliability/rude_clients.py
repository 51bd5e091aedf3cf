"""Clients that send a byte now and then, stay connected, or do not read: a process of their own.

Reads a line of JSON from standard input, writes a line when all clients are connected, and runs
until its standard input is closed.
"""

import json
import select
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TICK_SECONDS = 0.25
LEFT_OPEN = 500  # connections that were replaced, but are still open


@contextmanager
def crowd(port: int, clients: int, request: bytes, *, sent: int) -> Iterator[None]:
    """Run clients that each send `sent` bytes of a request at once and the rest byte by byte.

    None of them reads the response. They connect again when they are disconnected.
    """
    command = [sys.executable, "-m", "tests.reliability.rude_clients"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        spec = {"port": port, "clients": clients, "request": request.decode("latin-1")}
        process.stdin.write(json.dumps(spec | {"sent": sent}) + "\n")
        process.stdin.flush()
        try:
            assert process.stdout.readline() == "connected\n"
            yield
            assert process.poll() is None
        finally:
            process.stdin.close()


class RudeClient:
    """A client that connects, sends one request slowly and never reads."""

    def __init__(self, port: int, request: bytes, sent: int) -> None:
        self._port, self._request, self._sent = port, request, sent
        self.reconnect()

    def reconnect(self) -> None:
        self.sock = socket.socket()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.sock.settimeout(0.5)
        with suppress(OSError):
            self.sock.connect(("127.0.0.1", self._port))
            self.sock.sendall(self._request[: self._sent])
        self._position = self._sent

    def is_disconnected(self) -> bool:
        poller = select.poll()
        poller.register(self.sock, select.POLLRDHUP)
        return bool(poller.poll(0))

    def send_a_byte(self) -> None:
        with suppress(OSError):
            self.sock.send(self._request[self._position : self._position + 1])
        self._position += 1


def main() -> None:
    spec = json.loads(sys.stdin.readline())
    request = spec["request"].encode("latin-1")
    clients = [RudeClient(spec["port"], request, spec["sent"]) for _ in range(spec["clients"])]
    sys.stdout.write("connected\n")
    sys.stdout.flush()
    left_open: deque[socket.socket] = deque(maxlen=LEFT_OPEN)
    while not select.select([sys.stdin], [], [], TICK_SECONDS)[0]:
        for client in clients:
            client.send_a_byte()
            if client.is_disconnected():
                left_open.append(client.sock)
                client.reconnect()


if __name__ == "__main__":
    main()
