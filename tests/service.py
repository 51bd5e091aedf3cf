"""The real service in tests: gunicorn as people start it, on real files."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent


class Answer(NamedTuple):
    """An answer over a real connection."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Service:
    """gunicorn with several processes on one data directory."""

    def __init__(self, data_dir: Path, **settings: Any) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.log = data_dir.parent / "service.log"
        self._settings = {"WORKERS": 2, "THREADS": 8, "LOG_LEVEL": "WARNING", **settings}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        given = {key: str(value) for key, value in self._settings.items()}
        environ = {**os.environ, "DATA_DIR": str(self.data_dir), "PORT": str(self.port), **given}
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
        with self.log.open("ab") as log:
            # A session of its own, so that kill -9 can reach all of its processes at once.
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environ, stderr=log, stdout=log, start_new_session=True
            )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self.log.read_text()
            try:
                assert self.request("GET", "/api/health").status == 200
                return
            except ConnectionRefusedError:
                time.sleep(0.02)
        raise AssertionError("the service did not start: " + self.log.read_text())

    def kill(self) -> None:
        """kill -9 all of its processes."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Stop as Ctrl-C does; fine if it was killed already."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def request(
        self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str
    ) -> Answer:
        """One request on a connection of its own; a dict or list goes as JSON."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        if isinstance(body, dict | list):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def register(self, email: str = "ana@example.com") -> str:
        """Make an account; returns its access token."""
        account = {"email": email, "password": "correct horse", "name": "Ana"}
        return str(self.request("POST", "/api/auth/register", account).json["accessToken"])


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
