"""The service in tests: gunicorn, started as in production, and clients with real connections."""

import fcntl
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

from tests.forking import ForkedProcess, start_service

ROOT = Path(__file__).parent.parent
ARGUMENTS = ("-c", "gunicorn.conf.py", "wsgi:app")
IDLE_SECONDS = 15  # less than the service keeps idle connections
STOP_SECONDS = 100  # a stop that hangs takes more than 300

Process = subprocess.Popen[bytes] | ForkedProcess


class Answer(NamedTuple):
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The parsed JSON body."""
        return json.loads(self.body)


class Service:
    """gunicorn on a data directory; `settings` are environment variables of the service.

    It is a fork of a process that has imported gunicorn and the application (tests/forking.py): a
    start takes a quarter of the processor time.
    """

    def __init__(self, data_dir: Path, **settings: Any) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.log = data_dir.parent / "service.log"
        defaults = {"WORKERS": 2, "THREADS": 8, "LOG_LEVEL": "WARNING", "DEMO_PROVIDER": 0}
        self.settings = {**defaults, **settings}
        self._process: Process | None = None
        self._clients: list[Client] = []

    @classmethod
    @contextmanager
    def running(cls, data_dir: Path, **settings: Any) -> Iterator[Self]:
        """Run a service, and stop it at the end."""
        service = cls(data_dir, **settings)
        try:
            service.start()
            yield service
        finally:
            service.stop()

    def start(self, stderr: IO[bytes] | None = None) -> None:
        """Start the service and wait until it responds; it logs to `stderr`, or its log.

        Existing clients reconnect when used.
        """
        for client in self._clients:
            client.reconnect()
        settings = {key: str(value) for key, value in self.settings.items()}
        own = {"DATA_DIR": str(self.data_dir), "PORT": str(self.port)}
        environ = {**os.environ, **own, **settings}
        with self.log.open("ab") as log:
            self._process = self._run(environ, log, stderr or log)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self.log.read_text()
            try:
                assert self.request("GET", "/api/health").status == 200
                return
            except ConnectionRefusedError:
                time.sleep(0.02)
        raise AssertionError("the service did not start: " + self.log.read_text())

    def kill(self) -> None:
        """Send SIGKILL to all processes and wait until none of them uses the data directory."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with (self.data_dir / ".lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

    def stop(self) -> None:
        """Stop the service with SIGINT, like Ctrl-C, unless it is stopped already."""
        for client in self._clients:
            client.close()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError("the service did not stop") from None

    def wait(self, seconds: float) -> None:
        """Wait until the service has ended. Raise TimeoutExpired."""
        assert self._process is not None
        self._process.wait(seconds)

    def request(
        self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str
    ) -> Answer:
        """Send a request on a new connection; a dict or list is sent as JSON."""
        client = Client(self.port, token)
        try:
            return client.request(method, path, body, **headers)
        finally:
            client.close()

    def processes(self) -> list[int]:
        """Return the ids of its processes: the arbiter and the workers."""
        assert self._process is not None
        arbiter = self._process.pid
        children = Path(f"/proc/{arbiter}/task/{arbiter}/children").read_text().split()
        return [arbiter, *map(int, children)]

    def client(self, token: str | None = None) -> "Client":
        """Return a new client, to be used by one thread."""
        self._clients.append(Client(self.port, token))
        return self._clients[-1]

    def register(self, email: str = "ana@example.com") -> str:
        """Create an account and return its access token."""
        account = {"email": email, "password": "correct horse", "name": "Ana"}
        return str(self.request("POST", "/api/auth/register", account).json["accessToken"])

    def _run(self, environ: Mapping[str, str], stdout: IO[bytes], stderr: IO[bytes]) -> Process:
        """Run gunicorn in a session of its own, so that one signal reaches all its processes."""
        own = f"/proc/{os.getpid()}/fd"
        files = f"{own}/{stdout.fileno()}", f"{own}/{stderr.fileno()}"
        return start_service(ARGUMENTS, environ, *files)


class CommandService(Service):
    """The service as its command starts it, for tests of starts, stops, memory and users.

    Its code is in `root`, which may be a copy that a test changes.
    """

    root = ROOT

    def _run(self, environ: Mapping[str, str], stdout: IO[bytes], stderr: IO[bytes]) -> Process:
        command = [sys.executable, "-m", "gunicorn", *ARGUMENTS]
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=environ,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )


class Client:
    """A client with a token, which keeps one connection open until it is idle for some time."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self.token = token
        self.port = port
        self._used = 0.0
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send a request; a dict or list is sent as JSON. Raise OSError, HTTPException."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            fields["Authorization"] = f"Bearer {self.token}"
        if isinstance(body, dict | list):
            body, fields["Content-Type"] = json.dumps(body).encode(), "application/json"
        if time.monotonic() - self._used > IDLE_SECONDS:
            self.close()
        try:
            self._connection.request(method, path, body, fields)
            response = self._connection.getresponse()
            answer = Answer(response.status, dict(response.getheaders()), response.read())
            self._used = time.monotonic()
            return answer
        except BaseException:
            self.close()
            raise

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, **headers)

    def show(self, path: str) -> Any:
        """Return the JSON at this path."""
        answer = self.get(path)
        assert answer.status == 200, answer.body
        return answer.json

    def create(self, path: str, body: Any) -> Any:
        """POST a new document; return it."""
        answer = self.post(path, body)
        assert answer.status == 201, answer.body
        return answer.json

    def save(self, path: str, body: Any) -> Any:
        """PUT a document; return it."""
        answer = self.put(path, body)
        assert answer.status == 200, answer.body
        return answer.json

    def order(self, path: str, body: Any, headers: Mapping[str, str]) -> str:
        """POST what starts a job; return the job's path."""
        answer = self.post(path, body, **headers)
        assert answer.status == 202, answer.body
        return answer.headers["Location"]

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.request("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.request("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.request("DELETE", path, **headers)

    def new_project(self, **fields: Any) -> str:
        """Create a project and return its path."""
        return f"/api/projects/{self.create('/api/projects', fields)['id']}"

    def new_work(self, project: str, **fields: Any) -> str:
        """Create a work in the project at this path and return the work's path."""
        return f"{project}/works/{self.create(f'{project}/works', fields)['id']}"

    def reconnect(self) -> None:
        """Use a new connection for the next request. Threads may wait for an answer meanwhile."""
        self._used = 0.0

    def close(self) -> None:
        self._connection.close()


def free_port() -> int:
    """Return a free TCP port, which nobody else is given until this process ends.

    A socket that does not listen keeps it: servers take it with SO_REUSEADDR, also again after a
    restart, and connections are refused while none does.
    """
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    port = int(keeper.getsockname()[1])
    keeper.detach()  # it stays open
    return port
