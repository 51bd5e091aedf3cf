"""The real service in tests: gunicorn as people start it, on real files."""

import fcntl
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
        self._clients: list[Client] = []

    def start(self) -> None:
        """Start, and wait until it answers. Clients of before a crash connect anew."""
        self._disconnect()
        given = {key: str(value) for key, value in self._settings.items()}
        environ = {**os.environ, "DATA_DIR": str(self.data_dir), "PORT": str(self.port), **given}
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
        with self.log.open("ab") as log:
            # A session of its own, so that kill -9 can reach all of its processes at once.
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environ, stderr=log, stdout=log, start_new_session=True
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self.log.read_text()
            try:
                assert self.request("GET", "/api/health").status == 200
                return
            except ConnectionRefusedError:
                time.sleep(0.02)
        raise AssertionError("the service did not start: " + self.log.read_text())

    def kill(self) -> None:
        """kill -9 all of its processes, and wait until none holds the data directory any more."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with (self.data_dir / ".lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

    def stop(self) -> None:
        """Stop as Ctrl-C does; fine if it was killed already."""
        self._disconnect()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("the service did not stop") from None

    def request(
        self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str
    ) -> Answer:
        """One request on a connection of its own; a dict or list goes as JSON."""
        client = Client(self.port, token)
        try:
            return client.request(method, path, body, **headers)
        finally:
            client.close()

    def processes(self) -> list[int]:
        """The ids of its processes: the arbiter and the workers."""
        assert self._process is not None
        arbiter = self._process.pid
        children = Path(f"/proc/{arbiter}/task/{arbiter}/children").read_text().split()
        return [arbiter, *map(int, children)]

    def client(self, token: str | None = None) -> "Client":
        """A client of its own, for one thread."""
        self._clients.append(Client(self.port, token))
        return self._clients[-1]

    def register(self, email: str = "ana@example.com") -> str:
        """Make an account; returns its access token."""
        account = {"email": email, "password": "correct horse", "name": "Ana"}
        return str(self.request("POST", "/api/auth/register", account).json["accessToken"])

    def _disconnect(self) -> None:
        for client in self._clients:
            client.close()


class Client:
    """Someone with a token, over one connection that is kept."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self.token = token
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; a dict or list goes as JSON. Raises OSError, HTTPException."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if isinstance(body, dict | list):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            self._connection.request(method, path, body, sent)
            response = self._connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        except BaseException:
            self.close()
            raise

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.request("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.request("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.request("DELETE", path, **headers)

    def new_project(self, **fields: Any) -> str:
        """Make a project; returns its path."""
        answer = self.post("/api/projects", fields)
        assert answer.status == 201, answer.body
        return f"/api/projects/{answer.json['id']}"

    def new_work(self, project: str, **fields: Any) -> str:
        """Make a work in the project at this path; returns the work's path."""
        answer = self.post(f"{project}/works", fields)
        assert answer.status == 201, answer.body
        return f"{project}/works/{answer.json['id']}"

    def close(self) -> None:
        self._connection.close()


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
