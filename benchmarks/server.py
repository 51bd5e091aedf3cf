"""Start and stop the servers that are measured."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import string
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_LIMIT = 60.0  # seconds; far above the target, so that a slow start is measured, not an error
STOP_LIMIT = 15.0


class Server:
    """A child process that serves HTTP on a loopback port.

    It leads a process group, so that its workers can be killed with it. If this process is killed,
    the kernel terminates it (where `setpriv` exists).
    """

    def __init__(self, command: list[str], env: dict[str, str], log: Path, probe: str) -> None:
        self.port = int(env["PORT"])
        self.log = log
        prefix = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        self._command = prefix + command
        self._env = env
        self._probe = probe
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address without a trailing slash."""
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> float:
        """Start, and wait for the first 200. Returns the seconds from spawning to that response."""
        start_time = time.perf_counter()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,  # in the session of the client: the kernel weighs sessions
            )
        try:
            while not self._responds():
                self._check_alive(start_time)
                time.sleep(0.005)
        except BaseException:
            self.stop()
            raise
        return time.perf_counter() - start_time

    def stop(self) -> None:
        """Terminate the process, then kill what is left of its group."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_LIMIT)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def restart(self) -> float:
        """Stop, start again on the same port, and return the seconds to the first response."""
        self.stop()
        return self.start()

    def workers(self) -> list[int]:
        """Return the process ids of the direct children: gunicorn's workers."""
        assert self._process is not None
        pid = self._process.pid
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]

    def processes(self) -> list[int]:
        """Return the process ids of the server and its workers."""
        assert self._process is not None
        return [self._process.pid, *self.workers()]

    def connections(self) -> list[int]:
        """Return how many open connections each worker has accepted."""
        # proc(5), net/tcp: local address in hex, state 01 (established), inode in the tenth field.
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        own = {
            f"socket:[{row[9]}]"
            for row in rows
            if row[1].endswith(f":{self.port:04X}") and row[3] == "01"
        }
        return [sum(link in own for link in _open_files(pid)) for pid in self.workers()]

    def _responds(self) -> bool:
        # gunicorn listens before its workers have started; the request waits, as a client's would.
        connection = http.client.HTTPConnection(HOST, self.port, timeout=START_LIMIT)
        try:
            connection.request("GET", self._probe)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _check_alive(self, start_time: float) -> None:
        assert self._process is not None
        exited = self._process.poll() is not None
        if exited or time.perf_counter() - start_time > START_LIMIT:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
            problem = "exited" if exited else "does not respond"
            raise RuntimeError(f"{' '.join(self._command)} {problem}:\n{tail}")


def gunicorn(
    app: str, directory: Path, probe: str, settings: dict[str, str] | None = None
) -> Server:
    """Return gunicorn for `app`, with the service's gunicorn.conf.py and data in `directory`."""
    directory.mkdir(parents=True)
    env = os.environ | {
        "HOST": HOST,
        "PORT": str(free_port()),
        "DATA_DIR": str(directory / "data"),
        # Required by the targets, whatever a .env says.
        "FSYNC": "1",
        "REGISTRATION": "open",
        **(settings or {}),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", app]
    return Server(command, env, directory / "server.log", probe)


def nginx(directory: Path, workers: int) -> Server:
    """Return nginx that serves and (by PUT) stores files in `directory`/files."""
    (directory / "files").mkdir(parents=True)
    (directory / "files" / "index.html").write_text("ok")
    port = free_port()
    template = string.Template((Path(__file__).parent / "nginx.conf").read_text())
    conf = directory / "nginx.conf"
    conf.write_text(
        template.substitute(
            prefix=directory,
            port=port,
            workers=workers,
            # As root, nginx would run its workers as "nobody", who cannot read the directory.
            user_line="user root;" if os.geteuid() == 0 else "",
        )
    )
    errors = directory / "error.log"
    command = ["nginx", "-p", str(directory), "-e", str(errors), "-c", str(conf)]
    return Server(command, os.environ | {"PORT": str(port)}, directory / "server.log", "/")


def _open_files(pid: int) -> Iterator[str]:
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # just closed
            yield str(file.readlink())


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port
