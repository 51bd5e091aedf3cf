"""HTTP clients of the benchmarks: JSON for preparing data, and cheap transfers of large files.

Transfers use the same code for nginx and the service, so that the client's own cost is the same
on both sides of a ratio.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.server import HOST

TIMEOUT = 300.0
IDLE_LIMIT = 0.5  # seconds; less than every server's keep-alive: no request on a closing socket
BUFFER = 1 << 20

ACCOUNT = {"email": "bench@example.com", "password": "correct horse", "name": "Bench"}

# Exceptions of a client whose server fails; the last two are for unexpected responses.
FAILURES = (OSError, http.client.HTTPException, RuntimeError, ValueError, LookupError)


class Api:
    """A JSON client of the service with one connection per thread."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self.port = port
        self.token = token
        self._local = threading.local()

    @classmethod
    def register(cls, port: int, email: str = ACCOUNT["email"]) -> Api:
        """Create an account; return a client with its access token."""
        account = {**ACCOUNT, "email": email}
        return cls(port, cls(port).call("POST", "/api/auth/register", account)["accessToken"])

    def new_project(self, name: str = "Project") -> str:
        """Create a project and return its URL path."""
        return f"/api/projects/{self.call('POST', '/api/projects', {'name': name})['id']}"

    def new_work(self, project: str, **fields: Any) -> str:
        """Create a work in a project and return its URL path."""
        return f"{project}/works/{self.call('POST', f'{project}/works', fields)['id']}"

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Any:
        """Send a request and return the parsed response. Raises RuntimeError unless it is 2xx."""
        payload = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        return json.loads(self.raw(method, path, payload, headers) or "null")

    def raw(
        self,
        method: str,
        path: str,
        payload: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        """Send and return bytes. Raises RuntimeError unless the response is 2xx."""
        all_headers = {
            **({} if payload is None else {"Content-Type": "application/json"}),
            **(headers or {}),
        }
        if self.token:
            all_headers["Authorization"] = f"Bearer {self.token}"
        connection = self._connection()
        connection.request(method, path, payload, all_headers)
        response = connection.getresponse()
        content = response.read()
        self._local.used = time.monotonic()
        if not 200 <= response.status < 300:
            raise RuntimeError(f"{method} {path}: {response.status} {content[:500]!r}")
        return content

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT)
            self._local.connection = connection
        elif time.monotonic() - self._local.used > IDLE_LIMIT:
            connection.close()  # the next request reopens it
        return connection


@dataclass(frozen=True)
class Upload:
    """An upload of `file`; `head` and `tail` enclose it in a multipart body."""

    method: str
    port: int
    path: str
    file: Path
    content_type: str
    token: str | None = None
    head: bytes = b""
    tail: bytes = b""

    def send(self) -> float:
        """Send it; return the seconds to the end of the response. RuntimeError unless it is 2xx."""
        size = len(self.head) + self.file.stat().st_size + len(self.tail)
        connection = http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT)
        start = time.perf_counter()
        try:
            connection.putrequest(self.method, self.path)
            connection.putheader("Content-Type", self.content_type)
            connection.putheader("Content-Length", str(size))
            if self.token:
                connection.putheader("Authorization", f"Bearer {self.token}")
            connection.endheaders()
            self._send_body(connection)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        if not 200 <= response.status < 300:
            raise RuntimeError(f"{self.method} {self.path}: {response.status} {content[:500]!r}")
        return time.perf_counter() - start

    def _send_body(self, connection: http.client.HTTPConnection) -> None:
        try:
            if self.head:
                connection.send(self.head)
            with self.file.open("rb") as file:
                # sendfile, so that the client takes little processor time from the server.
                connection.sock.sendfile(file)
            if self.tail:
                connection.send(self.tail)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before the end; the response says why


def raw_upload(
    port: int, path: str, file: Path, token: str | None = None, media_type: str = "video/mp4"
) -> Upload:
    """Return a PUT with the file as its body."""
    return Upload("PUT", port, path, file, media_type, token)


def multipart_upload(port: int, path: str, file: Path, part: str, token: str | None) -> Upload:
    """Return a POST of a form with the file as its only part."""
    boundary = "----benchmark7MA4YWxkTrZu0gW"
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{part}"; filename="{file.name}"\r\n'
        "Content-Type: video/mp4\r\n\r\n"
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    content_type = f"multipart/form-data; boundary={boundary}"
    return Upload("POST", port, path, file, content_type, token, head, tail)


def download(
    port: int, path: str, token: str | None = None, check: hashlib._Hash | None = None
) -> int:
    """Download a file over a new connection and return its size; update `check` if given.

    One buffer is reused, so that the client takes little processor time.
    """
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    connection = http.client.HTTPConnection(HOST, port, timeout=TIMEOUT)
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        if response.status != 200:
            raise RuntimeError(f"GET {path}: {response.status} {response.read(500)!r}")
        buffer = memoryview(bytearray(BUFFER))
        size = 0
        while count := response.readinto(buffer):
            size += count
            if check is not None:
                check.update(buffer[:count])
        return size
    finally:
        connection.close()
