"""The nodes: services that share a data directory, each with a name of its own (setting NODE).

    .nodes/<name>   a file for each, which the node's service locks

Appends to one file from several machines are not atomic on distributed file systems. So each node
has change logs of its own (storage/documents/change_log.py), and readers look at those of all that
are here. A service that runs alone has no name: it is `""`, and its logs are always looked at.
"""

import os
import time
from pathlib import Path

from settings.config import SettingError
from settings.tuning import DEFAULT, Tuning
from storage import paths
from storage.errors import writing
from storage.files.directories import BY_PATH
from storage.files.durable_files import Disk
from storage.files.trees import list_names
from storage.locking.locks import FileLock
from storage.shared.directories import RecentDirectories

_POLL_SECONDS = 0.2

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = (
    "fuse.",
    "nfs",
    "ceph",
    "cifs",
    "smb",
    "lustre",
    "gfs2",
    "ocfs2",
    "gpfs",
    "beegfs",
    "afs",
)


class Nodes:
    """The nodes of a data directory, as one process sees them; `own` is the name of its node."""

    def __init__(self, root: Path, disk: Disk, own: str = "", tuning: Tuning = DEFAULT) -> None:
        self.own = own
        self.tuning = tuning
        self.directories = RecentDirectories(root) if own else BY_PATH
        self._directory = root / paths.NODES
        self._names: tuple[str, ...] = ("",)
        self._listed_at = float("-inf")
        self._lock: FileLock | None = None
        if own and own not in list_names(self._directory):
            disk.make_directory(self._directory)
            with writing():
                (self._directory / own).touch(mode=0o600)
                disk.sync_directory(self._directory)
            time.sleep(tuning.node_join)

    def names(self) -> tuple[str, ...]:
        """Return the names of all nodes that may have written anything."""
        now = time.monotonic()
        if now - self._listed_at > self.tuning.nodes_listed:
            self._names = ("", *list_names(self._directory))
            self._listed_at = now
        return self._names

    def serve(self) -> None:
        """Hold the lock of this process's node until it ends; so do those that it forks.

        Raises SettingError if another service holds it, or if this one has no name, and a node
        serves.
        """
        if self.own:
            self._lock = self._lock or self._acquire(
                self.own,
                f'NODE is "{self.own}", and another service with this name uses the data directory;'
                " give each node a name of its own",
            )
            return
        for name in list_names(self._directory):
            self._acquire(
                name,
                f'the node "{name}" uses the data directory; set NODE to a name that no other node'
                " has",
            ).release()

    def _acquire(self, name: str, problem: str) -> FileLock:
        """Return the lock of a node; wait for one that may have to lapse. Raises SettingError."""
        deadline = time.monotonic() + self.tuning.node_wait
        while (lock := FileLock.try_acquire(self._directory, name)) is None:
            if time.monotonic() > deadline:
                raise SettingError(problem)
            time.sleep(_POLL_SECONDS)
        return lock

    def local(self, name: str) -> str:
        """Return the name of a lock that excludes only processes of the same node."""
        return f"{name}@{self.own}" if self.own else name


def network_file_system(directory: Path) -> str | None:
    """Return the type of a directory's file system if other machines may use it too, else None.

    Only Linux says so.
    """
    try:
        device = os.stat(directory).st_dev
        mounts = _MOUNTS.read_text().splitlines()
    except OSError:
        return None
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in mounts:
        fields, _, source = line.partition(" - ")
        if fields.split()[2] == number:
            name = source.split()[0]
            return name if name.startswith(_NETWORK) else None
    return None
